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

MOST_LOOKED_AT = 12
"""Articles that a question is compared with, of those that share its words."""

NEAR = 0.12
"""Confidence from which an article is near enough to be offered. Chosen on the tuning half of benchmarks/questions:
it brings the right article among the answer and three others for 82 % of the questions, instead of 62 % with 0.25."""


@dataclass(frozen=True)
class Found:
    """The passage that answers, its article, and the nearest other articles."""

    article: Article
    passages: Sequence[Passage]
    """The one or two passages that answer best, in the order in which they stand there."""
    anchor: str
    """Where the best of them stands in the whole article."""
    others: Sequence[Article]
    elsewhere: bool = False
    """True if only another region than the asker's own has an article about it."""


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
            self.hold(articles)
            self._version = version

    def hold(self, articles: Sequence[Article]) -> None:
        """Answer from these articles."""
        self._articles = {(article.id, article.language): article for article in articles}
        self._index = index_of(articles)

    def ask(self, question: str, locale: str, region: str = "", limit: int = MOST_LOOKED_AT) -> Found | None:
        """The passage that answers the question, or None: no passage is sure enough.

        `region` is the asker's own, if they have said so. Its articles come first, and another region's article is
        the answer only where the own region has none, and is marked as such.
        """
        hits = self.hits(question, locale, region, limit)
        sure = next((hit for hit in hits if hit.confidence >= ANSWERS), None)
        if sure is None:
            return None
        best = sure.passage
        article = self._articles[best.article_id, best.language]
        close = [hit.passage.article_id for hit in hits if hit is not sure and hit.confidence >= NEAR]
        others = self._named([*close, *article.related], locale, without=article.id)
        return Found(
            article,
            self._index.passages(question, best),
            best.anchor,
            others,
            elsewhere=region not in ("", article.region_id),
        )

    def near(self, question: str, locale: str, region: str = "") -> list[Article]:
        """The articles nearest to a question that none of them answers surely."""
        hits = self.hits(question, locale, region, MOST_LOOKED_AT)
        found = self._named([hit.passage.article_id for hit in hits if hit.confidence >= NEAR], locale, most=len(hits))
        return [article for article in found if region in ("", article.region_id)][:MOST_OTHERS]

    def related(self, article: Article, locale: str) -> list[Article]:
        """What its editor says to read next."""
        return self._named(article.related, locale, without=article.id)

    def _named(self, ids: Sequence[str], locale: str, without: str = "", most: int = MOST_OTHERS) -> list[Article]:
        found = [self.article(article_id, locale) for article_id in dict.fromkeys(ids) if article_id != without]
        return [article for article in found if article is not None][:most]

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
        keywords.setdefault(article.id, []).extend([*article.keywords, *article.questions])
    return Index(passages, keywords, {article.id: article.region_id for article in articles})
