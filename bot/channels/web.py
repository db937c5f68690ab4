"""The web chat: no login, a page of our own, and a receipt with which a visitor comes back.

The server keeps neither the receipt nor anything it could be guessed from: the browser brings it in a sealed cookie,
and the database knows only tags made of it.
"""

import asyncio
import json
import random
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web
from jinja2 import Environment

from bot.channels import DeliveryError, Inbound, read_press
from bot.cookies import SealedCookie
from bot.event_stream import EventStreams, event
from bot.nudge import Nudge
from bot.receipts import Busy, SecretMaker, new_receipt, read_receipt
from bot.rendering.card import Card
from bot.rendering.html import render
from bot.turns import Turns, Waiting
from bot.web_safety import read_json
from dialogs.privacy import FILE
from dialogs.wording import LOCALES, say
from storage.participants import Address
from storage.sealing import Keyring

NAME = "web"
VISIT_LASTS = timedelta(hours=12)
TRIES_A_MINUTE = 60
"""Receipts that are tried at all, from everywhere together: six words leave no other way than guessing. What is no
receipt does not count, so that junk does not keep people from coming back."""
QUICK_TRIES = 5
"""So many receipts a minute, from everywhere together, are looked at at once; each further one waits a little longer.
Nobody's address is looked at for it: we keep none."""
LONGEST_PAUSE = 5.0
"""Seconds."""
LATER = {"Retry-After": "5"}


class WebChannel:
    """The pages and calls of the web chat."""

    waits = True

    def __init__(
        self,
        turns: Turns,
        keyring: Keyring,
        templates: Environment,
        clock: Callable[[], datetime],
        arrivals: Nudge,
        *,
        secure: bool,
    ) -> None:
        self._turns = turns
        self._templates = templates
        self._clock = clock
        self._arrivals = arrivals
        self._streams = EventStreams(arrivals)
        self._cookie = SealedCookie("sporskifte_visit", keyring, secure=secure, lasts=VISIT_LASTS)
        self._secrets = SecretMaker(keyring.salt("receipt"))
        self._tries: deque[datetime] = deque()
        self._random = random.SystemRandom()

    async def deliver(self, address: Address, card: Card) -> None:
        """Never called: visitors come and fetch."""
        raise DeliveryError("web_waits", permanent=True)

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [
            web.get("/chat", self.page),
            web.post("/chat/open", self.open),
            web.post("/chat/say", self.say),
            web.get("/chat/events", self.events),
            web.post("/chat/seen", self.seen),
            web.post("/chat/receipt", self.come_back),
            web.get(FILE, self.own_data),
            web.post("/chat/leave", self.leave),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The chat page. It holds nothing of the visitor; the script asks for that."""
        locale = locale_of(request)
        page = self._templates.get_template("chat.html").render(locale=locale)
        return web.Response(text=page, content_type="text/html")

    async def open(self, request: web.Request) -> web.Response:
        """Begin a visit, or take it up: a new visitor gets a receipt."""
        locale = locale_of(request)
        visit = self._cookie.read(request, self._clock())
        if visit is None:
            visit = await self._new_visit(new_receipt(self._random), locale)
        return await self._greet(visit, locale)

    async def say(self, request: web.Request) -> web.Response:
        """Hear words or a tap. `id` comes from the page, so that a repeated call is heard once."""
        visit = self._visit(request)
        data = await read_json(request)
        if data.pop("receipt", visit["receipt"]) != visit["receipt"]:
            raise web.HTTPUnauthorized  # another tab has taken up another visit: the words belong to the page's own
        event_id, text = data.get("id"), data.get("text")
        if not isinstance(event_id, str) or not 8 <= len(event_id) <= 64:
            raise web.HTTPBadRequest
        locale = locale_of(request)
        press = read_press(data)
        if press is not None:
            return await self._answer(visit, self._inbound(visit, "press", event_id, press=press, locale=locale))
        if not isinstance(text, str) or not text.strip():
            raise web.HTTPBadRequest
        return await self._answer(visit, self._inbound(visit, "text", event_id, text=text, locale=locale))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """News as they come, until the browser leaves."""
        address = _address(self._visit(request))
        shown: set[UUID] = set()

        async def look() -> list[bytes]:
            news = [one for one in await self._turns.waiting(address) if one.id not in shown]
            shown.update(one.id for one in news)
            return [self._event(one) for one in news]

        return await self._streams.send(request, address.subject, look)

    async def seen(self, request: web.Request) -> web.Response:
        """The page has shown these news."""
        given = (await read_json(request)).get("ids")
        ids = []
        for one in given if isinstance(given, list) else []:
            with suppress(ValueError, AttributeError, TypeError):
                ids.append(UUID(one))
        await self._turns.seen(_address(self._visit(request)), ids)
        self._arrivals.poke()  # the desk shows at once that a message was delivered
        return web.Response(status=204)

    async def come_back(self, request: web.Request) -> web.Response:
        """Take up the visit that a receipt belongs to. Any six words open some visit: a guess learns nothing.

        With `again` nobody is greeted: the page has its conversation still, and only the cookie was gone.
        """
        locale, data = locale_of(request), await read_json(request)
        words = data.get("words")
        receipt = read_receipt(words) if isinstance(words, str) and len(words) < 200 else None
        if receipt is None:
            return web.json_response({"error": say(locale, "web.receipt_wrong")}, status=400)
        if self._too_many_tries():
            return web.json_response({"error": say(locale, "web.receipt_slow")}, status=429)
        await pause(self._pause())
        visit = await self._new_visit(receipt, locale)
        return self._show(visit, []) if data.get("again") is True else await self._greet(visit, locale)

    async def own_data(self, request: web.Request) -> web.Response:
        """The file with everything that is stored about the visitor."""
        address = _address(self._visit(request))
        return web.Response(
            text=await self._turns.own_data(address, address.subject),
            content_type="application/json",
            headers={"Content-Disposition": "attachment; filename=sporskifte.json", "Cache-Control": "no-store"},
        )

    async def leave(self, request: web.Request) -> web.Response:
        """Let this browser forget the visitor."""
        response = web.Response(status=204)
        self._cookie.clear(response)
        return response

    async def _greet(self, visit: dict[str, Any], locale: str) -> web.Response:
        return await self._answer(visit, self._inbound(visit, "opened", secrets.token_hex(8), locale=locale))

    async def _answer(self, visit: dict[str, Any], inbound: Inbound) -> web.Response:
        async with self._turns.one_at_a_time(inbound):
            cards = await self._turns.hear(inbound)
        return self._show(visit, cards)

    def _show(self, visit: dict[str, Any], cards: list[Card]) -> web.Response:
        response = web.json_response(
            {
                "cards": [render(self._templates, card) for card in cards],
                "keep": any(card.keep for card in cards),
                "urgent": any(card.urgent for card in cards),
                "language": cards[-1].language if cards else "",
                "receipt": visit["receipt"],
            }
        )
        self._cookie.write(response, {name: visit[name] for name in ("receipt", "secret")}, self._clock())
        return response

    async def _new_visit(self, receipt: str, locale: str) -> dict[str, Any]:
        try:
            secret = await self._secrets.make(receipt)
        except Busy as busy:
            error = json.dumps({"error": say(locale, "web.busy")})
            raise web.HTTPServiceUnavailable(text=error, content_type="application/json", headers=LATER) from busy
        return {"receipt": receipt, "secret": secret.hex()}

    def _visit(self, request: web.Request) -> dict[str, Any]:
        visit = self._cookie.read(request, self._clock())
        if visit is None:
            raise web.HTTPUnauthorized
        return visit

    def _inbound(self, visit: dict[str, Any], kind: Any, event_id: str, **more: Any) -> Inbound:
        address = _address(visit)
        return Inbound(kind=kind, address=address, conversation=address.subject, event_id=event_id, **more)

    def _event(self, one: Waiting) -> bytes:
        return event("notice", json.dumps({"id": str(one.id), "card": render(self._templates, one.card)}))

    def _too_many_tries(self) -> bool:
        now = self._clock()
        while self._tries and self._tries[0] < now - timedelta(minutes=1):
            self._tries.popleft()
        if len(self._tries) >= TRIES_A_MINUTE:
            return True
        self._tries.append(now)
        return False

    def _pause(self) -> float:
        return min(max(len(self._tries) - QUICK_TRIES, 0) * 0.25, LONGEST_PAUSE)


async def pause(seconds: float) -> None:
    """Let somebody wait, while others do not."""
    await asyncio.sleep(seconds)


def locale_of(request: web.Request) -> str:
    """The language of a page: what the address says, else what the browser prefers, else Danish."""
    asked = request.query.get("lang", "")
    if asked in LOCALES:
        return asked
    for part in request.headers.get("Accept-Language", "").split(","):
        if part.strip()[:2].lower() in LOCALES:
            return part.strip()[:2].lower()
    return LOCALES[0]


def _address(visit: dict[str, Any]) -> Address:
    return Address(NAME, visit["secret"], {})
