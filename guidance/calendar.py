"""When advisors can be booked: from their hours of the week, single days that differ, leave and public holidays."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy.ext.asyncio import AsyncSession

from guidance.errors import DayNotUnderstood, HoursNotUnderstood, HoursOverlap, LeaveBackwards
from storage import calendar as stored
from storage.appointments import Slot
from storage.organisation import Staff, staff, staff_member

ZONE = ZoneInfo("Europe/Copenhagen")

OFFERED_AHEAD = timedelta(days=56)
"""How far ahead times can be booked: two rosters of four weeks."""

MOST_DAYS_OF_LEAVE = 400
"""A longer leave is a slip of the keyboard: the wrong year."""

_SPAN = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[.:](\d{2}))?")

Span = tuple[int, int]
"""Minutes after midnight, local time: from and to."""


@dataclass(frozen=True)
class Rules:
    """When one advisor is at work."""

    week: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    """By weekday, Monday being 0."""
    other: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    """Days that differ, whatever weekday or holiday they are."""
    leave: Sequence[tuple[date, date]] = ()
    """First and last days. Nothing else counts on them."""

    def of(self, day: date) -> Sequence[Span]:
        """The hours of one day."""
        if any(first <= day <= last for first, last in self.leave):
            return ()
        if day in self.other:
            return self.other[day]
        return () if is_holiday(day) else self.week.get(day.weekday(), ())


@cache
def _public_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("DK", years=year)


def is_holiday(day: date) -> bool:
    """True on a Danish public holiday. Christmas Eve is none: who is off then, says so."""
    return day in _public_holidays(day.year)


def sessions(rules: Rules, first: date, last: date, minutes: int, pause: int) -> Iterator[tuple[datetime, datetime]]:
    """Every session that fits into the hours of these days, in UTC, with a pause after each.

    A local time that summer time skips or repeats is left out: people would meet at different moments.
    """
    day = first
    while day <= last:
        for start, end in rules.of(day):
            for minute in range(start, end - minutes + 1, minutes + pause):
                starts_at = as_utc(day, minute)
                if starts_at is not None:
                    yield starts_at, starts_at + timedelta(minutes=minutes)
        day += timedelta(days=1)


def as_utc(day: date, minute: int) -> datetime | None:
    """A local time in UTC; None if the clocks skip it or pass it twice."""
    local = datetime.combine(day, time(minute // 60, minute % 60), ZONE)
    moment = local.astimezone(UTC)
    skipped = moment.astimezone(ZONE).replace(tzinfo=None) != local.replace(tzinfo=None)
    return None if skipped or local.utcoffset() != local.replace(fold=1).utcoffset() else moment


def read_spans(text: str) -> list[Span]:
    """Hours as people write them: "9-12, 13.30-15". Nothing at all is a day off.

    Raises HoursNotUnderstood, HoursOverlap.
    """
    spans = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]|\bog\b|\band\b|\n", text.lower()))):
        found = _SPAN.fullmatch(part.removeprefix("kl.").removeprefix("kl").strip())
        if not found:
            raise HoursNotUnderstood(written=part)
        start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
        if start is None or end is None or start >= end:
            raise HoursNotUnderstood(written=part)
        spans.append((start, end))
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise HoursOverlap(written=text.strip())
    return spans


def spell_spans(spans: Sequence[Span]) -> str:
    """Hours as read_spans() reads them."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _minutes(hour: str, minute: str | None) -> int | None:
    total = int(hour) * 60 + int(minute or 0)
    return total if total <= 24 * 60 - 1 and int(minute or 0) < 60 else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60}" if minutes % 60 == 0 else f"{minutes // 60}.{minutes % 60:02d}"


# -- what advisors say of themselves --


async def rules_of(db: AsyncSession, advisor_id: str, today: date) -> Rules:
    """When an advisor is at work from today on."""
    return Rules(
        week={row.weekday: _spans(row.spans) for row in await stored.hours_of(db, advisor_id)},
        other={row.day: _spans(row.spans) for row in await stored.other_hours_of(db, advisor_id, today)},
        leave=[(row.first, row.last) for row in await stored.leave_of(db, advisor_id, today)],
    )


async def leave_of(db: AsyncSession, advisor_id: str, today: date) -> Sequence[stored.Leave]:
    """The advisor's leave to come."""
    return await stored.leave_of(db, advisor_id, today)


async def set_week(db: AsyncSession, advisor_id: str, week: Mapping[int, Sequence[Span]], now: datetime) -> None:
    """Set the hours of the week, and offer the times that follow from them."""
    for weekday in range(7):
        spans = [list(span) for span in week.get(weekday, ())]
        await db.merge(stored.WorkingHours(advisor_id=advisor_id, weekday=weekday, spans=spans))
    await offer(db, advisor_id, now)


async def set_day(db: AsyncSession, advisor_id: str, day: date, spans: Sequence[Span], now: datetime) -> None:
    """Let one day differ. Raises DayNotUnderstood for a day that has been."""
    if day < now.astimezone(ZONE).date():
        raise DayNotUnderstood
    await db.merge(stored.OtherHours(advisor_id=advisor_id, day=day, spans=[list(span) for span in spans]))
    await offer(db, advisor_id, now)


async def clear_day(db: AsyncSession, advisor_id: str, day: date, now: datetime) -> None:
    """Let a day be like its weekday again."""
    row = await db.get(stored.OtherHours, (advisor_id, day))
    if row is not None:
        await db.delete(row)
    await offer(db, advisor_id, now)


async def add_leave(db: AsyncSession, advisor_id: str, first: date, last: date, now: datetime) -> None:
    """Be away. Raises LeaveBackwards."""
    if last < first or last < now.astimezone(ZONE).date() or (last - first).days > MOST_DAYS_OF_LEAVE:
        raise LeaveBackwards
    db.add(stored.Leave(id=uuid.uuid4(), advisor_id=advisor_id, first=first, last=last))
    await offer(db, advisor_id, now)


async def end_leave(db: AsyncSession, advisor_id: str, leave_id: str, now: datetime) -> None:
    """Take leave back, if it is this advisor's."""
    try:
        row = await db.get(stored.Leave, uuid.UUID(leave_id))
    except ValueError:
        return
    if row is not None and row.advisor_id == advisor_id:
        await db.delete(row)
        await offer(db, advisor_id, now)


# -- the times that follow from it --


async def offer_all(db: AsyncSession, now: datetime) -> None:
    """Bring everybody's times up to date: a day further ahead each day, and none of who is gone."""
    with_hours = set(await stored.who_has_hours(db))
    for person in await staff(db):
        if person.id in with_hours:
            await offer(db, person.id, now)
    await stored.forget_days(db, now.astimezone(ZONE).date() - timedelta(days=1))


async def offer(db: AsyncSession, advisor_id: str, now: datetime) -> None:
    """Offer exactly the times that follow from the advisor's rules. What is booked stays booked."""
    await db.flush()
    person = await staff_member(db, advisor_id)
    if person is None:
        return
    wanted = dict(await _wanted(db, person, now))
    there = {slot.starts_at: slot for slot in await stored.slots_of(db, advisor_id, now)}
    unwanted = [slot.id for slot in there.values() if wanted.get(slot.starts_at) != slot.ends_at]
    again = [slot.id for slot in there.values() if wanted.get(slot.starts_at) == slot.ends_at]
    await stored.change_state(db, unwanted, "free", "withdrawn")
    await stored.change_state(db, again, "withdrawn", "free")
    for starts_at, ends_at in wanted.items():
        slot = there.get(starts_at)
        if slot is None:
            db.add(_slot(person, starts_at, ends_at))
        elif slot.ends_at != ends_at and slot.state != "booked":
            slot.ends_at, slot.state = ends_at, "free"
    await db.flush()


async def offer_again(db: AsyncSession, advisor_id: str, now: datetime) -> None:
    """Bring the times up to date after one was given back: the advisor may not be at work then any more."""
    if advisor_id in await stored.who_has_hours(db):
        await offer(db, advisor_id, now)


async def in_the_way(db: AsyncSession, advisor_id: str, now: datetime) -> list[Slot]:
    """Times that are booked although the advisor is not at work then (any more)."""
    person = await staff_member(db, advisor_id)
    if person is None or advisor_id not in await stored.who_has_hours(db):
        return []
    rules = await rules_of(db, advisor_id, now.astimezone(ZONE).date())
    return [
        slot
        for slot in await stored.slots_of(db, advisor_id, now)
        if slot.state == "booked" and not _at_work(rules, slot)
    ]


async def _wanted(db: AsyncSession, person: Staff, now: datetime) -> Sequence[tuple[datetime, datetime]]:
    if not person.active or "advisor" not in person.roles:
        return ()
    today = now.astimezone(ZONE).date()
    rules = await rules_of(db, person.id, today)
    found = sessions(rules, today, today + OFFERED_AHEAD, person.session_minutes, person.pause_minutes)
    return [(starts, ends) for starts, ends in found if starts > now]


def _at_work(rules: Rules, slot: Slot) -> bool:
    start, end = slot.starts_at.astimezone(ZONE), slot.ends_at.astimezone(ZONE)
    from_minute, to_minute = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return any(first <= from_minute and to_minute <= last for first, last in rules.of(start.date()))


def _slot(person: Staff, starts_at: datetime, ends_at: datetime) -> Slot:
    return Slot(
        id=uuid.uuid4(), advisor_id=person.id, starts_at=starts_at, ends_at=ends_at, state="free", demo=person.demo
    )


def _spans(stored_spans: Sequence[Sequence[int]]) -> list[Span]:
    return [(start, end) for start, end in stored_spans]
