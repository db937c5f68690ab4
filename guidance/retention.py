"""How long cases are kept."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases as own_cases
from guidance.notices import CaseEnded
from storage import appointments, cases, outbox, placements

CLOSED_CASES_KEPT = timedelta(days=30)
"""After a case is closed: time enough to ask back, and no longer."""

AFTER_THE_SESSION = timedelta(days=30)
"""A case whose appointment has passed is closed after this long."""

WISHES_WAIT = timedelta(days=180)
"""A wish in which nobody has written for half a year is closed: by then it has been answered elsewhere or forgotten.

So is a case that waits for a time, or has lost the one it had.
"""


async def erase_old_cases(db: AsyncSession, now: datetime) -> int:
    """Close cases in which nothing more will happen, and erase those closed long ago. How many were erased."""
    for case_id in await appointments.passed_before(db, now - AFTER_THE_SESSION):
        await cases.close(db, case_id, now.date())
    for case, placement in await placements.idle_since(db, now - WISHES_WAIT):
        placement.status = "expired"
        await cases.close(db, case.id, now.date())
    for case in await appointments.idle_without_time(db, now - WISHES_WAIT):
        await own_cases.tell_employee(db, case, CaseEnded(case.id.hex), now)
        await cases.close(db, case.id, now.date())
    old = await cases.closed_before(db, (now - CLOSED_CASES_KEPT).date())
    for case_id in old:
        await outbox.erase_about(db, case_id)
        await cases.erase(db, case_id)
    await cases.end_rest(db, now.date())
    return len(old)
