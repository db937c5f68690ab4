"""When advisors are at work: hours of the week, single days that differ, and leave. Local times of Denmark."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.appointments import Slot
from storage.base import Base


class WorkingHours(Base):
    """The hours of one weekday. `spans` are pairs of minutes after midnight."""

    __tablename__ = "working_hours"
    advisor_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    """0 is Monday."""
    spans: Mapped[list[Any]] = mapped_column(JSON)


class OtherHours(Base):
    """The hours of one day that differ from those of its weekday; no spans on a day off."""

    __tablename__ = "other_hours"
    advisor_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    spans: Mapped[list[Any]] = mapped_column(JSON)


class Leave(Base):
    """Days on which an advisor is away, the first and the last one included."""

    __tablename__ = "leave"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    advisor_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]


async def hours_of(db: AsyncSession, advisor_id: str) -> Sequence[WorkingHours]:
    """The hours of an advisor's week."""
    query = select(WorkingHours).where(WorkingHours.advisor_id == advisor_id).order_by(WorkingHours.weekday)
    return (await db.scalars(query)).all()


async def other_hours_of(db: AsyncSession, advisor_id: str, since: date) -> Sequence[OtherHours]:
    """The days from `since` on that differ, by day."""
    query = select(OtherHours).where(OtherHours.advisor_id == advisor_id, OtherHours.day >= since)
    return (await db.scalars(query.order_by(OtherHours.day))).all()


async def leave_of(db: AsyncSession, advisor_id: str, since: date) -> Sequence[Leave]:
    """The advisor's leave that is not over on the day `since`, by day."""
    query = select(Leave).where(Leave.advisor_id == advisor_id, Leave.last >= since).order_by(Leave.first)
    return (await db.scalars(query)).all()


async def who_has_hours(db: AsyncSession) -> Sequence[str]:
    """The advisors who have ever said when they work."""
    return (await db.scalars(select(WorkingHours.advisor_id).distinct())).all()


async def slots_of(db: AsyncSession, advisor_id: str, since: datetime) -> Sequence[Slot]:
    """All times of an advisor that begin later, by time."""
    query = select(Slot).where(Slot.advisor_id == advisor_id, Slot.starts_at > since).order_by(Slot.starts_at)
    return (await db.scalars(query)).all()


async def change_state(db: AsyncSession, slot_ids: Sequence[uuid.UUID], before: str, after: str) -> None:
    """Change times that are still in the state `before`: somebody may just have booked one."""
    await db.execute(update(Slot).where(Slot.id.in_(slot_ids), Slot.state == before).values(state=after))


async def forget_days(db: AsyncSession, before: date) -> None:
    """Remove what was said of days before this one."""
    await db.execute(delete(OtherHours).where(OtherHours.day < before))
    await db.execute(delete(Leave).where(Leave.last < before))
