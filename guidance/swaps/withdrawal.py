"""What is left of a ring when somebody withdraws."""

from collections.abc import Mapping
from dataclasses import dataclass

from guidance.errors import PinUnknown
from guidance.swaps.requests import Period, Request, Rules
from guidance.swaps.search import Move, Ring, find


@dataclass(frozen=True)
class OneWay:
    """A stay that can still be, though it is no swap any more."""

    move: Move
    """Where to. Whoever works there may be there as well."""
    period: Period
    covered: bool
    """True if somebody else comes to their home meanwhile, so that no shifts stand empty there."""


@dataclass(frozen=True)
class Remainder:
    """What is left: smaller rings, and single stays for those whom no smaller ring has."""

    rings: tuple[Ring, ...]
    stays: tuple[OneWay, ...]


def after_withdrawal(ring: Ring, who: str, requests: Mapping[str, Request], rules: Rules) -> Remainder:
    """What is left of a ring without one of its people.

    Whoever else of it can swap among themselves, does, and the best way they can. The others could still go where they
    were to go, one way, in the same days: the host decides about a guest for whom nobody leaves. Whose home somebody
    still comes to is covered. `requests` has all of the ring by id. Raises PinUnknown if `who` is not in the ring.
    """
    if who not in ring.members:
        raise PinUnknown(requests=who)
    rest = [requests[one] for one in ring.members if one != who]
    smaller = find(rest, rules).rings
    swapping = {one for each in smaller for one in each.members}
    going = [move for move in ring.moves if move.request != who and move.request not in swapping]
    comes_to = {move.takes_over_from for move in going}
    return Remainder(smaller, tuple(OneWay(move, ring.period, move.request in comes_to) for move in going))
