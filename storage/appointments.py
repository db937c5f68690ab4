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
from storage.chats import Message
from storage.database import keyring_of


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
    way: Mapped[str] = mapped_column(default="chat", server_default="chat")
    """How they meet: chat, phone, place or video."""
    status: Mapped[str] = mapped_column(default="active")
    remind_at: Mapped[datetime | None]
    """When to remind the employee, if they want it. Empty once it is done."""
    remark: Mapped[bytes | None]
    """Sealed: what the employee wants the advisor to know beforehand."""

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


async def free(db: AsyncSession, advisors: Sequence[str], earliest: datetime, limit: int | None) -> Sequence[Slot]:
    """The next free times of these advisors; all of them without a limit."""
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


async def free_at(db: AsyncSession, advisor_id: str, starts_at: datetime) -> Slot | None:
    """The advisor's time at this very moment, if it is free."""
    query = select(Slot).where(Slot.advisor_id == advisor_id, Slot.starts_at == starts_at, Slot.state == "free")
    return await db.scalar(query)


async def last_topic(db: AsyncSession, case_id: uuid.UUID) -> tuple[str, str]:
    """Topic and way to meet of any appointment that the case has or had; the first of both if it never had one."""
    found = await db.scalar(select(Appointment).where(Appointment.case_id == case_id).limit(1))
    return (found.topic, found.way) if found else ("", "chat")


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


async def all_of(db: AsyncSession, case_id: uuid.UUID) -> Sequence[tuple[Appointment, Slot]]:
    """Every appointment that the case has or had, by time."""
    query = select(Appointment, Slot).join(Slot, Slot.id == Appointment.slot_id).where(Appointment.case_id == case_id)
    return [(row[0], row[1]) for row in await db.execute(query.order_by(Slot.starts_at))]


async def add(db: AsyncSession, slot_id: uuid.UUID, case_id: uuid.UUID, topic: str, way: str = "chat") -> Appointment:
    """Write the appointment of a slot that was taken."""
    appointment = Appointment(id=uuid.uuid4(), slot_id=slot_id, case_id=case_id, topic=topic, way=way)
    db.add(appointment)
    await db.flush()
    return appointment


def write_remark(db: AsyncSession, appointment: Appointment, words: str) -> None:
    """Keep what the employee wants the advisor to know beforehand; nothing if it is empty."""
    sealed = keyring_of(db).seal("remark", (str(appointment.id),), words.encode(), 1024) if words else None
    appointment.remark = sealed


def remark_of(db: AsyncSession, appointment: Appointment) -> str:
    """What the employee wants the advisor to know beforehand."""
    if appointment.remark is None:
        return ""
    return keyring_of(db).open("remark", (str(appointment.id),), appointment.remark).decode()


async def end(db: AsyncSession, appointment: Appointment, status: str) -> None:
    """There is no session then. What the employee noted for it is not kept twice: who removes it means all of it."""
    appointment.status, appointment.remark, appointment.remind_at = status, None, None
    await db.flush()


async def idle_without_time(db: AsyncSession, moment: datetime) -> Sequence[Case]:
    """Open cases for sessions, but without one, that were opened before this moment and had no message since."""
    has_time = select(Appointment.id).where(Appointment.case_id == Case.id, Appointment.status == "active").exists()
    written = select(Message.id).where(Message.case_id == Case.id, Message.said_at >= moment).exists()
    query = select(Case).where(
        Case.state == "open",
        Case.kind.in_(("appointment", "waiting")),
        Case.opened_on < moment.date(),
        ~has_time,
        ~written,
    )
    return (await db.scalars(query)).all()


async def to_remind(db: AsyncSession, now: datetime) -> Sequence[Appointment]:
    """Active appointments of which somebody is to be reminded now, each for this caller only: they are marked."""
    query = select(Appointment).where(Appointment.status == "active", Appointment.remind_at <= now)
    found = []
    for appointment in (await db.scalars(query)).all():
        unmarked = (Appointment.id == appointment.id, Appointment.remind_at == appointment.remind_at)
        marked = await db.execute(update(Appointment).where(*unmarked).values(remind_at=None))
        if cast(CursorResult[Any], marked).rowcount == 1:
            found.append(appointment)
    return found


async def passed_before(db: AsyncSession, moment: datetime) -> Sequence[uuid.UUID]:
    """Open cases whose active appointment ended before this moment."""
    query = (
        select(Case.id)
        .join(Appointment, Appointment.case_id == Case.id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(Case.state == "open", Appointment.status == "active", Slot.ends_at < moment)
    )
    return (await db.scalars(query)).all()
