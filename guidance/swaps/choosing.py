"""Which rings: first as many people as possible, then the dearest wishes, then those who have waited longest.

Whoever could be in no ring together, however far around, is decided apart: most professions are. What is small is
solved outright, and proved. What is large gets a bound from the relaxation, and an answer that is made better in one
neighbourhood after another, each of them solved outright; the bound says how good it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from guidance.swaps.solver import Flags, Left, Numbers, Reals, Small, choose, relax

SMALL_PEOPLE, SMALL_RINGS = 500, 20_000
"""What is solved outright."""
NEIGHBOURHOOD, ITS_RINGS = 300, 600
"""People and rings of one neighbourhood: half as many find less, twice as many take four times as long."""
BEGINNING, ITS_BEGINNING = 300, 500
"""The same while most people are not placed yet, and so everything is possible."""
NEIGHBOURHOOD_NODES = 20
"""How long a neighbourhood is searched. It need not be proved."""
RINGS_EACH = 20
"""How many rings of each person a large problem keeps for its neighbourhoods: those with the least losses."""
CLOSE = 0.997
"""Where the answer is so near to the bound, it need not be looked for much longer."""
LEAST_SHARE = 0.1
"""The share of the time that the smallest part has."""


@dataclass(frozen=True)
class Packing:
    """Rings to choose from. People are numbers from 0 on; the one after the last is an empty seat of a short ring."""

    people: int
    rings: Small
    ranks: Numbers
    waited: Numbers
    pins: Numbers
    """How many of the ring must be placed."""

    @property
    def sizes(self) -> Numbers:
        """How many people are in each ring."""
        sizes: Numbers = (self.rings < self.people).sum(1)
        return sizes

    def only(self, rings: Numbers) -> "Packing":
        """Some of the rings, with their people numbered anew."""
        kept = self.rings[rings]
        seats = np.unique(kept[kept < self.people])
        number = np.full(self.people + 1, len(seats), np.int32)
        number[seats] = np.arange(len(seats))
        return Packing(len(seats), number[kept], self.ranks[rings], self.waited[rings], self.pins[rings])

    def score(self, rings: Numbers) -> tuple[int, int, int, int]:
        """What a choice is worth, the first number first: pins kept, people, wishes, days waited."""
        size = int(self.sizes[rings].sum())
        return int(self.pins[rings].sum()), size, -int(self.ranks[rings].sum()), int(self.waited[rings].sum())

    def worth(self) -> tuple[Reals, int]:
        """Pins, people and wishes as one number of each ring, and how much of it one person is.

        One person more outweighs all wishes, one pin more outweighs all people.
        """
        sizes = self.sizes
        person = 1 + int((self.ranks * self.people // sizes).max()) + int(self.ranks.max())
        pin = person * (self.people + 1)
        return (self.pins * pin + sizes * person - self.ranks).astype(np.float64), person


@dataclass(frozen=True)
class Answer:
    """The rings that were chosen, and what is known of them."""

    rings: Numbers
    bound: int
    """No answer places more people."""
    proved: int
    """How many of the three aims are proved: people, wishes, waiting."""
    pins_proved: bool
    """True if no answer keeps more of the pins."""


def best(packing: Packing, left: Left) -> Iterator[tuple[Numbers, Answer]]:
    """The answers of all parts that have nothing to do with each other, the small ones first, with their rings."""
    parts = _parts(packing)
    people = [len(np.unique(packing.rings[part])) for part in parts]
    after = sum(people)
    for index in sorted(range(len(parts)), key=lambda one: (people[one], int(parts[one][0]))):
        share = max(LEAST_SHARE, people[index] / after)
        after -= people[index]
        yield parts[index], solve(packing.only(parts[index]), _share_of(left, share))


def solve(packing: Packing, left: Left) -> Answer:
    """The best answer of one part."""
    if packing.people > SMALL_PEOPLE or len(packing.rings) > SMALL_RINGS:
        return by_neighbourhoods(packing, left)
    answer = outright(packing, _share_of(left, 0.5))
    if answer.proved:
        return answer
    other = by_neighbourhoods(packing, left)
    better = max(answer, other, key=lambda one: packing.score(one.rings))
    bound = min(answer.bound, other.bound)
    return Answer(better.rings, bound, int(packing.score(better.rings)[1] == bound), False)


def outright(packing: Packing, left: Left) -> Answer:
    """Solve a small part, and prove it.

    A ring whose loss is greater than the gap between the bound and what was found is in no better answer. So few rings
    are left to prove it with, and fewer still to choose from for the last aim.
    """
    worth, person = packing.worth()
    relaxed = relax(packing.rings, worth, packing.people, left)
    few = np.sort(
        np.argsort(relaxed.losses, kind="stable")[: max(4 * packing.people, int((relaxed.losses < 1e-3).sum()))]
    )
    found = choose(packing.rings[few], worth[few], packing.people, left)
    if found is None:
        return Answer(np.empty(0, np.int64), min(packing.people, _people_in(relaxed.bound, packing, person)), 0, False)
    rings = few[found.rings]
    value = round(float(worth[rings].sum()))
    better = np.flatnonzero(relaxed.losses <= relaxed.bound - value - 1 + 1e-3)
    proved = relaxed.bound - value < 1 - 1e-3 or (found.proved and bool(np.isin(better, few).all()))
    if not proved:
        again = choose(packing.rings[better], worth[better], packing.people, left)
        proved = again is not None and again.proved
        if again is not None and round(float(worth[better[again.rings]].sum())) > value:
            rings = better[again.rings]
            value = round(float(worth[rings].sum()))
    if not proved:
        return Answer(rings, min(packing.people, _people_in(relaxed.bound, packing, person)), 0, False)
    placed, levels = packing.score(rings)[1], 2
    as_good = np.flatnonzero(relaxed.losses <= relaxed.bound - value + 1e-3)
    waited = packing.waited[as_good].astype(np.float64)
    last = choose(packing.rings[as_good], waited, packing.people, left, at_least=(worth[as_good], value - 0.5))
    if last is not None:
        rings = max(rings, as_good[last.rings], key=packing.score)
        levels += last.proved
    return Answer(rings, placed, levels, True)


def by_neighbourhoods(packing: Packing, left: Left) -> Answer:
    """A good answer of a large part, with a bound that says how good."""
    sizes = packing.sizes.astype(np.float64)
    bound = min(packing.people, int(relax(packing.rings, sizes, packing.people, left, near=0.0005).bound + 1e-6))
    # Prices for which one person is worth fewer wishes than they are: so they say more of the wishes.
    coarse = packing.pins * 1000.0 + sizes * 50 - packing.ranks
    guide = relax(packing.rings, coarse, packing.people, left, near=0.005)
    losses = guide.losses - 100 * guide.shares
    pool = _least_of_each(packing, losses)
    search = _Search(packing.only(pool), losses[pool], bound)
    search.run(left)
    rings = pool[search.rings()]
    return Answer(rings, bound, int(packing.score(rings)[1] == bound), False)


class _Search:
    """An answer on its way: neighbourhood after neighbourhood, each left as good as it can be."""

    def __init__(self, packing: Packing, losses: Reals, bound: int) -> None:
        self.packing, self.losses, self.bound = packing, losses, bound
        self.worth = packing.worth()[0]
        self.chance = np.random.default_rng(0)
        self.ring_of = np.full(packing.people + 1, -1, np.int64)
        """By person: the ring that was chosen for them, or -1."""
        width = packing.rings.shape[1]
        order = np.lexsort((np.repeat(losses, width), packing.rings.ravel()))
        self.by_person = order // width
        """The rings of each person, those with the least losses first."""
        self.first = np.searchsorted(packing.rings.ravel()[order], np.arange(packing.people + 2))

    def rings(self) -> Numbers:
        """What is chosen so far."""
        chosen = np.unique(self.ring_of[: self.packing.people])
        return chosen[chosen >= 0]

    def run(self, left: Left) -> None:
        """Go round until it is close enough to the bound, or nothing gets better any more."""
        rounds, in_vain = max(60, self.packing.people // 6), 0
        for number in range(12 * rounds):
            placed = int((self.ring_of[: self.packing.people] >= 0).sum())
            enough = placed >= self.bound * CLOSE and number >= 2 * rounds
            if left() < 0.2 or in_vain >= rounds or enough:
                break
            wider = 1 + min(2.0, in_vain / 40)
            people, rings = int(NEIGHBOURHOOD * wider), int(ITS_RINGS * wider)
            if placed < 0.85 * self.bound:
                people, rings = BEGINNING, ITS_BEGINNING
            in_vain = 0 if self._improve(self._neighbourhood(number, people), rings, left) else in_vain + 1

    def _neighbourhood(self, number: int, people: int) -> Flags:
        """Somebody who is not placed (every third time, anybody), who could be in a ring with them, and so on.

        Whoever is in it has all of their ring in it, and some who are not placed are always there.
        """
        packing = self.packing
        inside = np.zeros(packing.people + 1, np.bool_)
        inside[packing.people] = True
        waiting = np.flatnonzero(self.ring_of[: packing.people] < 0)
        among = waiting if len(waiting) and number % 3 != 2 else np.arange(packing.people)
        queue = [int(self.chance.choice(among))]
        inside[queue] = True
        for person in queue:
            if len(queue) >= people:
                break
            own = self.by_person[self.first[person] : self.first[person + 1]]
            some = own[(len(own) * self.chance.random(6) ** 2).astype(int)]
            for other in np.unique(packing.rings[some]).tolist():
                if not inside[other]:
                    ring = self.ring_of[other]
                    members = packing.rings[ring].tolist() if ring >= 0 else [other]
                    queue += [one for one in members if not inside[one]]
                    inside[members] = True
        for one in queue:
            if self.ring_of[one] >= 0:
                inside[packing.rings[self.ring_of[one]]] = True
        inside[self.chance.permutation(waiting)[: people // 2]] = True
        return inside

    def _improve(self, inside: Flags, most: int, left: Left) -> bool:
        """Choose anew among the rings of a neighbourhood. True if that is better than before."""
        packing = self.packing
        here = np.flatnonzero(inside[packing.rings].all(1))
        people = np.flatnonzero(inside[: packing.people])
        before = np.unique(self.ring_of[people])
        before = before[before >= 0]
        others = here[~np.isin(here, before)]
        likely = others[np.argsort(self.losses[others], kind="stable")[:most]]
        here = np.sort(np.concatenate([before, likely]))
        if not len(here):
            return False
        part = packing.only(here)
        found = choose(part.rings, self.worth[here], part.people, left, nodes=NEIGHBOURHOOD_NODES)
        if found is None:
            return False
        after = here[found.rings]
        was, now = packing.score(before), packing.score(after)
        if now < was:
            return False
        self.ring_of[people] = -1
        for ring in after.tolist():
            seats = packing.rings[ring]
            self.ring_of[seats[seats < packing.people]] = ring
        return now > was


def _least_of_each(packing: Packing, losses: Reals) -> Numbers:
    """The rings with the least losses of each person."""
    order = np.argsort(losses, kind="stable")
    kept = np.zeros(len(order), np.bool_)
    for column in packing.rings[order].T:
        by_person = np.argsort(column, kind="stable")
        sorted_column = column[by_person]
        place = np.arange(len(column)) - np.searchsorted(sorted_column, sorted_column)
        kept[by_person] |= (place < RINGS_EACH) & (sorted_column < packing.people)
    return np.sort(order[kept])


def _people_in(bound: float, packing: Packing, person: int) -> int:
    """How many people an answer of this worth can place: each of them costs a wish, but never as much as a person."""
    if packing.pins.any():
        return packing.people
    return int(bound / (person - int(packing.ranks.max())) + 1e-6)


def _share_of(left: Left, share: float) -> Left:
    """A part of the time that is left. What is not used of it is there for the others."""
    kept_back = left() * (1 - share)
    return lambda: max(0.0, left() - kept_back)


def _parts(packing: Packing) -> list[Numbers]:
    """The rings, put together with all rings that share somebody with them, or with one that does."""
    label = np.arange(packing.people + 1)
    if not len(packing.rings):
        return []
    while True:
        before = label.copy()
        least = label[packing.rings].min(1)
        for column in packing.rings.T:
            np.minimum.at(label, column, least)
        label[packing.people] = packing.people
        label = label[label]
        if (label == before).all():
            break
    of_ring = label[packing.rings[:, 0]]
    order = np.argsort(of_ring, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(of_ring[order])) + 1)
