"""What people ask, as sealed words with counts. Whole questions are never kept, nor who asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, LargeBinary, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.database import keyring_of


class AskedWords(Base):
    """One or two words that stood in questions of a month without an answer, and in how many conversations.

    Sealed, because a rare word may be a name: they are opened only when enough people have used them.
    """

    __tablename__ = "asked_words"
    __table_args__ = NO_SERIAL_NUMBER
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    month: Mapped[date]
    """The first of the month."""
    sealed: Mapped[bytes]
    askers: Mapped[int]


class AskedCount(Base):
    """How many questions of a week came to which end, by topic of the article that was shown."""

    __tablename__ = "asked_count"
    week: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday."""
    topic: Mapped[str] = mapped_column(primary_key=True)
    """Topic of the article, or empty where none was shown."""
    outcome: Mapped[str] = mapped_column(primary_key=True)
    questions: Mapped[int]


@dataclass(frozen=True)
class Words:
    """Words that enough people have used, opened: their stems, and the forms in which they were typed first."""

    stems: tuple[str, ...]
    forms: tuple[str, ...]
    askers: int


async def count_words(db: AsyncSession, month: date, stems: tuple[str, ...], forms: tuple[str, ...]) -> None:
    """Count one more conversation for these words."""
    keyring = keyring_of(db)
    tag, *older = keyring.tags("asked", month.isoformat(), *stems)
    if older:
        counted = update(AskedWords).where(AskedWords.tag.in_(older)).values(askers=AskedWords.askers + 1)
        if cast(CursorResult[Any], await db.execute(counted)).rowcount:
            return
    sealed = keyring.seal("asked", (tag.hex(),), json.dumps([stems, forms]).encode(), 256)
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(AskedWords).values(tag=tag, month=month, sealed=sealed, askers=1)
    await db.execute(statement.on_conflict_do_update(index_elements=["tag"], set_={"askers": AskedWords.askers + 1}))


async def count_question(db: AsyncSession, week: date, topic: str, outcome: str) -> None:
    """Count one question."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(AskedCount).values(week=week, topic=topic, outcome=outcome, questions=1)
    await db.execute(
        statement.on_conflict_do_update(
            index_elements=["week", "topic", "outcome"], set_={"questions": AskedCount.questions + 1}
        )
    )


async def words_of_at_least(db: AsyncSession, askers: int, since: date) -> Sequence[Words]:
    """What at least so many conversations of one month used, most first. Nothing rarer is opened."""
    query = (
        select(AskedWords)
        .where(AskedWords.askers >= askers, AskedWords.month >= since)
        .order_by(AskedWords.askers.desc(), AskedWords.tag)
    )
    opened = []
    for row in await db.scalars(query):
        stems, forms = json.loads(keyring_of(db).open("asked", (row.tag.hex(),), row.sealed))
        opened.append(Words(tuple(stems), tuple(forms), row.askers))
    return opened


async def counts(db: AsyncSession, since: date) -> Sequence[AskedCount]:
    """The counts of every week since a Monday."""
    query = select(AskedCount).where(AskedCount.week >= since).order_by(AskedCount.week, AskedCount.topic)
    return (await db.scalars(query)).all()


async def forget(db: AsyncSession, before: date) -> None:
    """Forget the words of months that began before this day."""
    await db.execute(delete(AskedWords).where(AskedWords.month < before))
