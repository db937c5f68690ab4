"""How many stays can exchange their places, and how long it takes to find out: `python -m benchmarks swaps`.

A made-up region: hospitals of different sizes, specialties that are large and left, or small and wished for,
professions by head count, and stays over a year. The baseline does what can be done by hand: it goes through the list,
the oldest request first, and puts each into the first ring that is free. The bound is what nobody can exceed.
"""

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from guidance.swaps import Place, Request, Result, Rules, Wish, find
from guidance.swaps.rings import Arcs, Board, arcs_of, board_of

SIZES = (100, 1_000, 10_000)
FIRST_DAY = date(2027, 1, 1)

PROFESSIONS = {
    "sygeplejerske": 40, "læge": 18, "social- og sundhedsassistent": 12, "lægesekretær": 9, "bioanalytiker": 6,
    "specialsygeplejerske": 4, "jordemoder": 3, "fysioterapeut": 3, "ergoterapeut": 2, "radiograf": 3,
}  # fmt: skip
FILLS = {"specialsygeplejerske": frozenset({"sygeplejerske"})}
LABORATORIES = ("biokemi", "mikrobiologi", "patologi", "immunologi", "genetik")
ONLY_IN = {
    "bioanalytiker": LABORATORIES,
    "jordemoder": ("obstetrik",),
    "radiograf": ("radiologi", "nuklearmedicin", "onkologi"),
}
IN_LABORATORIES_TOO = ("læge", "lægesekretær")

SPECIALTIES = {
    "akutmedicin": (8, 7), "intern medicin": (10, 3), "geriatri": (6, 2), "lungemedicin": (5, 2), "kardiologi": (6, 6),
    "gastroenterologi": (4, 3), "endokrinologi": (3, 3), "nefrologi": (2, 2), "reumatologi": (2, 3),
    "hæmatologi": (3, 3), "infektionsmedicin": (2, 3), "neurologi": (5, 4), "onkologi": (5, 5), "palliation": (1, 4),
    "anæstesi": (6, 9), "intensiv": (6, 9), "almen kirurgi": (7, 4), "ortopædkirurgi": (7, 4), "karkirurgi": (1, 1),
    "thoraxkirurgi": (1, 2), "neurokirurgi": (2, 3), "plastikkirurgi": (1, 4), "urologi": (3, 2),
    "øre-næse-hals": (2, 3), "øjne": (2, 3), "gynækologi": (4, 5), "obstetrik": (5, 8), "neonatologi": (2, 7),
    "pædiatri": (5, 9), "børnekirurgi": (1, 3), "voksenpsykiatri": (9, 4), "børne- og ungdomspsykiatri": (3, 5),
    "retspsykiatri": (2, 1), "radiologi": (4, 3), "nuklearmedicin": (1, 2), "biokemi": (3, 2), "mikrobiologi": (2, 3),
    "patologi": (2, 2), "immunologi": (1, 2), "genetik": (1, 4),
}  # fmt: skip
"""How many work there and how many wish to, both in parts. Invented, with the popular ones as everybody knows them."""
HOSPITALS = dict(zip("ABCDEFGHIJKL", (18, 15, 14, 12, 10, 8, 6, 5, 4, 3, 3, 2), strict=True))
WEEKS = {4: 35, 6: 10, 8: 30, 13: 25}
KINDS_OF_WISH = {"specialty": 35, "hospital": 20, "both": 30, "unit": 15}


def main(arguments: Sequence[str]) -> None:
    """Search at each size, and print a table or one line of JSON for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks swaps")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--longest", type=int, default=3, help="people in the longest ring")
    parser.add_argument("--seconds", type=float, default=50.0, help="the most for one search")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rules = Rules(longest_ring=options.longest, fills=FILLS)
    if not options.json:
        print(
            f"{'':>9}{'Sporskifte':>54}{'by hand':>26}\n"
            f"{'requests':>9}{'placed':>9}{'bound':>8}{'share':>8}{'optimal':>9}{'wish':>7}{'waited':>8}{'s':>8}"
            f"{'placed':>9}{'wish':>7}{'waited':>8}{'s':>8}"
        )
    for size in options.sizes:
        asked = made_up(size, options.seed)
        result = find(asked, rules, seconds=options.seconds)
        if options.json:
            print(json.dumps(_numbers(size, result)), flush=True)
            continue
        before = time.perf_counter()
        by_hand = greedy(asked, rules)
        took = time.perf_counter() - before
        moves = [(move.request, move.rank) for ring in result.rings for move in ring.moves]
        print(
            f"{size:>9,}{result.placed:>9,}{result.bound:>8,}{result.placed / max(1, result.bound):>8.1%}"
            f"{'yes' if result.optimal else 'no':>9}{_wish_and_waiting(moves, asked)}{result.seconds:>8.2f}"
            f"{len(by_hand):>9,}{_wish_and_waiting(by_hand, asked)}{took:>8.2f}",
            flush=True,
        )


def _numbers(size: int, result: Result) -> dict[str, float]:
    return {
        "requests": size, "placed": result.placed, "bound": result.bound, "optimal": result.optimal,
        "seconds": round(result.seconds, 2),
    }  # fmt: skip


def _wish_and_waiting(moves: Sequence[tuple[str, int]], asked: Sequence[Request]) -> str:
    """The mean rank of wishes, and the mean number of days waited."""
    filed = {one.id: one.filed for one in asked}
    count = max(1, len(moves))
    waited = sum((FIRST_DAY - filed[one]).days for one, _ in moves)
    return f"{sum(rank for _, rank in moves) / count:>7.2f}{waited / count:>8.0f}"


def greedy(asked: Sequence[Request], rules: Rules) -> list[tuple[str, int]]:
    """By hand: the oldest request first, its dearest wish first, swaps before rings of three. Nothing is taken back."""
    ordered = sorted(asked, key=lambda one: one.id)
    board = board_of(ordered, rules)
    goes = _ranks(board, arcs_of(board, rules))
    placed: dict[int, int] = {}
    for first in sorted(range(len(ordered)), key=lambda one: (ordered[one].filed, ordered[one].id)):
        ring = None if first in placed else _first_free(first, goes, placed, board)
        for one, other in zip(ring or (), [*ring[1:], *ring[:1]] if ring else (), strict=True):
            placed[one] = goes[one][other]
    return [(ordered[one].id, rank) for one, rank in placed.items()]


def _ranks(board: Board, arcs: Arcs) -> list[dict[int, int]]:
    spans = zip(arcs.first[:-1].tolist(), arcs.first[1:].tolist(), strict=True)
    to, rank = arcs.to.tolist(), arcs.rank.tolist()
    return [dict(zip(to[begin:end], rank[begin:end], strict=True)) for begin, end in spans]


def _first_free(
    first: int, goes: Sequence[Mapping[int, int]], placed: Mapping[int, int], board: Board
) -> tuple[int, ...] | None:
    free = [one for one in sorted(goes[first], key=lambda one: (goes[first][one], one)) if one not in placed]
    for second in free:
        if first in goes[second]:
            return first, second
    for second in free:
        for third in goes[second]:
            if third != first and third not in placed and first in goes[third]:
                ring = [first, second, third]
                common = int(board.latest[ring].min() - board.earliest[ring].max()) + 1
                if min(common, int(board.days[ring].min())) >= int(board.least[ring].max()):
                    return first, second, third
    return None


def made_up(count: int, seed: int = 1) -> list[Request]:
    """So many open requests of a region. The same each time."""
    chance = random.Random(seed)  # noqa: S311  # the same region in every run
    units = _units(chance)
    return [_request(number, units, chance) for number in range(count)]


def _units(chance: random.Random) -> dict[str, list[Place]]:
    """By specialty. Not every hospital has each, and large ones have several units of one."""
    units: dict[str, list[Place]] = {}
    for specialty, (size, _) in SPECIALTIES.items():
        has = [h for h, weight in HOSPITALS.items() if chance.random() < (size + 2) / 10 * (weight + 6) / 14] or ["A"]
        units[specialty] = [
            Place("hovedstaden", hospital, f"{hospital}-{specialty}-{number}", specialty)
            for hospital in has
            for number in range(1 + (size * HOSPITALS[hospital] > 60) + (size * HOSPITALS[hospital] > 110))
        ]
    return units


def _request(number: int, units: Mapping[str, Sequence[Place]], chance: random.Random) -> Request:
    profession = _pick(PROFESSIONS, chance)
    everywhere = [s for s in SPECIALTIES if s not in LABORATORIES or profession in IN_LABORATORIES_TOO]
    known = ONLY_IN.get(profession, tuple(everywhere))
    works_in = units[_pick({s: SPECIALTIES[s][0] for s in known}, chance)]
    home = chance.choices(works_in, [HOSPITALS[place.hospital] for place in works_in])[0]
    wishes = dict.fromkeys(_wish(known, units, home, chance) for _ in range(_pick({1: 40, 2: 35, 3: 25}, chance)))
    weeks = _pick(WEEKS, chance)
    first = FIRST_DAY + timedelta(days=chance.randrange(365))
    if chance.random() < 0.6:
        first = first.replace(day=1)
    fixed = chance.random() < 0.2
    slack = 0 if fixed else chance.choice((14, 30, 61, 92, 183))
    return Request(
        f"r{number:05}", profession, home, tuple(wishes), first, first + timedelta(days=weeks * 7 + slack - 1),
        FIRST_DAY - timedelta(days=chance.randrange(1, 365)), None if fixed else weeks,
    )  # fmt: skip


def _wish(known: Sequence[str], units: Mapping[str, Sequence[Place]], home: Place, chance: random.Random) -> Wish:
    specialty = _pick({s: SPECIALTIES[s][1] for s in known}, chance)
    kind = _pick(KINDS_OF_WISH, chance)
    there = chance.choices(units[specialty], [HOSPITALS[place.hospital] for place in units[specialty]])[0]
    if kind == "specialty" and specialty != home.specialty:
        return Wish(specialty=specialty)
    if kind == "hospital":
        return Wish(hospital=_pick(HOSPITALS, chance))
    if kind == "unit":
        return Wish(unit=there.unit)
    return Wish(specialty=specialty, hospital=there.hospital)


def _pick(weights: Mapping[Any, int], chance: random.Random) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]
