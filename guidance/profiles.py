"""How an advisor meets people: ways, languages, topics, how long and how many."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar
from guidance.errors import NothingChosen, NumberOutOfRange, WayNeedsDetails, WishTooLong
from storage.organisation import Staff, staff_member

SESSION_MINUTES = (15, 120)
PAUSE_MINUTES = (0, 120)
MOST_CASES = (0, 200)
LONGEST_WORDS = 300


@dataclass(frozen=True)
class Profile:
    """What an advisor says of themselves. Fields as in Staff."""

    ways: Sequence[str]
    languages: Sequence[str]
    topics: Sequence[str]
    phone: str
    place: str
    about: str
    session_minutes: int
    pause_minutes: int
    most_cases: int


def of(person: Staff) -> Profile:
    """What stands there now."""
    return Profile(**{name: getattr(person, name) for name in Profile.__dataclass_fields__})


async def save(db: AsyncSession, advisor_id: str, profile: Profile, now: datetime) -> None:
    """Keep it, and offer the times that follow from it.

    Raises NothingChosen, WayNeedsDetails, NumberOutOfRange, WishTooLong.
    """
    check(profile)
    person = await staff_member(db, advisor_id)
    if person is None:
        return
    for name, value in asdict(profile).items():
        setattr(person, name, value)
    await calendar.offer_again(db, advisor_id, now)


def check(profile: Profile) -> None:
    """Raise what is wrong with it."""
    if not profile.ways or not profile.languages:
        raise NothingChosen
    if ("phone" in profile.ways and not profile.phone) or ("place" in profile.ways and not profile.place):
        raise WayNeedsDetails
    for value, (least, most) in (
        (profile.session_minutes, SESSION_MINUTES),
        (profile.pause_minutes, PAUSE_MINUTES),
        (profile.most_cases, MOST_CASES),
    ):
        if not least <= value <= most:
            raise NumberOutOfRange(least=least, most=most)
    for words in (profile.phone, profile.place, profile.about):
        if len(words) > LONGEST_WORDS:
            raise WishTooLong(longest=LONGEST_WORDS, length=len(words))
