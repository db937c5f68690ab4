"""The advisor's page of times: hours of the week, days that differ, leave, and how they meet people."""

from collections.abc import Mapping
from datetime import date, datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import AtDesk, SignIn
from bot.web_safety import read_form
from dialogs.wording import LOCALES, say, shown
from guidance import calendar, profiles
from guidance.appointments import TOPICS, WAYS
from guidance.errors import DayNotUnderstood, GuidanceError, LeaveBackwards


class TimePages:
    """Each advisor keeps their own. What is booked stays booked, and is listed if it is in the way."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get("/desk/times", self.page), web.post("/desk/times", self.change)]

    async def page(self, request: web.Request) -> web.Response:
        """What the advisor has said so far."""
        return await self._show(request, {})

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Save one of the forms. Whatever is wrong, the page comes back with what was typed."""
        form, locale = await read_form(request), "da"
        do = form.get("do", "")
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._advisor(request, db)
                self._sign_in.check_token(form, at_desk)
                locale = at_desk.locale
                await self._save(db, at_desk.person.id, do, form)
        except GuidanceError as error:
            return await self._show(request, form, error=say(locale, error.key, error.values))
        return web.Response(status=303, headers={"Location": f"/desk/times?saved=1#{do.partition('-')[0]}"})

    async def _save(self, db: AsyncSession, advisor: str, do: str, form: Mapping[str, str]) -> None:
        now = self._tools.clock()
        if do == "week":
            week = {day: calendar.read_spans(form.get(f"day{day}", "")) for day in range(7)}
            await calendar.set_week(db, advisor, week, now)
        elif do == "day":
            day = _day(form.get("day", ""), DayNotUnderstood)
            await calendar.set_day(db, advisor, day, calendar.read_spans(form.get("hours", "")), now)
        elif do == "day-clear":
            await calendar.clear_day(db, advisor, _day(form.get("day", ""), DayNotUnderstood), now)
        elif do == "leave":
            first = _day(form.get("first", ""), LeaveBackwards)
            last = _day(form.get("last", "") or form.get("first", ""), LeaveBackwards)
            await calendar.add_leave(db, advisor, first, last, now)
        elif do == "leave-end":
            await calendar.end_leave(db, advisor, form.get("leave", ""), now)
        elif do == "profile":
            await profiles.save(db, advisor, _profile(form), now)
        else:
            raise web.HTTPBadRequest

    async def _advisor(self, request: web.Request, db: AsyncSession) -> AtDesk:
        at_desk = await self._sign_in.who(request, db)
        if "advisor" not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "times.not_advisor"))
        return at_desk

    async def _show(self, request: web.Request, typed: Mapping[str, str], error: str = "") -> web.Response:
        now = self._tools.clock()
        today = now.astimezone(calendar.ZONE).date()
        async with self._tools.reading() as db:
            at_desk = await self._advisor(request, db)
            person = at_desk.person
            rules = await calendar.rules_of(db, person.id, today)
            leave = await calendar.leave_of(db, person.id, today)
            in_the_way = await calendar.in_the_way(db, person.id, now)
            text = self._tools.templates.get_template("times.html").render(
                locale=at_desk.locale,
                person=person,
                token=at_desk.form_token,
                demo=person.demo,
                shown=shown,
                error=error,
                failed=typed.get("do", "") if error else "",
                saved="saved" in request.query,
                typed=typed,
                week=_week(rules, typed),
                other={day: calendar.spell_spans(spans) for day, spans in sorted(rules.other.items())},
                leave=leave,
                in_the_way=in_the_way,
                profile=_profile(typed) if typed.get("do") == "profile" else profiles.of(person),
                ways=WAYS,
                topics=TOPICS,
                languages=LOCALES,
                today=today,
            )
        return web.Response(text=text, content_type="text/html", status=400 if error else 200)


def _week(rules: calendar.Rules, typed: Mapping[str, str]) -> dict[int, str]:
    if typed.get("do") == "week":
        return {day: typed.get(f"day{day}", "") for day in range(7)}
    return {day: calendar.spell_spans(rules.week.get(day, ())) for day in range(7)}


def _profile(form: Mapping[str, str]) -> profiles.Profile:
    def chosen(name: str, options: tuple[str, ...]) -> list[str]:
        return [one for one in options if form.get(f"{name}-{one}")]

    return profiles.Profile(
        ways=chosen("way", WAYS),
        languages=chosen("language", LOCALES),
        topics=chosen("topic", TOPICS),
        phone=form.get("phone", "").strip(),
        place=form.get("place", "").strip(),
        about=form.get("about", "").strip(),
        session_minutes=_number(form.get("session_minutes", "")),
        pause_minutes=_number(form.get("pause_minutes", "")),
        most_cases=_number(form.get("most_cases", "") or "0"),
    )


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) < 6 else -1


def _day(text: str, error: type[GuidanceError]) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # a day has no zone
    except ValueError as wrong:
        raise error from wrong
