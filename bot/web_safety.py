"""What every web answer carries and every web request must be."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-src {frames}; frame-ancestors {frames}; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers would send forms of ours without their origin
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

MESSAGES_PATH = "/api/messages"
"""The gate of the channel guards this one; no browser comes there."""


def make_middleware(public_url: str, *, development: bool) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Refuse changes that another site asks for, and set the headers on everything, errors too."""
    headers = dict(HEADERS)
    # In development one page shows two others side by side.
    frames = "'self'" if development else "'none'"
    headers["Content-Security-Policy"] = headers["Content-Security-Policy"].format(frames=frames)
    own = urlsplit(public_url).netloc

    @web.middleware
    async def safely(request: web.Request, handler: Handler) -> web.StreamResponse:
        if development and request.url.host not in ("localhost", "127.0.0.1", "::1"):
            return _answer(web.Response(status=421))  # a name that was pointed at this machine from outside
        if request.method not in ("GET", "HEAD") and request.path != MESSAGES_PATH and not _same_site(request, own):
            return _answer(web.Response(status=403))
        try:
            return _answer(await handler(request))
        except web.HTTPException as answer:
            _answer(answer)
            raise
        except Exception:  # the same bare answer whatever happened
            log.exception("request_failed")
            return _answer(web.Response(status=500))

    def _answer(response: web.StreamResponse) -> web.StreamResponse:
        if not response.prepared:
            response.headers.update(headers)
        return response

    return safely


def _same_site(request: web.Request, own: str) -> bool:
    """True if a page of ours asked. Browsers say so themselves in these headers."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc in (own, request.host)
