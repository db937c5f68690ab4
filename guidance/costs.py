"""What stays cost the departments, in kroner.

One's own salary follows the employee: the home department pays it before, meanwhile and after, so it is no cost of a
stay and not counted. What is: the home department covers the shifts that stand empty, and the host introduces the
guest. Nobody has decided on rates (article rh-08 says so): they are parameters of the scheme.

Rounding: shifts are whole, half a shift up. Each amount is rounded to the øre where it is computed, half an øre up, and
sums are sums of rounded amounts, so that what is printed adds up.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ORE = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Scheme:
    """The rates and hours of a scheme. Hours and kroner are Decimal: binary fractions would not add up."""

    hours_per_shift: Decimal
    shifts_per_week: Decimal
    cover_rate: Decimal
    """Kroner for an hour of somebody who covers."""
    introduction_hours: Decimal
    """How many hours the host spends on a guest."""
    introduction_rate: Decimal
    """Kroner for one of these hours."""

    def __post_init__(self) -> None:
        """Raises ValueError for less than nothing."""
        if min(getattr(self, name) for name in self.__dataclass_fields__) < 0:
            raise ValueError("rates and hours are not negative")

    def shifts(self, days: int) -> int:
        """How many shifts somebody has in so many days, on the average."""
        return int((self.shifts_per_week * days / 7).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Stay:
    """One person in another department."""

    home: str
    host: str
    shifts: int
    """At home, in the days of the stay."""
    covered: bool
    """True in a swap, and wherever else somebody comes to their place: then no shift stands empty."""

    def __post_init__(self) -> None:
        """Raises ValueError for less than nothing."""
        if self.shifts < 0:
            raise ValueError("shifts are not negative")


@dataclass(frozen=True)
class Cost:
    """What one department pays."""

    cover: Decimal = NOTHING
    introduction: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        """Both."""
        return self.cover + self.introduction

    def __add__(self, other: "Cost") -> "Cost":
        """Both of both."""
        return Cost(self.cover + other.cover, self.introduction + other.introduction)


@dataclass(frozen=True)
class Bill:
    """What all departments pay."""

    departments: dict[str, Cost]
    """By department, in the order of their ids. Who pays nothing is there as well."""

    @property
    def total(self) -> Decimal:
        """What it costs in all."""
        return sum((cost.total for cost in self.departments.values()), NOTHING)


def costs(stays: Collection[Stay], scheme: Scheme) -> Bill:
    """What these stays cost: uncovered shifts x hours x rate at home, hours of introduction x rate at the host.

    In a swap the first is nothing, and the second is paid at both ends.
    """
    introduction = _kroner(scheme.introduction_hours * scheme.introduction_rate)
    by_department = {department: Cost() for stay in stays for department in (stay.home, stay.host)}
    for stay in stays:
        empty = 0 if stay.covered else stay.shifts
        by_department[stay.home] += Cost(cover=_kroner(empty * scheme.hours_per_shift * scheme.cover_rate))
        by_department[stay.host] += Cost(introduction=introduction)
    return Bill(dict(sorted(by_department.items())))


def _kroner(amount: Decimal) -> Decimal:
    return amount.quantize(ORE, ROUND_HALF_UP)
