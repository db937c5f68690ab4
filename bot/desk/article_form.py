"""The form of an article: what stands in it, what is wrong with it, and what employees would see of it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.rendering.card import Card, describe
from dialogs.ask import quoting
from dialogs.conversation import Spoken
from dialogs.wording import say
from knowledge.articles import Article, page_of
from knowledge.editing import STATUSES, Content, Problem
from knowledge.search import Page, split_passages

AUDIENCES = ("medarbejder", "leder", "hr", "studerende", "vaert")
NEXT_REVIEW = timedelta(days=182)
"""What a new article proposes: half a year, as HR's key figures are half-yearly."""

_LISTS = ("keywords", "questions")
_MANY = ("audience", "related")


def empty(region_id: str, today: date) -> Content:
    """What a new article begins with."""
    return Content(
        title="", region_id=region_id, audience=["medarbejder"], status="forslag", topic="", keywords=[], questions=[],
        owner="", contact_phone="", contact_link="", reviewed=today.isoformat(),
        review_by=(today + NEXT_REVIEW).isoformat(), expires_on="", source="", related=[], body="",
    )  # fmt: skip


def read(form: Any) -> Content:
    """What stands in the form. Lists stand one a line; browsers send lines with carriage returns."""
    names = Content.__dataclass_fields__
    values: dict[str, Any] = {name: str(form.get(name, "")).replace("\r\n", "\n") for name in names}
    for name in _LISTS:
        values[name] = [line.strip() for line in values[name].splitlines() if line.strip()]
    for name in _MANY:
        values[name] = [str(value) for value in form.getall(name, [])]
    return Content(**values)


def cards(content: Content, language: str, region: str) -> list[Card]:
    """One card for each passage, as an employee of this language would get it."""
    article = _as_shown(content, language)
    return [
        describe(Spoken(quoting(article, heading, anchor, text, (), region=region, locale=language)), language)
        for heading, anchor, text in split_passages(content.body)
    ]


def page(content: Content, article_id: str, language: str) -> Page:
    """What the search would read of it."""
    article = _as_shown(content, language)
    article.id, article.keywords, article.questions = article_id, list(content.keywords), list(content.questions)
    return page_of(article)


def words_of(drawn: Any) -> set[str]:
    """Every text of an Adaptive Card. The preview in the browser asks for the Markdown of each."""
    if isinstance(drawn, Mapping):
        own = {drawn["text"]} if isinstance(drawn.get("text"), str) else set()
        return own.union(*map(words_of, drawn.values()))
    return set().union(*map(words_of, drawn)) if isinstance(drawn, list) else set()


def _as_shown(content: Content, language: str) -> Article:
    known = content.status if content.status in STATUSES else STATUSES[0]
    return Article(
        id="preview", language=language, title=content.title, region_id=content.region_id, status=known,
        owner=content.owner, source=content.source, reviewed=_day(content.reviewed), body=content.body,
    )  # fmt: skip


def _day(value: str) -> date | str:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def told(found: Sequence[Problem], locale: str) -> list[dict[str, Any]]:
    """Problems in words, by field."""
    return [{"field": one.field, "stops": one.stops, "words": say(locale, one.key, one.values)} for one in found]
