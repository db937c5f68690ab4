"""Wishes for a stay: `snusepraktik` (days to a week) and `udveksling` (months)."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases, organisation, schemes
from guidance.errors import DateInThePast, NobodyToAsk
from guidance.notices import PlacementSubmitted
from guidance.schemes import EXCHANGE as EXCHANGE
from guidance.schemes import TASTER as TASTER
from storage import organisation as stored_organisation
from storage import placements as stored
from storage.cases import Case
from storage.participants import Participant

LENGTHS = {
    TASTER: ("1_day", "2_days", "3_days", "1_week", "other"),
    EXCHANGE: ("1_month", "2_months", "3_months", "other"),
}
"""The lengths that are offered: "få dage op til 1 uge" and "fx 1-3 mdr." in budget proposal 4.6 of Region
Hovedstaden. Both proposals say that a stay can be shorter or longer, so "other" is never refused."""

DAYS = {"1_day": 1, "2_days": 2, "3_days": 3, "1_week": 5}
"""Working days of the lengths of a snusepraktik."""

WEEKS = {"1_month": 4, "2_months": 8, "3_months": 13}
"""Weeks of the lengths of an udveksling."""

LONGEST_WISH = 1000


@dataclass(frozen=True)
class Wish:
    """What the employee asks for: a place, a specialty or a topic in their own words. No name and no department."""

    kind: str
    what: str
    length: str
    starts: str
    """ISO date, or empty when the time does not matter."""
    why: str = ""
    profession: str = ""
    """The employee's own, in their words."""
    specialty: str = ""
    """Where they work now, by specialty."""
    tenure: int | None = None
    """Months in that specialty; None if they did not say."""


@dataclass(frozen=True)
class Submitted:
    """A wish that was sent."""

    case: Case
    wish: Wish
    status: str


@dataclass(frozen=True)
class Offer:
    """What a host department offers, for show."""

    unit: str
    department: str
    specialty: str
    text: str
    demo: bool


async def submit(
    db: AsyncSession, participant: Participant, wish: Wish, region: str, *, locale: str, now: datetime
) -> Submitted:
    """Send the wish to the region's coordinator. Raises NobodyToAsk, DateInThePast, TooManyOpenCases."""
    check_start(wish.starts, now)
    coordinators = [p.id for p in await organisation.with_role(db, "coordinator") if p.region_id == region]
    if not coordinators:
        raise NobodyToAsk
    coordinator = await cases.least_loaded(db, coordinators)
    case = await cases.open_case(db, participant, kind="placement", staff_id=coordinator, locale=locale, now=now)
    version = await schemes.current(db, region)
    await stored.add(
        db, case.id, wish.kind, asdict(wish), region=region, scheme=version.number,
        flags=flags(wish, version.scheme), day=now.date(),
    )  # fmt: skip
    await cases.tell_staff(db, case, PlacementSubmitted(case.id.hex), now)
    return Submitted(case, wish, "submitted")


def flags(wish: Wish, scheme: schemes.Scheme) -> list[str]:
    """What of a wish is outside the model: keys of texts, for the coordinator. Nothing is refused for it."""
    found = []
    if wish.tenure is None or wish.tenure < scheme.tenure_months:
        found.append("tenure" if wish.tenure is not None else "tenure_unknown")
    weeks = WEEKS.get(wish.length)
    if wish.kind == TASTER and (wish.length == "other" or DAYS.get(wish.length, 0) > scheme.taster_days):
        found.append("length")
    if wish.kind == EXCHANGE and (
        weeks is None or not scheme.exchange_least_weeks <= weeks <= scheme.exchange_most_weeks
    ):
        found.append("length")
    return found


def check_start(starts: str, now: datetime) -> None:
    """Raises DateInThePast when an ISO date lies before today."""
    if starts and date.fromisoformat(starts) < now.date():
        raise DateInThePast


async def mine(db: AsyncSession, participant: Participant) -> list[Submitted]:
    """The participant's own wishes."""
    owned = await cases.own_cases(db, participant)
    return [_submitted(db, *row) for row in await stored.of_cases(db, [case.id for case in owned])]


async def of_case(db: AsyncSession, case_id: uuid.UUID) -> Submitted | None:
    """The wish of a case."""
    found = await stored.of_cases(db, [case_id])
    return _submitted(db, *found[0]) if found else None


async def offers(db: AsyncSession, region: str, kind: str, locale: str) -> Sequence[Offer]:
    """What the region's departments offer for this kind of stay."""
    departments = {row.id: row for row in await stored_organisation.departments(db)}
    units = {row.id: row for row in await stored_organisation.units(db)}
    found = []
    for offer in await stored.offers(db):
        department = departments[offer.department_id]
        unit = units[department.unit_id]
        if offer.open and kind in offer.kinds and unit.region_id == region:
            text = offer.text_en if locale == "en" else offer.text_da
            found.append(Offer(unit.name, department.name, department.specialty, text, offer.demo))
    return found


def _submitted(db: AsyncSession, case: Case, placement: stored.Placement) -> Submitted:
    return Submitted(case, Wish(**stored.wish_of(db, placement)), placement.status)
