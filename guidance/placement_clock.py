"""What happens to requests by itself: reminders in working hours, telling the coordinator of silence, and the end."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar, cases, placement_steps, schemes
from guidance.notices import DecisionLate, DecisionsWait, StayNews
from guidance.placement_steps import Stay
from guidance.placement_terms import Terms
from guidance.placement_workflow import WAITS_FOR, move
from guidance.schemes import Scheme
from storage import outbox
from storage import placements as stored
from storage.organisation import Staff

AT_WORK = (time(8), time(16))
"""Local time, Monday to Friday, in which hosts and managers are reminded."""

EMPLOYEE_REMINDED = 7
"""Days after which the employee is reminded, once, that it is their turn."""

_WAITING = ("offered", "with_host", "host_ready", "with_manager", "cleared")


async def go_round(db: AsyncSession, now: datetime) -> None:
    """Look at every request in hand. Doing it twice does no harm: each rung is marked on the request."""
    today = now.astimezone(calendar.ZONE).date()
    late: dict[str, tuple[Staff, list[Stay]]] = {}
    for case, placement in await stored.in_states(db, [*_WAITING, "approved"]):
        stay = Stay(case, placement, placement_steps.terms_of(db, placement))
        if stay.terms is None:
            continue
        if not await _end(db, stay, stay.terms, today, now):
            await _remind(db, stay, today, now, late)
    for person, stays in late.values():  # one notice for all of them
        notice = DecisionsWait(stays[0].case.id.hex, count=len(stays))
        await outbox.put(db, f"staff:{person.id}", notice.kind, notice.ids, due_at=now)


async def _end(db: AsyncSession, stay: Stay, terms: Terms, today: date, now: datetime) -> bool:
    """Finish a stay that is over, and stop one whose first day has come undecided. True if that was so."""
    if stay.state == "approved":
        if terms.last < today:
            await placement_steps.take(db, stay, "clock", "finish", now)
            return True
        return False
    scheme = await _scheme(db, stay)
    since = stay.placement.since or today
    if terms.first <= today and move(stay.state, "clock", "too_late"):
        await placement_steps.call_off(db, stay, now)
        await placement_steps.take(db, stay, "clock", "too_late", now)
        return True
    if WAITS_FOR[stay.state] == "employee" and (today - since).days > scheme.wait_days:
        await placement_steps.call_off(db, stay, now)
        await placement_steps.take(db, stay, "clock", "expire", now)
        return True
    return False


async def _remind(
    db: AsyncSession, stay: Stay, today: date, now: datetime, late: dict[str, tuple[Staff, list[Stay]]]
) -> None:
    role, since = WAITS_FOR[stay.state], stay.placement.since or today
    if role == "employee":
        if stay.placement.rung == 0 and (today - since).days >= EMPLOYEE_REMINDED:
            stay.placement.rung = 1
            await cases.tell_employee(db, stay.case, StayNews(stay.case.id.hex, state=stay.state), now)
        return
    if role not in ("host", "manager") or not is_working_time(now):
        return
    rungs = ladder((await _scheme(db, stay)).decide_days)
    waited = working_days(since, today)
    if stay.placement.rung >= len(rungs) or waited < rungs[stay.placement.rung]:
        return
    stay.placement.rung += 1
    if stay.placement.rung == len(rungs):
        await cases.tell_staff(db, stay.case, DecisionLate(stay.case.id.hex), now)
        return
    person = await placement_steps.on_duty(db, await placement_steps.deciders(db, stay, role), now)
    if person is not None:
        late.setdefault(person.id, (person, []))[1].append(stay)


def ladder(decide_days: int) -> Sequence[int]:
    """After how many working days there is a reminder; on the last rung the coordinator is told instead."""
    return sorted({max(1, decide_days // 2), max(1, decide_days - 1), decide_days})


def is_working_time(now: datetime) -> bool:
    """True in office hours, in Denmark, on no weekend and no public holiday."""
    local = now.astimezone(calendar.ZONE)
    return is_working_day(local.date()) and AT_WORK[0] <= local.time() < AT_WORK[1]


def is_working_day(day: date) -> bool:
    """True from Monday to Friday, but for public holidays."""
    return day.weekday() < 5 and not calendar.is_holiday(day)


def working_days(since: date, today: date) -> int:
    """How many working days have begun after `since`, today included."""
    days = (since + timedelta(days=ahead) for ahead in range(1, (today - since).days + 1))
    return sum(map(is_working_day, days))


async def _scheme(db: AsyncSession, stay: Stay) -> Scheme:
    return await schemes.by_number(db, stay.placement.region_id, stay.placement.scheme)
