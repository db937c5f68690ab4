"""Articles on their way to the reader, and every text that ever was published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class ArticleDraft(Base):
    """What somebody is changing in an article, beside the text that is published. One draft an article and language."""

    __tablename__ = "article_draft"
    article_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="draft")
    """draft, or review: it waits for a second reader."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts the times it was saved, so that two editors at once do not overwrite each other."""
    saved_by: Mapped[str]
    """Id of the editor who saved it last."""
    saved_at: Mapped[datetime]


class ArticleVersion(Base):
    """A text as it was published, or the note that it was retired. Never changed."""

    __tablename__ = "article_version"
    article_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    state: Mapped[str]
    """published or retired."""
    made_by: Mapped[str]
    """Id of the editor, or empty for a text that came from a file."""
    made_at: Mapped[datetime]


async def draft(db: AsyncSession, article_id: str, language: str) -> ArticleDraft | None:
    """The draft of an article, as it is in the database now."""
    return await db.get(ArticleDraft, (article_id, language), populate_existing=True)


async def drafts(db: AsyncSession) -> Sequence[ArticleDraft]:
    """All drafts, by article."""
    return (await db.scalars(select(ArticleDraft).order_by(ArticleDraft.article_id, ArticleDraft.language))).all()


async def add_draft(
    db: AsyncSession, article_id: str, language: str, content: dict[str, Any], editor: str, now: datetime
) -> None:
    """Begin a draft. The primary key refuses a second one."""
    db.add(ArticleDraft(article_id=article_id, language=language, content=content, saved_by=editor, saved_at=now))
    await db.flush()


async def save_draft(
    db: AsyncSession, article_id: str, language: str, revision: int, *, editor: str, now: datetime, **changes: Any
) -> bool:
    """Change the draft if it still is at this revision. False if somebody saved it meanwhile or it is gone."""
    statement = (
        update(ArticleDraft)
        .where(
            ArticleDraft.article_id == article_id,
            ArticleDraft.language == language,
            ArticleDraft.revision == revision,
        )
        .values(revision=revision + 1, saved_by=editor, saved_at=now, **changes)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], await db.execute(statement)).rowcount == 1


async def drop_draft(db: AsyncSession, article_id: str, language: str) -> None:
    """Throw the draft away."""
    await db.execute(
        delete(ArticleDraft)
        .where(ArticleDraft.article_id == article_id, ArticleDraft.language == language)
        .execution_options(synchronize_session="fetch")
    )


async def versions(db: AsyncSession, article_id: str, language: str) -> Sequence[ArticleVersion]:
    """Every version of an article, the newest first."""
    query = (
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article_id, ArticleVersion.language == language)
        .order_by(ArticleVersion.number.desc())
    )
    return (await db.scalars(query)).all()


async def add_version(
    db: AsyncSession,
    article_id: str,
    language: str,
    content: dict[str, Any],
    state: str,
    *,
    editor: str,
    now: datetime,
) -> int:
    """Keep a version for ever; its number."""
    last = await db.scalar(
        select(func.max(ArticleVersion.number)).where(
            ArticleVersion.article_id == article_id, ArticleVersion.language == language
        )
    )
    number = (last or 0) + 1
    db.add(
        ArticleVersion(
            article_id=article_id,
            language=language,
            number=number,
            content=content,
            state=state,
            made_by=editor,
            made_at=now,
        )
    )
    await db.flush()
    return number
