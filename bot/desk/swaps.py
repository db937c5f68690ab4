"""Where coordinators find people who can change places: try, look at the reasons, pin or leave out, and ask them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import AtDesk, SignIn
from bot.web_safety import read_lists
from dialogs.wording import say, shown
from guidance import organisation, swap_sets
from guidance.errors import GuidanceError
from guidance.swaps.requests import Decisions
from guidance.swaps.search import Ring, find

SECONDS = 10.0
"""How long a search may take. A region's open requests take much less."""


class SwapPages:
    """A search stores nothing; only asking does."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get("/desk/swaps", self.page), web.post("/desk/swaps", self.change)]

    async def page(self, request: web.Request) -> web.Response:
        """Who would swap, and what has been asked."""
        return await self._show(request, {})

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Search, ask a ring, call a set off, or tell those who are left over."""
        form, locale = await read_lists(request), "da"
        do, told = (form.get("do") or [""])[0], 0
        if do.startswith("not-"):  # a ring that is not to be proposed, in the search that follows
            form.setdefault("refused", []).append(do.removeprefix("not-"))
            do = "find"
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._coordinator(request, db)
                self._sign_in.check_token({"token": (form.get("token") or [""])[0]}, at_desk)
                locale = at_desk.locale
                told = await self._do(db, at_desk.person.region_id, do, form)
            if do == "find":
                return await self._show(request, form, searched=True)
        except GuidanceError as error:
            return await self._show(request, form, error=say(locale, error.key, error.values))
        self._tools.work.poke()
        raise web.HTTPSeeOther(f"/desk/swaps?done={do}&count={told}")

    async def _do(self, db: AsyncSession, region: str, do: str, form: Mapping[str, list[str]]) -> int:
        now = self._tools.clock()
        if do == "ask":
            await swap_sets.ask(db, region, (form.get("ring") or [""])[0].split(), now)
        elif do == "take_back":
            await swap_sets.take_back(db, region, (form.get("set") or [""])[0], now)
        elif do == "tell":
            return await swap_sets.tell_left_over(db, region, now)
        elif do != "find":
            raise web.HTTPBadRequest
        return 0

    async def _show(
        self, request: web.Request, form: Mapping[str, list[str]], *, searched: bool = False, error: str = ""
    ) -> web.Response:
        now = self._tools.clock()
        async with self._tools.reading() as db:
            at_desk = await self._coordinator(request, db)
            region = at_desk.person.region_id
            ready = await swap_sets.ready(db, region, now)
            in_hand = await swap_sets.in_hand(db, region)
            rules = await swap_sets.rules_of(db, region)
            declined = await swap_sets.declined(db, region, now)
            names = await organisation.names(db)
            units = {place.unit_id: place.unit for place in await organisation.places(db, region)}
        values: dict[str, Any] = {"result": None, "rings": [], "error": error}
        if searched:
            try:  # outside the transaction: it can take seconds, and holds up nobody
                decisions = _decisions(form, {one.request.id for one in ready}, declined)
                requests = [one.request for one in ready]
                values["result"] = result = await asyncio.to_thread(find, requests, rules, decisions, seconds=SECONDS)
                values["rings"] = [_row(ring, ready, units) for ring in result.rings]
            except GuidanceError as wrong:
                values["error"] = say(at_desk.locale, wrong.key, wrong.values)
        text = self._tools.templates.get_template("swaps.html").render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            shown=shown,
            ready=ready,
            in_hand=in_hand,
            names=names,
            units=units,
            pinned=form.get("pinned", []),
            left_out=form.get("left_out", []),
            refused=form.get("refused", []),
            done=request.query.get("done", ""),
            count=request.query.get("count", "0"),
            **values,
        )
        return web.Response(text=text, content_type="text/html", status=400 if values["error"] else 200)

    async def _coordinator(self, request: web.Request, db: AsyncSession) -> AtDesk:
        at_desk = await self._sign_in.who(request, db)
        if "coordinator" not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "board.not_coordinator"))
        return at_desk


def _decisions(form: Mapping[str, list[str]], known: set[str], declined: frozenset[frozenset[str]]) -> Decisions:
    """What the coordinator ticked. Who is not ready any more is left out without a word."""
    rings = [tuple(one.split()) for one in form.get("refused", [])]
    return Decisions(
        pinned=frozenset(form.get("pinned", [])) & known - frozenset(form.get("left_out", [])),
        left_out=frozenset(form.get("left_out", [])) & known,
        refused_rings=frozenset(ring for ring in rings if set(ring) <= known and len(ring) > 1),
        declined=declined,
    )


def _row(ring: Ring, ready: Sequence[swap_sets.Ready], units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "members": " ".join(ring.members),
        "first": ring.period.first,
        "last": ring.period.last,
        "moves": [
            {"alias": one.case.alias, "specialty": place.specialty, "unit": units[place.hospital], "rank": rank}
            for one, place, rank in swap_sets.describe(ring, ready)
        ],
    }
