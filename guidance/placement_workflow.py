"""The workflow of a request for a stay, as one table: who may decide what, when, and where the request stands then.

Pure: docs/placements.md draws its picture from this table, and the tests walk through every cell of it.
"""

from dataclasses import dataclass

STATES: tuple[str, ...] = (
    "submitted", "offered", "with_host", "host_ready", "with_manager", "cleared", "approved", "done",
    "refused", "closed", "withdrawn", "expired",
)  # fmt: skip
ROLES: tuple[str, ...] = ("employee", "coordinator", "host", "manager", "clock")

ENDED: frozenset[str] = frozenset({"done", "refused", "closed", "withdrawn", "expired"})
"""Nothing more happens to a request in these."""

IN_HAND: frozenset[str] = frozenset({"offered", "with_host", "host_ready", "with_manager", "cleared", "approved"})
"""A place has been found: host and dates are known."""

TAKEN: frozenset[str] = frozenset({"with_host", "host_ready", "with_manager", "cleared", "approved"})
"""The employee has said yes to these dates, and can say yes to no others at the same time."""

WAITS_FOR: dict[str, str] = {
    "submitted": "coordinator",
    "offered": "employee",
    "with_host": "host",
    "host_ready": "employee",
    "with_manager": "manager",
    "cleared": "clock",
    "approved": "clock",
}
"""Whose turn it is."""

REASONS = ("no_room", "bad_time", "no_match", "cannot_spare", "other")
"""Why a host or a manager says no. Keys of texts."""


@dataclass(frozen=True)
class Move:
    """One cell of the table."""

    to: str
    needs_reason: bool = False
    approves: bool = False
    """A decision about the terms as they stand: it keeps their fingerprint."""


_WITHDRAW = Move("withdrawn")
_CLOSE = Move("closed", needs_reason=True)
_CHANGE = Move("offered")

TABLE: dict[tuple[str, str, str], Move] = {
    # The coordinator finds a place and fills in the terms; the employee alone says who is told.
    ("submitted", "coordinator", "offer"): Move("offered"),
    ("offered", "coordinator", "take_back"): Move("submitted"),
    ("offered", "employee", "accept"): Move("with_host"),
    ("offered", "employee", "refuse"): Move("submitted"),
    # The host decides with one tap, and by it confirms who is responsible for what.
    ("with_host", "host", "approve"): Move("host_ready", approves=True),
    ("with_host", "host", "refuse"): Move("submitted", needs_reason=True),
    ("with_host", "employee", "take_back"): Move("submitted"),
    # Only now, and only if the employee says so, the own manager learns anything.
    ("host_ready", "employee", "accept"): Move("with_manager"),
    ("host_ready", "employee", "refuse"): Move("submitted"),
    ("with_manager", "manager", "approve"): Move("cleared", approves=True),
    ("with_manager", "manager", "refuse"): Move("refused", needs_reason=True),
    ("with_manager", "employee", "take_back"): Move("host_ready"),
    # A request that stands alone goes on at once; one of a swap waits for the others.
    ("cleared", "clock", "complete"): Move("approved"),
    ("cleared", "employee", "take_back"): Move("host_ready"),
    ("approved", "clock", "finish"): Move("done"),
    # Other terms need everybody's yes again; so does a stay that is left over from a swap.
    **{(state, "clock", "reopen"): Move("offered") for state in STATES if state in IN_HAND},
    **{(state, "coordinator", "change"): _CHANGE for state in STATES if state in IN_HAND},
    # The first day has come and somebody has not answered: another time must be found.
    **{(state, "clock", "too_late"): Move("submitted") for state in STATES if state in IN_HAND and state != "approved"},
    # Nobody is held to a request, and the office need not keep a hopeless one open.
    **{(state, "employee", "withdraw"): _WITHDRAW for state in STATES if state not in ENDED},
    **{(state, "coordinator", "close"): _CLOSE for state in STATES if state not in ENDED},
    **{
        (state, "clock", "expire"): Move("expired")
        for state in STATES
        if state not in ENDED and state not in ("cleared", "approved")
    },
}


def move(state: str, role: str, decision: str) -> Move | None:
    """What the decision does, or None if this role cannot decide it here."""
    return TABLE.get((state, role, decision))


def decisions(state: str, role: str) -> list[str]:
    """What a role can decide in a state."""
    return [decision for at, who, decision in TABLE if (at, who) == (state, role)]
