"""Getting in to the desk: by work account, by a link that works once, and in development by choosing a demo person."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.entra import START
from bot.web_safety import read_form
from dialogs.wording import LOCALES, say
from guidance import roles
from guidance.roles import Staff

DECISIONS = "/desk/decisions"
FOR_DECIDERS = (DECISIONS, "/advisor/events")
"""The pages of who only says yes or no to stays."""

_PAGE_OF_THE_DESK = re.compile(r"/(?:advisor/cases|desk)(?:/[\w-]+)+", re.ASCII)


@dataclass(frozen=True)
class AtDesk:
    """Who is at the desk in this request."""

    person: Staff
    locale: str
    form_token: str
    """Stands in every form of this visit, so that no other site can send one."""


class SignIn:
    """The door of the desk."""

    def __init__(self, tools: DeskTools, *, work_accounts: bool) -> None:
        self._tools = tools
        self._work_accounts = work_accounts

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [
            web.get("/advisor/sign-in", self.page),
            web.post("/advisor/sign-in", self.enter),
            web.post("/advisor/sign-out", self.leave),
        ]

    async def who(self, request: web.Request, db: AsyncSession) -> AtDesk:
        """The person at the desk. Raises a redirect to the sign-in page when there is none (any more)."""
        data = self._tools.cookie.read(request, self._tools.clock())
        person = await roles.at_desk(db, data["staff"]) if data else None
        if data is None or person is None:
            raise web.HTTPSeeOther(_door(request.path))
        if roles.only_decides(person) and not request.path.startswith(FOR_DECIDERS):
            raise web.HTTPSeeOther(DECISIONS)
        locale = request.query.get("lang", data["locale"])
        return AtDesk(person, locale if locale in LOCALES else "da", data["token"])

    async def who_if_any(self, request: web.Request, db: AsyncSession) -> AtDesk | None:
        """The person at the desk, or None."""
        try:
            return await self.who(request, db)
        except web.HTTPSeeOther:
            return None

    def check_token(self, form: Mapping[str, str], at_desk: AtDesk) -> None:
        """Raise HTTPForbidden for a form that is not of this visit."""
        if not hmac.compare_digest(form.get("token", "").encode(), at_desk.form_token.encode()):
            raise web.HTTPForbidden

    async def page(self, request: web.Request) -> web.Response:
        """How to get in. A link only shows a button: programs that look at links beforehand must not use it up."""
        return await self.show(locale_of(request), request.query.get("next", ""), link=request.query.get("link", ""))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Use a link, or in development a demo person's button, and go on to where the person wanted to be."""
        form = await read_form(request)
        locale, place = locale_of(request), form.get("next", "")
        async with self._tools.transaction() as db:
            person = await roles.use_link(db, form.get("link", ""), self._tools.clock())
            if person is None and self._tools.development:
                person = await roles.at_desk(db, form.get("staff", ""))
        if person is None:
            return await self.show(locale, place, error=say(locale, "desk.sign_in_failed"), status=403)
        response = go_to(place_for(person, place))
        self.let_in(response, person, locale)
        return response

    def let_in(self, response: web.Response, person: Staff, locale: str) -> None:
        """Begin a visit."""
        data = {"staff": person.id, "locale": locale, "token": secrets.token_urlsafe(16)}
        self._tools.cookie.write(response, data, self._tools.clock())

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Sign out."""
        response = go_to("/advisor/sign-in")
        self._tools.cookie.clear(response)
        return response

    async def show(
        self, locale: str, place: str, *, link: str = "", error: str = "", status: int = 200
    ) -> web.Response:
        """The sign-in page, with what went wrong."""
        people = []
        if self._tools.development:
            async with self._tools.reading() as db:
                people = list(await roles.desk_people(db))
        place, lang = page_of_the_desk(place), {"lang": locale} if locale != LOCALES[0] else {}
        page = self._tools.templates.get_template("sign_in.html").render(
            locale=locale,
            people=people,
            link=link,
            next=place,
            here=_address("/advisor/sign-in", lang),
            work_account=_address(START, lang | ({"next": place} if place else {})) if self._work_accounts else "",
            error=error,
        )
        return web.Response(text=page, content_type="text/html", status=status)


def locale_of(request: web.Request) -> str:
    """The language that the address asks for, else Danish."""
    asked = request.query.get("lang", "")
    return asked if asked in LOCALES else LOCALES[0]


def place_for(person: Staff, place: str) -> str:
    """Where somebody goes who has just come in: where they wanted to be, else to the first page of their work."""
    if roles.only_decides(person):
        return DECISIONS
    return page_of_the_desk(place) or ("/advisor" if roles.has_cases(person) else "/desk/articles")


def desk_path(text: str) -> str:
    """`text` if it is the address of a page of the desk, else that of its first page: never another site's."""
    return page_of_the_desk(text) or "/advisor"


def page_of_the_desk(text: str) -> str:
    """`text` if it is the address of a page of the desk, else empty: nobody said where they want to be."""
    return text if _PAGE_OF_THE_DESK.fullmatch(text) else ""


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _door(path: str) -> str:
    """The sign-in page, from which one comes back to `path`."""
    place = page_of_the_desk(path)
    return f"/advisor/sign-in?next={place}" if place else "/advisor/sign-in"


def go_to(path: str) -> web.Response:
    """A redirect that can carry a cookie: aiohttp's own is an exception."""
    return web.Response(status=303, headers={"Location": path})
