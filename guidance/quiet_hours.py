"""When nobody is reminded of anything."""

from datetime import UTC, datetime, time, timedelta

from guidance.calendar import ZONE

BEFORE = {"day": timedelta(days=1), "hour": timedelta(hours=1)}
"""What can be chosen."""

WAKES, SLEEPS = time(8), time(20)
"""Local time. What falls outside comes the evening before."""


def remind_at(starts_at: datetime, before: str) -> datetime:
    """When to remind somebody of a session: `before` it, and in the evening before if that is at night. UTC."""
    local = (starts_at - BEFORE[before]).astimezone(ZONE)
    if local.time() < WAKES:
        local = datetime.combine(local.date() - timedelta(days=1), SLEEPS, ZONE)
    elif local.time() > SLEEPS:
        local = datetime.combine(local.date(), SLEEPS, ZONE)
    return local.astimezone(UTC)


def moved(remind_at_before: datetime, starts_before: datetime, starts_at: datetime) -> datetime:
    """When to remind of a session that was moved: as was chosen for the old time."""
    before = next((one for one in BEFORE if remind_at(starts_before, one) == remind_at_before), "day")
    return remind_at(starts_at, before)


def is_quiet(now: datetime) -> bool:
    """True at night, in Denmark."""
    return not WAKES <= now.astimezone(ZONE).time() <= SLEEPS
