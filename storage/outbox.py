"""Notices that are due: ids only, never words. The worker takes, delivers and marks them."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Index, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.base import Base

LEASE = timedelta(seconds=60)
"""How long a worker has for one delivery before another may try."""

UNFINISHED = ("pending", "waiting")


class OutboxMessage(Base):
    """One notice to one recipient.

    `recipient` is "case:<id>" (the employee behind it) or "staff:<id>". Order is kept for each recipient.
    States: pending → done, or waiting (until the recipient looks) → done, or given_up.
    """

    __tablename__ = "outbox"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    recipient: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    ids: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    last_error: Mapped[str | None]
    """A code, never a sentence: sentences may quote somebody."""

    __table_args__ = (UniqueConstraint("recipient", "number"), Index("ix_outbox_state_due_at", "state", "due_at"))


async def put(db: AsyncSession, recipient: str, kind: str, ids: dict[str, Any], due_at: datetime) -> OutboxMessage:
    """Put a notice in the outbox, in the same transaction as what it tells of."""
    last = await db.scalar(select(func.max(OutboxMessage.number)).where(OutboxMessage.recipient == recipient))
    message = OutboxMessage(
        id=uuid.uuid4(), recipient=recipient, number=(last or 0) + 1, kind=kind, ids=ids, due_at=due_at
    )
    db.add(message)
    await db.flush()
    return message


async def due(db: AsyncSession, now: datetime, limit: int = 20) -> Sequence[OutboxMessage]:
    """Notices to deliver now: for each recipient only the earliest that is not finished."""
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
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.state == "pending", OutboxMessage.due_at <= now, ~blocked)
        .order_by(OutboxMessage.due_at)
        .limit(limit)
    )
    return (await db.scalars(query)).all()


async def claim(db: AsyncSession, message: OutboxMessage, now: datetime) -> bool:
    """Take the notice for one lease. False if another worker was quicker."""
    return await _change(
        db,
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.due_at == message.due_at, OutboxMessage.state == "pending")
        .values(due_at=now + LEASE, attempts=OutboxMessage.attempts + 1),  # comes back by itself if this worker dies
    )


async def finish(db: AsyncSession, message_id: uuid.UUID, state: str, error: str | None = None) -> bool:
    """Mark a notice done, waiting or given up. False if it was finished already or erased."""
    return await _change(
        db,
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state.in_(UNFINISHED))
        .values(state=state, last_error=error),
    )


async def later(db: AsyncSession, message_id: uuid.UUID, due_at: datetime, error: str) -> None:
    """Try again at `due_at`."""
    await _change(
        db, update(OutboxMessage).where(OutboxMessage.id == message_id).values(due_at=due_at, last_error=error)
    )


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


async def purge(db: AsyncSession, before: datetime) -> int:
    """Remove finished notices that were due before this time."""
    result = await db.execute(
        delete(OutboxMessage).where(OutboxMessage.state.in_(("done", "given_up")), OutboxMessage.due_at < before)
    )
    return cast(CursorResult[Any], result).rowcount


async def _change(db: AsyncSession, statement: Any) -> bool:
    return cast(CursorResult[Any], await db.execute(statement)).rowcount == 1
