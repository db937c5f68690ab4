"""Articles as HR keeps them, and whether they helped."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import LargeBinary, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class Article(Base):
    """One article in one language."""

    __tablename__ = "article"
    id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    region_id: Mapped[str]
    audience: Mapped[list[str]]
    status: Mapped[str]
    """forslag, anbefaling, besluttet or afsluttet: what the text may promise."""
    topic: Mapped[str]
    keywords: Mapped[list[str]]
    owner: Mapped[str]
    contact_phone: Mapped[str]
    contact_link: Mapped[str]
    reviewed: Mapped[date]
    review_by: Mapped[date]
    expires_on: Mapped[date | None]
    """The first day on which it is no longer true, such as the day after an event. Then it retires by itself."""
    source: Mapped[str]
    related: Mapped[list[str]]
    questions: Mapped[list[str]]
    """What an employee might ask that this article answers, as HR writes it: searched, but never shown as a fact."""
    body: Mapped[str]
    """Markdown."""
    state: Mapped[str] = mapped_column(default="published")
    """draft, published or retired."""
    file_digest: Mapped[str] = mapped_column(default="")
    """Digest of the file it was loaded from; empty once somebody has edited it here."""
    changed_at: Mapped[datetime]


class Synonym(Base):
    """An everyday word and what the articles call it."""

    __tablename__ = "synonym"
    language: Mapped[str] = mapped_column(primary_key=True)
    """Language of the word that people type: da or en. What it means is always Danish."""
    term: Mapped[str] = mapped_column(primary_key=True)
    means: Mapped[list[str]]
    changed_at: Mapped[datetime]


class PassageVector(Base):
    """The meaning of a passage as numbers, kept because computing it takes long."""

    __tablename__ = "passage_vector"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Of the model and of the text: a text that was changed has another one."""
    vector: Mapped[bytes]


class ArticleVote(Base):
    """How often an article helped or did not, as counts: who said so is not kept."""

    __tablename__ = "article_vote"
    article_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    helped: Mapped[bool] = mapped_column(primary_key=True)
    votes: Mapped[int]


async def published(db: AsyncSession) -> Sequence[Article]:
    """All published articles."""
    query = select(Article).where(Article.state == "published").order_by(Article.id, Article.language)
    return (await db.scalars(query)).all()


async def published_keys(db: AsyncSession) -> dict[tuple[str, str], datetime]:
    """Of all published articles, id and language, and when each was changed."""
    query = select(Article.id, Article.language, Article.changed_at).where(Article.state == "published")
    return {(row[0], row[1]): row[2] for row in await db.execute(query)}


async def all_of_them(db: AsyncSession) -> Sequence[Article]:
    """All articles in every state."""
    return (await db.scalars(select(Article).order_by(Article.id, Article.language))).all()


async def expired(db: AsyncSession, today: date) -> Sequence[Article]:
    """Published articles whose last day has passed."""
    return (await db.scalars(select(Article).where(Article.state == "published", Article.expires_on <= today))).all()


async def get(db: AsyncSession, article_id: str, language: str) -> Article | None:
    """One article in one language."""
    return await db.get(Article, (article_id, language))


async def newest_changes(db: AsyncSession) -> tuple[object, object]:
    """Change whenever the articles, and the synonyms, do, so that a running copy notices. Asked before each turn."""
    row = (
        await db.execute(
            select(
                select(func.count()).select_from(Article).scalar_subquery(),
                select(func.max(Article.changed_at)).scalar_subquery(),
                select(func.count()).select_from(Synonym).scalar_subquery(),
                select(func.max(Synonym.changed_at)).scalar_subquery(),
            )
        )
    ).one()
    return tuple(row[:2]), tuple(row[2:])


async def synonyms(db: AsyncSession) -> Sequence[Synonym]:
    """All synonyms, by language and word."""
    return (await db.scalars(select(Synonym).order_by(Synonym.language, Synonym.term))).all()


async def vectors(db: AsyncSession, digests: Sequence[bytes]) -> dict[bytes, bytes]:
    """The vectors that are kept of some texts, by digest. Of a few hundred texts at most."""
    query = select(PassageVector.digest, PassageVector.vector).where(PassageVector.digest.in_(digests))
    return {row[0]: row[1] for row in await db.execute(query)}


async def keep_vectors(db: AsyncSession, found: dict[bytes, bytes]) -> None:
    """Keep vectors, by digest. Another copy of the bot may have kept the same ones meanwhile."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"digest": digest, "vector": vector} for digest, vector in found.items()]
    await db.execute(insert(PassageVector).on_conflict_do_nothing(), rows)


async def votes(db: AsyncSession, since: str) -> Sequence[tuple[str, bool, int]]:
    """Article, whether it helped, and how often that was said since a month such as 2026-05."""
    query = (
        select(ArticleVote.article_id, ArticleVote.helped, func.sum(ArticleVote.votes))
        .where(ArticleVote.month >= since)
        .group_by(ArticleVote.article_id, ArticleVote.helped)
    )
    return [(row[0], row[1], row[2]) for row in await db.execute(query)]


async def vote(db: AsyncSession, article_id: str, month: str, helped: bool) -> None:
    """Count one answer to "did it help?"."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(ArticleVote).values(article_id=article_id, month=month, helped=helped, votes=1)
    await db.execute(
        statement.on_conflict_do_update(
            index_elements=["article_id", "month", "helped"], set_={"votes": ArticleVote.votes + 1}
        )
    )
