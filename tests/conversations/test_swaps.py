"""Three people change places, and nobody learns of another's no."""

from dataclasses import replace
from datetime import date

import pytest
from swapping import RING, would_swap

from bot.rounds import Rounds
from guidance import placement_steps, swap_sets
from guidance.errors import NotPossibleNow
from guidance.placement_terms import Terms
from guidance.swaps.requests import Decisions
from guidance.swaps.search import find
from storage import placements as stored

DAY = date(2027, 1, 1)
LINES = {"instruction": "Værten", "illness": "Værten", "incidents": "Hjemmeafdelingen"}


@pytest.fixture
async def three(amina, dan, employee):
    """A ring."""
    people = amina, dan, employee("Ida Krogh")
    for who, (_, *told) in zip(people, RING, strict=True):
        await would_swap(who, *told)
    return people


async def asks(database, clock):
    """Carla searches, and asks the ring that is found."""
    async with database.transaction() as db:
        ready = await swap_sets.ready(db, "hovedstaden", clock())
        rules = await swap_sets.rules_of(db, "hovedstaden")
        decisions = Decisions(declined=await swap_sets.declined(db, "hovedstaden", clock()))
        result = find([one.request for one in ready], rules, decisions)
        for ring in result.rings:
            await swap_sets.ask(db, "hovedstaden", ring.members, clock())
        return result


async def states(database, carla):
    async with database.reading() as db:
        return sorted([(await stored.get(db, case.id)).status for case in await carla.cases()])


async def test_a_ring_of_three_is_found_asked_and_approved_together(three, database, clock, carla):
    result = await asks(database, clock)
    assert result.placed == 3 and result.optimal
    for who in three:
        assert "bytte plads" in await who.reads_news()
        said = await who.taps("Se byttet")
        assert "Hospital" in said and "februar 2027" in said
    assert "når de andre har svaret" in await three[0].taps("Ja, det vil jeg")
    assert "når de andre har svaret" in await three[1].taps("Ja, det vil jeg")
    assert "Alle har sagt ja" in await three[2].taps("Ja, det vil jeg")
    assert sum("alle i byttet har sagt ja" in told for told in await carla.reads_news()) == 3
    hosts = await propose_all(database, clock, carla)
    assert hosts == {"nordkysten-akut", "soeerne-kirurgi", "psykiatri-oest-boern"}
    homes = ("nordkysten-akut", "soeerne-kirurgi", "psykiatri-oest-boern")
    for place, (who, home) in enumerate(zip(three, homes, strict=True)):
        await say_yes_to_all(database, clock, carla, who, home)
        expected = ["approved"] * 3 if place == 2 else ["cleared"] * (place + 1) + ["offered"] * (2 - place)
        assert await states(database, carla) == expected


async def propose_all(database, clock, carla):
    hosts = set()
    for case in await carla.cases():
        async with database.transaction() as db:
            terms = Terms("nordkysten-boern", DAY, DAY, **LINES)  # the place and the days are those of the swap
            stay = await placement_steps.set_terms(db, "carla", case.id.hex, terms, clock())
            assert stay.terms.swap and stay.terms.first > DAY
            hosts.add(stay.terms.host)
    return hosts


async def say_yes_to_all(database, clock, carla, who, home):
    """Host and manager decide by links, so that it does not matter who they are."""
    await who.says("mine ønsker")
    await who.taps("Spørg værten")
    await who.taps("Ja, spørg værten")
    case = await with_state(database, carla, "with_host")
    await by_link(database, clock, case, "host")
    await who.says("mine ønsker")
    await who.taps("Spørg min leder")
    await who.taps("Fortsæt", unit=home.rsplit("-", 1)[0])
    await who.taps("Fortsæt", home=home, name=who.name)
    await who.taps("Ja, spørg min leder")
    await by_link(database, clock, await with_state(database, carla, "with_manager"), "manager")


async def with_state(database, carla, state):
    async with database.reading() as db:
        for case in await carla.cases():
            if (await stored.get(db, case.id)).status == state:
                return case.id.hex
    raise AssertionError(state)


async def by_link(database, clock, case, role):
    async with database.transaction() as db:
        secret = await placement_steps.make_link(db, "carla", case, role)
        asked = await placement_steps.asked_by_link(db, secret)
        await placement_steps.decide(db, asked, "approve", "", asked.stay.terms.fingerprint, clock(), None)


async def test_nobody_learns_of_a_no_and_the_same_are_not_asked_again_for_a_while(three, database, clock):
    amina, dan, ida = three
    await asks(database, clock)
    for who in three:
        await who.reads_news()
        await who.taps("Se byttet")
    await amina.taps("Ja, det vil jeg")
    assert "Ingen får at vide, at det var dig" in await dan.taps("Nej tak")
    for who in (amina, ida):
        said = await who.reads_news()
        assert "blev ikke til noget" in said and "nej" not in said.lower()
    assert await dan.reads_news() == ""
    assert "ændrede ikke noget" in await ida.taps("Ja, det vil jeg")
    assert (await asks(database, clock)).placed == 0
    clock.passes(weeks=9)
    assert (await asks(database, clock)).placed == 3


async def test_a_withdrawal_leaves_the_others_with_stays_of_their_own(three, database, clock, carla, nudge):
    amina, dan, ida = three
    await asks(database, clock)
    for who in three:
        await who.reads_news()
        await who.taps("Se byttet")
        await who.taps("Ja, det vil jeg")
    await propose_all(database, clock, carla)
    await say_yes_to_all(database, clock, carla, amina, "nordkysten-akut")
    await dan.says("mine ønsker")
    await dan.taps("Træk ønsket tilbage")
    await dan.taps("Ja, træk det tilbage")
    await Rounds(database, clock, nudge).go()
    assert "blev ikke til noget" in await ida.reads_news()
    assert await states(database, carla) == ["offered", "offered", "withdrawn"], "everybody is asked again"
    async with database.reading() as db:
        for case in await carla.cases():
            terms = placement_steps.terms_of(db, await stored.get(db, case.id))
            assert case.state == "closed" or terms.swap == "", "and the costs are those of a stay of its own"


async def test_who_is_left_over_is_told_once_a_week(amina, database, clock):
    await would_swap(amina, "nordkysten", "nordkysten-akut", "kirurgi")
    assert (await asks(database, clock)).placed == 0
    for told in (1, 0):
        async with database.transaction() as db:
            assert await swap_sets.tell_left_over(db, "hovedstaden", clock()) == told
    assert "ikke nogen at bytte med endnu" in await amina.reads_news()


async def test_who_stops_is_no_longer_in_the_search(amina, database, clock):
    await would_swap(amina, "nordkysten", "nordkysten-akut", "kirurgi")
    assert "ikke med i byttet mere" in await amina.taps("ikke bytte alligevel")
    async with database.reading() as db:
        assert await swap_sets.ready(db, "hovedstaden", clock()) == []


async def test_a_ring_that_is_out_of_date_is_not_asked(three, database, clock):
    async with database.transaction() as db:
        ready = await swap_sets.ready(db, "hovedstaden", clock())
        ids = [one.request.id for one in ready]
        await swap_sets.ask(db, "hovedstaden", find([one.request for one in ready]).rings[0].members, clock())
        with pytest.raises(NotPossibleNow):
            await swap_sets.ask(db, "hovedstaden", ids, clock())


async def test_another_persons_swap_is_not_to_be_seen(three, database, clock, employee, press, carla):
    await asks(database, clock)
    (case, *_) = await carla.cases()
    for verb in ("swaps.offer", "swaps.look", "swaps.stop"):
        assert "findes ikke mere" in await press(employee("Per"), do=verb, args={"case": case.id.hex})


def test_terms_of_a_swap_are_others_than_those_of_a_stay_alone():
    alone = Terms("a", DAY, DAY, **LINES)
    assert replace(alone, swap="x").fingerprint != alone.fingerprint == replace(alone, swap="x").alone().fingerprint
