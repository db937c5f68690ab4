"""Opening, finding and erasing a case."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar, organisation
from guidance.aliases import Aliases
from guidance.conflicts import Organisation, may_advise
from guidance.errors import Blocked, NoSuchCase, StaffGone, TooManyOpenCases, WishTooLong
from guidance.masking import mask_cpr
from guidance.notices import CaseErased, Notice
from storage import appointments as stored_appointments
from storage import blocks, outbox
from storage import cases as stored
from storage import chats as stored_chats
from storage.cases import Case as Case  # the desk may not import storage
from storage.cases import KeptFrom as KeptFrom  # the desk may not import storage
from storage.organisation import staff_member
from storage.participants import Participant as Participant  # dialogs may not import storage

MOST_OPEN_CASES = 5
"""How many open cases one person can have: enough for every honest use, too few to fill all times."""

LONGEST_NOTE = 2000

ALIAS_TRIES = 50

_aliases = Aliases()
_random = random.SystemRandom()


async def open_case(
    db: AsyncSession,
    participant: Participant,
    *,
    kind: str,
    staff_id: str,
    locale: str,
    now: datetime,
    kept_from: KeptFrom | None = None,
) -> Case:
    """Open a case under a new alias. Raises Blocked, TooManyOpenCases. Sessions that are over do not count."""
    if until := await blocks.until(db, participant, now.date()):
        raise Blocked(until=until)
    open_ones = {case.id for case in await stored.owned(db, participant) if case.state == "open"}
    times = await stored_appointments.active(db, list(open_ones))
    over = {case.id for case, _, slot in times if slot.ends_at <= now}
    if len(open_ones - over) >= MOST_OPEN_CASES:
        raise TooManyOpenCases(most=MOST_OPEN_CASES)
    try:
        case = await stored.open_case(
            db, participant, kind=kind, alias=await _new_alias(db), staff_id=staff_id, locale=locale, now=now
        )
    except stored.TooManyCases as error:
        raise TooManyOpenCases(most=MOST_OPEN_CASES) from error
    if kept_from is not None:
        stored.keep_from(db, case, kept_from)
    return case


async def own_case(db: AsyncSession, participant: Participant, case_id: str) -> Case:
    """The participant's own case. Raises NoSuchCase, also for an id that is none."""
    case = await stored.owned_case(db, participant, _as_id(case_id))
    if case is None:
        raise NoSuchCase
    return case


async def staff_case(db: AsyncSession, staff_id: str, case_id: str) -> Case:
    """The case, for the member of staff who has it. Raises NoSuchCase for everybody else.

    Also for them, from the moment they become tied to the employee's workplace: the case finds another advisor.
    """
    case = await stored.staff_case(db, staff_id, _as_id(case_id))
    if case is None or not may_have(db, staff_id, case, await organisation.ties(db)):
        raise NoSuchCase
    return case


def may_have(db: AsyncSession, staff_id: str, case: Case, ties: Organisation) -> bool:
    """True if the employee need not be kept from this member of staff."""
    kept_from = stored.kept_from(db, case)
    return may_advise(staff_id, kept_from.workplace or None, kept_from.ruled_out, ties)


async def write_note(db: AsyncSession, staff_id: str, case_id: str, words: str) -> None:
    """Keep a note that only the staff see, in place of the one before. Raises NoSuchCase, WishTooLong."""
    case = await staff_case(db, staff_id, case_id)
    words = mask_cpr(words)[0].strip()
    if len(words) > LONGEST_NOTE:
        raise WishTooLong(length=len(words), longest=LONGEST_NOTE)
    stored.write_note(db, case, words)
    await db.flush()


def note_of(db: AsyncSession, case: Case) -> str:
    """What the staff noted for themselves."""
    return stored.note_of(db, case)


async def by_id(db: AsyncSession, case_id: str) -> Case | None:
    """Any case, for wording a notice of it. None if it was erased."""
    return await stored.get(db, _as_id(case_id))


async def of_staff(db: AsyncSession, staff_id: str) -> Sequence[Case]:
    """The cases of one member of staff, open ones first."""
    ties = await organisation.ties(db)
    return [case for case in await stored.of_staff(db, staff_id) if may_have(db, staff_id, case, ties)]


async def who_has(db: AsyncSession, case: Case) -> str:
    """The name of the member of staff who has the case."""
    person = await staff_member(db, case.staff_id)
    return person.name if person else ""


async def check_reachable(db: AsyncSession, case: Case) -> None:
    """Raises StaffGone when nobody would ever read what is sent in this case."""
    person = await staff_member(db, case.staff_id)
    if person is None or not person.active:
        raise StaffGone(name=person.name if person else "")


async def speak(db: AsyncSession, participant: Participant, locale: str) -> None:
    """Write to the participant in this language from now on: da or en."""
    await stored.speak(db, participant, locale)


async def own_cases(db: AsyncSession, participant: Participant) -> Sequence[Case]:
    """All cases of the participant, open or closed."""
    return await stored.owned(db, participant)


async def close(db: AsyncSession, case: Case, now: datetime) -> None:
    """End a case. Nothing more can be written in it."""
    case.state = "closed"
    case.closed_on = now.date()
    await db.flush()


async def tell_staff(db: AsyncSession, case: Case, notice: Notice, now: datetime) -> None:
    """Put a notice for the case's member of staff in the outbox."""
    await outbox.put(db, f"staff:{case.staff_id}", notice.kind, notice.ids, due_at=now)


async def tell_employee(db: AsyncSession, case: Case, notice: Notice, now: datetime) -> None:
    """Put a notice for whoever is behind the case in the outbox."""
    await outbox.put(db, f"case:{case.id}", notice.kind, notice.ids, due_at=now)


async def open_counts(db: AsyncSession) -> dict[str, int]:
    """How many open cases each member of staff has."""
    return await stored.open_counts(db)


async def least_loaded(db: AsyncSession, staff_ids: Sequence[str]) -> str:
    """Who of these has the fewest open cases; the order given decides between equals."""
    counts = await stored.open_counts(db)
    return min(staff_ids, key=lambda staff_id: counts.get(staff_id, 0))


@dataclass(frozen=True)
class Kept:
    """What is stored about one case, for the person whose it is."""

    case: Case
    messages: int
    starts_at: datetime | None


async def kept_about(db: AsyncSession, participant: Participant) -> list[Kept]:
    """Everything that is stored about this person."""
    cases = await stored.owned(db, participant)
    times = {case.id: slot.starts_at for case, _, slot in await stored_appointments.active(db, [c.id for c in cases])}
    return [Kept(case, len(await stored_chats.thread(db, case.id)), times.get(case.id)) for case in cases]


async def erase_all(db: AsyncSession, participant: Participant, now: datetime) -> int:
    """Remove every case of the person at once: messages, wishes, addresses, notices. Their times are free again.

    The staff are told which alias is gone, so that nobody waits for it. How many cases there were.
    """
    cases = await stored.owned(db, participant)
    for case in cases:
        await _erase(db, case, now)
    return len(cases)


async def erase_one(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> str:
    """Remove one case as erase_all() does. The alias it had. Raises NoSuchCase."""
    case = await own_case(db, participant, case_id)
    alias = case.alias
    await _erase(db, case, now)
    return alias


async def _erase(db: AsyncSession, case: Case, now: datetime) -> None:
    for _, appointment, slot in await stored_appointments.active(db, [case.id]):
        appointment.status = "cancelled"
        await stored_appointments.release(db, slot.id)
        await calendar.offer_again(db, slot.advisor_id, now)
    await outbox.erase_about(db, case.id)
    if case.state == "open":
        await tell_staff(db, case, CaseErased(case.id.hex, alias=case.alias), now)
    await stored.erase(db, case.id)


async def _new_alias(db: AsyncSession) -> str:
    for _ in range(ALIAS_TRIES):
        alias = _aliases.suggest(_random)
        if await stored.alias_is_free(db, alias):
            return alias
    alias = _aliases.suggest(_random)
    while not await stored.alias_is_free(db, numbered := _aliases.numbered(alias, _random)):
        alias = _aliases.suggest(_random)
    return numbered


def _as_id(case_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(case_id)
    except ValueError as error:
        raise NoSuchCase from error
