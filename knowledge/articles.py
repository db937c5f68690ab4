"""The published articles, found by their passages."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import career_editing, synonyms
from knowledge.career_names import Names
from knowledge.career_paths import CareerPaths
from knowledge.search import Hit, Index, Key, Page, Passage, Question, is_sure, split_passages
from knowledge.vectors import Embedder, Vectors, embed
from storage import articles as stored
from storage.articles import Article as Article  # dialogs may not import storage

MOST_OTHERS = 3
"""Other articles that are offered beside an answer, or instead of one."""

MOST_UNSURE = 6
"""Articles among which a language model may choose."""

MOST_LOOKED_AT = 12
"""Articles that a question is compared with, of those that fit best."""

_MOST_GONE_ON_TO = 50
_GOES_ON = 0.7
"""The share of what a sure answer needs that is enough among the articles that the last answer is related to."""

_A_FEW = 20
"""Articles that are indexed within the time of one turn. More of them are indexed in a thread of their own."""


_NUMBER = re.compile(
    r"\b(?:telefon|tlf|mobil)\s?(?:nr|num\w*)?\b|\btelefonnum\w*|\b(?:phone|telephone)(?: number)?\b|\bnummeret til\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """The passages that answer, their article, and the nearest other articles."""

    article: Article
    passages: Sequence[Passage]
    """The one or two passages that answer best, in the order in which they stand there."""
    anchor: str
    """Where the best of them stands in the whole article."""
    others: Sequence[Article]
    elsewhere: bool = False
    """True if only another region than the asker's own has an article about it."""


class Library:
    """The published articles, indexed, and the career paths. Notices by itself when they change in the database."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self.index = Index(embedder.width if embedder else 0)
        self._embedder = embedder
        self._version: object = None
        self._synonyms_version: object = None
        self._career_version: object = None
        self.career = CareerPaths((), (), Names())
        self._changed: dict[Key, datetime] = {}
        self._articles: dict[Key, Article] = {}

    # -- following the database --

    async def refresh(self, db: AsyncSession) -> None:
        """Read again what was changed. The library keeps it when the session is gone."""
        version, of_synonyms = await stored.newest_changes(db)
        if version != self._version:
            await self._follow(db)
            self._version = version
        if of_synonyms != self._synonyms_version:
            self.index.explain(await synonyms.all_of_them(db))
            self._synonyms_version = of_synonyms
        of_career = await career_editing.newest_change(db)
        if of_career != self._career_version:
            self.career = await career_editing.paths_now(db)
            self._career_version = of_career

    async def _follow(self, db: AsyncSession) -> None:
        there = await stored.published_keys(db)
        new = [key for key, changed_at in there.items() if self._changed.get(key) != changed_at]
        gone = [key for key in self._changed if key not in there]
        # One by one is quick for few; nobody asks a database for a list of a thousand keys.
        articles = [await stored.get(db, *key) for key in new] if len(new) <= _A_FEW else await stored.published(db)
        found = [article for article in articles if article is not None]
        for article in found:
            db.expunge(article)  # a session that is rolled back empties the rows that it holds
        if len(found) <= _A_FEW:
            self.hold(found, gone)
        else:
            await asyncio.to_thread(self.hold, found, gone)
        self._changed = there

    def hold(self, new: Iterable[Article], gone: Iterable[Key] = ()) -> None:
        """Answer from these articles too, and no more from those that are gone."""
        for key in gone:
            self.index.drop(key)
            self._articles.pop(key, None)
        for article in new:
            self.index.put(page_of(article))
            self._articles[article.id, article.language] = article

    # -- asking --

    async def understand(self, text: str) -> Question:
        """What somebody asks, with its meaning where meanings are compared. Takes some 20 ms, in a thread of its own.

        Not to be called inside a transaction.
        """
        if self._embedder is None or not text.strip():
            return Question(text)
        return Question(text, await asyncio.to_thread(self._embedder.question, text))

    async def vectors_of(self, page: Page) -> Vectors | None:
        """The vectors of a text that is not published yet; None where meanings are not compared."""
        if self._embedder is None:
            return None
        embedder = self._embedder
        return await asyncio.to_thread(lambda: np.array([embed(embedder, *one) for one in page.meanings()]))

    def ask(self, question: Question, locale: str, region: str = "") -> Found | None:
        """The passages that answer the question, or None: no article is sure enough.

        `region` is the asker's own, if they have said so. Its articles come first, and another region's article is
        the answer only where the own region has none, and is marked as such.
        """
        hits = self.hits(question, region)
        own, others = [hit for hit in hits if hit.nearby], [hit for hit in hits if not hit.nearby]
        sure = own[0] if is_sure(own) else others[0] if is_sure(others) else None
        return self._found(sure, question, locale, hits) if sure else None

    def go_on(self, question: Question, topic: str, locale: str, region: str = "") -> Found | None:
        """The passages that answer a question that goes on from an article: from it, or one that it is related to.

        Which articles those are says what "it" is, so that the question need not say it again.
        """
        about = self.article(topic, locale)
        if about is None:
            return None
        related = {topic, *about.related}
        hits = [
            hit
            for hit in self.hits(question, region, _MOST_GONE_ON_TO)
            if hit.nearby and (hit.page.id in related or topic in self._articles[hit.page.key].related)
        ]
        if not hits or hits[0].score < _GOES_ON * hits[0].needed:
            return None
        return self._found(hits[0], question, locale, hits)

    def _found(self, sure: Hit, question: Question, locale: str, hits: Sequence[Hit]) -> Found | None:
        article = self.article(sure.page.id, locale) or self._articles[sure.page.key]
        if _wants_number(question.text) and not article.contact_phone:
            return None  # the article is about the right place, and nobody has filled in its number
        page = page_of(article)
        passages = self.index.passages(page, question)
        near = [hit.page.id for hit in hits if hit is not sure and hit.is_near and hit.nearby == sure.nearby]
        return Found(
            article,
            sorted(passages, key=page.passages.index),
            passages[0].anchor,
            self._named([*near, *article.related], locale, without=article.id),
            elsewhere=not sure.nearby,
        )

    def unsure(self, question: Question, locale: str, region: str = "") -> list[Found]:
        """What the nearest articles would answer, where none is sure; nothing where one is."""
        if self.ask(question, locale, region) is not None:
            return []
        hits = [hit for hit in self.hits(question, region) if hit.is_near and hit.nearby][:MOST_UNSURE]
        return list(filter(None, (self._found(hit, question, locale, hits) for hit in hits)))

    def near(self, question: Question, locale: str, region: str = "") -> list[Article]:
        """The articles nearest to a question that none of them answers surely."""
        return self._named([hit.page.id for hit in self.hits(question, region) if hit.is_near and hit.nearby], locale)

    def hits(self, question: Question, region: str = "", limit: int = MOST_LOOKED_AT) -> list[Hit]:
        """The articles that fit best, those of the asker's own region first."""
        found = self.index.find(question, region, limit)
        return [hit for hit in found if hit.page.key in self._articles]

    def related(self, article: Article, locale: str) -> list[Article]:
        """What its editor says to read next."""
        return self._named(article.related, locale, without=article.id)

    def _named(self, ids: Sequence[str], locale: str, without: str = "") -> list[Article]:
        found = [self.article(article_id, locale) for article_id in dict.fromkeys(ids) if article_id != without]
        return [article for article in found if article is not None][:MOST_OTHERS]

    def article(self, article_id: str, locale: str) -> Article | None:
        """The article in this language, else in Danish."""
        return self._articles.get((article_id, locale)) or self._articles.get((article_id, "da"))


def _wants_number(text: str) -> bool:
    """True if somebody asks for a telephone number and nothing else would answer."""
    return bool(_NUMBER.search(text))


def page_of(article: Article) -> Page:
    """What the search reads of an article."""
    return Page(
        id=article.id,
        language=article.language,
        title=article.title,
        region=article.region_id,
        keywords=tuple(article.keywords),
        questions=tuple(article.questions),
        passages=tuple(Passage(*passage) for passage in split_passages(article.body)) or (Passage("", "top", ""),),
    )


async def vote(db: AsyncSession, article_id: str, helped: bool, now: datetime) -> None:
    """Count whether an article helped, by month and never by person. An id that names no article counts for nothing."""
    if await stored.get(db, article_id, "da") is not None:
        await stored.vote(db, article_id, f"{now:%Y-%m}", helped)
