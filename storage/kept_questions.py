"""Questions that HR keeps to see whether the search still answers them. Written by editors, never by employees."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class KeptQuestion(Base):
    """A question, the region of who asks it, and the article that should answer."""

    __tablename__ = "kept_question"
    question: Mapped[str] = mapped_column(primary_key=True)
    region_id: Mapped[str] = mapped_column(primary_key=True)
    """Empty for somebody whose region is not known."""
    article_id: Mapped[str]
    """Empty if no article should answer."""
    kept_by: Mapped[str]
    kept_at: Mapped[datetime]


async def all_of_them(db: AsyncSession) -> Sequence[KeptQuestion]:
    """All kept questions, the newest first."""
    query = select(KeptQuestion).order_by(KeptQuestion.kept_at.desc(), KeptQuestion.question)
    return (await db.scalars(query)).all()
