"""Wishes for a stay in another department, and what hosts offer."""

import json
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, false, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.cases import Case
from storage.chats import Message
from storage.database import keyring_of, only_looks


class Placement(Base):
    """A wish. What the employee wrote is sealed; the columns in clear are those the career office counts by."""

    __tablename__ = "placement"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str]
    """snusepraktik or udveksling."""
    status: Mapped[str]
    """A state of guidance.placement_workflow."""
    sealed: Mapped[bytes]
    """The wish."""
    region_id: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """Where it was sent; empty for requests from before this was kept."""
    scheme: Mapped[int] = mapped_column(default=0, server_default="0")
    """The version of the region's model that it was sent under."""
    flags: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """What of it is outside the model: keys of texts."""
    since: Mapped[date | None]
    """The day on which it came into its state."""
    rung: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often whoever must decide now has been reminded."""
    minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """What the career office has spent on it."""
    terms: Mapped[bytes | None]
    """Sealed: where and when, and who is responsible for what."""
    person: Mapped[bytes | None]
    """Sealed: what the employee has told of themselves, and to whom. It is shown to those alone."""


class Decision(Base):
    """One step of a request, with who took it. Rows are only added, and go with the case."""

    __tablename__ = "placement_decision"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str]
    role: Mapped[str]
    decision: Mapped[str]
    became: Mapped[str]
    staff_id: Mapped[str | None]
    """Who of the staff it was; empty for the employee, the clock, and who decided by a link."""
    reason: Mapped[str]
    fingerprint: Mapped[bytes | None]
    """Of the terms that were said yes to."""
    made_on: Mapped[date]


class Disclosure(Base):
    """What was told to whom, by whose will. Rows are only added: taking consent back is another row."""

    __tablename__ = "disclosure"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audience: Mapped[str]
    """coordinator, host or manager."""
    told: Mapped[str]
    """The department that was told, or the member of staff."""
    facts: Mapped[list[str]]
    """What they may see: keys of texts."""
    taken_back: Mapped[bool]
    wording: Mapped[str]
    """Version of the text that the employee agreed to."""
    made_on: Mapped[date]


class DecisionLink(Base):
    """A link with which a host or manager decides without signing in. Only a tag of its secret is kept."""

    __tablename__ = "decision_link"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    fingerprint: Mapped[bytes]


class HostOffer(Base):
    """A department that is glad to see visitors."""

    __tablename__ = "host_offer"
    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    kinds: Mapped[list[str]]
    text_da: Mapped[str]
    text_en: Mapped[str]
    capacity: Mapped[int] = mapped_column(default=1, server_default="1")
    """Visitors at the same time."""
    first: Mapped[date | None]
    last: Mapped[date | None]
    """The days on which visitors can come; empty for any."""
    vacancies: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The department looks for people, too."""
    open: Mapped[bool] = mapped_column(default=True, server_default=true())
    demo: Mapped[bool] = mapped_column(default=False)


async def add(
    db: AsyncSession,
    case_id: uuid.UUID,
    kind: str,
    wish: dict[str, Any],
    *,
    region: str,
    scheme: int,
    flags: Sequence[str],
    day: date,
) -> Placement:
    """Write a wish that was sent."""
    sealed = keyring_of(db).seal("placement", (str(case_id),), json.dumps(wish).encode(), 1024)
    placement = Placement(
        case_id=case_id, kind=kind, status="submitted", sealed=sealed, region_id=region, scheme=scheme,
        flags=list(flags), since=day,
    )  # fmt: skip
    db.add(placement)
    await db.flush()
    return placement


async def locked(db: AsyncSession, case_id: uuid.UUID) -> Placement | None:
    """The wish of a case, held until the end of the transaction."""
    return await db.scalar(select(Placement).where(Placement.case_id == case_id).with_for_update())


def write_terms(db: AsyncSession, placement: Placement, terms: str) -> None:
    """Keep the terms; nothing if they are empty."""
    context = (str(placement.case_id),)
    placement.terms = keyring_of(db).seal("terms", context, terms.encode(), 2048) if terms else None


def terms_of(db: AsyncSession, placement: Placement) -> str:
    """The terms as text; empty if there are none."""
    if placement.terms is None:
        return ""
    return keyring_of(db).open("terms", (str(placement.case_id),), placement.terms).decode()


def write_person(db: AsyncSession, placement: Placement, person: dict[str, str]) -> None:
    """Keep what the employee tells of themselves."""
    plain = json.dumps(person).encode()
    placement.person = keyring_of(db).seal("person", (str(placement.case_id),), plain, 1024)


def person_of(db: AsyncSession, placement: Placement) -> dict[str, str]:
    """What the employee told of themselves. Only guidance.disclosures may ask, which knows who may see it."""
    if placement.person is None:
        return {}
    found: dict[str, str] = json.loads(keyring_of(db).open("person", (str(placement.case_id),), placement.person))
    return found


async def note_decision(db: AsyncSession, placement: Placement, decision: Decision) -> None:
    """Add a step to the history."""
    decision.case_id, decision.number = placement.case_id, await _next(db, Decision, placement.case_id)
    db.add(decision)
    await db.flush()


async def history(db: AsyncSession, case_id: uuid.UUID) -> Sequence[Decision]:
    """Every step, in order."""
    query = select(Decision).where(Decision.case_id == case_id).order_by(Decision.number)
    return (await db.scalars(query)).all()


async def note_disclosure(db: AsyncSession, placement: Placement, disclosure: Disclosure) -> None:
    """Add to the log of who was told what."""
    disclosure.case_id, disclosure.number = placement.case_id, await _next(db, Disclosure, placement.case_id)
    db.add(disclosure)
    await db.flush()


async def disclosures(db: AsyncSession, case_id: uuid.UUID) -> Sequence[Disclosure]:
    """The log, in order."""
    query = select(Disclosure).where(Disclosure.case_id == case_id).order_by(Disclosure.number)
    return (await db.scalars(query)).all()


async def _next(db: AsyncSession, table: type[Decision] | type[Disclosure], case_id: uuid.UUID) -> int:
    last = await db.scalar(select(func.max(table.number)).where(table.case_id == case_id))
    return (last or 0) + 1


async def put_link(db: AsyncSession, placement: Placement, role: str, secret: str, fingerprint: bytes) -> None:
    """Let whoever has the secret decide in this role. The link before it is worth nothing from now on."""
    tag = keyring_of(db).tag("decision", secret)
    await db.merge(DecisionLink(case_id=placement.case_id, role=role, tag=tag, fingerprint=fingerprint))
    await db.flush()


async def link(db: AsyncSession, secret: str) -> DecisionLink | None:
    """What the secret opens."""
    tags = keyring_of(db).tags("decision", secret)
    found = await db.scalar(select(DecisionLink).where(DecisionLink.tag.in_(tags)))
    if found is not None and found.tag != tags[0] and not only_looks(db):
        found.tag = tags[0]  # as storage.cases.owned_case() does
    return found


async def in_states(db: AsyncSession, states: Sequence[str]) -> Sequence[tuple[Case, Placement]]:
    """All requests in these states, those that have waited longest first."""
    query = (
        select(Case, Placement)
        .join(Placement, Placement.case_id == Case.id)
        .where(Placement.status.in_(states))
        .order_by(Placement.since, Case.alias)
    )
    return [(row[0], row[1]) for row in await db.execute(query)]


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
