"""Cards as HTML, for the web chat, and articles as pages."""

import json
from pathlib import Path

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.rendering.card import Card
from dialogs.wording import say

_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br", "hr"}
_markdown = MarkdownIt("commonmark", {"html": False})


def make_environment() -> Environment:
    """Templates of the web pages. Escapes everything; a missing value is an error, not an empty place."""
    folders = [Path(__file__).parent / "templates", Path(__file__).parents[1] / "desk" / "templates"]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = markdown
    environment.filters["compact_json"] = lambda value: json.dumps(value, separators=(",", ":"))
    environment.globals["say"] = say
    return environment


def markdown(text: str) -> Markup:
    """HR's Markdown as HTML. No raw HTML, no pictures, and no links that run anything or open where we are."""
    html = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return Markup(html)  # noqa: S704  # cleaned in the line above


def render(environment: Environment, card: Card) -> str:
    """One card as a fragment of the chat page."""
    return environment.get_template("card.html").render(card=card)
