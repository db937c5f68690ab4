"""The coordinators' page of the model of stays: its figures, and every version of them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import AtDesk, SignIn
from bot.web_safety import read_form
from dialogs.wording import say, shown
from guidance import organisation, schemes
from guidance.errors import GuidanceError
from guidance.schemes import RANGES, Scheme, Version


class SchemePages:
    """A change is a new version. Requests that have been sent keep theirs."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get("/desk/scheme", self.page), web.post("/desk/scheme", self.change)]

    async def page(self, request: web.Request) -> web.Response:
        """The figures that hold now."""
        return await self._show(request, {})

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Save the next version. Whatever is wrong, the page comes back with what was typed."""
        form, locale = await read_form(request), "da"
        try:
            async with self._tools.transaction() as db:
                at_desk = await self._coordinator(request, db)
                self._sign_in.check_token(form, at_desk)
                locale = at_desk.locale
                seen = int(form["seen"]) if form.get("seen", "").isdecimal() else -1
                await schemes.save(db, at_desk.person.region_id, at_desk.person, seen, form, self._tools.clock())
        except GuidanceError as error:
            values = {name: shown(locale, value) for name, value in error.values.items()}
            said = say(locale, error.key, values)
            return await self._show(request, form, error=said, at=str(error.values.get("name", "")))
        raise web.HTTPSeeOther("/desk/scheme?saved=1")

    async def _show(
        self, request: web.Request, typed: Mapping[str, str], *, error: str = "", at: str = ""
    ) -> web.Response:
        async with self._tools.reading() as db:
            at_desk = await self._coordinator(request, db)
            current = await schemes.current(db, at_desk.person.region_id)
            versions = list(await schemes.versions(db, at_desk.person.region_id))
            names = await organisation.staff_names(db)
        figures = {name: typed.get(name, "") if typed else _spelled(value) for name, value in _figures(current)}
        text = self._tools.templates.get_template("scheme.html").render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            shown=shown,
            figures=figures,
            ranges=RANGES,
            current=current,
            versions=_with_changes(versions),
            names=names,
            error=error,
            at=at,
            saved="saved" in request.query,
        )
        return web.Response(text=text, content_type="text/html", status=400 if error else 200)

    async def _coordinator(self, request: web.Request, db: AsyncSession) -> AtDesk:
        at_desk = await self._sign_in.who(request, db)
        if "coordinator" not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "board.not_coordinator"))
        return at_desk


def _figures(version: Version) -> list[tuple[str, Any]]:
    return list(asdict(version.scheme).items())


def _spelled(value: object) -> str:
    return str(value).replace(".", ",")


def _with_changes(versions: list[Version]) -> list[tuple[Version, list[tuple[str, str, str]]]]:
    """Each version, the newest first, with the figures that it changed: which, from what, to what."""
    before = [*versions[1:], Version(0, "", None, Scheme())]
    return [
        (
            version,
            [
                (name, _spelled(was), _spelled(now))
                for (name, was), (_, now) in zip(_figures(earlier), _figures(version), strict=True)
                if was != now
            ],
        )
        for version, earlier in zip(versions, before, strict=False)
    ]
