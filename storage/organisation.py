"""Regions, workplaces and the people of the career office. Nothing here is about an employee who seeks advice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class Region(Base):
    """A region is data: it can be renamed or merged."""

    __tablename__ = "region"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    advice: Mapped[bool]
    """True if the region's employees can book an advisor here."""
    placements: Mapped[bool]
    """True if they can ask for a stay here."""
    demo: Mapped[bool] = mapped_column(default=False)


class Unit(Base):
    """A hospital, another institution ("virksomhed"), or a corporate centre ("koncerncenter")."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(primary_key=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    kind: Mapped[str]
    name: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)


class Department(Base):
    """A department of a unit."""

    __tablename__ = "department"
    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    specialty: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)


class Staff(Base):
    """Somebody of the career office, or a manager whom they are tied to. Not secret, never an advice seeker."""

    __tablename__ = "staff"
    __table_args__ = (Index("uq_staff_account", "account", unique=True),)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    roles: Mapped[list[str]]
    """Any of advisor, coordinator, editor, manager, host."""
    works_in: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    reports_to: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    deputy: Mapped[str | None]
    """Who decides for this person while they are on leave: id of another of the staff."""
    leads: Mapped[list[str]]
    """Ids of the departments this person is the manager of."""
    conflicts: Mapped[list[str]]
    """Ids of units this advisor must not advise people from, for reasons of their own."""
    languages: Mapped[list[str]]
    topics: Mapped[list[str]]
    session_minutes: Mapped[int] = mapped_column(default=45, server_default="45")
    pause_minutes: Mapped[int] = mapped_column(default=15, server_default="15")
    """Between two sessions."""
    most_cases: Mapped[int] = mapped_column(default=0, server_default="0")
    """With so many open cases an advisor gets no new ones; 0 for any number."""
    ways: Mapped[list[str]] = mapped_column(default=lambda: ["chat"], server_default='["chat"]')
    """Ways to meet: any of chat, phone, place, video."""
    phone: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """The number that employees call for a session by telephone."""
    place: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """Where employees come for a session in person."""
    about: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """What the advisor says of themselves to who is choosing."""
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    account: Mapped[str | None]
    """Object id of the work account in Microsoft Entra ID that this person signs in with, in small letters."""


class SignInLink(Base):
    """A link that lets one member of staff into the desk once. Only the fingerprint of its secret is kept."""

    __tablename__ = "sign_in_link"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


async def regions(db: AsyncSession) -> Sequence[Region]:
    """All regions, by name."""
    return (await db.scalars(select(Region).order_by(Region.name))).all()


async def units(db: AsyncSession) -> Sequence[Unit]:
    """All units, by name."""
    return (await db.scalars(select(Unit).order_by(Unit.name))).all()


async def departments(db: AsyncSession) -> Sequence[Department]:
    """All departments, by name."""
    return (await db.scalars(select(Department).order_by(Department.name))).all()


async def staff(db: AsyncSession) -> Sequence[Staff]:
    """Everybody, active or not, by name."""
    return (await db.scalars(select(Staff).order_by(Staff.name))).all()


async def staff_member(db: AsyncSession, staff_id: str) -> Staff | None:
    """One person of the staff."""
    return await db.get(Staff, staff_id)


async def staff_with_account(db: AsyncSession, account: str) -> Staff | None:
    """Whose work account this is, active or not."""
    return (await db.scalars(select(Staff).where(Staff.account == account))).one_or_none()


async def unit(db: AsyncSession, unit_id: str) -> Unit | None:
    """One unit."""
    return await db.get(Unit, unit_id)


async def sign_in_link(db: AsyncSession, tags: Sequence[bytes]) -> SignInLink | None:
    """The link with one of these fingerprints."""
    return await db.scalar(select(SignInLink).where(SignInLink.tag.in_(tags)))


async def forget_links(db: AsyncSession, before: datetime) -> None:
    """Remove sign-in links that ended before this moment."""
    await db.execute(delete(SignInLink).where(SignInLink.expires_at < before))


async def merge_all(db: AsyncSession, rows: Sequence[Any]) -> None:
    """Write rows that may be there already."""
    for row in rows:
        await db.merge(row)
        await db.flush()
