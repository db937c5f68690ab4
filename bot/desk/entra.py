"""Work accounts: OpenID Connect with Microsoft Entra ID, by the authorization code flow with PKCE.

msal makes the state, the nonce and the PKCE pair, asks for the token and compares the nonce. From version 1.38 on it
checks nothing else in the id token, so that is done here. Nobody checks the token's signature: it comes straight from
the token endpoint by TLS, which OpenID Connect Core, 3.1.3.7 (6), takes in its place.
"""

import asyncio
import hmac
import logging
import re
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msal

from bot.settings import Settings
from guidance.roles import object_id

log = logging.getLogger(__name__)

# msal would rather have the answer posted by a form. With a post from another site no browser sends our Lax cookie, and
# the doorway takes none; the code in the address is worth nothing without the verifier in that cookie.
warnings.filterwarnings("ignore", "response_mode=", UserWarning, "msal")

START = "/advisor/sign-in/entra"
BACK = START + "/back"
"""The redirect URI is this path at the public address; it stands in the app registration."""

FLOW_LASTS = timedelta(minutes=10)
PATIENCE = 10.0
"""Seconds that Microsoft may take for an answer."""
MOST_THREADS = 4
"""msal blocks. It has threads of its own, so that a slow Microsoft holds up nobody but those who sign in."""
SKEW = timedelta(minutes=2)
"""How far Microsoft's clock and ours may be apart."""

APP_ROLES = {
    "Sporskifte.Advisor": "advisor",
    "Sporskifte.Coordinator": "coordinator",
    "Sporskifte.Editor": "editor",
}
"""Values of the app roles in the app registration, and our names for them."""

_ERROR_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)


class NotLetIn(Exception):
    """No way in. `key` is the text that says why and what to do."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def cancelled() -> NotLetIn:
    """Microsoft, or the person there, said no."""
    return NotLetIn("desk.entra_denied")


def stale() -> NotLetIn:
    """The answer belongs to no sign-in that is still going on in this browser."""
    return NotLetIn("desk.entra_stale")


def away(code: str) -> NotLetIn:
    """Microsoft cannot be reached, or does not answer as it should. The log says with which code."""
    log.warning("entra_away", extra={"code": code})
    return NotLetIn("desk.entra_away")


@dataclass(frozen=True)
class Account:
    """A work account that Microsoft vouches for."""

    id: str
    roles: frozenset[str]
    """Those at the desk that it was given, by our names."""


class Entra:
    """Our app registration in one tenant."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._issuer = f"{settings.entra_authority}/{settings.entra_tenant_id}/v2.0"
        self._app: Any = None
        self._making = threading.Lock()
        self._threads = ThreadPoolExecutor(MOST_THREADS, "entra")
        self._used: dict[str, datetime] = {}

    async def begin(self) -> tuple[str, dict[str, Any]]:
        """Microsoft's address to go to, and what to keep secret until the person is back. Raises NotLetIn."""
        flow = await self._in_thread(self._begin)
        return str(flow.pop("auth_uri")), flow

    async def finish(self, flow: dict[str, Any], answer: Mapping[str, str], now: datetime) -> Account:
        """Who came back with this answer. Each flow is good for one answer. Raises NotLetIn."""
        if not hmac.compare_digest(str(flow["state"]).encode(), answer.get("state", "").encode()):
            raise stale()
        if not self._first_use(flow["state"], now):
            raise stale()
        if "code" not in answer:
            raise cancelled()
        # Nothing else that the browser brings is of any use to msal.
        given = {"state": answer["state"], "code": answer["code"]}
        token = await self._in_thread(self._redeem, flow, given)
        return read_claims(token, self._settings.entra_client_id, self._settings.entra_tenant_id, self._issuer, now)

    def close(self) -> None:
        """Hang up, and wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._app is not None:
            self._app.http_client.close()

    def _first_use(self, state: str, now: datetime) -> bool:
        self._used = {used: at for used, at in self._used.items() if at + FLOW_LASTS > now}
        first = state not in self._used
        self._used[state] = now
        return first

    async def _in_thread(self, work: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        except NotLetIn:
            raise
        except Exception as error:  # msal promises no classes: broken answers raise many
            raise away(type(error).__name__) from error

    def _begin(self) -> dict[str, Any]:
        flow: dict[str, Any] = self._client().initiate_auth_code_flow(
            scopes=[],  # msal adds openid and profile; we ask for nothing to read in Microsoft Graph
            redirect_uri=self._settings.public_url + BACK,
            prompt="select_account",  # on a shared machine nobody comes in silently as whoever sat there before
        )
        return flow

    def _redeem(self, flow: dict[str, Any], answer: dict[str, str]) -> dict[str, Any]:
        """The claims of the id token."""
        client = self._client()
        try:
            token = client.acquire_token_by_auth_code_flow(flow, answer)
        except RuntimeError as error:  # the nonce is that of another flow
            raise stale() from error
        if token.get("error") == "invalid_grant":  # the code is used, too old, or not of this flow
            raise stale()
        if "error" in token:
            code = str(token["error"])
            raise away(code if _ERROR_CODE.fullmatch(code) else "error")
        claims: dict[str, Any] = token["id_token_claims"]
        return claims

    def _client(self) -> Any:
        """The library's side of it. Making it asks Microsoft for its addresses, so it is made when first needed."""
        with self._making:
            if self._app is None:
                self._app = msal.ConfidentialClientApplication(
                    self._settings.entra_client_id,
                    client_credential=self._settings.entra_secret.get_secret_value(),
                    authority=f"{self._settings.entra_authority}/{self._settings.entra_tenant_id}",
                    instance_discovery=False,  # which host to believe is said by the settings, not by another host
                    exclude_scopes=["offline_access"],
                    token_cache=_Forgetful(),
                    timeout=PATIENCE,
                )
            return self._app


class _Forgetful(msal.TokenCache):  # type: ignore[misc]
    """Keeps no token: who came is all that we want to know."""

    def add(self, event: Any, now: Any = None) -> None:
        """Forget it."""


def read_claims(claims: Mapping[str, Any], client_id: str, tenant_id: str, issuer: str, now: datetime) -> Account:
    """Whose id token this is, if it is meant for us and good now. Raises NotLetIn."""
    if claims.get("tid") != tenant_id:
        raise NotLetIn("desk.entra_foreign")
    if claims.get("aud") != client_id or claims.get("iss") != issuer:
        raise away("claims")
    since, until, skew = claims.get("nbf", 0), claims.get("exp"), SKEW.total_seconds()
    if not isinstance(since, int | float) or not isinstance(until, int | float):
        raise away("claims")
    if not since - skew <= now.timestamp() < until + skew:
        raise away("clock")
    try:
        account = object_id(str(claims.get("oid")))
    except ValueError as error:
        raise away("claims") from error
    given = claims.get("roles")
    roles = frozenset(ours for name, ours in APP_ROLES.items() if isinstance(given, list) and name in given)
    if not roles:
        raise NotLetIn("desk.entra_no_role")
    return Account(account, roles)
