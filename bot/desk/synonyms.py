"""The desk's page of everyday words: what people type, and what the articles call it."""

from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import SignIn
from bot.web_safety import read_form
from dialogs.wording import say, shown
from guidance.roles import EDITOR
from knowledge import synonyms
from knowledge.synonyms import LANGUAGES, SynonymUnusable


class SynonymPages:
    """Everybody at the desk may read the list; editors change it. A change counts from the next question."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get("/desk/synonyms", self.page), web.post("/desk/synonyms", self.change)]

    async def page(self, request: web.Request) -> web.Response:
        """The list, with a form that may be filled in by the address: ?term=… from the page of questions."""
        async with self._tools.reading() as db:
            return await self._page(request, db, dict(request.query))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Add, replace or take out one. Whatever is wrong, the page comes back with what was typed."""
        form = await read_form(request)
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
        if EDITOR not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "editing.not_editor"))
        self._sign_in.check_token(form, at_desk)
        language, term = form.get("language", ""), form.get("term", "")
        try:
            async with self._tools.transaction() as db:
                if form.get("do") == "remove":
                    await synonyms.remove(db, language, term)
                else:
                    term = await synonyms.put(db, language, term, form.get("means", ""), self._tools.clock())
        except SynonymUnusable as error:
            async with self._tools.reading() as db:
                return await self._page(request, db, form, error=say(at_desk.locale, error.key))
        place = "saved=1"
        if form.get("do") == "remove":  # the form holds it still: who regrets it presses once
            place = urlencode({name: form.get(name, "") for name in ("language", "term", "means")} | {"removed": "1"})
        return web.Response(status=303, headers={"Location": f"/desk/synonyms?{place}"})

    async def _page(
        self, request: web.Request, db: AsyncSession, typed: dict[str, str], error: str = ""
    ) -> web.Response:
        at_desk = await self._sign_in.who(request, db)
        listed = await synonyms.all_of_them(db)
        wanted = typed.get("q", "").casefold().strip()
        text = self._tools.templates.get_template("synonyms.html").render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            shown=shown,
            may_edit=EDITOR in at_desk.person.roles,
            languages=LANGUAGES,
            typed=typed,
            error=error,
            listed={
                language: {
                    term: means
                    for term, means in terms.items()
                    if wanted in term or any(wanted in one.casefold() for one in means)
                }
                for language, terms in listed.items()
            },
        )
        return web.Response(text=text, content_type="text/html", status=400 if error else 200)
