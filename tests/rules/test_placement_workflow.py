"""The workflow of stays, cell by cell."""

import itertools

import pytest

from guidance.placement_workflow import (
    ENDED,
    IN_HAND,
    ROLES,
    STATES,
    TABLE,
    TAKEN,
    WAITS_FOR,
    Move,
    decisions,
    move,
)

DECISIONS = sorted({decision for _, _, decision in TABLE})

EXPECTED = {
    ("submitted", "coordinator", "offer"): "offered",
    ("submitted", "coordinator", "close"): "closed",
    ("submitted", "employee", "withdraw"): "withdrawn",
    ("submitted", "clock", "expire"): "expired",
    ("offered", "coordinator", "take_back"): "submitted",
    ("offered", "coordinator", "change"): "offered",
    ("offered", "coordinator", "close"): "closed",
    ("offered", "employee", "accept"): "with_host",
    ("offered", "employee", "refuse"): "submitted",
    ("offered", "employee", "withdraw"): "withdrawn",
    ("offered", "clock", "expire"): "expired",
    ("offered", "clock", "reopen"): "offered",
    ("offered", "clock", "too_late"): "submitted",
    ("with_host", "host", "approve"): "host_ready",
    ("with_host", "host", "refuse"): "submitted",
    ("with_host", "employee", "take_back"): "submitted",
    ("with_host", "employee", "withdraw"): "withdrawn",
    ("with_host", "coordinator", "change"): "offered",
    ("with_host", "coordinator", "close"): "closed",
    ("with_host", "clock", "expire"): "expired",
    ("with_host", "clock", "reopen"): "offered",
    ("with_host", "clock", "too_late"): "submitted",
    ("host_ready", "employee", "accept"): "with_manager",
    ("host_ready", "employee", "refuse"): "submitted",
    ("host_ready", "employee", "withdraw"): "withdrawn",
    ("host_ready", "coordinator", "change"): "offered",
    ("host_ready", "coordinator", "close"): "closed",
    ("host_ready", "clock", "expire"): "expired",
    ("host_ready", "clock", "reopen"): "offered",
    ("host_ready", "clock", "too_late"): "submitted",
    ("with_manager", "manager", "approve"): "cleared",
    ("with_manager", "manager", "refuse"): "refused",
    ("with_manager", "employee", "take_back"): "host_ready",
    ("with_manager", "employee", "withdraw"): "withdrawn",
    ("with_manager", "coordinator", "change"): "offered",
    ("with_manager", "coordinator", "close"): "closed",
    ("with_manager", "clock", "expire"): "expired",
    ("with_manager", "clock", "reopen"): "offered",
    ("with_manager", "clock", "too_late"): "submitted",
    ("cleared", "clock", "complete"): "approved",
    ("cleared", "clock", "reopen"): "offered",
    ("cleared", "clock", "too_late"): "submitted",
    ("cleared", "employee", "take_back"): "host_ready",
    ("cleared", "employee", "withdraw"): "withdrawn",
    ("cleared", "coordinator", "change"): "offered",
    ("cleared", "coordinator", "close"): "closed",
    ("approved", "clock", "finish"): "done",
    ("approved", "clock", "reopen"): "offered",
    ("approved", "employee", "withdraw"): "withdrawn",
    ("approved", "coordinator", "change"): "offered",
    ("approved", "coordinator", "close"): "closed",
}
"""Written down once more by hand: who changes the table must mean it."""


@pytest.mark.parametrize("cell", list(itertools.product(STATES, ROLES, DECISIONS)), ids="-".join)
def test_every_cell(cell):
    found = move(*cell)
    assert (found.to if found else None) == EXPECTED.get(cell)


def test_what_is_over_is_over():
    assert not [cell for cell in TABLE if cell[0] in ENDED]
    assert set(STATES) - set(WAITS_FOR) == ENDED, "of every other state somebody knows whose turn it is"


def test_everybody_whose_turn_it_is_can_do_something():
    assert [state for state, role in WAITS_FOR.items() if not decisions(state, role)] == []


def test_the_employee_can_leave_from_every_state():
    assert all("withdraw" in decisions(state, "employee") for state in STATES if state not in ENDED)


def test_a_no_of_others_needs_a_reason_and_one_of_the_employee_none():
    for (_, role, decision), found in TABLE.items():
        assert found.needs_reason == (decision == "close" or (decision == "refuse" and role != "employee"))


def test_only_host_and_manager_approve_and_only_when_asked():
    approving = {(state, role) for (state, role, _), found in TABLE.items() if found.approves}
    assert approving == {("with_host", "host"), ("with_manager", "manager")}


def reachable(without: set[tuple[str, str, str]]) -> set[str]:
    found, more = set(), {"submitted"}
    while more:
        found |= more
        more = {cell.to for key, cell in TABLE.items() if key[0] in found and key not in without} - found
    return found


def test_every_state_is_reached():
    assert reachable(set()) == set(STATES)


@pytest.mark.parametrize(
    "step",
    [
        ("submitted", "coordinator", "offer"),
        ("offered", "employee", "accept"),
        ("with_host", "host", "approve"),
        ("host_ready", "employee", "accept"),
        ("with_manager", "manager", "approve"),
    ],
    ids="-".join,
)
def test_there_is_no_way_around_anybodys_yes(step):
    assert "approved" not in reachable({step})


def test_a_manager_is_asked_only_by_the_employees_own_yes():
    into = {key for key, cell in TABLE.items() if cell.to == "with_manager"}
    assert into == {("host_ready", "employee", "accept")}
    assert {key for key, cell in TABLE.items() if cell.to == "with_host"} == {("offered", "employee", "accept")}


def test_sets_of_states_are_of_the_table():
    assert TAKEN < IN_HAND < set(STATES) and isinstance(next(iter(TABLE.values())), Move)
