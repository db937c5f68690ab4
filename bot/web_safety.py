"""What every web answer carries and every web request must be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.strict_json import NotStrictJson, can_be_kept, parse_object

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

MOST_BODY = 64 * 1024
"""Bytes of a call of the chat or a form of the desk: ten times the longest text that is read."""
MOST_DEPTH = 8
MOST_FIELDS = 100
BODY_SECONDS = 20.0
"""How long a body may take to come. A phone in a lift needs seconds."""


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
        if not can_be_kept([request.path, request.query]):
            return _answer(web.Response(status=400))
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


async def read_json(request: web.Request) -> dict[str, Any]:
    """The JSON object that a page of ours sent. Raises an HTTPException: 400, 408, 413 or 415."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        data = parse_object(await _body(request), MOST_DEPTH)
    except NotStrictJson as error:
        raise web.HTTPBadRequest from error
    if not can_be_kept(data):
        raise web.HTTPBadRequest
    return data


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a form, none if there is no body. Raises an HTTPException: 400, 408, 413 or 415.

    Read it before a transaction begins: a slow sender must not hold up everybody who wants to write.
    """
    return dict(await _pairs(request))


async def read_lists(request: web.Request) -> dict[str, list[str]]:
    """The fields of a form in which several boxes may have one name. Otherwise as `read_form`."""
    fields: dict[str, list[str]] = {}
    for name, value in await _pairs(request):
        fields.setdefault(name, []).append(value)
    return fields


async def _pairs(request: web.Request) -> list[tuple[str, str]]:
    if not request.can_read_body:
        return []
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = await _body(request)
    try:
        # Not aiohttp's own reading: there the sender chooses the character set.
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if not can_be_kept(pairs):
        raise web.HTTPBadRequest
    return pairs


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BODY:
        raise web.HTTPRequestEntityTooLarge(MOST_BODY)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.read()
    except web.HTTPException:
        raise
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except Exception as error:  # torn connections and broken chunks have many classes, and none is a failure of ours
        raise web.HTTPBadRequest from error
    if len(body) > MOST_BODY:  # sent in chunks, without saying how many
        raise web.HTTPRequestEntityTooLarge(MOST_BODY)
    return body


def _same_site(request: web.Request, own: str) -> bool:
    """True if a page of ours asked. Browsers say so themselves in these headers."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc in (own, request.host)
