"""Wishes for a stay in another department, and what hosts offer."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.cases import Case
from storage.chats import Message
from storage.database import keyring_of


class Placement(Base):
    """A wish. What the employee wrote is sealed; the columns in clear are those the career office counts by."""

    __tablename__ = "placement"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str]
    """snusepraktik or udveksling."""
    status: Mapped[str]
    sealed: Mapped[bytes]


class HostOffer(Base):
    """A department that is glad to see visitors."""

    __tablename__ = "host_offer"
    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    kinds: Mapped[list[str]]
    text_da: Mapped[str]
    text_en: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)


async def add(db: AsyncSession, case_id: uuid.UUID, kind: str, wish: dict[str, Any]) -> None:
    """Write a wish that was sent."""
    sealed = keyring_of(db).seal("placement", (str(case_id),), json.dumps(wish).encode(), 1024)
    db.add(Placement(case_id=case_id, kind=kind, status="submitted", sealed=sealed))
    await db.flush()


async def get(db: AsyncSession, case_id: uuid.UUID) -> Placement | None:
    """The wish of a case."""
    return await db.get(Placement, case_id)


async def of_cases(db: AsyncSession, case_ids: Sequence[uuid.UUID]) -> Sequence[tuple[Case, Placement]]:
    """The wishes among these cases, by alias."""
    query = (
        select(Case, Placement)
        .join(Placement, Placement.case_id == Case.id)
        .where(Case.id.in_(case_ids))
        .order_by(Case.alias)
    )
    return [(row[0], row[1]) for row in await db.execute(query)]


async def idle_since(db: AsyncSession, moment: datetime) -> Sequence[tuple[Case, Placement]]:
    """Wishes in open cases that were opened before this moment and in which nobody has written since."""
    written = select(Message.id).where(Message.case_id == Case.id, Message.said_at >= moment).exists()
    query = (
        select(Case, Placement)
        .join(Placement, Placement.case_id == Case.id)
        .where(Case.state == "open", Case.opened_on < moment.date(), ~written)
    )
    return [(row[0], row[1]) for row in await db.execute(query)]


def wish_of(db: AsyncSession, placement: Placement) -> dict[str, Any]:
    """What the employee asked for."""
    wish: dict[str, Any] = json.loads(keyring_of(db).open("placement", (str(placement.case_id),), placement.sealed))
    return wish


async def offers(db: AsyncSession) -> Sequence[HostOffer]:
    """What hosts offer, by id."""
    return (await db.scalars(select(HostOffer).order_by(HostOffer.id))).all()
