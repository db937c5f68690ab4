"""The public pages beside the chat: articles, what we store, and signs of life for those who run it."""

from pathlib import Path

from aiohttp import web
from jinja2 import Environment

from bot.channels.web import locale_of
from dialogs.wording import say
from guidance.organisation import region_names
from knowledge.articles import Library
from knowledge.search import split_passages
from storage.database import Database

STATIC = Path(__file__).parent / "static"


class Pages:
    """Pages that anybody may read. Nothing is stored of who does."""

    def __init__(self, database: Database, library: Library, templates: Environment, *, development: bool) -> None:
        self._database = database
        self._library = library
        self._templates = templates
        self._development = development

    def routes(self) -> list[web.AbstractRouteDef]:
        """What stands where."""
        return [
            web.get("/", self.home),
            web.get("/articles/{id}", self.article),
            web.get("/privacy", self.privacy),
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/favicon.ico", self.icon),
            web.static("/static", STATIC),
        ]

    async def home(self, request: web.Request) -> web.Response:
        """In development employee and advisor side by side, else the chat."""
        if not self._development:
            raise web.HTTPFound("/chat")
        return self._html("two.html", locale=locale_of(request))

    async def article(self, request: web.Request) -> web.Response:
        """One whole article."""
        locale = locale_of(request)
        async with self._database.reading() as db:
            await self._library.refresh(db)
            names = await region_names(db)
        article = self._library.article(request.match_info["id"], locale)
        if article is None:
            page = self._html("text.html", locale=locale, heading=say(locale, "web.article_not_found"), paragraphs=[])
            page.set_status(404)
            return page
        return self._html(
            "article.html",
            locale=locale,
            article=article,
            region=names.get(article.region_id, article.region_id),
            passages=split_passages(article.body),
            related=self._library.related(article, locale),
        )

    async def privacy(self, request: web.Request) -> web.Response:
        """What we store about people, for people."""
        locale = locale_of(request)
        paragraphs = say(locale, "privacy_page.body").split("\n\n")
        return self._html("text.html", locale=locale, heading=say(locale, "privacy_page.title"), paragraphs=paragraphs)

    async def icon(self, request: web.Request) -> web.FileResponse:
        """Browsers ask for it here on pages that name none, such as a proxy's error page."""
        return web.FileResponse(STATIC / "icon.svg")

    async def alive(self, request: web.Request) -> web.Response:
        """The process answers."""
        return web.Response(text="ok")

    async def ready(self, request: web.Request) -> web.Response:
        """The process can take turns: the database is there, of this version, and with these keys."""
        try:
            await self._database.check()
        except Exception as error:  # whatever it is, the answer is no; its name helps the operator
            return web.Response(text=type(error).__name__, status=503)
        return web.Response(text="ok")

    def _html(self, template: str, **values: object) -> web.Response:
        text = self._templates.get_template(template).render(**values)
        return web.Response(text=text, content_type="text/html")
