"""The model of stays: limits and rates that the career office sets itself, in numbered versions.

A request keeps the version it was sent under. Nothing outside the limits is refused; it is shown to the coordinator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from guidance.errors import ChangedMeanwhile, NumberOutOfRange
from storage import schemes as stored
from storage.organisation import Staff

TASTER, EXCHANGE = "snusepraktik", "udveksling"


@dataclass(frozen=True)
class Scheme:
    """One version of the model. The first figures come from budget proposal 4.6 and initiative 4.4, Region Hovedstaden.

    Both say "fx" of the two years and of the lengths. Rates are kroner an hour and stand for the region's own: the
    proposals name none.
    """

    taster_days: int = 5
    """Working days that a snusepraktik takes at most: "få dage op til 1 uge" (4.6)."""
    exchange_least_weeks: int = 4
    exchange_most_weeks: int = 13
    """An udveksling: "fx 1-3 mdr." (4.6)."""
    tenure_months: int = 24
    """In the same specialty: "fx 2 års ansættelse i samme speciale" (4.6); 4.4 has no such rule."""
    decide_days: int = 5
    """Working days in which host and manager decide, before the coordinator is told."""
    wait_days: int = 60
    """Days that a request waits for the employee's own answer before it ends."""
    cover_rate: Decimal = Decimal(0)
    """Kroner an hour for covering a shift at home."""
    shift_hours: Decimal = Decimal("7.4")
    introduction_rate: Decimal = Decimal(0)
    """Kroner an hour for introduction at the host."""
    longest_ring: int = 3
    """People who change places in one swap at most."""
    least_overlap_weeks: int = 4
    """Weeks that the stays of a swap have in common at least."""
    rest_weeks: int = 8
    """Weeks for which a swap that somebody said no to is not proposed again."""


RANGES: dict[str, tuple[Decimal, Decimal]] = {
    "taster_days": (Decimal(1), Decimal(30)),
    "exchange_least_weeks": (Decimal(1), Decimal(52)),
    "exchange_most_weeks": (Decimal(1), Decimal(104)),
    "tenure_months": (Decimal(0), Decimal(240)),
    "decide_days": (Decimal(1), Decimal(60)),
    "wait_days": (Decimal(7), Decimal(365)),
    "cover_rate": (Decimal(0), Decimal(5000)),
    "shift_hours": (Decimal(1), Decimal(24)),
    "introduction_rate": (Decimal(0), Decimal(5000)),
    "longest_ring": (Decimal(2), Decimal(5)),
    "least_overlap_weeks": (Decimal(1), Decimal(52)),
    "rest_weeks": (Decimal(0), Decimal(104)),
}
"""What each figure can be."""


@dataclass(frozen=True)
class Version:
    """A scheme with its number, and who set it when. Version 0 is what Sporskifte came with."""

    number: int
    author: str
    on: date | None
    scheme: Scheme


async def current(db: AsyncSession, region: str) -> Version:
    """The version that new requests are sent under."""
    found = await stored.newest(db, region)
    return _version(found) if found else Version(0, "", None, Scheme())


async def versions(db: AsyncSession, region: str) -> Sequence[Version]:
    """All versions of a region, the newest first."""
    return [_version(row) for row in await stored.all_of(db, region)]


async def by_number(db: AsyncSession, region: str, number: int) -> Scheme:
    """The scheme of one version."""
    found = await stored.get(db, region, number)
    return _version(found).scheme if found else Scheme()


async def save(
    db: AsyncSession, region: str, author: Staff, seen: int, typed: Mapping[str, str], now: datetime
) -> Version:
    """Write the next version. `seen` is the number that the author changed from.

    Raises NumberOutOfRange with the name of the figure, ChangedMeanwhile.
    """
    scheme = read(typed)
    before = await current(db, region)
    if before.number != seen:
        raise ChangedMeanwhile
    values = {name: str(value) for name, value in asdict(scheme).items()}
    row = await stored.add(db, region, before.number + 1, author.id, now.date(), values)
    return _version(row)


def read(typed: Mapping[str, str]) -> Scheme:
    """The figures as a person typed them, with a comma or a point. Raises NumberOutOfRange."""
    values: dict[str, Any] = {}
    for field in fields(Scheme):
        least, most = RANGES[field.name]
        try:
            value = Decimal(typed.get(field.name, "").strip().replace(",", "."))
        except InvalidOperation:
            value = Decimal(-1)
        whole = isinstance(field.default, int)
        if not (value.is_finite() and least <= value <= most) or (whole and value != int(value)):
            raise NumberOutOfRange(name=field.name, least=least, most=most)
        values[field.name] = int(value) if whole else value
    if values["exchange_least_weeks"] > values["exchange_most_weeks"]:
        least, most = Decimal(values["exchange_least_weeks"]), RANGES["exchange_most_weeks"][1]
        raise NumberOutOfRange(name="exchange_most_weeks", least=least, most=most)
    return Scheme(**values)


def _version(row: stored.SchemeVersion) -> Version:
    values: dict[str, Any] = {}
    for field in fields(Scheme):
        if field.name in row.figures:
            kept = row.figures[field.name]
            values[field.name] = int(kept) if isinstance(field.default, int) else Decimal(kept)
    return Version(row.number, row.author_id, row.made_on, Scheme(**values))
