"""Every ring there can be: found by arithmetic on whole columns of numbers, since there can be millions."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from guidance.swaps.requests import Place, Request, Rules, Wish

Numbers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Board:
    """The requests by number, in the order of their ids, so that the order in which they came changes nothing."""

    requests: Sequence[Request]
    earliest: Small
    latest: Small
    days: Small
    least: Small


@dataclass(frozen=True)
class Arcs:
    """Who would go to whose home, and which of their wishes that is. Sorted by who goes, then by whose home."""

    first: Numbers
    """Where the arcs of each request begin in the other columns; one more at the end."""
    to: Small
    rank: Small

    def of(self, movers: Small) -> tuple[Numbers, Numbers]:
        """All arcs of these: the place in `movers`, and the place in the columns."""
        counts = self.first[movers + 1] - self.first[movers]
        whose = np.repeat(np.arange(len(movers)), counts)
        within = np.arange(len(whose)) - np.repeat(np.cumsum(counts) - counts, counts)
        return whose, within + np.repeat(self.first[movers], counts)


def board_of(requests: Sequence[Request], rules: Rules) -> Board:
    """The columns of requests that are sorted by id."""

    def column(number: Callable[[Request], int]) -> Small:
        return np.array([number(one) for one in requests], np.int32)

    return Board(
        requests,
        column(lambda one: one.earliest.toordinal()),
        column(lambda one: one.latest.toordinal()),
        column(lambda one: one.days),
        column(rules.least_days),
    )


def arcs_of(board: Board, rules: Rules) -> Arcs:
    """Who could go where: by wish, profession and time. Looked up by place, as most people do not want most places."""
    by_place: dict[Place, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, one in enumerate(board.requests):
        by_place[one.home][one.profession].append(number)
    at = {place: {who: np.array(them, np.int32) for who, them in there.items()} for place, there in by_place.items()}

    @cache
    def fitting(wish: Wish) -> Sequence[Place]:
        return [place for place in at if wish.fits(place)]

    first, to, rank = [0], [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for number, one in enumerate(board.requests):
        there = [
            (them, rank_there)
            for place, rank_there in _ranks(one, fitting, rules).items()
            for who, them in at[place].items()
            if rules.may_fill(one.profession, who)
        ]
        if there:
            whose = np.concatenate([them for them, _ in there])
            ranks = np.repeat(np.array([r for _, r in there], np.int32), [len(them) for them, _ in there])
            order = np.argsort(whose, kind="stable")
            order = order[_fit_in_time(board, number, whose[order])]
            to.append(whose[order])
            rank.append(ranks[order])
        first.append(first[-1] + (len(to[-1]) if there else 0))
    return Arcs(np.array(first, np.int64), np.concatenate(to), np.concatenate(rank))


def without(arcs: Arcs, pairs: frozenset[tuple[int, int]]) -> Arcs:
    """The arcs, less those between these pairs."""
    if not pairs:
        return arcs
    count = len(arcs.first) - 1
    movers = np.repeat(np.arange(count), np.diff(arcs.first))
    numbers = np.array([a * count + b for a, b in sorted(pairs)] + [b * count + a for a, b in sorted(pairs)])
    kept = ~np.isin(movers * count + arcs.to, numbers)
    first = np.concatenate([[0], np.cumsum(np.bincount(movers[kept], minlength=count))]).astype(np.int64)
    return Arcs(first, arcs.to[kept], arcs.rank[kept])


def rings_of_length(board: Board, arcs: Arcs, length: int) -> Iterator[tuple[Small, Small]]:
    """For each request in turn: the rings of this length in which it is the first by id, and the sums of ranks.

    It always yields, also nothing, so that who asks can stop.
    """
    back = _backwards(arcs)
    for start in range(len(board.requests)):
        near = _ways_back(back, start, length)
        yield (
            _rings_from(start, board, arcs, near) if near else (np.empty((0, length), np.int32), np.empty(0, np.int32))
        )


def people_who_could(arcs: Arcs) -> int:
    """How many could be in a ring of any length at all: those who want a place and whose place is wanted, by others
    of whom that is true as well.
    """
    count = len(arcs.first) - 1
    movers = np.repeat(np.arange(count), np.diff(arcs.first))
    left = np.ones(count, np.bool_)
    while True:
        alive = left[movers] & left[arcs.to]
        still = (np.bincount(movers[alive], minlength=count) > 0) & (np.bincount(arcs.to[alive], minlength=count) > 0)
        if (still == left).all():
            return int(left.sum())
        left = still


def _ranks(one: Request, fitting: Callable[[Wish], Sequence[Place]], rules: Rules) -> dict[Place, int]:
    ranks: dict[Place, int] = {}
    for rank, wish in enumerate(one.wishes, 1):
        for place in fitting(wish):
            if place.unit != one.home.unit and (rules.across_regions or place.region == one.home.region):
                ranks.setdefault(place, rank)
    return ranks


def _fit_in_time(board: Board, one: int, others: Small) -> Flags:
    common = np.minimum(board.latest[others], board.latest[one]) - np.maximum(
        board.earliest[others], board.earliest[one]
    )
    days = np.minimum(common + 1, np.minimum(board.days[others], board.days[one]))
    fits: Flags = days >= np.maximum(board.least[others], board.least[one])
    return fits


def _backwards(arcs: Arcs) -> Arcs:
    count = len(arcs.first) - 1
    order = np.argsort(arcs.to, kind="stable")
    movers = np.repeat(np.arange(count, dtype=np.int32), np.diff(arcs.first))
    first = np.concatenate([[0], np.cumsum(np.bincount(arcs.to, minlength=count))]).astype(np.int64)
    return Arcs(first, movers[order], arcs.rank[order])


def _ways_back(back: Arcs, start: int, length: int) -> list[Flags]:
    """By number of steps: who can come back to the start in exactly so many, by people after it. Empty if nobody."""
    count = len(back.first) - 1
    reach = np.array([start], np.int32)
    near = [np.zeros(count, np.bool_)]
    near[0][start] = True
    for _ in range(length - 1):
        _, at = back.of(reach)
        mask = np.zeros(count, np.bool_)
        mask[back.to[at]] = True
        mask[: start + 1] = False
        reach = np.flatnonzero(mask).astype(np.int32)
        if not len(reach):
            return []
        near.append(mask)
    return near


def _rings_from(start: int, board: Board, arcs: Arcs, near: list[Flags]) -> tuple[Small, Small]:
    """All paths at once, step by step, with only those who can still come back and have the time."""
    paths, ranks = np.array([[start]], np.int32), np.zeros(1, np.int32)
    for ways_back in near[:0:-1]:
        path, at = arcs.of(paths[:, -1])
        comer = arcs.to[at]
        fits = ways_back[comer] & (paths[path] != comer[:, None]).all(1)
        path, at = path[fits], at[fits]
        paths = np.concatenate([paths[path], arcs.to[at][:, None]], 1)
        ranks = ranks[path] + arcs.rank[at]
        days = np.minimum(board.latest[paths].min(1) - board.earliest[paths].max(1) + 1, board.days[paths].min(1))
        fits = days >= board.least[paths].max(1)
        paths, ranks = paths[fits], ranks[fits]
    path, at = arcs.of(paths[:, -1])
    home = arcs.to[at] == start
    return paths[path[home]], ranks[path[home]] + arcs.rank[at[home]]
