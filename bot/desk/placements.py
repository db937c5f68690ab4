"""The coordinator's board: every request with its state, age and next step, and one of them with all its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import AtDesk, SignIn
from bot.web_safety import read_form
from dialogs.placements import wish_facts
from dialogs.wording import line, say, shown
from guidance import board, disclosures, organisation, placement_steps, placements, stay_costs, swap_sets
from guidance.errors import DateNotUnderstood, GuidanceError, NoSuchCase, NumberOutOfRange
from guidance.placement_steps import Stay
from guidance.placement_terms import MOST_HOURS, MOST_SHIFTS, RESPONSIBILITIES, Terms
from guidance.placement_workflow import ENDED, REASONS, STATES, WAITS_FOR, decisions

COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Filled:
    """The form of terms, as it was typed or as it stands."""

    host: str = ""
    first: str = ""
    last: str = ""
    instruction: str = ""
    illness: str = ""
    incidents: str = ""
    uncovered_shifts: str = "0"
    introduction_hours: str = "0"


class BoardPages:
    """Coordinators see the requests they have. Of whoever sent one: what they agreed to, and nothing more."""

    def __init__(self, tools: DeskTools, sign_in: SignIn, public_url: str) -> None:
        self._tools = tools
        self._sign_in = sign_in
        self._public_url = public_url

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [
            web.get("/desk/placements", self.board),
            web.get("/desk/placements/{case}", self.show),
            web.post("/desk/placements/{case}", self.change),
        ]

    async def board(self, request: web.Request) -> web.Response:
        """The queue: what waits for the coordinator first, then the oldest."""
        now = self._tools.clock()
        async with self._tools.reading() as db:
            at_desk = await self._coordinator(request, db)
            wanted = {name: request.query.get(name, "") for name in ("state", "kind", "turn")}
            rows = await board.queue(db, at_desk.person.id, now)
        kept = [row for row in rows if board.matches(row, **wanted)]
        return self._page(
            "placements.html", at_desk, rows=kept, everything=len(rows), wanted=wanted, states=STATES,
            kinds=placements.LENGTHS, turns=sorted(set(WAITS_FOR.values())),
        )  # fmt: skip

    async def show(self, request: web.Request) -> web.Response:
        """One request."""
        return await self._show(request, {})

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Propose terms, take them back, end the request, note minutes, or make a link."""
        form, locale, case_id = await read_form(request), "da", request.match_info["case"]
        do, made = form.get("do", ""), ""
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._coordinator(request, db)
                self._sign_in.check_token(form, at_desk)
                locale = at_desk.locale
                made = await self._do(db, at_desk.person.id, case_id, do, form)
        except GuidanceError as error:
            if isinstance(error, NoSuchCase):
                raise web.HTTPNotFound(text=say(locale, error.key)) from error
            return await self._show(request, form, error=say(locale, error.key, error.values))
        self._tools.work.poke()
        if made:  # shown once, on this answer alone: it stands in no address and in no log
            return await self._show(request, {}, link=f"{self._public_url}/decide/{made}")
        raise web.HTTPSeeOther(f"/desk/placements/{case_id}?done={do}")

    async def _do(self, db: AsyncSession, staff_id: str, case_id: str, do: str, form: Mapping[str, str]) -> str:
        now = self._tools.clock()
        if do == "terms":
            await placement_steps.set_terms(db, staff_id, case_id, read_terms(form), now)
        elif do in ("take_back", "close"):
            await placement_steps.coordinator_decides(db, staff_id, case_id, do, form.get("reason", ""), now)
        elif do == "minutes":
            await placement_steps.add_minutes(db, staff_id, case_id, _minutes(form.get("minutes", "")))
        elif do in ("link-host", "link-manager"):
            return await placement_steps.make_link(db, staff_id, case_id, do.removeprefix("link-"))
        else:
            raise web.HTTPBadRequest
        return ""

    async def _show(
        self, request: web.Request, typed: Mapping[str, str], *, error: str = "", link: str = ""
    ) -> web.Response:
        now, case_id = self._tools.clock(), request.match_info["case"]
        async with self._tools.reading() as db:
            at_desk = await self._coordinator(request, db)
            try:
                stay = await placement_steps.of_staff(db, at_desk.person.id, case_id)
            except NoSuchCase as gone:
                raise web.HTTPNotFound(text=say(at_desk.locale, gone.key)) from gone
            sent = await placements.of_case(db, stay.case.id)
            names = await organisation.names(db)
            values: dict[str, Any] = {
                "stay": stay,
                "facts": facts_in(sent.wish, at_desk.locale) if sent else [],
                "name": await disclosures.name_for(db, stay.placement, "coordinator", at_desk.person.id),
                "agreed": await swap_sets.agreed_terms(db, stay.case),
                "places": await organisation.places(db, at_desk.person.region_id),
                "filled": Filled(**{name: typed.get(name, "") for name in _FILLED}) if typed else _as_filled(stay),
                "can": decisions(stay.state, "coordinator"),
                "turn": WAITS_FOR.get(stay.state, ""),
                "asked": await self._who_is_asked(db, stay),
                "link": link,
                "history": await board.history(db, stay.case.id, names),
                "actions": await board.unit_actions(db, stay.case.id),
                "told": await disclosures.log(db, stay.case.id),
                "names": names,
                "costs": await stay_costs.of_stay(db, stay),
                "age": board.age(stay.placement, now),
            }
        return self._page(
            "placement.html", at_desk, status=400 if error else 200, error=error, failed=typed.get("do", ""),
            done=request.query.get("done", ""), reasons=REASONS, responsibilities=RESPONSIBILITIES, ended=ENDED,
            typed=typed, **values,
        )  # fmt: skip

    async def _who_is_asked(self, db: AsyncSession, stay: Stay) -> str:
        role = {"with_host": "host", "with_manager": "manager"}.get(stay.state, "")
        people = await placement_steps.deciders(db, stay, role) if role else []
        return people[0].name if people else ""

    async def _coordinator(self, request: web.Request, db: AsyncSession) -> AtDesk:
        at_desk = await self._sign_in.who(request, db)
        if COORDINATOR not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "board.not_coordinator"))
        return at_desk

    def _page(self, template: str, at_desk: AtDesk, status: int = 200, **values: Any) -> web.Response:
        text = self._tools.templates.get_template(template).render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            shown=shown,
            **values,
        )
        return web.Response(text=text, content_type="text/html", status=status)


_FILLED = [field.name for field in fields(Filled)]


def facts_in(wish: placements.Wish, locale: str) -> list[tuple[str, str]]:
    """A wish as rows of words."""
    return [(line(locale, label), shown(locale, value)) for label, value in wish_facts(wish)]


def _as_filled(stay: Stay) -> Filled:
    terms = stay.terms
    if terms is None:
        return Filled()
    return Filled(
        terms.host, terms.first.isoformat(), terms.last.isoformat(), terms.instruction, terms.illness, terms.incidents,
        str(terms.uncovered_shifts), str(terms.introduction_hours),
    )  # fmt: skip


def read_terms(form: Mapping[str, str]) -> Terms:
    """The form of terms. Raises DateNotUnderstood, NumberOutOfRange."""
    lines = {name: " ".join(form.get(name, "").split())[:300] for name in RESPONSIBILITIES}
    return Terms(
        host=form.get("host", ""),
        first=_day(form.get("first", "")),
        last=_day(form.get("last", "")),
        uncovered_shifts=int(_number(form.get("uncovered_shifts", "") or "0", MOST_SHIFTS)),
        introduction_hours=_number(form.get("introduction_hours", "") or "0", MOST_HOURS),
        **lines,
    )


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # a day has no zone
    except ValueError as wrong:
        raise DateNotUnderstood from wrong


def _number(text: str, most: int) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number <= most):
        raise NumberOutOfRange(least=0, most=most)
    return number


def _minutes(text: str) -> int:
    plain = text.strip().removeprefix("-")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 5):
        raise NumberOutOfRange(least=-9999, most=9999)
    return int(text)
