"""The desk's page "try a question": what an employee would get, why, and questions kept to be tried again."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools
from bot.desk.sign_in import SignIn
from bot.web_safety import read_form
from dialogs.wording import say, shown
from guidance import organisation
from guidance.masking import mask_cpr
from guidance.roles import EDITOR
from knowledge import trying
from knowledge.articles import Library
from knowledge.language import guess
from knowledge.trying import LONGEST, QuestionUnusable

NO_ARTICLE = "-"
"""In the form: no article should answer. An empty choice is no choice."""


class TryPages:
    """Everybody at the desk may try; editors keep questions. Nothing that is tried is counted."""

    def __init__(self, tools: DeskTools, sign_in: SignIn, library: Library) -> None:
        self._tools = tools
        self._sign_in = sign_in
        self._library = library

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get("/desk/try", self.page), web.post("/desk/try", self.change)]

    async def page(self, request: web.Request) -> web.Response:
        """The form, what the question in the address would get, and all kept questions with how they fare."""
        async with self._tools.reading() as db:
            return await self._page(request, db, dict(request.query))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Keep a question, or take one out."""
        form = await read_form(request)
        question, region = mask_cpr(form.get("q", ""))[0], form.get("region", "")
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
        if EDITOR not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "editing.not_editor"))
        self._sign_in.check_token(form, at_desk)
        expected = form.get("article", "")
        try:
            async with self._tools.transaction() as db:
                if form.get("do") == "forget":
                    await trying.forget(db, question, region)
                elif not expected:
                    raise QuestionUnusable("trying.no_article")
                else:
                    article = "" if expected == NO_ARTICLE else expected
                    await trying.keep(db, question, region, article, at_desk.person.id, self._tools.clock())
        except QuestionUnusable as error:
            async with self._tools.reading() as db:
                return await self._page(request, db, form, error=say(at_desk.locale, error.key))
        return web.Response(status=303, headers={"Location": "/desk/try?saved=1#kept"})

    async def _page(
        self, request: web.Request, db: AsyncSession, typed: dict[str, str], error: str = ""
    ) -> web.Response:
        at_desk = await self._sign_in.who(request, db)
        await self._library.refresh(db)
        regions = await organisation.region_names(db)
        kept = await trying.kept(db)
        question, region = typed.get("q", ""), typed.get("region", at_desk.person.region_id)
        locale = guess(question) or "da"
        titles = {page.id: page.title for page in self._library.index.pages() if page.language == "da"}
        text = self._tools.templates.get_template("try.html").render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            shown=shown,
            may_edit=EDITOR in at_desk.person.roles,
            regions=regions,
            question=question,
            region=region,
            longest=LONGEST,
            tried=await trying.try_out(self._library, question, locale, region) if question.strip() else None,
            titles=dict(sorted(titles.items(), key=lambda row: row[1])),
            no_article=NO_ARTICLE,
            checked=await trying.check(self._library, kept),
            saved="saved" in typed,
            error=error,
        )
        return web.Response(text=text, content_type="text/html", status=400 if error else 200)
