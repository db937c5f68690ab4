"""Sealed cookies: what a browser brings back can be read and made only here."""

import json
from datetime import datetime, timedelta
from typing import Any, Literal

from aiohttp import web

from storage.sealing import Keyring, SealBroken


class SealedCookie:
    """One kind of cookie. It lives until the browser is closed, and at most `lasts` after it was last set."""

    def __init__(
        self,
        name: str,
        keyring: Keyring,
        *,
        secure: bool,
        lasts: timedelta,
        path: str = "/",
        from_other_sites: bool = False,
    ) -> None:
        """Only with `from_other_sites` the browser sends it along when another site's page leads here."""
        # The prefixes make browsers refuse the cookie over plain http, and the first from other hosts of the domain
        # too; it goes only with the whole site.
        prefix = "__Host-" if path == "/" else "__Secure-"
        self._name = prefix + name if secure else name
        self._purpose = f"cookie:{name}"
        self._keyring = keyring
        self._secure = secure
        self._lasts = lasts
        self._path = path
        self._same_site: Literal["Lax", "Strict"] = "Lax" if from_other_sites else "Strict"

    def read(self, request: web.Request, now: datetime) -> dict[str, Any] | None:
        """What the cookie holds, or None if there is none, it is too old, or it is not ours."""
        try:
            sealed = bytes.fromhex(request.cookies.get(self._name, ""))
            data: dict[str, Any] = json.loads(self._keyring.open(self._purpose, (), sealed))
        except (ValueError, SealBroken):
            return None
        return data if datetime.fromisoformat(data["at"]) + self._lasts > now else None

    def write(self, response: web.StreamResponse, data: dict[str, Any], now: datetime) -> None:
        """Set the cookie."""
        plain = json.dumps({**data, "at": now.isoformat()}).encode()
        sealed = self._keyring.seal(self._purpose, (), plain)
        response.set_cookie(
            self._name, sealed.hex(), httponly=True, secure=self._secure, samesite=self._same_site, path=self._path
        )

    def clear(self, response: web.StreamResponse) -> None:
        """Let the browser forget it."""
        response.del_cookie(self._name, httponly=True, secure=self._secure, samesite=self._same_site, path=self._path)
