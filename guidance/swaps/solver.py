"""HiGHS, asked for one thing: of these rings, choose some that share nobody, worth as much as possible.

Each ring is a column of the problem and each person a row, as in kidney exchange: the relaxation of this model is the
tightest of those in use (Roth, Sönmez and Ünver 2007; Abraham, Blum and Sandholm 2007), and its columns need not all be
handed over. All of it runs on one thread with a fixed seed: the same question has the same answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from highspy import HighsLp, HighsModelStatus, HighsVarType, MatrixFormat, ObjSense, kHighsInf
from highspy._core import _Highs  # the class that people use prints a line when it is made, and has no way to stop it

Numbers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

Left = Callable[[], float]
"""How many seconds there are left."""

_BEFORE_THE_END = 0.05
"""Seconds below which the solver is not asked any more."""
_EXACT, _NEAR = 1e-6, 1e-3
_ROUNDS = 60
_FIRST_PER_PERSON, _MORE_PER_PERSON = 8, 3
_MOST_NODES = 5_000


@dataclass(frozen=True)
class Relaxation:
    """What rings could be worth at most if they could be parted, proved by a price for each person."""

    bound: float
    """No choice of whole rings is worth more."""
    losses: Reals
    """By ring: by how much each choice that has it falls short of the bound at least."""
    shares: Reals
    """By ring: how much of it would be chosen if rings could be parted."""


@dataclass(frozen=True)
class Chosen:
    """The rings that were chosen, by their place among those asked about."""

    rings: Numbers
    proved: bool
    """True if nothing is worth more."""


def relax(rings: Small, worth: Reals, people: int, left: Left, *, near: float = 0.0) -> Relaxation:
    """A bound, from the rings that matter: those that the prices so far say are worth more than their people.

    `near`: how far above the best such parts the bound may be, as a share of it. That is faster by far with many rings:
    a first-order method finds prices to a thousandth. The bound holds all the same, because it is computed from the
    prices and not taken from the solver.
    """
    noise = np.random.default_rng(0).random(len(rings)) * worth.max() * _EXACT * 100
    known = np.zeros(len(rings), np.bool_)
    sizes = (rings < people).sum(1)
    known[_best_of_each(rings, worth / sizes + noise, ~known, people, _FIRST_PER_PERSON)] = True
    best: Relaxation | None = None
    for _ in range(_ROUNDS):
        prices, values = _prices(rings[known], worth[known], people, left, near=near > 0)
        losses = prices[rings].sum(1) - worth
        bound, bounded = _repaired(prices, losses, rings, worth, people)
        if best is None or bound < best.bound:
            shares = np.zeros(len(rings))
            shares[known] = values
            best = Relaxation(bound, bounded, shares)
        wanted = (losses < -(10 * _NEAR * worth.max() / sizes.max() if near else _EXACT)) & ~known
        reached = near > 0 and best.bound <= (1 + near) * float(values @ worth[known])
        if reached or not wanted.any() or left() < _BEFORE_THE_END:
            break
        known[_best_of_each(rings, noise - losses, wanted, people, _MORE_PER_PERSON)] = True
    assert best is not None  # noqa: S101  # there is at least one round
    return best


def choose(
    rings: Small,
    worth: Reals,
    people: int,
    left: Left,
    *,
    at_least: tuple[Reals, float] | None = None,
    nodes: int = _MOST_NODES,
) -> Chosen | None:
    """The best choice. `at_least`: another worth of each ring, and what the choice must come to in it.

    None if there is no choice, or none was found in time.
    """
    if left() < _BEFORE_THE_END:
        return None
    highs = _highs(rings, worth, people, integer=True)
    if at_least is not None:
        other, least = at_least
        columns = np.arange(len(rings), dtype=np.int32)
        highs.addRow(least, kHighsInf, len(columns), columns, other)
    highs.setOptionValue("time_limit", left())
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.5)  # all worths are whole numbers
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.run()
    left()  # whoever counts the time should know when the solver used it up
    values = np.array(highs.getSolution().col_value)
    if not len(values) or highs.getInfo().primal_solution_status == 0:
        return None
    chosen = np.flatnonzero(values > 0.5)
    used = rings[chosen]
    if (
        np.bincount(used[used < people], minlength=1).max() > 1
    ):  # pragma: no cover  # never seen; it must not get through
        return None
    return Chosen(chosen, highs.getModelStatus() == HighsModelStatus.kOptimal)


def _highs(rings: Small, worth: Reals, people: int, *, integer: bool) -> Any:
    sizes = (rings < people).sum(1)
    problem = HighsLp()
    problem.num_col_, problem.num_row_ = len(rings), people
    problem.sense_ = ObjSense.kMaximize
    problem.col_cost_ = worth
    problem.col_lower_ = np.zeros(len(rings))
    problem.col_upper_ = np.full(len(rings), 1.0 if integer else kHighsInf)
    problem.row_lower_ = np.full(people, -kHighsInf)
    problem.row_upper_ = np.ones(people)
    problem.a_matrix_.format_ = MatrixFormat.kColwise
    problem.a_matrix_.start_ = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    problem.a_matrix_.index_ = rings[rings < people]
    problem.a_matrix_.value_ = np.ones(int(sizes.sum()))
    if integer:
        problem.integrality_ = [HighsVarType.kInteger] * len(rings)
    highs = _Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", 0)):
        highs.setOptionValue(name, value)
    highs.passModel(problem)
    return highs


def _prices(rings: Small, worth: Reals, people: int, left: Left, *, near: bool) -> tuple[Reals, Reals]:
    highs = _highs(rings, worth, people, integer=False)
    highs.setOptionValue("time_limit", max(left(), _BEFORE_THE_END))
    if near:
        highs.setOptionValue("solver", "pdlp")
        highs.setOptionValue("kkt_tolerance", _NEAR)
        highs.setOptionValue("run_crossover", "off")
        highs.setOptionValue("presolve", "off")
    else:
        highs.setOptionValue("solver", "simplex")
    highs.run()
    prices = np.zeros(people + 1)  # the last one belongs to the empty seats of short rings
    solution = highs.getSolution()
    if len(solution.row_dual) != people:
        return prices, np.zeros(len(rings))
    prices[:people] = np.maximum(solution.row_dual, 0)
    return prices, np.array(solution.col_value)


def _repaired(prices: Reals, losses: Reals, rings: Small, worth: Reals, people: int) -> tuple[float, Reals]:
    """The bound of prices: raised until no ring is worth more than its people, they add up to one."""
    raised = prices.copy()
    losses = losses.copy()
    for attempt in range(_ROUNDS):
        short = np.flatnonzero(losses < 0)
        if not len(short):
            break
        seats = rings[short]
        missing = np.bincount(seats.ravel(), minlength=people + 1)
        missing[people] = 0
        # Who is in most of them pays, so that as few as possible do; the last time, the first of each ring.
        payer = seats[np.arange(len(seats)), missing[seats].argmax(1)]
        if attempt < _ROUNDS - 1:
            often = missing[payer] >= np.quantile(missing[np.unique(payer)], 0.75)
            short, payer = short[often], payer[often]
        more = np.zeros(people + 1)
        np.maximum.at(more, payer, -losses[short] + 1e-9)
        raised += more
        losses = raised[rings].sum(1) - worth
    return float(raised.sum()), losses


def _best_of_each(rings: Small, score: Reals, among: Flags, people: int, rounds: int) -> Numbers:
    """The rings that are the best of any of their people, then the second best, and so on.

    The best of all would be much the same ring again and again, about the same few people.
    """
    taken = np.zeros(len(rings), np.bool_)
    rest = np.flatnonzero(among)
    for _ in range(rounds):
        if not len(rest):
            break
        best = np.full(people + 1, -np.inf)
        seats, scores = rings[rest], score[rest]
        for column in seats.T:
            np.maximum.at(best, column, scores)
        best[people] = np.inf
        first = (scores[:, None] >= best[seats]).any(1)
        taken[rest[first]] = True
        rest = rest[~first]
    return np.flatnonzero(taken)
