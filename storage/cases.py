"""A case: one matter of one anonymous employee, known by its alias."""

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import blocks
from storage.base import NO_SERIAL_NUMBER, Base
from storage.database import keyring_of, leave_no_trace, only_looks
from storage.participants import Participant

ALIAS_REST = timedelta(days=365)
"""How long an alias is not used again, so that nobody is taken for somebody else."""


class Case(Base):
    """An appointment or a wish for a stay, with the chat that belongs to it.

    There is no exact time of opening and no serial number: both would help to tie a case to a person.
    """

    __tablename__ = "guidance_case"
    __table_args__ = NO_SERIAL_NUMBER
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str]
    """appointment, placement or waiting: for an advisor who can take it."""
    alias: Mapped[str] = mapped_column(unique=True)
    owner_tag: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    tag_root: Mapped[int] = mapped_column(default=1, server_default="1")
    """Number of the root that the tag was made with."""
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    """open or closed."""
    opened_on: Mapped[date]
    conflict: Mapped[bytes | None]
    """Sealed: whom the employee must be kept from, for when the staff changes."""
    note: Mapped[bytes | None]
    """Sealed: what the staff noted for themselves."""
    closed_on: Mapped[date | None]


class Envelope(Base):
    """The sealed address of the employee behind a case. It has no time and no other column to be recognised by."""

    __tablename__ = "identity_envelope"
    __table_args__ = NO_SERIAL_NUMBER
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guidance_case.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]


class UsedAlias(Base):
    """Fingerprints of aliases that rest."""

    __tablename__ = "used_alias"
    __table_args__ = NO_SERIAL_NUMBER
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    rests_until: Mapped[date]


@dataclass(frozen=True)
class KeptFrom:
    """Whom an employee must be kept from: everybody tied to a workplace, and the staff that they ruled out."""

    workplace: str = ""
    """A unit's id; empty if the employee did not say."""
    ruled_out: tuple[str, ...] = ()
    """Ids of staff."""


class TooManyCases(Exception):
    """This person has as many cases as they can have."""


async def open_case(
    db: AsyncSession, participant: Participant, *, kind: str, alias: str, staff_id: str, locale: str, now: datetime
) -> Case:
    """Write a new case under the participant's next free tag, with their sealed address.

    Raises TooManyCases. The unique tags and aliases make two openings at once safe.
    """
    case = Case(
        id=uuid.uuid4(),
        kind=kind,
        alias=alias,
        owner_tag=await _free_tag(db, participant),
        tag_root=participant.root,
        staff_id=staff_id,
        locale=locale,
        opened_on=now.date(),
    )
    db.add(case)
    await db.flush()
    db.add(Envelope(case_id=case.id, sealed=participant.seal_address(case.id)))
    db.add(UsedAlias(tag=keyring_of(db).tag("alias", alias), rests_until=now.date() + ALIAS_REST))
    await db.flush()
    return case


async def _free_tag(db: AsyncSession, participant: Participant) -> bytes:
    taken = set(await db.scalars(select(Case.owner_tag).where(Case.owner_tag.in_(participant.owner_tags))))
    free = [tag for tag in participant.owner_tags if tag not in taken]
    if not free:
        raise TooManyCases
    return random.SystemRandom().choice(free)  # the lowest one would count the person's cases


async def give_to(db: AsyncSession, case: Case, participant: Participant) -> None:
    """Make the case another participant's: under a tag of theirs, with their sealed address. Raises TooManyCases."""
    if case.owner_tag in participant.all_tags:
        return
    case.owner_tag, case.tag_root = await _free_tag(db, participant), participant.root
    envelope = await db.get_one(Envelope, case.id)
    envelope.sealed = participant.seal_address(case.id)
    await db.flush()
    leave_no_trace(db)  # the old address must not stay behind in a log


def keep_from(db: AsyncSession, case: Case, kept_from: KeptFrom) -> None:
    """Remember with the case whom its employee must be kept from. Padded, so that its length tells nothing."""
    plain = json.dumps([kept_from.workplace, *kept_from.ruled_out]).encode()
    case.conflict = keyring_of(db).seal("conflict", (str(case.id),), plain, 512)


def kept_from(db: AsyncSession, case: Case) -> KeptFrom:
    """Whom the case's employee must be kept from."""
    if case.conflict is None:
        return KeptFrom()
    workplace, *ruled_out = json.loads(keyring_of(db).open("conflict", (str(case.id),), case.conflict))
    return KeptFrom(workplace, tuple(ruled_out))


def write_note(db: AsyncSession, case: Case, words: str) -> None:
    """Keep what the staff noted for themselves; nothing if it is empty."""
    case.note = keyring_of(db).seal("note", (str(case.id),), words.encode(), 1024) if words else None


def note_of(db: AsyncSession, case: Case) -> str:
    """What the staff noted for themselves."""
    return keyring_of(db).open("note", (str(case.id),), case.note).decode() if case.note else ""


async def open_ones(db: AsyncSession) -> Sequence[Case]:
    """All open cases, by alias."""
    return (await db.scalars(select(Case).where(Case.state == "open").order_by(Case.alias))).all()


async def alias_is_free(db: AsyncSession, alias: str) -> bool:
    """True if no case has this alias and it does not rest."""
    if await db.scalar(select(Case.id).where(Case.alias == alias)) is not None:
        return False  # a case can be older than the rest
    tags = keyring_of(db).tags("alias", alias)
    return await db.scalar(select(UsedAlias.tag).where(UsedAlias.tag.in_(tags)).limit(1)) is None


async def end_rest(db: AsyncSession, day: date) -> None:
    """Forget the aliases that have rested long enough, so that they do not run out."""
    await db.execute(delete(UsedAlias).where(UsedAlias.rests_until < day))


async def owned(db: AsyncSession, participant: Participant) -> Sequence[Case]:
    """The participant's own cases, by alias: the order must not tell when they were made."""
    query = select(Case).where(Case.owner_tag.in_(participant.all_tags)).order_by(Case.alias)
    return (await db.scalars(query)).all()


async def owned_case(db: AsyncSession, participant: Participant, case_id: uuid.UUID) -> Case | None:
    """The case, if it is the participant's own.

    It gets a tag of the active root then: who has a case is known only while they are there. One case at a time, the
    one that is looked at: rows that change together would tell that they belong together.
    """
    query = select(Case).where(Case.id == case_id, Case.owner_tag.in_(participant.all_tags))
    case = await db.scalar(query.with_for_update())
    if case is not None and case.tag_root < participant.root and not only_looks(db):
        fresh = await _free_tag(db, participant)
        await blocks.carry_over(db, case.owner_tag, fresh)
        case.owner_tag, case.tag_root = fresh, participant.root
        await db.flush()
        leave_no_trace(db)
    return case


async def count_under(db: AsyncSession, root: int) -> int:
    """How many cases still stand under a tag of this root."""
    return await db.scalar(select(func.count()).select_from(Case).where(Case.tag_root == root)) or 0


async def get(db: AsyncSession, case_id: uuid.UUID) -> Case | None:
    """Any case, for the worker."""
    return await db.get(Case, case_id)


async def of_staff(db: AsyncSession, staff_id: str) -> Sequence[Case]:
    """The cases that one member of staff has, open ones first."""
    query = select(Case).where(Case.staff_id == staff_id).order_by(Case.state.desc(), Case.alias)
    return (await db.scalars(query)).all()


async def staff_case(db: AsyncSession, staff_id: str, case_id: uuid.UUID) -> Case | None:
    """The case, if this member of staff has it."""
    return await db.scalar(select(Case).where(Case.id == case_id, Case.staff_id == staff_id).with_for_update())


async def open_counts(db: AsyncSession) -> dict[str, int]:
    """How many open cases each member of staff has."""
    counts: dict[str, int] = {}
    for staff_id in await db.scalars(select(Case.staff_id).where(Case.state == "open")):
        counts[staff_id] = counts.get(staff_id, 0) + 1
    return counts


async def speak(db: AsyncSession, participant: Participant, locale: str) -> None:
    """Write notices of the participant's open cases in another language from now on.

    Rows that change together tell whoever compares two copies of the database that they belong together, so no row
    is written in vain.
    """
    to_change = (Case.owner_tag.in_(participant.all_tags), Case.state == "open", Case.locale != locale)
    await db.execute(update(Case).where(*to_change).values(locale=locale))


async def close(db: AsyncSession, case_id: uuid.UUID, day: date) -> None:
    """End a case that is still open."""
    await db.execute(update(Case).where(Case.id == case_id, Case.state == "open").values(state="closed", closed_on=day))


async def closed_before(db: AsyncSession, day: date) -> Sequence[uuid.UUID]:
    """Cases that were closed before this day."""
    return (await db.scalars(select(Case.id).where(Case.state == "closed", Case.closed_on < day))).all()


async def erase(db: AsyncSession, case_id: uuid.UUID) -> None:
    """Remove the case and all that hangs on it. Messages, the address and the appointment go with it."""
    await db.execute(delete(Case).where(Case.id == case_id))
    leave_no_trace(db)
