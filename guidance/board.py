"""What a coordinator needs to see of their requests: whose turn it is, how old they are, and what departments did."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar, cases, placement_steps
from guidance.placement_terms import Terms
from guidance.placement_workflow import ENDED, WAITS_FOR
from guidance.placements import Wish
from storage import placements as stored
from storage.cases import Case
from storage.placements import Placement


@dataclass(frozen=True)
class Row:
    """One request in the queue."""

    case: Case
    wish: Wish
    terms: Terms | None
    state: str
    turn: str
    """Whose turn it is: a role; empty when it is over."""
    age: int
    """Days in this state."""
    flags: Sequence[str]


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    on: date
    role: str
    decision: str
    became: str
    who: str
    """A name of the staff; empty for the employee, the clock, and whoever used a link."""
    reason: str


async def queue(db: AsyncSession, staff_id: str, now: datetime) -> list[Row]:
    """The person's requests: their own turn first, then by age; what is over comes last."""
    own = [case for case in await cases.of_staff(db, staff_id) if case.kind == "placement"]
    rows = [
        Row(
            case,
            Wish(**stored.wish_of(db, placement)),
            placement_steps.terms_of(db, placement),
            placement.status,
            WAITS_FOR.get(placement.status, ""),
            age(placement, now),
            placement.flags,
        )
        for case, placement in await stored.of_cases(db, [case.id for case in own])
    ]
    return sorted(rows, key=lambda row: (row.state in ENDED, row.turn != "coordinator", -row.age, row.case.alias))


def matches(row: Row, state: str, kind: str, turn: str) -> bool:
    """True if the row is of this state, kind and turn; an empty one is any that is not over."""
    if not state and row.state in ENDED:
        return False
    return state in ("", row.state) and kind in ("", row.wish.kind) and turn in ("", row.turn)


def age(placement: Placement, now: datetime) -> int:
    """Days that the request has been in its state."""
    today = now.astimezone(calendar.ZONE).date()
    return max((today - placement.since).days, 0) if placement.since else 0


async def history(db: AsyncSession, case_id: uuid.UUID, names: Mapping[str, str]) -> list[Step]:
    """Every step of a request, in order."""
    return [
        Step(row.made_on, row.role, row.decision, row.became, names.get(row.staff_id or "", ""), row.reason)
        for row in await stored.history(db, case_id)
    ]


async def unit_actions(db: AsyncSession, case_id: uuid.UUID) -> dict[str, int]:
    """How often host and home department had to act. The aim is at most two each (initiative 4.4)."""
    acted = {"host": 0, "manager": 0}
    for row in await stored.history(db, case_id):
        if row.role in acted:
            acted[row.role] += 1
    return acted
