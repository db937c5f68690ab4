"""The desk's pages of career paths: which posts there are, the steps between them, and where the facts come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.career_pages import Pictures, TooManyWaiting, drawing_of_path
from bot.desk import DeskTools, career_form
from bot.desk.sign_in import AtDesk, SignIn
from bot.web_safety import read_lists
from dialogs.career import FACT_LABELS, in_short, known_of, label, picture_of_path, sources_of, standing_of
from dialogs.wording import line, say, shown
from guidance import organisation
from guidance.roles import EDITOR
from knowledge import career_editing, editing
from knowledge.articles import Library
from knowledge.career_editing import CareerError, ChangedMeanwhile, InUse, Item, NoSuchItem, NotRight
from knowledge.career_paths import FACTS, LANGUAGES, REGIONS, STATUSES, CareerPaths, PathStep, Source
from knowledge.career_reading import LONGEST_NAME, LONGEST_TEXT, Mistake, Row, step_id

SHOW = ("overdue", "unchecked", "gaps")
"""Which steps the list can be narrowed to."""
MOST_PICTURES = 40

_SIGNED_OUT = ("editing.signed_out", 400)

_KIND = "{kind:source|post|step}"
_NEW = "new"
"""In an address: what has no id yet. So nothing may have it as its id."""


@dataclass(frozen=True)
class Known:
    """What the pages know while they answer one request."""

    paths: CareerPaths
    items: Mapping[tuple[str, str], Item]
    regions: Mapping[str, str]
    articles: Mapping[str, str]
    """Titles by id."""

    def rows(self, kind: str) -> list[Row]:
        """What is in use of a kind, in order."""
        return [one.row for (of, _), one in self.items.items() if of == kind and not one.removed]

    @property
    def sources(self) -> dict[str, Source]:
        """The sources by their ids."""
        return {row.id: Source(row.id, {lang: str(row.data.get(lang, "")) for lang in LANGUAGES}) for row in
                self.rows("source")}  # fmt: skip

    def name(self, row: Row, locale: str) -> str:
        """What one of them is called in a list."""
        data = career_form.filled(row.kind, row.data, date.min)
        if row.kind == "source":
            return str(data[locale] or row.id)
        if row.kind == "post":
            return label(data[locale]["name"] or row.id)
        starts = ", ".join(self.post(one, locale) for one in data["from"])
        return label(f"{starts or '…'} → {self.post(data['to'], locale) or '…'}")

    def post(self, post_id: str, locale: str) -> str:
        """What a post is called, removed ones too."""
        if post_id in self.paths.posts:
            return self.paths.posts[post_id].name[locale]
        item = self.items.get(("post", post_id))
        return str(career_form.filled("post", item.row.data, date.min)[locale]["name"]) if item else post_id

    def names(self, locale: str) -> dict[str, str]:
        """What everything is called that a row can name."""
        found = {f"{kind} {one}": self.name(item.row, locale) for (kind, one), item in self.items.items()}
        found |= {f"article {one}": title for one, title in self.articles.items()}
        return found | {f"region {one}": name for one, name in self.regions.items()}


@dataclass(frozen=True)
class Listed:
    """A step in the list."""

    step: PathStep
    short: str
    gaps: Sequence[str]
    overdue: bool


class CareerDesk:
    """Everybody at the desk may read; editors change it, what is of another region only excepted."""

    def __init__(self, tools: DeskTools, sign_in: SignIn, library: Library) -> None:
        self._tools = tools
        self._sign_in = sign_in
        self._library = library
        self._pictures = Pictures(MOST_PICTURES)

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        one = f"/desk/career/{_KIND}/{{id:[a-z0-9-]+}}"
        return [
            web.get("/desk/career", self.list_posts),
            web.post("/desk/career/preview", self.preview),
            web.get("/desk/career/picture.svg", self.picture),
            web.get(one, self.edit),
            web.post(one, self.change),
            web.get(one + "/history", self.history),
        ]

    # -- looking --

    async def list_posts(self, request: web.Request) -> web.Response:
        """All posts with the steps from them, by search and by what is left to do."""
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            known = await self._known(db)
        locale, today, paths = at_desk.locale, self._today(), known.paths
        wanted = {name: request.query.get(name, "") for name in ("q", "show")}
        posts = paths.search(wanted["q"][:LONGEST_NAME]) if wanted["q"].strip() else list(paths.posts.values())
        listed = [(post, [_listed(step, known, locale, today) for step in paths.ways_on(post.id)]) for post in posts]
        if wanted["show"] in SHOW:
            listed = [(post, fit) for post, steps in listed if (fit := [one for one in steps if _fits(one, wanted)])]
        removed = [one for one in known.items.values() if one.removed]
        kind, _, item_id = request.query.get("removed", "").partition("/")
        gone = known.items.get((kind, item_id))
        return self._page(
            "career_list.html",
            at_desk,
            listed=listed,
            wanted=wanted,
            show=SHOW,
            narrowed=bool(wanted["q"].strip()) or wanted["show"] in SHOW,
            sources=[(row.id, known.name(row, locale)) for row in known.rows("source")],
            removed=[(one.row, known.name(one.row, locale)) for one in removed],
            gone=gone if gone and gone.removed else None,
            gone_name=known.name(gone.row, locale) if gone else "",
            may_edit=EDITOR in at_desk.person.roles,
            label=label,
        )

    async def edit(self, request: web.Request) -> web.Response:
        """The form of one, or of a new one."""
        kind, item_id = _key(request)
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            if item_id == _NEW:
                asked = {name: request.query.getall(name, []) for name in ("from", "to")}
                data = career_form.empty(kind, self._today())
                if kind == "step":
                    data |= {"from": asked["from"], "to": "".join(asked["to"][:1])}
                return await self._form(db, at_desk, Item(Row(kind, "", data), 0), {})
            item = await self._find(db, at_desk, kind, item_id)
            return await self._form(db, at_desk, item, item.row.data, saved="saved" in request.query)

    async def history(self, request: web.Request) -> web.Response:
        """Every version, what it changed, by whom and when."""
        kind, item_id = _key(request)
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            item = await self._find(db, at_desk, kind, item_id)
            versions = await career_editing.history(db, kind, item_id)
            people = await organisation.staff_names(db)
            known = await self._known(db)
        names, locale, today = known.names(at_desk.locale), at_desk.locale, self._today()
        steps = [
            (
                version,
                people.get(version.made_by, ""),
                career_form.difference(older[1], row, names, locale, today) if older else {},
            )
            for (version, row), older in zip_longest(versions, versions[1:])
        ]
        return self._page(
            "career_history.html",
            at_desk,
            item=item,
            name=known.name(item.row, locale),
            steps=steps,
            parts=_labels({part for _, _, changed in steps for part in changed}, locale),
            may_edit=_may_edit(at_desk, item.row),
        )

    async def preview(self, request: web.Request) -> web.Response:
        """What employees would see of a step, and what keeps it from being saved. Changes nothing."""
        form = await read_lists(request)
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            known = await self._known(db)
            row = Row("step", _one(form, "id") or _NEW, career_form.read("step", form))
            mistakes = await career_editing.mistakes_in(db, row)
        shown_as = self._shown_as(row, known, at_desk.locale)
        html = self._tools.templates.get_template("career_preview.html").render(
            locale=at_desk.locale,
            mistakes=_by_field(mistakes, at_desk.locale),
            label_of=career_form.label_of,
            **shown_as,
        )
        return web.json_response({"html": html})

    async def picture(self, request: web.Request) -> web.Response:
        """The drawing of a step that is being written."""
        form = {name: request.query.getall(name) for name in request.query}
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            known = await self._known(db)
        row = Row("step", "", career_form.read("step", form))
        step = career_form.as_step(row, known.paths, known.sources, self._today())
        if step is None or step.status not in STATUSES:
            return web.Response(status=404)
        try:
            body = await self._pictures.get(drawing_of_path([step], at_desk.locale, known.regions), "svg")
        except TooManyWaiting:
            return web.Response(status=503, headers={"Retry-After": "2"})
        return web.Response(body=body, content_type="image/svg+xml")

    # -- changing --

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Save one, remove it, or let an old version count. Whatever goes wrong, the page has what was typed."""
        kind, item_id = _key(request)
        form = await read_lists(request)
        action = _one(form, "do")
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who_if_any(request, db)
            item = Item(Row(kind, "", {}), 0) if item_id == _NEW else await self._find(db, at_desk, kind, item_id)
            typed = item.row if action == "bring_back" else replace(item.row, data=career_form.read(kind, form))
            refused = self._refused(form, at_desk, item.row, typed) if at_desk else _SIGNED_OUT
            if at_desk is None or refused:
                key, status = refused or _SIGNED_OUT
                return await self._form(
                    db, at_desk, replace(item, revision=_number(form, "revision")), typed.data, key=key, status=status
                )
        try:
            async with self._tools.transaction() as db:
                place = await self._do(db, at_desk, action, typed, form)
        except CareerError as error:
            async with self._tools.reading() as db:
                return await self._not_done(db, at_desk, item, typed, form, error)
        return web.Response(status=303, headers={"Location": place})

    def _refused(self, form: career_form.Form, at_desk: AtDesk, before: Row, typed: Row) -> tuple[str, int] | None:
        """The text that says why this person may not do it now, and the status; None: they may."""
        if EDITOR not in at_desk.person.roles:
            raise web.HTTPForbidden(text=say(at_desk.locale, "career_desk.not_editor"))
        if not _may_edit(at_desk, before):
            raise web.HTTPForbidden(text=say(at_desk.locale, "career_desk.not_your_region"))
        try:
            self._sign_in.check_token({"token": _one(form, "token")}, at_desk)
        except web.HTTPForbidden:
            return "editing.press_again", 400
        return None if _may_edit(at_desk, typed) else ("career_desk.not_your_region", 403)

    async def _do(self, db: AsyncSession, at_desk: AtDesk, action: str, typed: Row, form: career_form.Form) -> str:
        """Do what the tapped button says; the page to go to."""
        revision, editor, now = _number(form, "revision"), at_desk.person.id, self._tools.clock()
        if action == "remove":
            await career_editing.remove(db, typed.kind, typed.id, revision, editor=editor, now=now)
            return f"/desk/career?removed={typed.kind}/{typed.id}"
        if action == "bring_back":
            await career_editing.bring_back(
                db, typed.kind, typed.id, _number(form, "number"), revision, editor=editor, now=now
            )
        else:
            if not typed.id:
                typed = replace(typed, id=await _new_id(db, typed))
            await career_editing.save(db, typed, revision, editor=editor, now=now)
        return f"/desk/career/{typed.kind}/{typed.id}?saved=1"

    async def _not_done(
        self, db: AsyncSession, at_desk: AtDesk, item: Item, typed: Row, form: career_form.Form, error: CareerError
    ) -> web.Response:
        """The same page with what was typed, why it could not be done, and after a conflict what the other wrote."""
        if isinstance(error, ChangedMeanwhile):
            item = await career_editing.find(db, item.row.kind, item.row.id)
            return await self._form(db, at_desk, item, typed.data, key=error.key, status=409, theirs=item.row)
        mistakes: Sequence[Mistake] = ()
        if isinstance(error, NotRight):
            mistakes = error.mistakes
            typed = mistakes[0].row or typed  # of an old version, it is what that version says
        users = error.users if isinstance(error, InUse) else ()
        item = replace(item, revision=_number(form, "revision"))
        return await self._form(
            db, at_desk, item, typed.data, key=error.key, status=400, mistakes=mistakes, users=users
        )

    # -- drawing the pages --

    async def _form(
        self, db: AsyncSession, at_desk: AtDesk | None, item: Item, data: Mapping[str, Any], *, key: str = "",
        status: int = 200, saved: bool = False, mistakes: Sequence[Mistake] = (), users: Sequence[Row] = (),
        theirs: Row | None = None,
    ) -> web.Response:  # fmt: skip
        locale = at_desk.locale if at_desk else "da"
        known, today = await self._known(db), self._today()
        posts = [(one, label(post.name[locale])) for one, post in known.paths.posts.items()]
        people = await organisation.staff_names(db)
        row = replace(item.row, data=career_form.filled(item.row.kind, data or item.row.data, today))
        changed = career_form.difference(theirs, row, known.names(locale), locale, today) if theirs else {}
        return self._page(
            "career_edit.html",
            at_desk,
            status=status,
            item=item,
            row=row,
            name=known.name(item.row, locale) if item.revision else say(locale, f"career_desk.new_{row.kind}"),
            changed_by=people.get(item.changed_by, "") if at_desk else "",
            may_edit=at_desk is None or (_may_edit(at_desk, item.row)),
            error=say(locale, key) if key else "",
            mistakes=_by_field(mistakes, locale),
            users=[(one, known.name(one, locale)) for one in users],
            theirs=changed,
            parts=_labels(changed, locale),
            saved=saved,
            label_of=career_form.label_of,
            status_name=career_form.status_name,
            posts=_chosen_first(posts, row, "from"),
            ends=sorted(posts, key=lambda one: one[1].casefold()),
            statuses=STATUSES,
            regions={
                one: known.regions.get(one, one)
                for one in REGIONS
                if one in known.regions or one in row.data["regions"]
            } if "regions" in row.data else {},
            sources=[(one.id, known.name(one, locale)) for one in known.rows("source")],
            articles=_chosen_first(list(known.articles.items()) if at_desk else [], row, "articles"),
            facts=FACTS,
            languages=LANGUAGES,
            longest=LONGEST_TEXT,
            longest_name=LONGEST_NAME,
            **(self._shown_as(row, known, locale) if row.kind == "step" else {}),
        )  # fmt: skip

    def _shown_as(self, row: Row, known: Known, locale: str) -> dict[str, Any]:
        """What employees would see of a step: the drawing, and the words beside it."""
        today = self._today()
        step = career_form.as_step(row, known.paths, known.sources, today)
        if step is None or step.status not in STATUSES:
            return {"drawn": "", "alt": "", "said": []}
        rows = [*known_of(step, locale), *standing_of(step, known.regions, today), *sources_of([step], locale)]
        said = [(line(locale, name), shown(locale, value)) for name, value in rows]
        if titles := [known.articles[one] for one in step.articles if one in known.articles]:
            said.append((say(locale, "career.offers"), "\n".join(titles)))
        alt = line(locale, picture_of_path([step], locale).alt)
        return {"drawn": career_form.picture_of(step, locale), "alt": alt, "said": said}

    async def _known(self, db: AsyncSession) -> Known:
        await self._library.refresh(db)
        items = {(one.row.kind, one.row.id): one for one in await career_editing.items(db)}
        articles = [one for one in await editing.all_articles(db) if one.state == "published"]
        titles = {one.id: one.title for one in sorted(articles, key=lambda one: one.language == "da")}  # Danish wins
        return Known(
            self._library.career, items, await organisation.region_names(db),
            dict(sorted(titles.items(), key=lambda pair: pair[1].casefold())),
        )  # fmt: skip

    async def _find(self, db: AsyncSession, at_desk: AtDesk | None, kind: str, item_id: str) -> Item:
        try:
            return await career_editing.find(db, kind, item_id)
        except NoSuchItem as gone:
            raise web.HTTPNotFound(text=say(at_desk.locale if at_desk else "da", gone.key)) from gone

    def _today(self) -> date:
        return self._tools.clock().date()

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


def _key(request: web.Request) -> tuple[str, str]:
    return request.match_info["kind"], request.match_info["id"]


def _one(form: career_form.Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _number(form: career_form.Form, name: str) -> int:
    text = _one(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


async def _new_id(db: AsyncSession, row: Row) -> str:
    """An id that nothing of its kind has or had."""
    taken = [_NEW, *(one.row.id for one in await career_editing.items(db) if one.row.kind == row.kind)]
    if row.kind != "step":
        name = row.data["da"] if row.kind == "source" else row.data["da"]["name"]
        return editing.new_id(name, taken)
    starts = row.data["from"] or [""]
    named = step_id(starts[0], row.data["to"])
    return next(one for one in (named, *(f"{named}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _may_edit(at_desk: AtDesk, row: Row) -> bool:
    """What is true everywhere, any editor may change; else those of the regions that it is true for."""
    regions = row.data.get("regions", [])
    return EDITOR in at_desk.person.roles and (not regions or at_desk.person.region_id in regions)


def _listed(step: PathStep, known: Known, locale: str, today: date) -> Listed:
    gaps = [say(locale, FACT_LABELS[name]).lower() for name in step.unknown]
    return Listed(step, line(locale, in_short(step, locale, known.regions)), gaps, step.review_by < today)


def _fits(one: Listed, wanted: Mapping[str, str]) -> bool:
    show = wanted["show"]
    return {"overdue": one.overdue, "unchecked": not one.step.checked_by_hr, "gaps": bool(one.gaps)}[show]


def _chosen_first(found: Sequence[tuple[str, str]], row: Row, field: str) -> list[tuple[str, str]]:
    """What is ticked stands first, also if it is gone meanwhile: nobody should untick it unseen."""
    chosen = list(dict.fromkeys(row.data.get(field, [])))
    names = dict(found)
    return [*((one, names.get(one, one)) for one in chosen), *(pair for pair in found if pair[0] not in chosen)]


def _labels(fields: Mapping[str, Any] | set[str], locale: str) -> dict[str, str]:
    return {name: career_form.label_of(locale, name) for name in fields}


def _by_field(mistakes: Sequence[Mistake], locale: str) -> dict[str, list[str]]:
    """What is wrong, by field, each sentence once."""
    found: dict[str, list[str]] = {}
    for one in mistakes:
        words, field = career_form.told(one, locale), one.field
        if words not in found.setdefault(field, []):
            found[field].append(words)
    return found
