"""Free times of advisors, and who has taken them."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, ForeignKey, Index, UniqueConstraint, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.cases import Case


class Slot(Base):
    """A time that an advisor offers. Times in UTC."""

    __tablename__ = "slot"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    advisor_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="free")
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("advisor_id", "starts_at"),
        Index("ix_slot_state_starts_at", "state", "starts_at"),
    )


class Appointment(Base):
    """A case's place in an advisor's calendar. One active appointment a slot: the database sees to it."""

    __tablename__ = "appointment"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("slot.id"))
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), index=True)
    topic: Mapped[str]
    """Key of a topic, or empty."""
    status: Mapped[str] = mapped_column(default="active")

    __table_args__ = (
        Index(
            "uq_appointment_active_slot",
            "slot_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
        NO_SERIAL_NUMBER,
    )


async def free(db: AsyncSession, advisors: Sequence[str], earliest: datetime, limit: int) -> Sequence[Slot]:
    """The next free times of these advisors."""
    query = (
        select(Slot)
        .where(Slot.state == "free", Slot.advisor_id.in_(advisors), Slot.starts_at > earliest)
        .order_by(Slot.starts_at, Slot.advisor_id)
        .limit(limit)
    )
    return (await db.scalars(query)).all()


async def slot(db: AsyncSession, slot_id: uuid.UUID) -> Slot | None:
    """One time."""
    return await db.get(Slot, slot_id)


async def take(db: AsyncSession, slot_id: uuid.UUID, earliest: datetime) -> bool:
    """Take the time by changing the row that was free. False if somebody else was quicker or it is too late."""
    statement = (
        update(Slot)
        .where(Slot.id == slot_id, Slot.state == "free", Slot.starts_at > earliest)
        .values(state="booked")
        .execution_options(synchronize_session="fetch")
    )
    return cast(CursorResult[Any], await db.execute(statement)).rowcount == 1


async def release(db: AsyncSession, slot_id: uuid.UUID) -> None:
    """Offer the time again."""
    await db.execute(
        update(Slot).where(Slot.id == slot_id).values(state="free").execution_options(synchronize_session="fetch")
    )


async def active(db: AsyncSession, case_ids: Sequence[uuid.UUID]) -> Sequence[tuple[Case, Appointment, Slot]]:
    """The active appointments of these cases, by time."""
    query = (
        select(Case, Appointment, Slot)
        .join(Appointment, Appointment.case_id == Case.id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(Case.id.in_(case_ids), Appointment.status == "active")
        .order_by(Slot.starts_at)
    )
    return [(row[0], row[1], row[2]) for row in await db.execute(query)]


async def add(db: AsyncSession, slot_id: uuid.UUID, case_id: uuid.UUID, topic: str) -> Appointment:
    """Write the appointment of a slot that was taken."""
    appointment = Appointment(id=uuid.uuid4(), slot_id=slot_id, case_id=case_id, topic=topic)
    db.add(appointment)
    await db.flush()
    return appointment


async def passed_before(db: AsyncSession, moment: datetime) -> Sequence[uuid.UUID]:
    """Open cases whose active appointment ended before this moment."""
    query = (
        select(Case.id)
        .join(Appointment, Appointment.case_id == Case.id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(Case.state == "open", Appointment.status == "active", Slot.ends_at < moment)
    )
    return (await db.scalars(query)).all()
