"""Amina's wish becomes a stay: Carla finds a place, host and manager say yes, nobody learns more than she agreed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from bot.rounds import Rounds
from dialogs.wording import say
from guidance import calendar, disclosures, placement_steps
from guidance.errors import (
    DateInThePast,
    EndBeforeStart,
    NoSuchCase,
    NotPossibleNow,
    ReasonMissing,
    ResponsibilityMissing,
    StayTooLong,
    TermsChanged,
)
from guidance.placement_terms import Terms
from storage import placements as stored
from storage.organisation import Staff

TERMS = Terms(
    host="psykiatri-oest-boern",
    first=date(2027, 1, 12),
    last=date(2027, 1, 14),
    instruction="Vera Friis",
    illness="Værten, som ringer til hjemmeafdelingen",
    incidents="Hjemmeafdelingen",
    introduction_hours=Decimal(4),
)


class Office:
    """Carla's, Vera's and Henrik's side of it."""

    def __init__(self, database, clock, carla):
        self.database, self.clock, self.carla = database, clock, carla

    async def case(self):
        (case,) = [case for case in await self.carla.cases() if case.state == "open"]
        return case.id.hex

    async def proposes(self, terms=TERMS):
        async with self.database.transaction() as db:
            return await placement_steps.set_terms(db, "carla", await self.case(), terms, self.clock())

    async def asked(self, staff_id):
        async with self.database.reading() as db:
            return await placement_steps.asked_of(db, staff_id)

    async def decides(self, staff_id, decision, reason=""):
        async with self.database.transaction() as db:
            (asked,) = await placement_steps.asked_of(db, staff_id)
            about = asked.stay.terms.fingerprint
            return await placement_steps.decide(db, asked, decision, reason, about, self.clock(), staff_id)

    async def state(self, case_id):
        async with self.database.reading() as db:
            return (await stored.locked(db, UUID(case_id))).status


@pytest.fixture
def office(database, clock, carla):
    return Office(database, clock, carla)


async def up_to_host(amina, office):
    """She has sent her wish, and agreed that the host is asked."""
    await amina.wishes()
    await office.proposes()
    assert "Se forslaget" in await amina.reads_news()
    await amina.taps("Se ønsket")
    said = await amina.taps("Spørg værten")
    assert "Skal jeg spørge Børnepsykiatrien" in said and "Amina" not in said
    assert "Vi venter på værten" in await amina.taps("Ja, spørg værten")


async def up_to_manager(amina, office):
    """The host has said yes, and she agreed that her manager is asked."""
    await up_to_host(amina, office)
    await office.decides("vera", "approve")
    assert "Nu bestemmer du" in await amina.reads_news()
    await amina.taps("Se ønsket")
    await amina.taps("Spørg min leder")
    await amina.taps("Fortsæt", unit="nordkysten")
    said = await amina.taps("Fortsæt", home="nordkysten-akut", name="  Amina   Yusuf ")
    assert "Det her får Henrik Aagaard at vide" in said and "Navn: Amina Yusuf" in said
    assert "Vi venter på din leder" in await amina.taps("Ja, spørg min leder")


async def test_the_whole_way_to_an_approved_stay(amina, office, advisor):
    await up_to_manager(amina, office)
    case = await office.case()
    (asked,) = await office.asked("henrik")
    assert asked.name == "Amina Yusuf"
    await office.decides("henrik", "approve")
    assert await office.state(case) == "approved"
    assert "godkendt" in await amina.reads_news()
    assert any("godkendt" in told for told in await advisor("vera").reads_news())
    assert any("godkendt" in told.lower() for told in await office.carla.reads_news())
    async with office.database.reading() as db:
        (row,) = [row for row in await stored.history(db, UUID(case)) if row.role == "manager"]
        assert row.fingerprint == TERMS.fingerprint and row.staff_id == "henrik"


async def test_nobody_learns_more_than_she_agreed_to(amina, office, advisor):
    await amina.wishes()
    await office.proposes()
    assert await office.asked("vera") == [] and await office.asked("henrik") == []
    assert await advisor("vera").reads_news() == []
    await amina.reads_news()
    await amina.taps("Se ønsket")
    await amina.taps("Spørg værten")
    await amina.taps("Ja, spørg værten")
    (asked,) = await office.asked("vera")
    assert asked.name == "" and asked.wish["what"].startswith("Børnepsykiatrien")
    assert await office.asked("henrik") == [] and await advisor("henrik").reads_news() == []
    await office.decides("vera", "approve")
    assert await office.asked("henrik") == []


async def test_the_log_tells_her_who_was_told_what(amina, office):
    await up_to_manager(amina, office)
    await amina.says("mine ønsker")
    said = await amina.taps("Hvem har fået hvad at vide")
    assert "Børnepsykiatrien, Psykiatrien Øst (demo), 23. november 2026: dit fag" in said
    assert "dit fag" in said and "dit navn" in said and "Akutafdelingen" in said


async def test_consent_is_taken_back_and_the_manager_sees_nothing_any_more(amina, office, advisor):
    await up_to_manager(amina, office)
    case = await office.case()
    await amina.says("mine ønsker")
    await amina.taps("Tag mit ja tilbage")
    await amina.taps("Ja, tag det tilbage")
    assert await office.state(case) == "host_ready" and await office.asked("henrik") == []
    assert any("aflyst" in told for told in await advisor("henrik").reads_news())
    async with office.database.reading() as db:
        stay = await placement_steps.of_staff(db, "carla", case)
        assert await disclosures.name_for(db, stay.placement, "manager", "nordkysten-akut") == ""


async def test_a_host_says_no_with_a_reason_and_another_place_is_looked_for(amina, office):
    await up_to_host(amina, office)
    case = await office.case()
    with pytest.raises(ReasonMissing):
        await office.decides("vera", "refuse")
    await office.decides("vera", "refuse", "no_room")
    assert await office.state(case) == "submitted"
    assert "Der er ikke plads" in await amina.reads_news()
    assert any("Der er ikke plads" in told for told in await office.carla.reads_news())


async def test_a_managers_no_ends_it_and_leaves_the_chat_open(amina, office, carla):
    await up_to_manager(amina, office)
    case = await office.case()
    await office.decides("henrik", "refuse", "cannot_spare")
    assert await office.state(case) == "refused"
    assert "Afdelingen kan ikke undvære" in await amina.reads_news()
    await carla.answers(case, "Skal vi prøve i februar?")
    assert "februar" in await amina.reads_news()


async def test_other_terms_ask_everybody_again(amina, office, advisor):
    await up_to_manager(amina, office)
    case = await office.case()
    (before,) = await office.asked("henrik")
    await office.proposes(replace(TERMS, last=date(2027, 1, 15)))
    assert await office.state(case) == "offered"
    assert any("ændret" in told for told in await advisor("henrik").reads_news())
    with pytest.raises(NotPossibleNow):
        async with office.database.transaction() as db:
            stay = await placement_steps.of_staff(db, "carla", case)
            await placement_steps.take(db, stay, "clock", "complete", office.clock())
    async with office.database.transaction() as db:  # a card from before the change
        old = replace(before, stay=await placement_steps.of_staff(db, "carla", case))
        with pytest.raises(NotPossibleNow):
            await placement_steps.decide(db, old, "approve", "", TERMS.fingerprint, office.clock(), "henrik")


async def test_saving_the_same_terms_again_asks_nobody(amina, office):
    await up_to_host(amina, office)
    await office.proposes()
    assert await office.state(await office.case()) == "with_host"


async def test_a_second_tap_and_another_persons_case_change_nothing(amina, office, dan, press):
    await up_to_host(amina, office)
    async with office.database.transaction() as db:
        (asked,) = await placement_steps.asked_of(db, "vera")
        with pytest.raises(TermsChanged):
            await placement_steps.decide(db, asked, "approve", "", b"x" * 32, office.clock(), "vera")
    await office.decides("vera", "approve")
    case = await office.case()
    assert await office.asked("vera") == []
    for verb in ("stays.detail", "stays.ask_manager", "stays.withdraw", "stays.log", "stays.release"):
        said = await press(dan, do=verb, args={"case": case})
        assert "findes ikke mere" in said or "ikke sendt nogen" in said, verb


async def test_terms_without_responsibility_or_with_impossible_dates_are_refused(amina, office):
    await amina.wishes()
    for terms, error in (
        (replace(TERMS, incidents="  "), ResponsibilityMissing),
        (replace(TERMS, first=date(2026, 11, 1)), DateInThePast),
        (replace(TERMS, last=date(2027, 1, 11)), EndBeforeStart),
        (replace(TERMS, last=date(2028, 2, 16)), StayTooLong),
    ):
        with pytest.raises(error):
            await office.proposes(terms)
    assert await office.state(await office.case()) == "submitted"


async def test_two_stays_on_the_same_days_are_one_too_many(amina, office, carla):
    await up_to_host(amina, office)
    await amina.wishes("Intensiv")
    first = await office_case(carla, "Børnepsykiatrien", office)
    async with office.database.transaction() as db:
        other = next(case.id.hex for case in await carla.cases() if case.id.hex != first)
        await placement_steps.set_terms(db, "carla", other, replace(TERMS, host="soeerne-intensiv"), office.clock())
    await amina.reads_news()
    await amina.taps("Se ønsket")
    await amina.taps("Spørg værten")
    assert "allerede sagt ja til et andet ophold" in await amina.taps("Ja, spørg værten")
    assert await office.state(other) == "offered"


async def office_case(carla, what, office):
    async with office.database.reading() as db:
        for case in await carla.cases():
            if stored.wish_of(db, await stored.get(db, case.id))["what"].startswith(what):
                return case.id.hex
    raise AssertionError(what)


async def test_an_unknown_manager_is_reached_by_a_link(amina, office, carla):
    await up_to_host(amina, office)
    await office.decides("vera", "approve")
    await amina.reads_news()
    await amina.taps("Se ønsket")
    await amina.taps("Spørg min leder")
    await amina.taps("Fortsæt", unit="soeerne")
    assert "Jeg kender ikke din leder" in await amina.taps("Fortsæt", home="soeerne-kirurgi", name="Amina")
    await amina.taps("Ja, spørg min leder")
    case = await office.case()
    async with office.database.transaction() as db:
        secret = await placement_steps.make_link(db, "carla", case, "manager")
    async with office.database.transaction() as db:
        asked = await placement_steps.asked_by_link(db, secret)
        assert asked.name == "Amina"
        await placement_steps.decide(db, asked, "approve", "", TERMS.fingerprint, office.clock(), None)
    assert await office.state(case) == "approved"
    async with office.database.transaction() as db:
        with pytest.raises(NoSuchCase):
            await placement_steps.asked_by_link(db, secret + "x")


async def test_withdrawing_calls_off_what_was_asked(amina, office, advisor):
    await up_to_manager(amina, office)
    await amina.says("mine ønsker")
    await amina.taps("Træk ønsket tilbage")
    await amina.taps("Ja, træk det tilbage")
    for who in ("vera", "henrik"):
        assert any("aflyst" in told for told in await advisor(who).reads_news()), who
        assert await office.asked(who) == []


async def test_silence_reminds_in_working_hours_and_then_tells_the_coordinator(amina, office, advisor, clock, nudge):
    await up_to_host(amina, office)
    rounds = Rounds(office.database, clock, nudge)
    reminders = [say("da", "notice.decisions_wait", {"count": 1})]

    async def count():
        return sum(told in reminders for told in await advisor("vera").reads_news())

    clock.passes(days=1)
    await rounds.go()
    assert await count() == 0
    clock.passes(days=1, hours=11)  # Wednesday evening
    await rounds.go()
    assert await count() == 0, "not at night"
    clock.passes(hours=13)  # Thursday morning
    for _ in range(3):
        await rounds.go()
    assert await count() == 1, "once"
    clock.passes(days=1)
    await rounds.go()
    assert await count() == 2
    clock.passes(days=1)  # Saturday
    await rounds.go()
    clock.passes(days=2)
    await rounds.go()
    told = await office.carla.reads_news()
    assert any("ikke svaret i tide" in one for one in told)
    clock.passes(days=1)
    await rounds.go()
    assert await count() == 2, "they stop by themselves"


async def test_a_deputy_decides_while_somebody_is_on_leave(amina, office, advisor, database, clock):
    async with database.transaction() as db:
        (await db.get(Staff, "vera")).deputy = "sofie"
        await calendar.add_leave(db, "vera", date(2026, 11, 23), date(2026, 12, 4), clock())
    await up_to_host(amina, office)
    assert any("Afgørelser" in told for told in await advisor("sofie").reads_news())
    assert not await advisor("vera").reads_news()
    assert await office.asked("sofie")
    await office.decides("sofie", "approve")


async def test_a_stay_ends_by_itself_and_is_asked_about(amina, office, clock, nudge, database):
    await up_to_manager(amina, office)
    case = await office.case()
    await office.decides("henrik", "approve")
    await amina.reads_news()
    clock.now = clock.now.replace(year=2027, month=1, day=15)
    await Rounds(database, clock, nudge).go()
    assert await office.state(case) == "done"
    assert "er slut" in await amina.reads_news()
    assert "Hvad gav opholdet dig mest" in await amina.taps("Sig, hvad du synes")
    await amina.taps("Noget nyt")
    await amina.taps("Måske")
    assert "Tak" in await amina.taps("Ja")


async def test_the_first_day_comes_before_an_answer(amina, office, clock, nudge, database):
    await up_to_host(amina, office)
    case = await office.case()
    clock.now = clock.now.replace(year=2027, month=1, day=12)
    await Rounds(database, clock, nudge).go()
    assert await office.state(case) == "submitted" and await office.asked("vera") == []
    assert "leder efter et sted" in await amina.reads_news()


async def test_the_coordinator_learns_a_name_only_when_it_is_given(amina, office):
    await amina.wishes()
    case = await office.case()

    async def name():
        async with office.database.reading() as db:
            stay = await placement_steps.of_staff(db, "carla", case)
            return await disclosures.name_for(db, stay.placement, "coordinator", "carla")

    assert await name() == ""
    await amina.says("mine ønsker")
    assert "Kun koordinatoren har set ønsket" in await amina.taps("Hvem har fået")
    await amina.taps("Giv koordinatoren mit navn")
    assert "kender nu dit navn" in await amina.says("Amina Yusuf")
    assert await name() == "Amina Yusuf"
