"""Reminding employees of their own appointments: only if they want it, and never at night."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import appointments, cases
from guidance.errors import NoSuchCase, TooLateToRemind
from guidance.notices import AppointmentReminder
from guidance.quiet_hours import BEFORE, is_quiet, remind_at
from storage import appointments as stored
from storage.participants import Participant


async def choose(
    db: AsyncSession, participant: Participant, case_id: str, before: str, now: datetime
) -> datetime | None:
    """Be reminded "day" or "hour" before, or not at all (empty). When that will be.

    Raises NoSuchCase, TooLateToRemind.
    """
    booked = await appointments.own_to_come(db, participant, case_id, now)
    if before and before not in BEFORE:
        raise NoSuchCase
    moment = remind_at(booked.slot.starts_at, before) if before else None
    if moment is not None and moment <= now:
        raise TooLateToRemind
    booked.appointment.remind_at = moment
    await db.flush()
    return moment


async def send_due(db: AsyncSession, now: datetime) -> int:
    """Put the reminders that are due in the outbox. How many."""
    due = await stored.to_remind(db, now)
    for appointment in due:
        case = await cases.by_id(db, appointment.case_id.hex)
        if case is not None and case.state == "open":
            await cases.tell_employee(db, case, AppointmentReminder(case.id.hex), now)
    return len(due)


async def still_wanted(db: AsyncSession, case_id: str, now: datetime) -> bool:
    """False for a reminder that could not be delivered in time: at night, or after the session has begun."""
    case = await cases.by_id(db, case_id)
    booked = await appointments.of_case(db, case.id) if case else None
    return booked is not None and booked.slot.starts_at > now and not is_quiet(now)
