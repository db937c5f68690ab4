"""The search: from requests, rules and decisions to the rings that are proposed."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from guidance.errors import PinnedRingImpossible, PinsCannotMeet, PinsContradict, PinsNotInTime, PinUnknown
from guidance.swaps.choosing import Answer, Packing, best
from guidance.swaps.requests import Decisions, Members, Period, Place, Request, Rules, period_of
from guidance.swaps.rings import (
    Arcs,
    Board,
    Numbers,
    Small,
    arcs_of,
    board_of,
    people_who_could,
    rings_of_length,
    without,
)

MOST_RINGS = 3_000_000
"""More are not looked at, some 100 MB: the longest rings are left out then, and the bound says what that may cost."""
_TIME_IS_UP = 0.25
"""Seconds below which nothing more is begun."""
_FOR_LOOKING = 0.5
"""The share of the time that looking for rings may take."""


@dataclass(frozen=True)
class Move:
    """One person's part in a ring, and why it is theirs. Texts are made of it elsewhere."""

    request: str
    takes_over_from: str
    """The request whose home it is."""
    place: Place
    rank: int
    """Which of their wishes this is: 1 is the dearest."""
    of_wishes: int
    """How many wishes they had."""
    profession: str
    fills_in_for: str
    """The profession of whom they take over from, mostly the same."""
    days_asked: int
    """How long they wanted to stay. `Ring.period` says how long they would."""


@dataclass(frozen=True)
class Ring:
    """People who would swap: each goes to the home of the next."""

    moves: tuple[Move, ...]
    period: Period
    pinned: bool = False

    @property
    def members(self) -> Members:
        """The requests, in the order in which they take over from each other."""
        return tuple(move.request for move in self.moves)


@dataclass(frozen=True)
class Result:
    """What the search came to."""

    rings: tuple[Ring, ...]
    placed: int
    bound: int
    """Nobody can place more people: proved."""
    optimal: bool
    """True if it is proved that no answer places more people, none as many with dearer wishes, and none as dear with
    people who have waited longer."""
    proved: int
    """How many of these three aims are proved."""
    in_time: bool
    """False if the time was up. Then it is the best that was found so far, and another time it can be another one."""
    longest_looked_at: int
    """Rings of up to so many people were looked at. Less than the rules allow if there were too many, or no time."""
    seconds: float


class _Deadline:
    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.began, self.seconds, self.clock = clock(), seconds, clock
        self.reached = False

    def spent(self) -> float:
        return self.clock() - self.began

    def left(self) -> float:
        left = self.seconds - self.spent()
        self.reached = self.reached or left < _TIME_IS_UP
        return max(0.0, left)


def find(
    requests: Collection[Request],
    rules: Rules | None = None,
    decisions: Decisions | None = None,
    *,
    seconds: float = 30.0,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """The best set of rings in which nobody is used twice.

    Best is, in this order: as many people as possible; the smallest sum of ranks; the most days waited in all, which is
    fair to those who filed first. The same requests in another order have the same answer, if the time is enough.
    Nothing is stored: to try something out, call it.

    Raises PinUnknown, PinsContradict, PinnedRingImpossible, PinsCannotMeet, PinsNotInTime, and ValueError when two
    requests have the same id.
    """
    rules, decisions = rules or Rules(), decisions or Decisions()
    deadline = _Deadline(seconds, clock)
    by_id = {one.id: one for one in sorted(requests, key=lambda one: one.id)}
    if len(by_id) < len(requests):
        raise ValueError("two requests have the same id")
    _check(decisions, by_id, rules)
    pinned = sorted(_from_smallest(ring) for ring in decisions.pinned_rings)
    settled = {one for ring in pinned for one in ring}
    open_ones = [one for one in by_id.values() if one.id not in settled and one.id not in decisions.left_out]
    rings = [_ring([by_id[one] for one in ring], rules, pinned=True) for ring in dict.fromkeys(pinned)]
    bound, proved, looked_at, pins_proved = len(settled), 3, rules.longest_ring, True
    if open_ones:
        board = board_of(open_ones, rules)
        arcs = _arcs(board, rules, decisions)
        found, ranks, looked_at = _all_rings(board, arcs, rules, deadline)
        allowed = _allowed(board, found, decisions)
        packing = _packing(board, found[allowed], ranks[allowed], decisions)
        answers: list[Answer] = []
        for part, answer in best(packing, deadline.left):
            answers.append(answer)
            rings += [_ring(_members(board, packing.rings[part[one]]), rules) for one in answer.rings]
        whole = looked_at == rules.longest_ring
        could = people_who_could(arcs)
        bound += min(could, sum(answer.bound for answer in answers)) if whole else could
        proved = min((answer.proved for answer in answers), default=3) if whole else 0
        pins_proved = whole and all(answer.pins_proved for answer in answers)
    placed = {one for ring in rings for one in ring.members}
    missing = decisions.pinned - placed
    if missing:
        raise (PinsCannotMeet if pins_proved else PinsNotInTime)(requests=", ".join(sorted(missing)))
    proved = max(proved, int(len(placed) == bound))
    return Result(
        tuple(sorted(rings, key=lambda ring: ring.members)), len(placed), bound, proved == 3, proved,
        not deadline.reached, looked_at, deadline.spent(),
    )  # fmt: skip


def ring_of(members: Sequence[Request], rules: Rules) -> Ring | None:
    """The ring in which each of these goes to the home of the next. None if the rules do not allow it."""
    movers = list(zip(members, [*members[1:], *members[:1]], strict=True))
    fits = 2 <= len(members) <= rules.longest_ring and len({one.id for one in members}) == len(members)
    wanted = all(rules.allow(one, other) and one.rank_of(other.home) for one, other in movers)
    return _ring(members, rules) if fits and wanted and period_of(tuple(members), rules) else None


def _ring(members: Sequence[Request], rules: Rules, *, pinned: bool = False) -> Ring:
    period = period_of(tuple(members), rules)
    assert period is not None  # noqa: S101  # only people who have the time in common were put together
    moves = tuple(
        Move(one.id, other.id, other.home, one.rank_of(other.home) or 0, len(one.wishes), one.profession,
             other.profession, one.days)
        for one, other in zip(members, [*members[1:], *members[:1]], strict=True)
    )  # fmt: skip
    return Ring(moves, period, pinned)


def _check(decisions: Decisions, by_id: dict[str, Request], rules: Rules) -> None:
    """Say what is wrong with the pins before anything is searched for."""
    ringed = [one for ring in decisions.pinned_rings for one in _from_smallest(ring)]
    pinned = decisions.pinned.union(ringed)
    if unknown := pinned - by_id.keys():
        raise PinUnknown(requests=", ".join(sorted(unknown)))
    rings = sorted({_from_smallest(ring) for ring in decisions.pinned_rings})
    times = Counter(one for ring in rings for one in set(ring))
    if twice := {one for one, count in times.items() if count > 1}:
        raise PinsContradict(requests=", ".join(sorted(twice)))
    if both := pinned & decisions.left_out:
        raise PinsContradict(requests=", ".join(sorted(both)))
    refused = {_from_smallest(ring) for ring in decisions.refused_rings}
    for ring in rings:
        kept_apart = any(pair <= set(ring) for pair in decisions.apart)
        if kept_apart or ring in refused or frozenset(ring) in decisions.declined:
            raise PinsContradict(requests=", ".join(ring))
        if ring_of([by_id[one] for one in ring], rules) is None:
            raise PinnedRingImpossible(requests=", ".join(ring))


def _from_smallest(ring: Members) -> Members:
    """The same ring, begun with the first by id."""
    start = ring.index(min(ring)) if ring else 0
    return ring[start:] + ring[:start]


def _arcs(board: Board, rules: Rules, decisions: Decisions) -> Arcs:
    number = {one.id: index for index, one in enumerate(board.requests)}
    pairs = [sorted(number[one] for one in pair if one in number) for pair in decisions.apart]
    return without(arcs_of(board, rules), frozenset((pair[0], pair[1]) for pair in pairs if len(pair) == 2))


def _all_rings(board: Board, arcs: Arcs, rules: Rules, deadline: _Deadline) -> tuple[Small, Small, int]:
    """All rings, short ones filled up with empty seats; the sums of ranks; and up to which length."""
    count, width = len(board.requests), rules.longest_ring
    rings, ranks, total = [np.empty((0, width), np.int32)], [np.empty(0, np.int32)], 0
    for length in range(2, width + 1):
        these, theirs = [], []
        for found, rank in rings_of_length(board, arcs, length):
            total += len(found)
            deadline.reached = deadline.reached or deadline.spent() > deadline.seconds * _FOR_LOOKING
            if total > MOST_RINGS or deadline.reached:
                return np.concatenate(rings), np.concatenate(ranks), length - 1
            if len(found):
                these.append(np.pad(found, ((0, 0), (0, width - length)), constant_values=count))
                theirs.append(rank)
        rings += these
        ranks += theirs
    return np.concatenate(rings), np.concatenate(ranks), width


def _allowed(board: Board, rings: Small, decisions: Decisions) -> Numbers:
    """The places of the rings that nobody declined, refused, or keeps apart."""
    sets = decisions.declined | {frozenset(ring) for ring in decisions.refused_rings}
    refused = {_from_smallest(ring) for ring in decisions.refused_rings}
    named = frozenset().union(*sets, *decisions.apart)
    mentioned = np.array([one.id in named for one in board.requests] + [False])
    kept = np.ones(len(rings), np.bool_)
    # Looked at one by one are only those in which two people are mentioned: nearly none.
    for place in np.flatnonzero(mentioned[rings].sum(1) >= 2).tolist():
        ring = tuple(one.id for one in _members(board, rings[place]))
        together = frozenset(ring)
        bad = together in decisions.declined or ring in refused or any(pair <= together for pair in decisions.apart)
        kept[place] = not bad
    return np.flatnonzero(kept)


def _packing(board: Board, rings: Small, ranks: Small, decisions: Decisions) -> Packing:
    newest = max(one.filed for one in board.requests)
    waited = np.array([(newest - one.filed).days for one in board.requests] + [0], np.int64)
    pins = np.array([one.id in decisions.pinned for one in board.requests] + [False], np.int64)
    return Packing(len(board.requests), rings, ranks.astype(np.int64), waited[rings].sum(1), pins[rings].sum(1))


def _members(board: Board, ring: Small) -> list[Request]:
    return [board.requests[seat] for seat in ring.tolist() if seat < len(board.requests)]
