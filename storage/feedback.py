"""What people thought of their sessions: counts by month, and nothing that leads to a case or a person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class Feedback(Base):
    """How often a question was answered so in a month."""

    __tablename__ = "feedback"
    month: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


async def note(db: AsyncSession, month: str, question: str, answer: str) -> None:
    """Count one answer."""
    insert: Any = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Feedback).values(month=month, question=question, answer=answer, count=1)
    key = ["month", "question", "answer"]
    await db.execute(statement.on_conflict_do_update(index_elements=key, set_={"count": Feedback.count + 1}))


async def all_of_it(db: AsyncSession) -> Sequence[Feedback]:
    """Everything, by month."""
    return (await db.scalars(select(Feedback).order_by(Feedback.month, Feedback.question, Feedback.answer))).all()
