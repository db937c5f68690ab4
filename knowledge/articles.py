"""The published articles, found by their passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.search import ANSWERS, Hit, Index, Passage, split_passages
from storage import articles as stored
from storage.articles import Article as Article  # dialogs may not import storage

MOST_OTHERS = 3
"""Other articles that are offered beside an answer."""

NEAR = 0.25
"""Confidence from which an article is near enough to be offered beside an answer, or instead of one. Judged by eye
on the questions of tests/rules/test_search.py: below it, articles share a word with the question and no more."""


@dataclass(frozen=True)
class Found:
    """The passage that answers, its article, and the nearest other articles."""

    article: Article
    passage: Passage
    others: Sequence[Article]


class Library:
    """The published articles, indexed. Notices by itself when they change in the database."""

    def __init__(self) -> None:
        self._version: tuple[int, datetime | None] = (-1, None)
        self._articles: dict[tuple[str, str], Article] = {}
        self._index = Index((), {})

    async def refresh(self, db: AsyncSession) -> None:
        """Read the articles again if any of them was changed. The library keeps them when the session is gone."""
        version = await stored.newest_change(db)
        if version != self._version:
            articles = await stored.published(db)
            for article in articles:
                db.expunge(article)  # a session that is rolled back empties the rows that it holds
            self._articles = {(article.id, article.language): article for article in articles}
            self._index = index_of(articles)
            self._version = version

    def ask(self, question: str, locale: str, region: str = "", limit: int = 4) -> Found | None:
        """The passage that answers the question, or None: no passage is sure enough.

        `region` is the asker's own, if they have said so. It tips the scale and never hides anything.
        """
        hits = self.hits(question, locale, region, limit)
        if not hits or hits[0].confidence < ANSWERS:
            return None
        best = hits[0].passage
        article = self._articles[best.article_id, best.language]
        close = [hit.passage.article_id for hit in hits[1:] if hit.confidence >= NEAR]
        return Found(article, best, self._named([*close, *article.related], locale, without=article.id))

    def near(self, question: str, locale: str, region: str = "") -> list[Article]:
        """The articles nearest to a question that none of them answers surely."""
        hits = self.hits(question, locale, region, MOST_OTHERS)
        return self._named([hit.passage.article_id for hit in hits if hit.confidence >= NEAR], locale)

    def related(self, article: Article, locale: str) -> list[Article]:
        """What its editor says to read next."""
        return self._named(article.related, locale, without=article.id)

    def _named(self, ids: Sequence[str], locale: str, without: str = "") -> list[Article]:
        found = [self.article(article_id, locale) for article_id in dict.fromkeys(ids) if article_id != without]
        return [article for article in found if article is not None][:MOST_OTHERS]

    def hits(self, question: str, locale: str, region: str, limit: int) -> list[Hit]:
        """Ranked passages; an English reader also gets Danish articles that have no English version."""
        languages = ("da",) if locale == "da" else ("en", "da")
        found = self._index.find(question, region=region or None, limit=limit, languages=languages)
        return [hit for hit in found if (hit.passage.article_id, hit.passage.language) in self._articles]

    def article(self, article_id: str, locale: str) -> Article | None:
        """The article in this language, else in Danish."""
        return self._articles.get((article_id, locale)) or self._articles.get((article_id, "da"))


async def vote(db: AsyncSession, article_id: str, helped: bool, now: datetime) -> None:
    """Count whether an article helped, by month and never by person. An id that names no article counts for nothing."""
    if await stored.get(db, article_id, "da") is not None:
        await stored.vote(db, article_id, f"{now:%Y-%m}", helped)


def index_of(articles: Sequence[Article]) -> Index:
    """The passages of these articles, ready to be asked."""
    passages = [
        Passage(
            article_id=article.id,
            language=article.language,
            title=article.title,
            heading=heading,
            anchor=anchor,
            text=text,
        )
        for article in articles
        for heading, anchor, text in split_passages(article.body)
    ]
    keywords: dict[str, list[str]] = {}
    for article in articles:
        keywords.setdefault(article.id, []).extend(article.keywords)
    return Index(passages, keywords, {article.id: article.region_id for article in articles})
