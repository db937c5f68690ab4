"""The public pages of career paths, and their pictures. Nothing is stored of who looks at them."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web
from jinja2 import Environment

from bot.channels.web import locale_of
from bot.rendering.career_picture import Drawing, Format, Stop, draw
from dialogs.career import (
    MOST_DRAWN,
    in_short,
    known_of,
    label,
    picture_of_path,
    picture_of_ways,
    sources_of,
    standing_of,
)
from dialogs.wording import line, say, shown
from guidance.organisation import region_names
from knowledge.articles import Library
from knowledge.career_paths import CareerPaths, PathStep, Post
from storage.database import Database

MOST_KEPT = 400
"""Pictures in memory, each about 80 kB."""
MOST_WAITING = 20
"""Pictures that may wait to be drawn. Whoever comes then is asked to come again: an address must burn no processor."""
LONGEST_SEARCH = 80

_TYPES: Mapping[str, str] = {"svg": "image/svg+xml", "png": "image/png"}


class Clock(Protocol):
    """Says what time it is."""

    def __call__(self) -> datetime:
        """Now."""


class CareerPages:
    """A list of posts, a page for each, and a picture on it."""

    def __init__(self, database: Database, library: Library, templates: Environment, clock: Clock) -> None:
        self._database = database
        self._library = library
        self._templates = templates
        self._clock = clock
        self._pictures = Pictures()

    def routes(self) -> list[web.AbstractRouteDef]:
        """What stands where."""
        return [
            web.get("/career", self.posts),
            web.get(r"/career/{post:[a-z0-9-]+}.{form:svg|png}", self.picture),
            web.get(r"/career/{post:[a-z0-9-]+}", self.post),
        ]

    async def posts(self, request: web.Request) -> web.Response:
        """All posts, or those that somebody searches for."""
        search, locale = request.query.get("q", "")[:LONGEST_SEARCH].strip(), locale_of(request)
        paths, _ = await self._now()
        found = paths.search(search) if search else list(paths.posts.values())
        return self._html("career.html", locale=locale, posts=found, search=search, label=label)

    async def post(self, request: web.Request) -> web.Response:
        """One post: where it leads and what leads to it. With `to`, the steps from the one to the other."""
        paths, regions = await self._now()
        locale, post, end, steps = _asked(request, paths)
        if post is None:
            page = self._html("text.html", locale=locale, heading=say(locale, "career.page_not_found"), paragraphs=[])
            page.set_status(404)
            return page
        picture = picture_of_path(steps, locale) if end else picture_of_ways(paths, post, locale)
        sections = [("", steps)] if end else [("ways_on", paths.ways_on(post.id)), ("ways_to", paths.ways_to(post.id))]
        title = {"start": post.name[locale], "end": end.name[locale]} if end else {}
        return self._html(
            "career_post.html",
            locale=locale,
            post=post,
            title=say(locale, "career.page_path", title) if end else label(post.name[locale]),
            picture=f"{picture.path}.svg?{picture.query}",
            alt=line(locale, picture.alt),
            sections=[(name, [self._described(step, locale, regions) for step in part]) for name, part in sections],
            chat=f"/chat?lang={locale}",
            label=label,
        )

    async def picture(self, request: web.Request) -> web.Response:
        """The picture of what a post's page shows. An address that leads nowhere draws nothing."""
        paths, regions = await self._now()
        locale, post, end, steps = _asked(request, paths)
        if post is None:
            return web.Response(status=404)
        drawing = drawing_of_path(steps, locale, regions) if end else _of_ways(paths, post, locale, regions)
        form: Format = "svg" if request.match_info["form"] == "svg" else "png"
        try:
            body = await self._pictures.get(drawing, form)
        except TooManyWaiting:
            return web.Response(status=503, headers={"Retry-After": "2"})
        return web.Response(body=body, content_type=_TYPES[form])

    async def _now(self) -> tuple[CareerPaths, Mapping[str, str]]:
        """The career paths as they are now, and the names of the regions."""
        async with self._database.reading() as db:
            await self._library.refresh(db)
            return self._library.career, await region_names(db)

    def _described(self, step: PathStep, locale: str, regions: Mapping[str, str]) -> dict[str, Any]:
        today = self._clock().date()
        rows = [*known_of(step, locale), *standing_of(step, regions, today), *sources_of([step], locale)]
        articles = [found for one in step.articles if (found := self._library.article(one, locale))]
        return {
            "step": step,
            "facts": [(line(locale, name), shown(locale, value)) for name, value in rows],
            "articles": [(article, regions.get(article.region_id, article.region_id)) for article in articles],
        }

    def _html(self, template: str, **values: object) -> web.Response:
        text = self._templates.get_template(template).render(**values)
        return web.Response(text=text, content_type="text/html")


class TooManyWaiting(Exception):
    """More pictures are asked for than can be drawn soon."""


class Pictures:
    """Draws each picture once, one at a time, and keeps the newest by what they show."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Drawing, Format], bytes] = OrderedDict()
        self._drawing = asyncio.Lock()
        self._waiting = 0

    async def get(self, drawing: Drawing, form: Format) -> bytes:
        """The picture's bytes. Raises TooManyWaiting."""
        key = (drawing, form)
        if key not in self._kept:
            if self._waiting >= MOST_WAITING:
                raise TooManyWaiting
            self._waiting += 1
            try:
                async with self._drawing:
                    if key not in self._kept:
                        self._kept[key] = await asyncio.to_thread(draw, drawing, form)
            finally:
                self._waiting -= 1
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[key]


def _asked(request: web.Request, paths: CareerPaths) -> tuple[str, Post | None, Post | None, list[PathStep]]:
    """The language, the post and, if a way is asked for, its end and steps. No post: there is nothing to show."""
    locale = locale_of(request)
    post, to = paths.posts.get(request.match_info["post"]), request.query.get("to", "")
    if post is None or not to:
        return locale, post, None, []
    steps = paths.shortest_path(post.id, to)
    return locale, post if steps else None, paths.posts[to] if steps else None, steps


def _of_ways(paths: CareerPaths, post: Post, locale: str, regions: Mapping[str, str]) -> Drawing:
    ahead = paths.ahead(post.id, MOST_DRAWN)
    stops = [Stop(label(post.name[locale]), strong=True)]
    stops += [
        Stop(label(step.end.name[locale]), (line(locale, in_short(step, locale, regions)),), depth, past=step.is_past)
        for depth, step in ahead
    ]
    alt = line(locale, picture_of_ways(paths, post, locale).alt)
    return Drawing(alt, locale, tuple(stops), False, _footnote([step for _, step in ahead], locale))


def drawing_of_path(steps: Sequence[PathStep], locale: str, regions: Mapping[str, str]) -> Drawing:
    """What the picture of a path shows."""
    stops = [Stop(label(steps[0].start.name[locale]))]
    for step in steps:
        known = [step.facts[name].text[locale] for name in ("education", "duration") if name in step.facts]
        notes = known or [line(locale, in_short(step, locale, regions))]
        where = [", ".join(regions.get(region, region) for region in step.regions)] if known and step.regions else []
        past = [say(locale, "career.past")] if known and step.is_past else []
        tail = [" · ".join([*where, *past])] if where or past else []
        stops.append(Stop(label(step.end.name[locale]), (*notes, *tail), strong=step is steps[-1], past=step.is_past))
    alt = line(locale, picture_of_path(steps, locale).alt)
    return Drawing(alt, locale, tuple(stops), True, _footnote(steps, locale))


def _footnote(steps: Sequence[PathStep], locale: str) -> str:
    unchecked = any(not step.checked_by_hr for step in steps)
    past = any(step.is_past for step in steps)
    said = [(unchecked, "career.picture_unchecked"), (past, "career.picture_past")]
    return " ".join(say(locale, key) for true, key in said if true)
