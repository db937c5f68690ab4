"""The terms of a stay, and what is unusual about a request. Pure."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from guidance.errors import (
    DateInThePast,
    EndBeforeStart,
    NumberOutOfRange,
    ResponsibilityMissing,
    StayTooLong,
)

LONGEST_STAY = 366
"""Days. The proposals say that a stay can be longer than usual, so only what must be a slip is refused."""

RESPONSIBILITIES = ("instruction", "illness", "incidents")
"""What `ledelsesansvar` must settle before anybody says yes: who instructs from day to day, to whom illness is
reported, and who follows up on incidents (initiative 4.4: it must be clear before a stay)."""

LONGEST_LINE = 300

MOST_SHIFTS, MOST_HOURS = 400, 2000


@dataclass(frozen=True)
class Terms:
    """What host, employee and home unit say yes to. Their fingerprint is kept with each yes."""

    host: str
    """Id of the department that receives."""
    first: date
    last: date
    instruction: str = ""
    illness: str = ""
    incidents: str = ""
    uncovered_shifts: int = 0
    """Shifts that the home unit must cover meanwhile."""
    introduction_hours: Decimal = Decimal(0)
    """Hours in which the host introduces and trains."""
    swap: str = ""
    """Id of the set of requests that change places; empty for a stay of its own."""

    @property
    def fingerprint(self) -> bytes:
        """Of everything above: other terms, another fingerprint."""
        return hashlib.sha256(self.dump().encode()).digest()

    def dump(self) -> str:
        """As text, the same for the same terms."""
        return json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> "Terms":
        """The terms of a dump."""
        data: dict[str, Any] = json.loads(text)
        known = {field.name for field in fields(cls)}
        data = {name: value for name, value in data.items() if name in known}
        data["first"], data["last"] = date.fromisoformat(data["first"]), date.fromisoformat(data["last"])
        data["introduction_hours"] = Decimal(data["introduction_hours"])
        return cls(**data)

    def overlaps(self, other: "Terms") -> bool:
        """True if there is a day in both."""
        return self.first <= other.last and other.first <= self.last

    def alone(self) -> "Terms":
        """The same stay outside a swap."""
        return replace(self, swap="")


def check(terms: Terms, today: date) -> None:
    """Raises DateInThePast, EndBeforeStart, StayTooLong, ResponsibilityMissing, NumberOutOfRange."""
    if terms.first < today:
        raise DateInThePast
    if terms.last < terms.first:
        raise EndBeforeStart
    if (terms.last - terms.first).days >= LONGEST_STAY:
        raise StayTooLong(longest=LONGEST_STAY)
    if not all(getattr(terms, name).strip() for name in RESPONSIBILITIES):
        raise ResponsibilityMissing
    if not 0 <= terms.uncovered_shifts <= MOST_SHIFTS:
        raise NumberOutOfRange(least=0, most=MOST_SHIFTS)
    if not 0 <= terms.introduction_hours <= MOST_HOURS:
        raise NumberOutOfRange(least=0, most=MOST_HOURS)
