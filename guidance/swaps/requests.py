"""What goes into the search for swaps: requests, what the region allows, and what the coordinator decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from guidance.errors import RequestNotUsable

LONGEST_RING = 5
"""More people than this hardly ever all say yes."""


@dataclass(frozen=True, order=True)
class Place:
    """Where somebody works, and so what they leave to another. Ids."""

    region: str
    hospital: str
    unit: str
    specialty: str


@dataclass(frozen=True, order=True)
class Wish:
    """One wish: a specialty, a hospital or a unit, or several of them together. What is empty does not matter."""

    specialty: str = ""
    hospital: str = ""
    unit: str = ""

    def fits(self, place: Place) -> bool:
        """True if the place is what is wished for."""
        return (
            self.specialty in ("", place.specialty)
            and self.hospital in ("", place.hospital)
            and self.unit in ("", place.unit)
        )


@dataclass(frozen=True)
class Request:
    """An open request for an `udveksling`. It says nothing about the person but what a swap needs.

    Gender, age, origin and health have no field here, and must never get one.
    """

    id: str
    """Opaque. Also what breaks ties, so it must not tell who it is."""
    profession: str
    home: Place
    wishes: tuple[Wish, ...]
    """The dearest first."""
    earliest: date
    """The first day of the stay at the earliest."""
    latest: date
    """The last day of the stay at the latest."""
    filed: date
    weeks: int | None = None
    """How long the stay is to be. None: exactly from `earliest` to `latest`."""

    def __post_init__(self) -> None:
        """Raises RequestNotUsable for what no swap could ever honour."""
        empty_wish = any(wish == Wish() for wish in self.wishes)
        too_long = self.weeks is not None and not 0 < self.weeks * 7 <= self.window
        if not self.wishes or empty_wish or self.latest < self.earliest or too_long:
            raise RequestNotUsable(request=self.id)

    @property
    def window(self) -> int:
        """Days from the first possible day to the last."""
        return (self.latest - self.earliest).days + 1

    @property
    def days(self) -> int:
        """How long the stay is to be, in days."""
        return self.window if self.weeks is None else self.weeks * 7

    def rank_of(self, place: Place) -> int | None:
        """Which wish the place is: 1 for the dearest, None for none of them."""
        return next((rank for rank, wish in enumerate(self.wishes, 1) if wish.fits(place)), None)


@dataclass(frozen=True)
class Rules:
    """What a region allows."""

    longest_ring: int = 3
    shared_weeks: int | None = 4
    """How many weeks all of a ring must have in common, if they ask for as many. None: everybody's full stay."""
    fills: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By profession: the other professions whose places it may fill. It need not be mutual."""
    across_regions: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that mean nothing: they are settings, which no person types into a chat."""
        if not 2 <= self.longest_ring <= LONGEST_RING:
            raise ValueError(f"a ring has 2 to {LONGEST_RING} people, not {self.longest_ring}")
        if self.shared_weeks is not None and self.shared_weeks < 1:
            raise ValueError("those who swap need at least a week in common")

    def least_days(self, request: Request) -> int:
        """The shortest stay that is still worth it for this request."""
        return request.days if self.shared_weeks is None else min(request.days, self.shared_weeks * 7)

    def may_fill(self, profession: str, other: str) -> bool:
        """True if somebody of the profession can take the place of somebody of the other."""
        return profession == other or other in self.fills.get(profession, frozenset())

    def allow(self, mover: Request, leaver: Request) -> bool:
        """True if the one may take the place that the other leaves, whatever they wish and whenever."""
        return (
            mover.home.unit != leaver.home.unit
            and (self.across_regions or mover.home.region == leaver.home.region)
            and self.may_fill(mover.profession, leaver.profession)
        )


Members = tuple[str, ...]
"""A ring by the ids of its requests: each goes to the home of the next, the last to the home of the first."""


@dataclass(frozen=True)
class Decisions:
    """What the coordinator decided, and who declined."""

    pinned: frozenset[str] = frozenset()
    """Requests that must be placed."""
    pinned_rings: frozenset[Members] = frozenset()
    """Rings that must be among the answer, whoever of them is first."""
    left_out: frozenset[str] = frozenset()
    """Requests that must not be placed."""
    apart: frozenset[frozenset[str]] = frozenset()
    """Pairs that must not be in the same ring."""
    refused_rings: frozenset[Members] = frozenset()
    """Rings that must not be, whoever of them is first. The same people may still go the other way round."""
    declined: frozenset[frozenset[str]] = frozenset()
    """Sets of people who were asked and did not all say yes: the same people are not asked again in any order."""


@dataclass(frozen=True)
class Period:
    """The days of a stay, first and last included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> int:
        """How many whole weeks."""
        return self.days // 7


def period_of(members: tuple[Request, ...], rules: Rules) -> Period | None:
    """When these people can swap: one period for all, since each stands in for another. None if there is none.

    As early as all of them can, and as long as the one who wants the shortest stay wants it, or as their time in
    common lasts. None also if that is shorter than the rules want for any of them.
    """
    first = max(one.earliest for one in members)
    last = min(one.latest for one in members)
    days = min((last - first).days + 1, *(one.days for one in members))
    if days < max(rules.least_days(one) for one in members):
        return None
    return Period(first, first + timedelta(days=days - 1))
