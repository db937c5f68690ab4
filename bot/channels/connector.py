"""Our own calls to the Bot Connector: one connection pool, one cached token, short time-outs, named failures.

The SDK's own client makes a new client and asks for a new token in every turn, on the event loop, and never tries
a message again.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote

import msal
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels import DeliveryError

SCOPE = "https://api.botframework.com/.default"
TIMEOUT = ClientTimeout(total=10)
TOKEN_TIMEOUT = 10
"""Seconds for each of msal's own requests. It waits for ever unless told: a thread and every delivery with it."""
TOKEN_MARGIN = 300.0
"""Seconds before its end at which a token is renewed."""

TRY_AGAIN = frozenset({408, 412, 429, 502, 503, 504})
"""Answers after which Microsoft says to try again; 500 is not one of them (Teams, "Rate limiting" and "Status codes").
"""


class Tokens(Protocol):
    """Where the bearer token comes from."""

    async def get(self) -> str:
        """The token, or empty in development."""


class NoTokens:
    """For development: the local client asks for none."""

    async def get(self) -> str:
        """No token."""
        return ""


class EntraTokens:
    """Tokens of a single-tenant app registration, kept until shortly before they end."""

    def __init__(self, app_id: str, tenant_id: str, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._make: Callable[[], Any] = lambda: msal.ConfidentialClientApplication(
            app_id,
            client_credential=secret,
            authority=f"https://login.microsoftonline.com/{tenant_id}",
            timeout=TOKEN_TIMEOUT,
        )
        self._app: Any = None
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token, self._good_until = "", 0.0

    async def get(self) -> str:
        """The token. Raises DeliveryError when none is given out."""
        async with self._lock:
            if self._clock() >= self._good_until:
                answer = await asyncio.to_thread(self._ask)  # msal blocks
                if "access_token" not in answer:
                    raise DeliveryError("no_token", permanent=False)
                self._token = str(answer["access_token"])
                self._good_until = self._clock() + float(answer.get("expires_in", 0)) - TOKEN_MARGIN
            return self._token

    def _ask(self) -> dict[str, Any]:
        try:
            self._app = self._app or self._make()  # making it asks the network too
            answer: dict[str, Any] = self._app.acquire_token_for_client(scopes=[SCOPE])
        except (OSError, ValueError):  # requests' errors are OSErrors
            return {}
        return answer


class BotConnector:
    """Sends activities to conversations."""

    def __init__(self, http: ClientSession, tokens: Tokens) -> None:
        self._http = http
        self._tokens = tokens

    async def send(self, service_url: str, conversation: str, activity: dict[str, Any], reply_to: str = "") -> str:
        """Post an activity; its id. Raises DeliveryError."""
        path = f"/v3/conversations/{quote(conversation, safe='')}/activities"
        if reply_to:
            path += f"/{quote(reply_to, safe='')}"
        token = await self._tokens.get()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = service_url.rstrip("/") + path
        try:
            async with self._http.post(url, json=activity, headers=headers, timeout=TIMEOUT) as answer:
                if answer.status < 300:
                    return str((await answer.json(content_type=None) or {}).get("id", ""))
                raise DeliveryError(
                    f"http_{answer.status}",
                    permanent=answer.status not in TRY_AGAIN and answer.status != 401,
                    retry_after=_seconds(answer.headers.get("Retry-After")),
                )
        except (ClientError, TimeoutError, ValueError) as error:
            raise DeliveryError(type(error).__name__, permanent=False) from error


def _seconds(header: str | None) -> float | None:
    """A Retry-After in seconds. Dates are rare there and are taken as "soon"."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
