"""Where hosts and managers say yes or no, with one tap: at the desk, or by a link that the coordinator passed on."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import AtDesk, SignIn
from bot.web_safety import read_form
from dialogs.placements import wish_facts
from dialogs.stays import host_facts
from dialogs.wording import LOCALES, line, say, shown
from guidance import organisation, placement_steps, stay_costs
from guidance.errors import GuidanceError, NoSuchCase
from guidance.placement_steps import Asked
from guidance.placement_terms import RESPONSIBILITIES
from guidance.placement_workflow import REASONS
from guidance.placements import Wish


class DecisionPages:
    """A decision is a form with two buttons. Opening a page changes nothing: programs look at links, too."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [
            web.get("/desk/decisions", self.mine),
            web.post("/desk/decisions", self.decide),
            web.get("/desk/decisions/{case}/agreement", self.agreement),
            web.get("/decide/{secret}/agreement", self.agreement_by_link),
            web.get("/decide/{secret}", self.by_link),
            web.post("/decide/{secret}", self.decide_by_link),
        ]

    async def mine(self, request: web.Request) -> web.Response:
        """Everything that waits for this person."""
        return await self._mine(request, {})

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """One yes or no."""
        form, locale = await read_form(request), LOCALES[0]
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._sign_in.who(request, db)
                self._sign_in.check_token(form, at_desk)
                locale = at_desk.locale
                asked = await self._one(db, at_desk, form.get("case", ""))
                await self._take(db, asked, form, at_desk.person.id)
        except GuidanceError as error:
            return await self._mine(request, form, error=say(locale, error.key, error.values))
        self._tools.work.poke()
        raise web.HTTPSeeOther("/desk/decisions?done=1")

    async def by_link(self, request: web.Request) -> web.Response:
        """What the link asks."""
        return await self._by_link(request, {})

    async def decide_by_link(self, request: web.Request) -> web.StreamResponse:
        """One yes or no, by whoever has the link."""
        form = await read_form(request)
        locale = _locale(request)
        try:
            async with self._tools.transaction() as db:
                asked = await placement_steps.asked_by_link(db, request.match_info["secret"])
                await self._take(db, asked, form, None)
        except GuidanceError as error:
            if isinstance(error, NoSuchCase):
                return await self._by_link(request, {})
            return await self._by_link(request, form, error=say(locale, error.key, error.values))
        self._tools.work.poke()
        raise web.HTTPSeeOther(f"{request.path}?lang={locale}")

    async def agreement(self, request: web.Request) -> web.Response:
        """The agreement of an approved stay, for a host or a manager at the desk, or for the coordinator."""
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            person, case_id = at_desk.person.id, request.match_info["case"]
            own = [one for one in await placement_steps.approved_of(db, person) if one.stay.case.id.hex == case_id]
            try:
                asked = own[0] if own else await placement_steps.for_coordinator(db, person, case_id)
                return await self._agreement(db, asked, at_desk.locale)
            except NoSuchCase as gone:
                raise web.HTTPNotFound(text=say(at_desk.locale, gone.key)) from gone

    async def agreement_by_link(self, request: web.Request) -> web.Response:
        """The same, for who decided by a link."""
        locale = _locale(request)
        async with self._tools.reading() as db:
            try:
                asked = await placement_steps.asked_by_link(db, request.match_info["secret"])
                return await self._agreement(db, asked, locale)
            except NoSuchCase as gone:
                raise web.HTTPNotFound(text=say(locale, gone.key)) from gone

    async def _agreement(self, db: AsyncSession, asked: Asked, locale: str) -> web.Response:
        """A page to print. Before everybody has said yes there is none. Raises NoSuchCase."""
        terms = asked.stay.terms
        if asked.stay.state not in ("approved", "done") or terms is None:
            raise NoSuchCase
        names = await organisation.names(db)
        # Where somebody works goes with their name: who may not see the one does not see the other.
        home = names.get(placement_steps.home_of(db, asked.stay.placement), "") if asked.name else ""
        text = self._tools.templates.get_template("agreement.html").render(
            locale=locale,
            who=asked.name or asked.stay.case.alias,
            home=home,
            host=names.get(terms.host, ""),
            first=shown(locale, terms.first),
            last=shown(locale, terms.last),
            responsible={one: getattr(terms, one) for one in RESPONSIBILITIES},
            calendar=f"/calendar/{terms.first:%Y%m%d}-{terms.last:%Y%m%d}.ics",
        )
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _take(self, db: AsyncSession, asked: Asked, form: Mapping[str, str], staff_id: str | None) -> None:
        about = bytes.fromhex(form["about"]) if _is_hex(form.get("about", "")) else b""
        decision, reason = form.get("decision", ""), form.get("reason", "")
        await placement_steps.decide(db, asked, decision, reason, about, self._tools.clock(), staff_id)

    async def _one(self, db: AsyncSession, at_desk: AtDesk, case_id: str) -> Asked:
        """What this person is asked in this case. Raises NoSuchCase: others' decisions do not exist for them."""
        for asked in await placement_steps.asked_of(db, at_desk.person.id):
            if asked.stay.case.id.hex == case_id:
                return asked
        raise NoSuchCase

    async def _mine(self, request: web.Request, typed: Mapping[str, str], error: str = "") -> web.Response:
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            person = at_desk.person.id
            cards = [await card(db, one, at_desk.locale) for one in await placement_steps.asked_of(db, person)]
            approved = [await card(db, one, at_desk.locale) for one in await placement_steps.approved_of(db, person)]
        text = self._tools.templates.get_template("decisions.html").render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            cards=cards,
            approved=approved,
            typed=typed,
            error=error,
            done="done" in request.query,
            reasons=REASONS,
        )
        return web.Response(text=text, content_type="text/html", status=400 if error else 200)

    async def _by_link(self, request: web.Request, typed: Mapping[str, str], error: str = "") -> web.Response:
        locale = _locale(request)
        async with self._tools.reading() as db:
            try:
                one = await card(db, await placement_steps.asked_by_link(db, request.match_info["secret"]), locale)
            except NoSuchCase:
                one = None
        text = self._tools.templates.get_template("decide.html").render(
            locale=locale, card=one, typed=typed, error=error, reasons=REASONS, here=request.path
        )
        headers = {"Cache-Control": "no-store"}
        status = 404 if one is None else 400 if error else 200
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)


async def card(db: AsyncSession, asked: Asked, locale: str) -> dict[str, Any]:
    """What somebody who decides reads: what the employee agreed to, who is responsible, and nothing more."""
    terms, names = asked.stay.terms, await organisation.names(db)
    wish = Wish(**asked.wish) if asked.wish else None
    rows = (host_facts(wish) if asked.role == "host" else wish_facts(wish)[:1]) if wish else ()
    facts = [(line(locale, label), shown(locale, value)) for label, value in rows]
    if terms is not None:
        facts += [
            (say(locale, "fact.host"), names.get(terms.host, "")),
            (say(locale, "fact.first_day"), shown(locale, terms.first)),
            (say(locale, "fact.last_day"), shown(locale, terms.last)),
            *((say(locale, f"board.responsible_{one}"), getattr(terms, one)) for one in RESPONSIBILITIES),
        ]
    costs = await stay_costs.of_stay(db, asked.stay)
    if costs is not None:
        paid = costs.host if asked.role == "host" else costs.home
        amount = say(locale, "costs.kroner", {"amount": shown(locale, paid)})
        facts.append((say(locale, f"costs.for_{asked.role}"), amount if costs.known else say(locale, "costs.unknown")))
    return {
        "case": asked.stay.case.id.hex,
        "alias": asked.stay.case.alias,
        "role": asked.role,
        "name": asked.name,
        "facts": facts,
        "about": terms.fingerprint.hex() if terms else "",
        "open": asked.is_open and bool(wish),
        "decided": asked.decided,
        "state": asked.stay.state,
    }


def _locale(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in LOCALES else LOCALES[0]


def _is_hex(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)
