"""What a stay costs each department, with figures worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dialogs.wording import shown
from guidance import placement_steps, placements, schemes, stay_costs
from guidance.errors import ChangedMeanwhile, NumberOutOfRange
from guidance.placement_terms import Terms
from guidance.placements import Wish
from storage.identities import participant_for
from storage.organisation import staff_member
from storage.participants import Address

TERMS = Terms(
    "psykiatri-oest-boern", date(2027, 1, 11), date(2027, 3, 5), "a", "b", "c",
    uncovered_shifts=12, introduction_hours=Decimal("22.5"),
)  # fmt: skip
FIGURES = {name: str(value) for name, value in vars(schemes.Scheme()).items()}
RATES = FIGURES | {"cover_rate": "342,50", "introduction_rate": "310", "shift_hours": "7,4"}


async def model(db, clock, figures=RATES, seen=0):
    carla = await staff_member(db, "carla")
    return await schemes.save(db, "hovedstaden", carla, seen, figures, clock())


async def a_stay(database, clock, terms=TERMS):
    person = participant_for(database.keyring, Address("web", "amina", {}))
    wish = Wish("udveksling", "Børn", "2_months", "", tenure=30)
    async with database.transaction() as db:
        sent = await placements.submit(db, person, wish, "hovedstaden", locale="da", now=clock())
        return await placement_steps.set_terms(db, "carla", sent.case.id.hex, terms, clock())


async def test_home_pays_for_empty_shifts_and_the_host_for_introduction(database, clock):
    async with database.transaction() as db:
        await model(db, clock)
    stay = await a_stay(database, clock)
    async with database.reading() as db:
        found = await stay_costs.of_stay(db, stay)
    assert (found.home, found.host) == (Decimal("30414.00"), Decimal("6975.00")), "12 x 7.4 x 342.50 and 22.5 x 310"
    assert found.known and shown("da", found.home) == "30.414" and shown("da", Decimal("1234.5")) == "1.234,5"


async def test_in_a_swap_only_introduction_is_left(database, clock):
    async with database.transaction() as db:
        await model(db, clock)
    stay = await a_stay(database, clock)
    async with database.reading() as db:
        found = await stay_costs.of_stay(db, replace(stay, terms=replace(TERMS, swap="a set")))
    assert (found.home, found.host, found.in_swap) == (Decimal("0.00"), Decimal("6975.00"), True)


async def test_without_a_rate_nothing_is_said_instead_of_nought(database, clock):
    stay = await a_stay(database, clock)
    async with database.reading() as db:
        assert not (await stay_costs.of_stay(db, stay)).known


async def test_a_request_keeps_the_model_that_it_was_sent_under(database, clock):
    async with database.transaction() as db:
        await model(db, clock)
    stay = await a_stay(database, clock)
    async with database.transaction() as db:
        await model(db, clock, RATES | {"cover_rate": "999"}, seen=1)
    async with database.reading() as db:
        assert (await stay_costs.of_stay(db, stay)).home == Decimal("30414.00")
        assert [(one.number, one.author) for one in await schemes.versions(db, "hovedstaden")] == [
            (2, "carla"), (1, "carla"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "typed"),
    [("taster_days", "0"), ("taster_days", "2,5"), ("cover_rate", "-1"), ("shift_hours", "NaN"), ("rest_weeks", ""),
     ("tenure_months", "mange"), ("exchange_most_weeks", "2"), ("cover_rate", "1e99"), ("longest_ring", "6")],
)  # fmt: skip
async def test_a_figure_that_cannot_be_is_named(database, clock, figure, typed):
    async with database.transaction() as db:
        with pytest.raises(NumberOutOfRange) as refused:
            await model(db, clock, RATES | {figure: typed})
        assert refused.value.values["name"] == figure


async def test_two_who_change_the_model_at_once(database, clock):
    async with database.transaction() as db:
        await model(db, clock)
        with pytest.raises(ChangedMeanwhile):
            await model(db, clock, seen=0)


@pytest.mark.parametrize(("months", "flag"), [(23, True), (24, False), (25, False), (None, True)])
def test_two_years_in_the_specialty_are_looked_at_and_never_demanded(months, flag):
    found = placements.flags(Wish("snusepraktik", "x", "3_days", "", tenure=months), schemes.Scheme())
    assert any(one.startswith("tenure") for one in found) == flag


@pytest.mark.parametrize(
    ("kind", "length", "flagged"),
    [("snusepraktik", "1_week", False), ("snusepraktik", "other", True), ("udveksling", "1_month", False),
     ("udveksling", "3_months", False), ("udveksling", "other", True)],
)  # fmt: skip
def test_lengths_outside_the_model_are_flagged(kind, length, flagged):
    assert ("length" in placements.flags(Wish(kind, "x", length, "", tenure=99), schemes.Scheme())) == flagged
