"""Sessions with an advisor who is not tied to the employee's workplace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases, organisation
from guidance.conflicts import may_advise
from guidance.errors import NoSuchCase, SlotTaken
from guidance.notices import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from storage import appointments as stored
from storage.appointments import Appointment, Slot
from storage.cases import Case
from storage.organisation import Staff
from storage.participants import Participant

SHORTEST_NOTICE = timedelta(hours=2)
"""An advisor has this long to prepare."""

TIMES_SHOWN = 5
"""A card has six buttons; one of them is "other times"."""

TOPICS = ("direction", "education", "stay", "thriving", "other")
"""What a session can be about: keys of texts. Choosing one is optional."""


@dataclass(frozen=True)
class Booked:
    """An appointment as both sides know it."""

    case: Case
    appointment: Appointment
    slot: Slot


@dataclass(frozen=True)
class Constraints:
    """What the employee answered before choosing a time. Lives in the conversation only."""

    region: str
    workplace: str | None = None
    ruled_out: tuple[str, ...] = ()


async def possible_advisors(db: AsyncSession, wanted: Constraints) -> Sequence[Staff]:
    """The region's advisors who have no tie to the employee's workplace and are not ruled out."""
    everybody = await organisation.ties(db)
    return [
        advisor
        for advisor in await organisation.with_role(db, "advisor")
        if advisor.region_id == wanted.region and may_advise(advisor.id, wanted.workplace, wanted.ruled_out, everybody)
    ]


async def free_times(
    db: AsyncSession, wanted: Constraints, now: datetime, after: datetime | None = None
) -> Sequence[Slot]:
    """The next free times; at most one of each hour is shown, with the advisor who has the fewest cases."""
    advisors = [advisor.id for advisor in await possible_advisors(db, wanted)]
    earliest = max(now + SHORTEST_NOTICE, after or now)
    found = await stored.free(db, advisors, earliest, limit=TIMES_SHOWN * max(len(advisors), 1))
    by_time: dict[datetime, list[Slot]] = {}
    for slot in found:
        by_time.setdefault(slot.starts_at, []).append(slot)
    times = []
    for slots in list(by_time.values())[:TIMES_SHOWN]:
        advisor = await cases.least_loaded(db, [slot.advisor_id for slot in slots])
        times.append(next(slot for slot in slots if slot.advisor_id == advisor))
    return times


async def book(
    db: AsyncSession,
    participant: Participant,
    slot_id: str,
    wanted: Constraints,
    *,
    topic: str,
    locale: str,
    now: datetime,
) -> Booked:
    """Take the time, open a case under an alias and tell the advisor. Raises SlotTaken, TooManyOpenCases."""
    slot = await _take(db, slot_id, wanted, now)
    case = await cases.open_case(db, participant, kind="appointment", staff_id=slot.advisor_id, locale=locale, now=now)
    appointment = await stored.add(db, slot.id, case.id, topic if topic in TOPICS else "")
    await cases.tell_staff(db, case, AppointmentBooked(case.id.hex), now)
    return Booked(case, appointment, slot)


async def mine(db: AsyncSession, participant: Participant, now: datetime) -> list[Booked]:
    """The participant's appointments that are still to come, by time."""
    owned = await cases.own_cases(db, participant)
    found = await stored.active(db, [case.id for case in owned])
    return [Booked(*row) for row in found if row[2].ends_at > now]


async def of_case(db: AsyncSession, case_id: uuid.UUID) -> Booked | None:
    """The active appointment of a case."""
    found = await stored.active(db, [case_id])
    return Booked(*found[0]) if found else None


async def cancel(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> Booked:
    """Give the time back and tell the advisor. Raises NoSuchCase."""
    booked = await _own_to_come(db, participant, case_id, now)
    booked.appointment.status = "cancelled"
    await db.flush()
    await stored.release(db, booked.slot.id)
    await cases.close(db, booked.case, now)
    await cases.tell_staff(db, booked.case, AppointmentCancelled(booked.case.id.hex), now)
    return booked


async def other_times(
    db: AsyncSession, participant: Participant, case_id: str, now: datetime, after: datetime | None = None
) -> Sequence[Slot]:
    """Free times of the same advisor. Raises NoSuchCase, StaffGone."""
    booked = await _own_to_come(db, participant, case_id, now)
    await cases.check_reachable(db, booked.case)
    earliest = max(now + SHORTEST_NOTICE, after or now)
    return await stored.free(db, [booked.slot.advisor_id], earliest, TIMES_SHOWN)


async def move(db: AsyncSession, participant: Participant, case_id: str, slot_id: str, now: datetime) -> Booked:
    """Take another time of the same advisor and give the old one back. Raises SlotTaken, NoSuchCase, StaffGone."""
    booked = await _own_to_come(db, participant, case_id, now)
    await cases.check_reachable(db, booked.case)
    wanted = await stored.slot(db, _as_id(slot_id))
    if wanted is None or wanted.advisor_id != booked.slot.advisor_id:
        raise SlotTaken
    if not await stored.take(db, wanted.id, now + SHORTEST_NOTICE):
        raise SlotTaken
    booked.appointment.status = "moved"
    await db.flush()
    await stored.release(db, booked.slot.id)
    appointment = await stored.add(db, wanted.id, booked.case.id, booked.appointment.topic)
    await cases.tell_staff(db, booked.case, AppointmentMoved(booked.case.id.hex), now)
    return Booked(booked.case, appointment, wanted)


async def _take(db: AsyncSession, slot_id: str, wanted: Constraints, now: datetime) -> Slot:
    slot = await stored.slot(db, _as_id(slot_id))
    allowed = {advisor.id for advisor in await possible_advisors(db, wanted)}
    if slot is None or slot.advisor_id not in allowed:
        raise SlotTaken
    if not await stored.take(db, slot.id, now + SHORTEST_NOTICE):
        raise SlotTaken
    return slot


async def _own_to_come(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> Booked:
    """The participant's appointment, if neither it nor the case is over: what has been cannot be cancelled or moved."""
    booked = await of_case(db, (await cases.own_case(db, participant, case_id)).id)
    if booked is None or booked.case.state != "open" or booked.slot.ends_at <= now:
        raise NoSuchCase
    return booked


def _as_id(slot_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(slot_id)
    except ValueError as error:
        raise SlotTaken from error
