"""Passages: the one-time links by which a case goes over from Teams or Slack to the web chat."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import COARSE, NO_SERIAL_NUMBER, Base, coarse
from storage.cases import Case
from storage.database import keyring_of

LASTS = timedelta(minutes=15)
"""Long enough to fetch one's own telephone. It is kept up to five minutes longer, as all times here are coarse."""


class Passage(Base):
    """A link that was made and not used. Only a tag of its secret is kept."""

    __tablename__ = "passage"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    until: Mapped[datetime]


async def put(db: AsyncSession, case_id: uuid.UUID, secret: str, now: datetime) -> None:
    """Open a passage for the case. The one before it, if any, is worth nothing from now on."""
    await db.execute(delete(Passage).where(Passage.case_id == case_id))
    until = coarse(now) + LASTS + COARSE
    db.add(Passage(case_id=case_id, tag=keyring_of(db).tag("passage", secret), until=until))
    await db.flush()


async def take(db: AsyncSession, secret: str, now: datetime) -> Case | None:
    """The case that this secret leads to. It leads there once."""
    query = select(Case).join(Passage, Passage.case_id == Case.id)
    tags = keyring_of(db).tags("passage", secret)
    case = await db.scalar(query.where(Passage.tag.in_(tags), Passage.until > now).with_for_update())
    if case is not None:
        await db.execute(delete(Passage).where(Passage.case_id == case.id))
    return case


async def open_until(db: AsyncSession, case_id: uuid.UUID) -> datetime | None:
    """How long the case's link works; None if there is none."""
    passage = await db.get(Passage, case_id)
    return passage.until if passage else None


async def forget_old(db: AsyncSession, now: datetime) -> None:
    """Forget links that nobody used."""
    await db.execute(delete(Passage).where(Passage.until <= now))
