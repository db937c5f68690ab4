"""The desk's case pages: what is new, whose turn it is, and the chat of each case."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.case_actions import ACTIONS, GIVES_AWAY
from bot.desk.sign_in import AtDesk, SignIn, desk_path
from bot.event_stream import EventStreams, event
from bot.web_safety import read_form
from dialogs.notices import word
from dialogs.placements import wish_facts
from dialogs.wording import line, say, shown
from guidance import appointments, blocks, cases, chats, handover, news, placements
from guidance.appointments import Booked
from guidance.errors import GuidanceError, NoSuchCase
from guidance.placements import Submitted


@dataclass(frozen=True)
class Row:
    """One case in the list."""

    id: str
    alias: str
    state: str
    booked: Booked | None
    wish: Submitted | None
    new: int
    waits_since: datetime | None


class CasePages:
    """What advisors and coordinators see. Never a name, an account or a department of an employee: there is none."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in
        self._streams = EventStreams(tools.arrivals)

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [
            web.get("/advisor", self.list_cases),
            web.get("/advisor/events", self.events),
            web.post("/advisor/news", self.read_news),
            web.get("/advisor/cases/{case}", self.show_case),
            web.post("/advisor/cases/{case}", self.answer),
        ]

    async def list_cases(self, request: web.Request) -> web.Response:
        """The person's news and cases."""
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            unseen = await news.for_staff(db, at_desk.person.id)
            told = [(str(one.id), await self._told(db, one, at_desk.locale)) for one in unseen]
            rows = [
                Row(
                    case.id.hex,
                    case.alias,
                    case.state,
                    await appointments.of_case(db, case.id),
                    await placements.of_case(db, case.id),
                    sum(one.notice.case_id == case.id.hex for one in unseen),
                    await _waits_since(db, case),
                )
                for case in await cases.of_staff(db, at_desk.person.id)
            ]
        done = request.query.get("done", "")
        return self._page("cases.html", at_desk, told=told, rows=rows, done=done if done in GIVES_AWAY else "")

    async def read_news(self, request: web.Request) -> web.StreamResponse:
        """The person has seen the news that stood on a page. A GET does not count: programs look at pages too."""
        form = await read_form(request)
        ids = set()
        for given in form.get("ids", "").split():
            with suppress(ValueError):
                ids.add(UUID(given))
        async with self._tools.transaction() as db:
            at_desk = await self._sign_in.who(request, db)
            self._sign_in.check_token(form, at_desk)
            await news.seen(db, at_desk.person.id, ids)
        self._tools.arrivals.poke()  # the person's other pages show them no longer
        raise web.HTTPSeeOther(desk_path(form.get("next", "")))

    async def show_case(self, request: web.Request) -> web.Response:
        """One case with its chat."""
        return await self._case_page(request, draft="", error="")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Send a message to whoever is behind the case, or do something else with it."""
        case_id, locale = request.match_info["case"], "da"
        form = await read_form(request)
        if "do" in form:
            return await self._act(request, form)
        words, once = form.get("text", ""), form.get("once", "")
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._sign_in.who(request, db)
                self._sign_in.check_token(form, at_desk)
                locale = at_desk.locale
                await chats.answer(db, at_desk.person.id, case_id, words, self._tools.clock(), once=once)
        except GuidanceError as error:
            return await self._case_page(request, draft=words, error=say(locale, error.key, error.values))
        self._tools.work.poke()
        # The page is told what was sent, so that it need not keep the draft any longer.
        raise web.HTTPSeeOther(f"/advisor/cases/{case_id}?{urlencode({'sent': once})}#end")

    async def _act(self, request: web.Request, form: dict[str, str]) -> web.StreamResponse:
        case_id, locale, name = request.match_info["case"], "da", form["do"]
        if name not in ACTIONS:
            raise web.HTTPBadRequest
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._sign_in.who(request, db)
                self._sign_in.check_token(form, at_desk)
                locale = at_desk.locale
                await ACTIONS[name](db, at_desk.person.id, case_id, form, self._tools.clock())
        except GuidanceError as error:
            refused = say(locale, error.key, error.values)
            return await self._case_page(request, draft="", error="", note=form.get("note"), refused=refused)
        self._tools.work.poke()
        place = "/advisor" if name in GIVES_AWAY else f"/advisor/cases/{case_id}"
        raise web.HTTPSeeOther(f"{place}?{urlencode({'done': name})}")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """A sign whenever there is something new for this person. What it is, the page asks for."""
        async with self._tools.reading() as db:
            person = (await self._sign_in.who(request, db)).person.id
        known = ""

        async def look() -> list[bytes]:
            nonlocal known
            async with self._tools.reading() as db:
                before, known = known, await self._mark(db, person)
            return [event("news", "new")] if before not in ("", known) else []

        return await self._streams.send(request, person, look)

    async def _mark(self, db: AsyncSession, person: str) -> str:
        """Changes when the person's pages would show something else."""
        unseen = await news.for_staff(db, person)
        return str(([one.id for one in unseen], await chats.deliveries(db, person)))

    async def _case_page(
        self, request: web.Request, *, draft: str, error: str, note: str | None = None, refused: str = ""
    ) -> web.Response:
        case_id = request.match_info["case"]
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            try:
                case = await cases.staff_case(db, at_desk.person.id, case_id)
            except NoSuchCase as gone:
                raise web.HTTPNotFound(text=say(at_desk.locale, gone.key)) from gone
            unseen = await news.for_staff(db, at_desk.person.id)
            booked = await appointments.of_case(db, case.id)
            values = {
                "case": case,
                "unseen": [one.id for one in unseen if one.notice.case_id == case.id.hex],
                "booked": booked,
                "remark": appointments.remark_of(db, booked) if booked else "",
                "facts": _facts(await placements.of_case(db, case.id), at_desk.locale),
                "thread": await chats.thread(db, case.id),
                "draft": draft,
                "once": secrets.token_urlsafe(12),
                "error": error,
                "longest": chats.LONGEST_MESSAGE,
                "colleagues": await handover.who_could(db, at_desk.person, case),
                "own_times": await appointments.own_times(db, at_desk.person.id, self._tools.clock()),
                "note": cases.note_of(db, case) if note is None else note,
                "longest_note": cases.LONGEST_NOTE,
                "blocked": await blocks.is_blocked(db, case),
                "waits_since": await _waits_since(db, case),
                "refused": refused,
                "done": done if (done := request.query.get("done", "")) in ACTIONS else "",
            }
        return self._page("case.html", at_desk, status=400 if error or refused else 200, **values)

    async def _told(self, db: AsyncSession, one: news.News, locale: str) -> str:
        reply = await word(db, one.notice)
        return say(locale, reply.key, reply.values) if reply else say(locale, "error.no_such_case")

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


async def _waits_since(db: AsyncSession, case: cases.Case) -> datetime | None:
    """Since when the employee has had no answer."""
    waits = await handover.waiting_since(db, case) if case.state == "open" else None
    return waits[1] if waits else None


def _facts(sent: Submitted | None, locale: str) -> list[tuple[str, str]]:
    return [(line(locale, label), shown(locale, value)) for label, value in wish_facts(sent.wish)] if sent else []
