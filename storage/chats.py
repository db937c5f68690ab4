"""Messages between an employee and the career office, sealed, in order."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base, coarse
from storage.cases import Case
from storage.database import keyring_of


class Message(Base):
    """One message of a case."""

    __tablename__ = "message"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"))
    number: Mapped[int]
    side: Mapped[str]
    """employee, staff or bot."""
    sealed: Mapped[bytes]
    said_at: Mapped[datetime]
    delivery: Mapped[str] = mapped_column(default="sent")
    """sent, delivered or failed."""

    __table_args__ = (UniqueConstraint("case_id", "number"), NO_SERIAL_NUMBER)


@dataclass(frozen=True)
class Said:
    """A message, opened."""

    number: int
    side: str
    text: str
    said_at: datetime
    delivery: str


async def add(db: AsyncSession, case_id: uuid.UUID, side: str, text: str, now: datetime) -> int:
    """Store a message and return its number in the case."""
    last = await db.scalar(select(func.max(Message.number)).where(Message.case_id == case_id))
    message_id, number = uuid.uuid4(), (last or 0) + 1
    sealed = keyring_of(db).seal("message", (str(case_id), str(message_id)), text.encode())
    db.add(Message(id=message_id, case_id=case_id, number=number, side=side, sealed=sealed, said_at=coarse(now)))
    await db.flush()
    return number


async def thread(db: AsyncSession, case_id: uuid.UUID) -> Sequence[Said]:
    """All messages of a case, in order."""
    rows = await db.scalars(select(Message).where(Message.case_id == case_id).order_by(Message.number))
    return [_opened(db, row) for row in rows]


@dataclass(frozen=True)
class Turn:
    """Who wrote, and when. Not what."""

    number: int
    side: str
    said_at: datetime


async def sides(db: AsyncSession, case_id: uuid.UUID) -> Sequence[Turn]:
    """Who wrote when in a case, in order, without opening what was written."""
    query = select(Message.number, Message.side, Message.said_at).where(Message.case_id == case_id)
    return [Turn(*row) for row in await db.execute(query.order_by(Message.number))]


async def one(db: AsyncSession, case_id: uuid.UUID, number: int) -> Said | None:
    """One message."""
    row = await db.scalar(select(Message).where(Message.case_id == case_id, Message.number == number))
    return _opened(db, row) if row else None


async def deliveries(db: AsyncSession, staff_id: str) -> Sequence[tuple[uuid.UUID, int, str]]:
    """How far each message of a staff member's cases has come."""
    query = (
        select(Message.case_id, Message.number, Message.delivery)
        .join(Case, Case.id == Message.case_id)
        .where(Case.staff_id == staff_id)
        .order_by(Message.case_id, Message.number)
    )
    return [(row[0], row[1], row[2]) for row in await db.execute(query)]


async def mark(db: AsyncSession, case_id: uuid.UUID, number: int, delivery: str) -> None:
    """Note whether a message arrived."""
    await db.execute(
        update(Message).where(Message.case_id == case_id, Message.number == number).values(delivery=delivery)
    )


def _opened(db: AsyncSession, row: Message) -> Said:
    text = keyring_of(db).open("message", (str(row.case_id), str(row.id)), row.sealed).decode()
    return Said(row.number, row.side, text, row.said_at, row.delivery)
