"""Getting in to the desk: by a link that works once, and in development by choosing a demo person."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.web_safety import read_form
from dialogs.wording import LOCALES
from guidance import roles
from guidance.roles import Staff

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

    def __init__(self, tools: DeskTools) -> None:
        self._tools = tools

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
        async with self._tools.reading() as db:
            people = await roles.desk_people(db) if self._tools.development else []
        return self._page(people, request.query.get("link", ""), request.query.get("next", ""), error=False)

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Use a link, or in development a demo person's button, and go on to where the person wanted to be."""
        form = await read_form(request)
        now = self._tools.clock()
        async with self._tools.transaction() as db:
            person = await roles.use_link(db, form.get("link", ""), now)
            if person is None and self._tools.development:
                person = await roles.at_desk(db, form.get("staff", ""))
            people = await roles.desk_people(db) if self._tools.development else []
        if person is None:
            return self._page(people, "", form.get("next", ""), error=True)
        response = _go_to(desk_path(form.get("next", "")))
        data = {"staff": person.id, "locale": "da", "token": secrets.token_urlsafe(16)}
        self._tools.cookie.write(response, data, now)
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Sign out."""
        response = _go_to("/advisor/sign-in")
        self._tools.cookie.clear(response)
        return response

    def _page(self, people: object, link: str, place: str, *, error: bool) -> web.Response:
        template = self._tools.templates.get_template("sign_in.html")
        page = template.render(locale="da", people=people, link=link, next=desk_path(place), error=error)
        return web.Response(text=page, content_type="text/html", status=403 if error else 200)


def desk_path(text: str) -> str:
    """`text` if it is the address of a page of the desk, else that of its first page: never another site's."""
    return text if _PAGE_OF_THE_DESK.fullmatch(text) else "/advisor"


def _door(path: str) -> str:
    """The sign-in page, from which one comes back to `path`."""
    place = desk_path(path)
    return "/advisor/sign-in" if place == "/advisor" else f"/advisor/sign-in?next={place}"


def _go_to(path: str) -> web.Response:
    """A redirect that can carry a cookie: aiohttp's own is an exception."""
    return web.Response(status=303, headers={"Location": path})
