"""Sessions with an advisor who is not tied to the employee's workplace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar, cases, organisation, quiet_hours
from guidance.conflicts import may_advise
from guidance.errors import NobodyToAsk, NoSuchCase, SlotTaken, WishTooLong
from guidance.masking import mask_cpr
from guidance.notices import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    RemarkWritten,
    SomebodyWaits,
    TimesProposed,
    WaitsNoLonger,
)
from storage import appointments as stored
from storage import cases as stored_cases
from storage.appointments import Appointment, Slot
from storage.cases import Case, KeptFrom
from storage.database import leave_no_trace
from storage.organisation import Staff
from storage.participants import Participant

SHORTEST_NOTICE = timedelta(hours=2)
"""An advisor has this long to prepare."""

MOST_TO_PROPOSE_FROM = 40

LONGEST_REMARK = 500
"""Characters: a few lines beforehand, not the talk itself."""

TIMES_SHOWN = 5
"""A card has six buttons; one of them is "other times"."""

TOPICS = ("direction", "education", "stay", "thriving", "other")
"""What a session can be about: keys of texts. Choosing one is optional."""


WAYS = ("chat", "phone", "place", "video")
"""Ways to meet, the most anonymous first."""

ANONYMOUS_WAYS = frozenset({"chat", "phone"})
"""In the others the advisor sees who it is."""


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
    way: str = ""
    """A way to meet; empty for any."""
    language: str = ""
    """da or en; empty for any."""
    weekdays: tuple[int, ...] = ()
    """Days of the week, Monday being 0; none for any."""
    from_minute: int = 0
    to_minute: int = 24 * 60
    """The session begins within these minutes after midnight, local time."""

    @property
    def kept_from(self) -> KeptFrom:
        """What stays with the case of it."""
        return KeptFrom(self.workplace or "", self.ruled_out)

    def suits(self, slot: Slot) -> bool:
        """True if the time is on a day and at an hour that the employee asked for."""
        local = slot.starts_at.astimezone(calendar.ZONE)
        minute = local.hour * 60 + local.minute
        return (not self.weekdays or local.weekday() in self.weekdays) and self.from_minute <= minute < self.to_minute


async def possible_advisors(db: AsyncSession, wanted: Constraints) -> Sequence[Staff]:
    """The region's advisors who have no tie to the employee's workplace and are not ruled out."""
    everybody = await organisation.ties(db)
    return [
        advisor
        for advisor in await organisation.with_role(db, "advisor")
        if advisor.region_id == wanted.region and may_advise(advisor.id, wanted.workplace, wanted.ruled_out, everybody)
    ]


async def fitting_advisors(db: AsyncSession, wanted: Constraints) -> Sequence[Staff]:
    """The possible advisors who meet people in this way and language, and can take another case."""
    open_counts = await cases.open_counts(db)
    return [
        advisor
        for advisor in await possible_advisors(db, wanted)
        if (not wanted.way or wanted.way in advisor.ways)
        and (not wanted.language or wanted.language in advisor.languages)
        and (not advisor.most_cases or open_counts.get(advisor.id, 0) < advisor.most_cases)
    ]


async def free_times(
    db: AsyncSession, wanted: Constraints, now: datetime, after: datetime | None = None
) -> Sequence[Slot]:
    """The next free times; at most one of each hour is shown, with the advisor who has the fewest cases."""
    advisors = [advisor.id for advisor in await fitting_advisors(db, wanted)]
    earliest = max(now + SHORTEST_NOTICE, after or now)
    picky = bool(wanted.weekdays) or wanted.from_minute > 0 or wanted.to_minute < 24 * 60
    most = None if picky else TIMES_SHOWN * max(len(advisors), 1)
    found = [slot for slot in await stored.free(db, advisors, earliest, most) if wanted.suits(slot)]
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
    case = await cases.open_case(
        db,
        participant,
        kind="appointment",
        staff_id=slot.advisor_id,
        locale=locale,
        now=now,
        kept_from=wanted.kept_from,
    )
    appointment = await stored.add(db, slot.id, case.id, topic if topic in TOPICS else "", wanted.way or "chat")
    await cases.tell_staff(db, case, AppointmentBooked(case.id.hex), now)
    return Booked(case, appointment, slot)


async def where(db: AsyncSession, booked: Booked) -> str:
    """The number to call, or the place to come to; empty for the chat, and for a video call, whose link is sent."""
    person = next((one for one in await organisation.everybody(db) if one.id == booked.slot.advisor_id), None)
    return {"phone": person.phone, "place": person.place}.get(booked.appointment.way, "") if person else ""


async def stop_waiting(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> None:
    """Leave the waiting list. Raises NoSuchCase."""
    case = await cases.own_case(db, participant, case_id)
    if case.kind != "waiting" or case.state != "open":
        raise NoSuchCase
    await cases.close(db, case, now)
    await cases.tell_staff(db, case, WaitsNoLonger(case.id.hex), now)


async def mine(db: AsyncSession, participant: Participant, now: datetime) -> list[Booked]:
    """The participant's appointments that are still to come, by time."""
    owned = await cases.own_cases(db, participant)
    found = await stored.active(db, [case.id for case in owned])
    return [Booked(*row) for row in found if row[2].ends_at > now]


async def write_remark(db: AsyncSession, participant: Participant, case_id: str, words: str, now: datetime) -> Booked:
    """Keep what the employee wants the advisor to know beforehand, in place of what stood there; empty removes it.

    Raises NoSuchCase, WishTooLong.
    """
    booked = await own_to_come(db, participant, case_id, now)
    words = mask_cpr(words)[0].strip()
    if len(words) > LONGEST_REMARK:
        raise WishTooLong(length=len(words), longest=LONGEST_REMARK)
    had = booked.appointment.remark is not None
    stored.write_remark(db, booked.appointment, words)
    await db.flush()
    if words:
        await cases.tell_staff(db, booked.case, RemarkWritten(booked.case.id.hex), now)
    elif had:
        leave_no_trace(db)
    return booked


def remark_of(db: AsyncSession, booked: Booked) -> str:
    """What the employee wants the advisor to know beforehand."""
    return stored.remark_of(db, booked.appointment)


async def of_case(db: AsyncSession, case_id: uuid.UUID) -> Booked | None:
    """The active appointment of a case."""
    found = await stored.active(db, [case_id])
    return Booked(*found[0]) if found else None


async def cancel(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> Booked:
    """Give the time back and tell the advisor. Raises NoSuchCase."""
    booked = await own_to_come(db, participant, case_id, now)
    booked.appointment.status = "cancelled"
    await db.flush()
    await _give_back(db, booked.slot, now)
    await cases.close(db, booked.case, now)
    await cases.tell_staff(db, booked.case, AppointmentCancelled(booked.case.id.hex), now)
    return booked


async def wait(db: AsyncSession, participant: Participant, wanted: Constraints, *, locale: str, now: datetime) -> Case:
    """Put the employee on the waiting list, under an alias, and tell the office.

    Raises NobodyToAsk, TooManyOpenCases.
    """
    person = await office(db, wanted.kept_from, wanted.region)
    if person is None:
        raise NobodyToAsk
    case = await cases.open_case(
        db, participant, kind="waiting", staff_id=person.id, locale=locale, now=now, kept_from=wanted.kept_from
    )
    await cases.tell_staff(db, case, SomebodyWaits(case.id.hex), now)
    return case


async def office(db: AsyncSession, kept_from: KeptFrom, region: str) -> Staff | None:
    """Who of the office looks after those who wait: the region's coordinator with the fewest cases, if one may."""
    ties = await organisation.ties(db)
    possible = [
        person
        for person in await organisation.with_role(db, "coordinator")
        if person.region_id == region and may_advise(person.id, kept_from.workplace or None, kept_from.ruled_out, ties)
    ]
    if not possible:
        return None
    best = await cases.least_loaded(db, [person.id for person in possible])
    return next(person for person in possible if person.id == best)


async def times_for(db: AsyncSession, case: Case, now: datetime, after: datetime | None = None) -> Sequence[Slot]:
    """Free times for a case: of its advisor; for one that waits, of every advisor who may take it."""
    earliest = max(now + SHORTEST_NOTICE, after or now)
    if case.kind != "waiting":
        return await stored.free(db, [case.staff_id], earliest, TIMES_SHOWN)
    person = next((one for one in await organisation.everybody(db) if one.id == case.staff_id), None)
    kept_from = stored_cases.kept_from(db, case)
    region = person.region_id if person else ""
    return await free_times(db, Constraints(region, kept_from.workplace or None, kept_from.ruled_out), now, after)


async def end_case(db: AsyncSession, case: Case, now: datetime) -> None:
    """Close a case of any kind. A session to come is cancelled and its time given back."""
    booked = await of_case(db, case.id)
    if booked is not None and booked.slot.starts_at > now:
        booked.appointment.status = "cancelled"
        await db.flush()
        await _give_back(db, booked.slot, now)
    await cases.close(db, case, now)


async def other_times(
    db: AsyncSession, participant: Participant, case_id: str, now: datetime, after: datetime | None = None
) -> Sequence[Slot]:
    """Free times that an own case can be moved to, or begin at if it has none. Raises NoSuchCase, StaffGone."""
    case = await _own_open(db, participant, case_id, now)
    await cases.check_reachable(db, case)
    return await times_for(db, case, now, after)


async def move(db: AsyncSession, participant: Participant, case_id: str, slot_id: str, now: datetime) -> Booked:
    """Take another time and give the old one back, if there is one. Raises SlotTaken, NoSuchCase, StaffGone."""
    case = await _own_open(db, participant, case_id, now)
    await cases.check_reachable(db, case)
    slot = await stored.slot(db, _as_id(slot_id))
    if slot is None or not await _may_move_to(db, case, slot):
        raise SlotTaken
    if not await stored.take(db, slot.id, now + SHORTEST_NOTICE):
        raise SlotTaken
    booked, (topic, way) = await of_case(db, case.id), await stored.last_topic(db, case.id)
    remark, remind_at = "", None
    if booked is not None:
        remark, remind_at = remark_of(db, booked), booked.appointment.remind_at
        await stored.end(db, booked.appointment, "moved")
        await _give_back(db, booked.slot, now)
    case.kind, case.staff_id = "appointment", slot.advisor_id
    appointment = await stored.add(db, slot.id, case.id, topic, way)
    if booked is not None and remind_at is not None:
        again = quiet_hours.moved(remind_at, booked.slot.starts_at, slot.starts_at)
        appointment.remind_at = again if again > now else None
    stored.write_remark(db, appointment, remark)
    notice = AppointmentMoved(case.id.hex) if booked else AppointmentBooked(case.id.hex)
    await cases.tell_staff(db, case, notice, now)
    return Booked(case, appointment, slot)


async def move_along(db: AsyncSession, booked: Booked, advisor_id: str, now: datetime) -> None:
    """The case has another advisor: take the same time of theirs, else leave the case without a time."""
    slot, remark = await stored.free_at(db, advisor_id, booked.slot.starts_at), remark_of(db, booked)
    await stored.end(db, booked.appointment, "moved")
    await _give_back(db, booked.slot, now)
    if slot is not None and await stored.take(db, slot.id, now):
        appointment = await stored.add(db, slot.id, booked.case.id, booked.appointment.topic, booked.appointment.way)
        stored.write_remark(db, appointment, remark)


async def propose(db: AsyncSession, staff_id: str, case_id: str, slot_ids: Sequence[str], now: datetime) -> None:
    """The advisor proposes other times of their own. Raises NoSuchCase, SlotTaken when none of them is free."""
    case = await cases.staff_case(db, staff_id, case_id)
    free = [slot for slot in await still_free(db, slot_ids) if slot.advisor_id == staff_id]
    if not free or case.state != "open":
        raise SlotTaken
    proposed = tuple(slot.id.hex for slot in free[:TIMES_SHOWN])
    await cases.tell_employee(db, case, TimesProposed(case.id.hex, slots=proposed), now)


async def still_free(db: AsyncSession, slot_ids: Sequence[str]) -> list[Slot]:
    """Those of these times that are free, by time."""
    slots = [await stored.slot(db, _as_id(slot_id)) for slot_id in slot_ids]
    return sorted((slot for slot in slots if slot and slot.state == "free"), key=lambda slot: slot.starts_at)


async def own_times(db: AsyncSession, staff_id: str, now: datetime) -> Sequence[Slot]:
    """The free times of an advisor, to propose some of them."""
    return await stored.free(db, [staff_id], now + SHORTEST_NOTICE, MOST_TO_PROPOSE_FROM)


async def _may_move_to(db: AsyncSession, case: Case, slot: Slot) -> bool:
    if case.kind != "waiting":
        return slot.advisor_id == case.staff_id
    ties = await organisation.ties(db)
    return cases.may_have(db, slot.advisor_id, case, ties)


async def _give_back(db: AsyncSession, slot: Slot, now: datetime) -> None:
    """Offer the time again, unless the advisor is not at work then any more."""
    await stored.release(db, slot.id)
    await calendar.offer_again(db, slot.advisor_id, now)


async def _take(db: AsyncSession, slot_id: str, wanted: Constraints, now: datetime) -> Slot:
    slot = await stored.slot(db, _as_id(slot_id))
    allowed = {advisor.id for advisor in await fitting_advisors(db, wanted)}
    if slot is None or slot.advisor_id not in allowed:
        raise SlotTaken
    if not await stored.take(db, slot.id, now + SHORTEST_NOTICE):
        raise SlotTaken
    return slot


async def own_to_come(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> Booked:
    """The participant's appointment, if neither it nor the case is over: what has been cannot be cancelled or moved."""
    booked = await of_case(db, (await cases.own_case(db, participant, case_id)).id)
    if booked is None or booked.case.state != "open" or booked.slot.ends_at <= now:
        raise NoSuchCase
    return booked


async def _own_open(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> Case:
    """The participant's open case of the kind that has times, whose session has not been."""
    case = await cases.own_case(db, participant, case_id)
    booked = await of_case(db, case.id)
    if case.state != "open" or case.kind == "placement" or (booked is not None and booked.slot.ends_at <= now):
        raise NoSuchCase
    return case


def _as_id(slot_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(slot_id)
    except ValueError as error:
        raise SlotTaken from error
