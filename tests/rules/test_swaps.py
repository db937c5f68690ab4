"""Rings of swaps: compared with trying everything, and the coordinator's decisions."""

import dataclasses
import itertools
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.swaps import FILLS, made_up
from dialogs.wording import LOCALES, placeholders, texts
from guidance.errors import (
    PinnedRingImpossible,
    PinsCannotMeet,
    PinsContradict,
    PinsNotInTime,
    PinUnknown,
    RequestNotUsable,
)
from guidance.swaps import Decisions, Period, Place, Request, Rules, Wish, after_withdrawal, choosing, find, search
from guidance.swaps.requests import period_of

DAY = date(2027, 3, 1)


def place(unit: str, specialty: str = "", hospital: str = "nord", region: str = "midt") -> Place:
    return Place(region, hospital, unit, specialty or unit)


def request(id: str, home: str, *wishes: str, **other) -> Request:
    """A nurse who leaves the unit of this name for a specialty: units are named after their only specialty."""
    stay = {"profession": "sygeplejerske", "earliest": DAY, "latest": DAY + timedelta(days=90), "weeks": 8}
    stay |= {"filed": DAY - timedelta(days=30)} | other
    return Request(id, home=place(home), wishes=tuple(Wish(specialty=wish) for wish in wishes), **stay)


PAIR = [request("a", "øjne", "børn"), request("b", "børn", "øjne")]
TRIANGLE = [request("a", "øjne", "børn"), request("b", "børn", "akut"), request("c", "akut", "øjne")]


def members(result) -> list[tuple[str, ...]]:
    return [ring.members for ring in result.rings]


# What is asked for


def test_a_request_has_no_field_for_who_somebody_is():
    fields = {field.name for field in dataclasses.fields(Request)}
    assert fields == {"id", "profession", "home", "wishes", "earliest", "latest", "filed", "weeks"}
    assert {field.name for field in dataclasses.fields(Place)} == {"region", "hospital", "unit", "specialty"}
    assert {field.name for field in dataclasses.fields(Wish)} == {"specialty", "hospital", "unit"}


@pytest.mark.parametrize(
    "wrong",
    [{"wishes": ()}, {"wishes": (Wish(),)}, {"latest": DAY - timedelta(days=1)}, {"weeks": 0}, {"weeks": 14}],
    ids=str,
)
def test_a_request_that_no_swap_can_honour_is_refused(wrong):
    with pytest.raises(RequestNotUsable):
        dataclasses.replace(PAIR[0], **wrong)


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(specialty="børn"), True), (Wish(hospital="nord"), True), (Wish(unit="b2"), True),
        (Wish(specialty="børn", hospital="nord"), True), (Wish(specialty="børn", hospital="syd"), False),
        (Wish(specialty="øjne", hospital="nord"), False), (Wish(unit="b1"), False),
    ],
)  # fmt: skip
def test_a_wish_is_for_all_that_it_names(wish, fits):
    assert wish.fits(place("b2", "børn")) is fits


# Rings


def test_nothing_asked_for_is_nothing_found():
    result = find([])
    assert (result.rings, result.placed, result.bound, result.optimal, result.in_time) == ((), 0, 0, True, True)


def test_two_swap():
    result = find(PAIR)
    assert members(result) == [("a", "b")]
    assert result.rings[0].period == Period(DAY, DAY + timedelta(days=55))
    assert result.rings[0].period.weeks == 8
    assert (result.placed, result.bound, result.optimal, result.proved) == (2, 2, True, 3)


def test_each_is_told_where_to_and_which_wish_it_is():
    asked = [request("a", "øjne", "akut", "børn"), request("b", "børn", "øjne", weeks=4)]
    first, second = find(asked).rings[0].moves
    assert (first.request, first.takes_over_from, first.place.unit, first.rank, first.of_wishes) == (
        "a", "b", "børn", 2, 2)  # fmt: skip
    assert (first.days_asked, second.days_asked, second.rank) == (56, 28, 1)
    assert find(asked).rings[0].period.days == 28


def test_three_go_round_only_one_way():
    assert members(find(TRIANGLE)) == [("a", "b", "c")]


@pytest.mark.parametrize(("longest", "placed"), [(2, 0), (3, 0), (4, 0), (5, 5)])
def test_no_ring_is_longer_than_the_region_allows(longest, placed):
    ring = [request(str(n), f"s{n}", f"s{(n + 1) % 5}") for n in range(5)]
    assert find(ring, Rules(longest_ring=longest)).placed == placed


@pytest.mark.parametrize("longest", [1, 6])
def test_rings_have_two_to_five_people(longest):
    with pytest.raises(ValueError, match="a ring has 2 to 5 people"):
        Rules(longest_ring=longest)


def test_nobody_swaps_within_their_own_unit():
    assert find([request("a", "øjne", "øjne"), request("b", "øjne", "øjne")]).placed == 0


def test_regions_swap_only_where_they_agreed_to():
    other = dataclasses.replace(PAIR[1], home=dataclasses.replace(PAIR[1].home, region="syd"))
    assert find([PAIR[0], other]).placed == 0
    assert find([PAIR[0], other], Rules(across_regions=True)).placed == 2


def test_professions_fill_in_for_their_own_and_those_that_are_declared():
    other = dataclasses.replace(PAIR[1], profession="specialsygeplejerske")
    one_way = {"specialsygeplejerske": frozenset({"sygeplejerske"})}
    both_ways = one_way | {"sygeplejerske": frozenset({"specialsygeplejerske"})}
    assert find([PAIR[0], other]).placed == 0
    assert find([PAIR[0], other], Rules(fills=one_way)).placed == 0
    move = find([PAIR[0], other], Rules(fills=both_ways)).rings[0].moves[0]
    assert (move.profession, move.fills_in_for) == ("sygeplejerske", "specialsygeplejerske")


@pytest.mark.parametrize(
    ("gap", "shared", "days"),
    [(90 - 27, 4, 28), (90 - 26, 4, None), (90 - 34, 5, 35), (90 - 27, 5, None), (35, None, 56), (36, None, None)],
)
def test_time_in_common_may_be_just_enough(gap, shared, days):
    """The first can go on the days 0 to 90, the second from `gap` on; both for eight weeks."""
    later = dataclasses.replace(PAIR[1], earliest=DAY + timedelta(days=gap), latest=DAY + timedelta(days=gap + 90))
    found = find([PAIR[0], later], Rules(shared_weeks=shared)).rings
    assert [ring.period for ring in found] == (
        [Period(later.earliest, later.earliest + timedelta(days=days - 1))] if days else []
    )


def test_who_asks_for_less_than_the_rules_want_swaps_with_their_like_only():
    short = [dataclasses.replace(one, weeks=2) for one in PAIR]
    assert find(short).rings[0].period.days == 14
    assert find([short[0], PAIR[1]]).placed == 0


def test_fixed_dates_are_the_whole_stay():
    fixed = dataclasses.replace(PAIR[0], weeks=None, latest=DAY + timedelta(days=29))
    assert find([fixed, PAIR[1]]).rings[0].period == Period(DAY, DAY + timedelta(days=29))


def test_all_of_a_ring_need_the_same_days_and_not_only_neighbours():
    windows = {
        one: {"earliest": DAY + timedelta(first), "latest": DAY + timedelta(last)}
        for one, first, last in (("a", 0, 60), ("b", 30, 90), ("c", 0, 90))
    }
    asked = [dataclasses.replace(one, **windows[one.id]) for one in TRIANGLE]
    assert find(asked).rings[0].period == Period(DAY + timedelta(30), DAY + timedelta(60))
    assert find(asked, Rules(shared_weeks=5)).placed == 0


# What is best


def test_more_people_come_before_dearer_wishes():
    asked = [request("a", "øjne", "børn", "akut"), request("b", "børn", "øjne", "akut"), request("c", "akut", "øjne")]
    assert members(find(asked)) == [("a", "b", "c")]


def test_dearer_wishes_come_before_waiting():
    waited = DAY - timedelta(days=300)
    asked = [
        request("a", "øjne", "akut", "børn"),
        request("b", "børn", "øjne", filed=waited),
        request("c", "akut", "øjne"),
    ]
    assert members(find(asked)) == [("a", "c")]


@pytest.mark.parametrize("patient", ["b", "c"])
def test_who_has_waited_longer_goes_first(patient):
    asked = [request("a", "øjne", "børn"), request("b", "børn", "øjne"), request("c", "børn", "øjne")]
    asked = [dataclasses.replace(one, filed=one.filed - timedelta(one.id == patient)) for one in asked]
    assert members(find(asked)) == [("a", patient)]


SPECIALTIES = ("øjne", "børn", "akut", "hud")
PROFESSIONS = ("læge", "sygeplejerske", "specialsygeplejerske")
RULES = st.builds(
    Rules,
    longest_ring=st.integers(2, 5),
    shared_weeks=st.sampled_from([None, 1, 4]),
    fills=st.just({"specialsygeplejerske": frozenset({"sygeplejerske"})}),
    across_regions=st.booleans(),
)


@st.composite
def some_requests(draw):
    count = draw(st.integers(0, 8))
    asked = []
    for number in range(count):
        specialty = draw(st.sampled_from(SPECIALTIES))
        hospital = draw(st.sampled_from(["nord", "syd"]))
        wishes = draw(st.lists(st.one_of(
            st.builds(Wish, specialty=st.sampled_from(SPECIALTIES)),
            st.builds(Wish, hospital=st.sampled_from(["nord", "syd"])),
            st.builds(Wish, specialty=st.sampled_from(SPECIALTIES), hospital=st.sampled_from(["nord", "syd"])),
        ), min_size=1, max_size=3))  # fmt: skip
        weeks = draw(st.sampled_from([None, 1, 4, 8]))
        earliest = DAY + timedelta(days=draw(st.integers(0, 4)) * 14)
        room = (weeks or 6) * 7 + draw(st.integers(0, 3)) * 20
        home = place(f"{hospital}-{specialty}", specialty, hospital, draw(st.sampled_from(["midt", "midt", "øst"])))
        asked.append(Request(
            f"r{number}", draw(st.sampled_from(PROFESSIONS)), home, tuple(wishes), earliest,
            earliest + timedelta(days=room - 1), DAY - timedelta(days=draw(st.integers(0, 100))), weeks,
        ))  # fmt: skip
    return asked


def every_ring(asked, rules):
    for length in range(2, rules.longest_ring + 1):
        for ring in itertools.permutations(sorted(asked, key=lambda one: one.id), length):
            if ring[0].id != min(one.id for one in ring) or period_of(ring, rules) is None:
                continue
            steps = list(zip(ring, ring[1:] + ring[:1], strict=True))
            if all(rules.allow(one, other) and one.rank_of(other.home) for one, other in steps):
                waited = sum(DAY.toordinal() - one.filed.toordinal() for one in ring)
                ids = tuple(one.id for one in ring)
                yield ids, (length, -sum(one.rank_of(other.home) for one, other in steps), waited)


def best_of_all(rings, used=frozenset(), pinned=frozenset()):
    """Pinned people, people, wishes, days: by trying every set of rings."""
    best = (0, 0, 0, 0)
    for place_in_list, (ids, value) in enumerate(rings):
        if used.isdisjoint(ids):
            rest = best_of_all(rings[place_in_list + 1 :], used | set(ids), pinned)
            here = (len(pinned & set(ids)), *value)
            best = max(best, tuple(a + b for a, b in zip(here, rest, strict=True)))
    return best


def value_of(result, asked):
    filed = {one.id: one.filed for one in asked}
    moves = [move for ring in result.rings for move in ring.moves]
    return (
        len(moves), -sum(move.rank for move in moves),
        sum(DAY.toordinal() - filed[move.request].toordinal() for move in moves),
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(some_requests(), RULES)
def test_the_answer_is_the_best_of_all_answers(asked, rules):
    rings = list(every_ring(asked, rules))
    result = find(asked, rules)
    assert value_of(result, asked) == best_of_all(rings)[1:]
    assert set(members(result)) <= {ids for ids, _ in rings}
    used = [one for ring in members(result) for one in ring]
    assert len(used) == len(set(used)) == result.placed == result.bound
    assert result.optimal


@settings(max_examples=200, deadline=None)
@given(some_requests(), RULES, st.data())
def test_with_decisions_the_answer_is_the_best_of_those_left(asked, rules, data):
    ids = [one.id for one in asked] or [""]
    some = st.frozensets(st.sampled_from(ids), max_size=2)
    rings = list(every_ring(asked, rules))
    ring = st.sampled_from([one for one, _ in rings] or [("x", "y")])
    left_out = data.draw(some)
    apart = data.draw(st.frozensets(st.frozensets(st.sampled_from(ids), min_size=2, max_size=2), max_size=1)
                      if len(ids) > 1 else st.just(frozenset()))  # fmt: skip
    refused, declined = data.draw(ring), frozenset(data.draw(ring))
    pinned = data.draw(st.frozensets(st.sampled_from(ids), max_size=2)) - left_out - {""}
    decisions = Decisions(pinned, frozenset(), left_out, apart, frozenset({refused[1:] + refused[:1]}),
                          frozenset({declined}))  # fmt: skip
    left = [
        (one, value) for one, value in rings
        if left_out.isdisjoint(one) and not any(pair <= set(one) for pair in apart)
        and one != refused and set(one) != declined
    ]  # fmt: skip
    best = best_of_all(left, pinned=pinned)
    if best[0] < len(pinned):
        with pytest.raises(PinsCannotMeet):
            find(asked, rules, decisions)
    else:
        assert value_of(find(asked, rules, decisions), asked) == best[1:]


def test_the_order_in_which_requests_come_changes_nothing():
    asked = made_up(400)
    rules = Rules(fills=FILLS)
    first = find(asked, rules)
    assert first.placed > 50
    for seed in range(3):
        random.Random(seed).shuffle(asked)
        assert find(asked, rules).rings == first.rings


# The coordinator's decisions


def test_who_is_pinned_is_placed_though_others_are_dearer():
    asked = [request("a", "øjne", "børn", "akut"), request("b", "børn", "øjne"), request("c", "akut", "øjne")]
    assert members(find(asked)) == [("a", "b")]
    assert members(find(asked, decisions=Decisions(pinned=frozenset({"c"})))) == [("a", "c")]


def test_a_pin_comes_before_more_people():
    asked = [*TRIANGLE, request("d", "hud", "øjne")]
    asked[0] = request("a", "øjne", "børn", "hud")
    result = find(asked, decisions=Decisions(pinned=frozenset({"d"})))
    assert (members(result), result.bound, result.optimal) == ([("a", "d")], 2, True)


def test_a_pinned_ring_is_in_the_answer_whoever_is_first():
    asked = [*PAIR, request("c", "børn", "øjne")]
    result = find(asked, decisions=Decisions(pinned_rings=frozenset({("c", "a"), ("a", "c")})))
    assert members(result) == [("a", "c")]
    assert result.rings[0].pinned


def test_who_is_left_out_is_not_placed():
    assert find(PAIR, decisions=Decisions(left_out=frozenset({"a"}))).placed == 0


def test_who_is_kept_apart_is_in_no_ring_together_even_at_its_ends():
    ring = [request(str(n), f"s{n}", f"s{(n + 1) % 4}") for n in range(4)]
    rules = Rules(longest_ring=4)
    assert find(ring, rules).placed == 4
    assert find(ring, rules, Decisions(apart=frozenset({frozenset({"0", "2"})}))).placed == 0


def test_a_refused_ring_may_go_the_other_way_round_and_a_declined_set_may_not():
    asked = [
        request("a", "øjne", "børn", "akut"),
        request("b", "børn", "akut", "øjne"),
        request("c", "akut", "øjne", "børn"),
    ]
    assert members(find(asked)) == [("a", "b", "c")]
    assert members(find(asked, decisions=Decisions(refused_rings=frozenset({("b", "c", "a")})))) == [("a", "c", "b")]
    declined = Decisions(declined=frozenset({frozenset("abc")}))
    assert find(asked, decisions=declined).placed == 2


def test_decisions_on_requests_that_are_gone_do_no_harm():
    gone = Decisions(left_out=frozenset("x"), apart=frozenset({frozenset("xa")}), refused_rings=frozenset({("x", "y")}),
                     declined=frozenset({frozenset("ax")}))  # fmt: skip
    assert find(PAIR, decisions=gone).placed == 2


CONTRADICTIONS = {
    "pinned and left out": Decisions(pinned=frozenset("a"), left_out=frozenset("a")),
    "pinned ring with somebody left out": Decisions(pinned_rings=frozenset({("a", "b")}), left_out=frozenset("b")),
    "pinned ring of people kept apart": Decisions(
        pinned_rings=frozenset({("a", "b")}), apart=frozenset({frozenset("ab")})),
    "pinned ring that is refused": Decisions(
        pinned_rings=frozenset({("a", "b")}), refused_rings=frozenset({("b", "a")})),
    "pinned ring that declined": Decisions(
        pinned_rings=frozenset({("a", "b")}), declined=frozenset({frozenset("ab")})),
    "somebody in two pinned rings": Decisions(pinned_rings=frozenset({("a", "b"), ("a", "c")})),
}  # fmt: skip


@pytest.mark.parametrize("decisions", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_pins_that_contradict_are_named(decisions):
    with pytest.raises(PinsContradict) as refusal:
        find([*PAIR, request("c", "børn", "øjne")], decisions=decisions)
    assert "a" in refusal.value.values["requests"] or "b" in refusal.value.values["requests"]


@pytest.mark.parametrize("ring", [("a",), ("a", "c"), ("a", "a"), ()], ids=str)
def test_a_pinned_ring_that_cannot_be_is_named(ring):
    with pytest.raises(PinnedRingImpossible):
        find(TRIANGLE, decisions=Decisions(pinned_rings=frozenset({ring})))


def test_a_pin_on_nobody_is_named():
    with pytest.raises(PinUnknown) as refusal:
        find(PAIR, decisions=Decisions(pinned=frozenset({"x", "a"})))
    assert refusal.value.values == {"requests": "x"}


def test_pins_that_only_one_of_can_be_placed_are_named():
    asked = [request("a", "øjne", "børn"), request("b", "børn", "øjne"), request("c", "børn", "øjne")]
    with pytest.raises(PinsCannotMeet) as refusal:
        find(asked, decisions=Decisions(pinned=frozenset("bc")))
    assert refusal.value.values["requests"] in ("b", "c")


@pytest.mark.parametrize(
    "error", [RequestNotUsable, PinUnknown, PinsContradict, PinnedRingImpossible, PinsCannotMeet, PinsNotInTime]
)
@pytest.mark.parametrize("locale", LOCALES)
def test_each_refusal_says_whom_it_is_about(error, locale):
    assert placeholders(texts(locale)[error.key]) == {"request" if error is RequestNotUsable else "requests"}


def test_two_requests_with_one_id_are_a_mistake():
    with pytest.raises(ValueError, match="the same id"):
        find([PAIR[0], PAIR[0]])


# Time and size


def test_without_time_it_says_so():
    result = find(made_up(300), Rules(fills=FILLS), seconds=0)
    assert not result.in_time
    assert not result.optimal
    assert result.bound >= find(made_up(300), Rules(fills=FILLS)).placed


def test_without_time_a_pin_is_not_called_impossible():
    with pytest.raises(PinsNotInTime):
        find(PAIR, decisions=Decisions(pinned=frozenset("a")), seconds=0)


def test_too_many_rings_leave_the_longest_out_and_the_bound_honest(monkeypatch):
    asked = made_up(300)
    whole = find(asked, Rules(longest_ring=4, fills=FILLS))
    monkeypatch.setattr(search, "MOST_RINGS", 20)
    less = find(asked, Rules(longest_ring=4, fills=FILLS))
    assert less.longest_looked_at < 4
    assert less.placed <= whole.placed <= less.bound
    assert not less.optimal
    assert whole.optimal


def test_neighbourhoods_come_close_to_the_best(monkeypatch):
    asked = made_up(600, seed=3)
    rules = Rules(fills=FILLS)
    best = find(asked, rules)
    assert best.optimal
    monkeypatch.setattr(choosing, "SMALL_PEOPLE", 40)
    near = find(asked, rules)
    assert best.placed * 0.97 <= near.placed <= best.placed <= near.bound
    used = [one for ring in members(near) for one in ring]
    assert len(used) == len(set(used))
    assert find(asked[::-1], rules).rings == near.rings


def test_a_thousand_requests_are_solved_and_proved():
    result = find(made_up(1000), Rules(fills=FILLS), seconds=60)
    assert (result.optimal, result.placed) == (True, result.bound)


# When somebody withdraws


def test_after_one_of_two_withdraws_the_other_may_go_alone():
    rest = after_withdrawal(find(PAIR).rings[0], "a", {one.id: one for one in PAIR}, Rules())
    assert rest.rings == ()
    assert [(stay.move.request, stay.move.place.unit, stay.covered) for stay in rest.stays] == [("b", "øjne", False)]


def test_after_one_of_three_withdraws_one_home_is_still_covered():
    """a→b→c→a without b: c still comes to a's home, and nobody to c's."""
    rest = after_withdrawal(find(TRIANGLE).rings[0], "b", {one.id: one for one in TRIANGLE}, Rules())
    assert {stay.move.request: stay.covered for stay in rest.stays} == {"a": True, "c": False}
    assert {stay.period for stay in rest.stays} == {find(TRIANGLE).rings[0].period}


def test_after_one_withdraws_others_swap_among_themselves_if_they_can():
    asked = [request("a", "øjne", "børn"), request("b", "børn", "akut", "øjne"), request("c", "akut", "øjne")]
    rest = after_withdrawal(find(asked).rings[0], "c", {one.id: one for one in asked}, Rules())
    assert [ring.members for ring in rest.rings] == [("a", "b")]
    assert rest.stays == ()


def test_who_is_not_in_the_ring_cannot_withdraw():
    with pytest.raises(PinUnknown):
        after_withdrawal(find(PAIR).rings[0], "x", {one.id: one for one in PAIR}, Rules())
