"""Notices that are due: ids only, never words. The worker takes, delivers and marks them."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Index, UniqueConstraint, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base, coarse
from storage.database import tell_copies

LEASE = timedelta(seconds=60)
"""How long a worker has for one delivery before another may try."""


class OutboxMessage(Base):
    """One notice to one recipient.

    `recipient` is "case:<id>" (the employee behind it) or "staff:<id>". Order is kept for each recipient.
    States: pending, then waiting (until the recipient looks) or given_up. One that has arrived is removed.
    """

    __tablename__ = "outbox"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    recipient: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    ids: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    since: Mapped[date]
    """The day from which its tries count, or on which it was given up."""
    due_at: Mapped[datetime | None]
    """When to try next. Coarse at first, and only while it is pending: it would tie notices of one turn together."""
    leased_until: Mapped[datetime | None]
    """While a worker is at it."""
    last_error: Mapped[str | None]
    """A code, never a sentence: sentences may quote somebody."""

    __table_args__ = (
        UniqueConstraint("recipient", "number"),
        Index("ix_outbox_state_due_at", "state", "due_at"),
        NO_SERIAL_NUMBER,
    )


async def put(db: AsyncSession, recipient: str, kind: str, ids: dict[str, Any], due_at: datetime) -> OutboxMessage:
    """Put a notice in the outbox, in the same transaction as what it tells of."""
    last = await db.scalar(select(func.max(OutboxMessage.number)).where(OutboxMessage.recipient == recipient))
    message = OutboxMessage(
        id=uuid.uuid4(),
        recipient=recipient,
        number=(last or 0) + 1,
        kind=kind,
        ids=ids,
        since=due_at.date(),
        due_at=coarse(due_at),
    )
    db.add(message)
    await db.flush()
    tell_copies(db)
    return message


async def due(db: AsyncSession, now: datetime, limit: int = 20) -> Sequence[OutboxMessage]:
    """Notices to deliver now: for each recipient only the earliest that is pending, unless a worker is at it."""
    earlier = aliased(OutboxMessage)
    blocked = (
        select(earlier.id)
        .where(
            earlier.recipient == OutboxMessage.recipient,
            earlier.number < OutboxMessage.number,
            earlier.state == "pending",
        )
        .exists()
    )
    free = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now)
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.state == "pending", OutboxMessage.due_at <= now, free, ~blocked)
        .order_by(OutboxMessage.due_at)
        .limit(limit)
    )
    return (await db.scalars(query)).all()


async def claim(db: AsyncSession, message: OutboxMessage, now: datetime) -> bool:
    """Take the notice for one lease, which ends by itself if this worker dies. False if another one was quicker."""
    as_seen = (
        OutboxMessage.id == message.id,
        OutboxMessage.state == "pending",
        OutboxMessage.due_at == message.due_at,
        OutboxMessage.leased_until.is_not_distinct_from(message.leased_until),
    )
    return await _change(
        db,
        update(OutboxMessage)
        .where(*as_seen)
        .values(leased_until=_end_of_lease(now), attempts=OutboxMessage.attempts + 1),
    )


async def finish(db: AsyncSession, message_id: uuid.UUID, state: str) -> bool:
    """Remove a notice that is "done", or let it be "waiting". False if it was finished already or erased."""
    tell_copies(db)  # it may wait for its recipient now, or a page may show that it has arrived
    if state == "done":
        return await _change(db, delete(OutboxMessage).where(OutboxMessage.id == message_id))
    rests = {"state": state, "due_at": None, "leased_until": None}
    return await _change(db, update(OutboxMessage).where(_pending(message_id)).values(rests))


async def later(db: AsyncSession, message_id: uuid.UUID, due_at: datetime, since: date, error: str) -> None:
    """Try again at `due_at`. `since` is the day from which its tries count."""
    again = {"due_at": due_at, "since": since, "leased_until": None, "last_error": error}
    await _change(db, update(OutboxMessage).where(_pending(message_id)).values(again))


async def give_up(db: AsyncSession, message_id: uuid.UUID, day: date, error: str) -> bool:
    """Put the notice aside. False if it was finished already or erased."""
    aside = {"state": "given_up", "since": day, "due_at": None, "leased_until": None, "last_error": error}
    return await _change(db, update(OutboxMessage).where(_pending(message_id)).values(aside))


async def put_back(db: AsyncSession, now: datetime) -> Sequence[OutboxMessage]:
    """Let the notices that were given up be tried again, as if they were new. Which they are."""
    back = (await db.scalars(select(OutboxMessage).where(OutboxMessage.state == "given_up"))).all()
    for message in back:
        message.state, message.attempts, message.last_error = "pending", 0, None
        message.since, message.due_at = now.date(), coarse(now)
    await db.flush()
    return back


async def waiting_for(db: AsyncSession, recipients: Sequence[str]) -> Sequence[OutboxMessage]:
    """What waits until one of these recipients looks, in order."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.recipient.in_(recipients), OutboxMessage.state == "waiting")
        .order_by(OutboxMessage.recipient, OutboxMessage.number)
    )
    return (await db.scalars(query)).all()


async def erase_about(db: AsyncSession, case_id: uuid.UUID) -> None:
    """Remove everything that tells of a case, to whomever."""
    await db.execute(delete(OutboxMessage).where(OutboxMessage.ids["case_id"].as_string() == case_id.hex))


async def count_about(db: AsyncSession, case_id: uuid.UUID) -> int:
    """How many notices that tell of a case are on their way."""
    about = OutboxMessage.ids["case_id"].as_string() == case_id.hex
    return await db.scalar(select(func.count()).select_from(OutboxMessage).where(about)) or 0


async def erase_for(db: AsyncSession, recipient: str, case_id: uuid.UUID) -> None:
    """Remove what tells one recipient of a case."""
    about = (OutboxMessage.recipient == recipient, OutboxMessage.ids["case_id"].as_string() == case_id.hex)
    await db.execute(delete(OutboxMessage).where(*about))


async def purge(db: AsyncSession, day: date) -> int:
    """Remove notices that were given up before this day."""
    result = await db.execute(delete(OutboxMessage).where(OutboxMessage.state == "given_up", OutboxMessage.since < day))
    return cast(CursorResult[Any], result).rowcount


def _end_of_lease(now: datetime) -> datetime:
    """Up to a minute later than it must be: workers wake up at the moment of a turn."""
    until = now + LEASE
    return until + timedelta(seconds=-until.timestamp() % 60)


def _pending(message_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(OutboxMessage.id == message_id, OutboxMessage.state == "pending")


async def _change(db: AsyncSession, statement: Any) -> bool:
    return cast(CursorResult[Any], await db.execute(statement)).rowcount == 1
