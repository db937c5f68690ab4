"""Sets of requests that would change places. Who goes where is sealed: it tells where somebody works."""

import json
import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.database import keyring_of


class SwapSet(Base):
    """People who were asked to change places, and what came of it."""

    __tablename__ = "swap_set"
    __table_args__ = NO_SERIAL_NUMBER
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    region_id: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    """asked, agreed or off."""
    size: Mapped[int]
    """How many they were: one whose case is erased is missing from then on."""
    first: Mapped[date]
    last: Mapped[date]
    changed_on: Mapped[date]


class SwapMember(Base):
    """One of a set, and their answer."""

    __tablename__ = "swap_member"
    __table_args__ = NO_SERIAL_NUMBER
    set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("swap_set.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]
    """The department they would go to."""
    answer: Mapped[str] = mapped_column(default="")
    """yes, no, or empty."""


async def add(
    db: AsyncSession, region: str, first: date, last: date, hosts: Sequence[tuple[uuid.UUID, str]], today: date
) -> SwapSet:
    """Write a set: who goes to which department."""
    made = SwapSet(id=uuid.uuid4(), region_id=region, size=len(hosts), first=first, last=last, changed_on=today)
    db.add(made)
    await db.flush()
    for case_id, host in hosts:
        sealed = keyring_of(db).seal("swap", (str(made.id), str(case_id)), json.dumps(host).encode())
        db.add(SwapMember(set_id=made.id, case_id=case_id, sealed=sealed))
    await db.flush()
    return made


async def get(db: AsyncSession, set_id: uuid.UUID) -> SwapSet | None:
    """One set, held until the end of the transaction."""
    return await db.scalar(select(SwapSet).where(SwapSet.id == set_id).with_for_update())


async def members(db: AsyncSession, set_id: uuid.UUID) -> Sequence[SwapMember]:
    """Its people, in no order that tells anything."""
    query = select(SwapMember).where(SwapMember.set_id == set_id).order_by(SwapMember.case_id)
    return (await db.scalars(query)).all()


async def in_states(db: AsyncSession, states: Sequence[str]) -> Sequence[SwapSet]:
    """All sets in these states."""
    return (await db.scalars(select(SwapSet).where(SwapSet.state.in_(states)).order_by(SwapSet.id))).all()


async def of_case(db: AsyncSession, case_id: uuid.UUID) -> tuple[SwapSet, SwapMember] | None:
    """The set that a request is in now: asked or agreed."""
    query = (
        select(SwapSet, SwapMember)
        .join(SwapMember, SwapMember.set_id == SwapSet.id)
        .where(SwapMember.case_id == case_id, SwapSet.state.in_(["asked", "agreed"]))
    )
    found = (await db.execute(query)).first()
    return (found[0], found[1]) if found else None


async def all_of_case(db: AsyncSession, case_id: uuid.UUID) -> Sequence[tuple[SwapSet, SwapMember]]:
    """Every set that a request is or was in."""
    query = select(SwapSet, SwapMember).join(SwapMember, SwapMember.set_id == SwapSet.id)
    return [(row[0], row[1]) for row in await db.execute(query.where(SwapMember.case_id == case_id))]


def host_of(db: AsyncSession, member: SwapMember) -> str:
    """The department that this person would go to."""
    context = (str(member.set_id), str(member.case_id))
    host: str = json.loads(keyring_of(db).open("swap", context, member.sealed))
    return host


async def forget_old(db: AsyncSession, day: date) -> None:
    """Forget sets that came to nothing before this day."""
    await db.execute(delete(SwapSet).where(SwapSet.state == "off", SwapSet.changed_on < day))
