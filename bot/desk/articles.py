"""The desk's article pages: find, write, preview, review, publish, and every version that ever was."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import DeskTools, article_form
from bot.desk.sign_in import AtDesk, SignIn
from bot.rendering.adaptive import render as render_for_teams
from bot.rendering.html import markdown
from bot.rendering.html import render as render_for_web
from dialogs.wording import say, shown
from guidance import organisation
from guidance.roles import EDITOR
from knowledge import editing, trying
from knowledge.articles import Library
from knowledge.editing import LANGUAGES, STATUSES, ArticleError, Content, EditConflict, NoSuchArticle
from knowledge.trying import Checked

WARNED_AHEAD = timedelta(days=14)
"""How long before an article retires by itself its editors are told."""


@dataclass(frozen=True)
class Row:
    """One article in the list."""

    article_id: str
    language: str
    title: str
    region: str
    status: str
    state: str
    """published, retired, or new: never published yet."""
    review_by: date | None
    draft: str
    """draft, review, or empty."""
    audience: Sequence[str]
    expires_on: date | None = None


class ArticlePages:
    """What HR's editors see. Everybody at the desk may read; who edits must be an editor of the article's region."""

    def __init__(
        self, tools: DeskTools, sign_in: SignIn, library: Library, public_url: str, *, second_reader: bool
    ) -> None:
        self._tools = tools
        self._sign_in = sign_in
        self._library = library
        self._public_url = public_url
        self._second_reader = second_reader

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        one = "/desk/articles/{id}/{language}"
        return [
            web.get("/desk/articles", self.list_articles),
            web.get("/desk/articles/new", self.new),
            web.post("/desk/articles/new", self.create),
            web.post("/desk/articles/preview", self.preview),
            web.get(one, self.edit),
            web.post(one, self.save),
            web.get(one + "/history", self.history),
            web.post(one + "/history", self.bring_back),
        ]

    async def list_articles(self, request: web.Request) -> web.Response:
        """All articles, by search and filters."""
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            regions = await organisation.region_names(db)
            rows = await _rows(db)
        today = self._tools.clock().date()
        wanted = {name: request.query.get(name, "") for name in ("q", "region", "status", "audience", "show")}
        # An editor is told of what they can do something about; who reads along, of everything.
        own = [row for row in rows if _may_edit(at_desk, row.region)] if EDITOR in at_desk.person.roles else rows
        chosen = [row for row in rows if _fits(row, wanted, today)]
        return self._page(
            "articles.html",
            at_desk,
            rows=chosen,
            wanted=wanted,
            regions=regions,
            statuses=STATUSES,
            audiences=article_form.AUDIENCES,
            today=today,
            overdue=sum(_is_overdue(row, today) for row in own),
            expiring=sum(_expires_soon(row, today) for row in own),
            own_region=at_desk.person.region_id if EDITOR in at_desk.person.roles else "",
            to_read=sum(row.draft == "review" for row in rows),
        )

    async def new(self, request: web.Request) -> web.Response:
        """An empty article, or with ?of=… the same article in the other language."""
        async with self._tools.reading() as db:
            at_desk = await self._editor(request, db)
            content = article_form.empty(at_desk.person.region_id, self._tools.clock().date())
            content = replace(content, title=request.query.get("title", "").capitalize())
            of, language = request.query.get("of", ""), request.query.get("language", "da")
            if of:
                content = replace((await editing.open_draft(db, of, _other(language)))[0], questions=[])
            return await self._form(db, at_desk, of, language, content, revision=0)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Begin the article as a draft."""
        form = await request.post()
        content, language = article_form.read(form), str(form.get("language", "da"))
        return await self._change(request, form, str(form.get("of", "")), language, content, self._create)

    async def _create(
        self, db: AsyncSession, at_desk: AtDesk, key: tuple[str, str], content: Content, form: Any
    ) -> str:
        article_id, language = key
        taken = [article.id for article in await editing.all_articles(db)]
        article_id = article_id or editing.new_id(content.title, taken)
        await editing.begin(db, article_id, language, content, at_desk.person.id, self._tools.clock())
        return f"/desk/articles/{article_id}/{language}?saved=1"

    async def edit(self, request: web.Request) -> web.Response:
        """The editor: the draft, else the live text."""
        article_id, language = _key(request)
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            try:
                content, draft = await editing.open_draft(db, article_id, language)
            except NoSuchArticle as gone:
                raise web.HTTPNotFound(text=say(at_desk.locale, gone.key)) from gone
            return await self._form(
                db, at_desk, article_id, language, content,
                revision=draft.revision if draft else 0, saved="saved" in request.query,
            )  # fmt: skip

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Save, and do what the tapped button says."""
        article_id, language = _key(request)
        form = await request.post()
        content = article_form.read(form)
        if form.get("do") == "publish" and not form.get("anyway"):
            warned = await self._warn(request, form, article_id, language, content)
            if warned is not None:
                return warned
        return await self._change(request, form, article_id, language, content, self._save)

    async def _warn(
        self, request: web.Request, form: Any, article_id: str, language: str, content: Content
    ) -> web.Response | None:
        """The page with the test questions that would no longer be answered; None if all is well."""
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who_if_any(request, db)
            kept = await trying.kept(db)
            if at_desk is None or not kept or not _may_edit(at_desk, content.region_id):
                return None
            await self._library.refresh(db)
        page = article_form.page(content, article_id, language)
        broken = await trying.what_breaks(self._library, page, kept)
        if not broken:
            return None
        async with self._tools.reading() as db:
            return await self._form(
                db, at_desk, article_id, language, content,
                revision=int(form.get("revision", 0) or 0), error=say(at_desk.locale, "editing.would_break"),
                broken=broken,
            )  # fmt: skip

    async def _save(self, db: AsyncSession, at_desk: AtDesk, key: tuple[str, str], content: Content, form: Any) -> str:
        article_id, language = key
        revision, action = int(form.get("revision", 0)), str(form.get("do", "save"))
        editor, now = at_desk.person.id, self._tools.clock()
        here = f"/desk/articles/{article_id}/{language}"
        if action == "retire":
            await editing.retire(db, article_id, language, editor, now)
        elif action == "discard":
            await editing.discard(db, article_id, language, revision)
            if await editing.live_article(db, article_id, language) is None:
                return "/desk/articles"
        else:
            current, draft = await editing.open_draft(db, article_id, language)
            if draft is None or current != content:  # who only reads and publishes has not written it
                revision = await editing.save(db, article_id, language, content, revision, editor=editor, now=now)
            if action == "review":
                await editing.send_to_review(db, article_id, language, revision)
            elif action == "publish":
                await editing.publish(
                    db, article_id, language, revision, editor=editor, now=now, second_reader=self._second_reader
                )
        return f"{here}?saved=1"

    async def preview(self, request: web.Request) -> web.Response:
        """What employees would see, on the web and in Teams. Changes nothing."""
        form = await request.post()
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            regions = await organisation.region_names(db)
            known = [article.id for article in await editing.all_articles(db)]
        content, language = article_form.read(form), str(form.get("language", "da"))
        cards = article_form.cards(content, language, regions.get(content.region_id, content.region_id))
        teams = [render_for_teams(card, self._public_url) for card in cards]
        return web.json_response(
            {
                "web": [render_for_web(self._tools.templates, card) for card in cards],
                "teams": teams,
                "markdown": {text: markdown(text) for text in article_form.words_of(teams)},
                "problems": article_form.told(editing.problems(content, known), at_desk.locale),
            }
        )

    async def history(self, request: web.Request) -> web.Response:
        """Every version with what it changed."""
        article_id, language = _key(request)
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            versions = await editing.history(db, article_id, language)
            names = await organisation.staff_names(db)
        steps = [
            (version, names.get(version.made_by, ""), editing.difference(_of(older), _of(version)) if older else {})
            for version, older in zip_longest(versions, versions[1:])
        ]
        return self._page("article_history.html", at_desk, article_id=article_id, language=language, steps=steps)

    async def bring_back(self, request: web.Request) -> web.StreamResponse:
        """Make a draft of an old version."""
        article_id, language = _key(request)
        form = await request.post()
        return await self._change(request, form, article_id, language, None, self._bring_back)

    async def _bring_back(
        self, db: AsyncSession, at_desk: AtDesk, key: tuple[str, str], content: Content | None, form: Any
    ) -> str:
        number = int(form.get("number", 0))
        await editing.bring_back(db, *key, number, editor=at_desk.person.id, now=self._tools.clock())
        return f"/desk/articles/{key[0]}/{key[1]}?saved=1"

    async def _change(
        self, request: web.Request, form: Any, article_id: str, language: str, content: Content | None, work: Any
    ) -> web.StreamResponse:
        """Do one change for an editor. Whatever goes wrong, the page comes back with what was typed."""
        try:
            async with self._tools.reading() as db:
                at_desk = await self._editor(request, db)
                await _check_region(db, at_desk, article_id, language, content)
            self._sign_in.check_token({"token": str(form.get("token", ""))}, at_desk)
        except (web.HTTPSeeOther, web.HTTPForbidden) as refused:
            return await self._typed_again(request, refused, article_id, language, content, form)
        try:
            async with self._tools.transaction() as db:
                place = await work(db, at_desk, (article_id, language), content, form)
        except ArticleError as error:
            async with self._tools.reading() as db:
                return await self._refused(db, at_desk, article_id, language, content, form, error)
        return web.Response(status=303, headers={"Location": place})

    async def _refused(
        self, db: AsyncSession, at_desk: AtDesk, article_id: str, language: str,
        content: Content | None, form: Any, error: ArticleError,
    ) -> web.Response:  # fmt: skip
        """The same page with what was typed, why it could not be done, and after a conflict what the other wrote."""
        theirs, revision = None, int(form.get("revision", 0) or 0)
        if isinstance(error, EditConflict):
            theirs, draft = await editing.open_draft(db, article_id, language)
            revision = draft.revision if draft else 0
        if content is None:
            content, _ = await editing.open_draft(db, article_id, language)
        return await self._form(
            db, at_desk, article_id, language, content, revision=revision,
            error=say(at_desk.locale, error.key, error.values),
            theirs=editing.difference(theirs, content) if theirs else {},
        )  # fmt: skip

    async def _typed_again(
        self, request: web.Request, refused: web.HTTPException, article_id: str, language: str,
        content: Content | None, form: Any,
    ) -> web.Response:  # fmt: skip
        """The visit ran out while somebody was writing: give the text back, to be saved once they are signed in."""
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who_if_any(request, db)
            if content is None or (at_desk is not None and not _may_edit(at_desk, content.region_id)):
                raise refused  # there is nothing to give back, or nothing that this person may save
            key = "editing.press_again" if at_desk else "editing.signed_out"
            return await self._form(
                db, at_desk, article_id, language, content,
                revision=int(form.get("revision", 0) or 0), error=say(at_desk.locale if at_desk else "da", key),
            )  # fmt: skip

    async def _editor(self, request: web.Request, db: AsyncSession) -> AtDesk:
        at_desk = await self._sign_in.who(request, db)
        if EDITOR not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "editing.not_editor"))
        return at_desk

    async def _form(
        self, db: AsyncSession, at_desk: AtDesk | None, article_id: str, language: str, content: Content, *,
        revision: int, error: str = "", theirs: Mapping[str, Any] | None = None, saved: bool = False,
        broken: Sequence[Checked] = (),
    ) -> web.Response:  # fmt: skip
        articles = await editing.all_articles(db)
        live = next((one for one in articles if (one.id, one.language) == (article_id, language)), None)
        _, draft = await editing.open_draft(db, article_id, language) if live or revision else (None, None)
        names = await organisation.staff_names(db)
        locale = at_desk.locale if at_desk else "da"
        return self._page(
            "article_edit.html",
            at_desk,
            status=409 if theirs else 400 if error else 200,
            article_id=article_id,
            language=language,
            content=content,
            revision=revision,
            live=live,
            draft=draft,
            saved_by=names.get(draft.saved_by, "") if draft else "",
            may_edit=at_desk is None or _may_edit(at_desk, content.region_id),
            error=error,
            broken=broken,
            theirs=theirs or {},
            saved=saved,
            problems=article_form.told(editing.problems(content, [one.id for one in articles]), locale)
            if revision or live
            else [],
            regions=await organisation.region_names(db),
            statuses=STATUSES,
            audiences=article_form.AUDIENCES,
            topics=sorted({one.topic for one in articles}),
            others=[one for one in articles if one.language == language and one.id != article_id],
            languages=LANGUAGES,
            second_reader=self._second_reader,
        )

    def _page(self, template: str, at_desk: AtDesk | None, status: int = 200, **values: Any) -> web.Response:
        text = self._tools.templates.get_template(template).render(
            locale=at_desk.locale if at_desk else "da",
            person=at_desk.person if at_desk else None,
            token=at_desk.form_token if at_desk else "",
            demo=at_desk is not None and at_desk.person.demo,
            shown=shown,
            **values,
        )
        return web.Response(text=text, content_type="text/html", status=status)


async def _rows(db: AsyncSession) -> list[Row]:
    drafts = {(draft.article_id, draft.language): draft for draft in await editing.drafts(db)}
    rows = []
    for article in await editing.all_articles(db):
        draft = drafts.pop((article.id, article.language), None)
        rows.append(
            Row(article.id, article.language, article.title, article.region_id, article.status, article.state,
                article.review_by, draft.state if draft else "", article.audience, article.expires_on)
        )  # fmt: skip
    for (article_id, language), draft in drafts.items():
        content = Content(**draft.content)
        rows.append(
            Row(
                article_id,
                language,
                content.title,
                content.region_id,
                content.status,
                "new",
                None,
                draft.state,
                content.audience,
            )
        )
    return sorted(rows, key=lambda row: (row.region, row.title.casefold(), row.language))


def _fits(row: Row, wanted: Mapping[str, str], today: date) -> bool:
    words = wanted["q"].casefold().split()
    if not all(word in f"{row.title} {row.article_id}".casefold() for word in words):
        return False
    if wanted["region"] not in ("", row.region) or wanted["status"] not in ("", row.status):
        return False
    if wanted["audience"] and wanted["audience"] not in row.audience:
        return False
    show = wanted["show"]
    return (
        not show
        or (show == "overdue" and _is_overdue(row, today))
        or (show == "expiring" and _expires_soon(row, today))
        or (show == "drafts" and row.draft != "")
        or (show == "review" and row.draft == "review")
        or (show == "retired" and row.state == "retired")
    )


def _is_overdue(row: Row, today: date) -> bool:
    return row.state == "published" and row.review_by is not None and row.review_by < today


def _expires_soon(row: Row, today: date) -> bool:
    return row.state == "published" and row.expires_on is not None and row.expires_on <= today + WARNED_AHEAD


def _may_edit(at_desk: AtDesk, region_id: str) -> bool:
    return EDITOR in at_desk.person.roles and at_desk.person.region_id == region_id


async def _check_region(
    db: AsyncSession, at_desk: AtDesk, article_id: str, language: str, content: Content | None
) -> None:
    """An editor changes articles of their own region, and gives none away to another one. Raises HTTPForbidden."""
    regions = {content.region_id} if content else set()
    with suppress(NoSuchArticle):
        regions.add((await editing.open_draft(db, article_id, language))[0].region_id)
    if any(not _may_edit(at_desk, region) for region in regions):
        raise web.HTTPForbidden(text=say(at_desk.locale, "editing.not_your_region"))


def _key(request: web.Request) -> tuple[str, str]:
    article_id, language = request.match_info["id"], request.match_info["language"]
    if language not in LANGUAGES:
        raise web.HTTPNotFound
    return article_id, language


def _other(language: str) -> str:
    return "da" if language == "en" else "en"


def _of(version: Any) -> Content:
    return Content(**version.content)
