"""Amina books an advisor without her manager, changes her mind, and cancels."""

import uuid

import pytest
from cast import spelled
from sqlalchemy import func, select

from guidance import appointments, cases
from guidance.appointments import Constraints
from guidance.cases import MOST_OPEN_CASES
from storage.appointments import Appointment, Slot
from storage.cases import Case
from storage.identities import participant_for

HOVEDSTADEN = Constraints("hovedstaden")


async def up_to_times(who, workplace="nordkysten"):
    await who.says("Jeg vil gerne tale med nogen uden min chef ved det")
    await who.taps("Fortsæt")
    await who.taps("Spring over")
    await who.taps("Region Hovedstaden")
    await who.taps("Fortsæt", workplace=workplace)
    return await who.accepts_all_advisors()


async def slots(database, state):
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(Slot).where(Slot.state == state))


async def test_a_booking_gives_a_name_and_tells_the_advisor_no_more(amina, bo, database):
    said = await amina.books()
    (case,) = await bo.cases()
    assert f"Du hedder {case.alias} i denne sag" in said and amina.cards[-1].keep
    (told,) = await bo.reads_news()
    assert case.alias in told and "Min vej videre" in told
    for secret in ("Amina", "Yusuf", "nordkysten", "Nordkysten"):
        assert secret not in told
    assert await slots(database, "booked") == 1


@pytest.mark.parametrize(
    ("workplace", "possible"),
    [
        ("nordkysten", {"Bo", "Sofie"}),  # Mikkel's leader leads there
        ("soeerne", {"Sofie", "Mikkel"}),  # Bo has said so himself
        ("psykiatri-oest", {"Bo", "Mikkel"}),  # Sofie works there
        ("center-for-mennesker", {"Sofie"}),  # the career office's own
        ("medicin-og-logistik", {"Bo", "Sofie", "Mikkel"}),
    ],
)
async def test_nobody_with_a_tie_is_offered(amina, workplace, possible):
    said = await up_to_times(amina, workplace)
    assert {name for name in ("Bo", "Sofie", "Mikkel") if name in said} <= possible
    shown = next(spelled(card) for card in amina.cards if "Disse rådgivere" in spelled(card))
    assert {name for name in ("Bo", "Sofie", "Mikkel") if name in shown} == possible


async def test_who_does_not_choose_a_workplace_is_asked_again(amina):
    """An empty choice is no "I would rather not say": it would let a tied advisor through."""
    await amina.books()
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    for fields in ({}, {"workplace": ""}, {"workplace": "findes-ikke"}):
        said = await amina.taps("Fortsæt", **fields)
        assert "ikke valgt" in said and "Hvor arbejder du?" in said
    assert "Bo" in await amina.taps("vil jeg ikke sige")


async def test_a_workplace_can_be_typed(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.says("hovedstaden")
    assert "Mikkel" not in await amina.says("nordkysten")


async def test_an_advisor_can_be_ruled_out(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Fortsæt", workplace="nordkysten")
    assert "Sofie" not in await amina.says("ikke sofie holm")
    assert "Sofie" not in await amina.accepts_all_advisors()


async def test_when_nobody_is_left_an_answer_can_be_mended(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Fortsæt", workplace="center-for-mennesker")
    assert "ingen ledig rådgiver" in await amina.taps("Ikke Sofie")
    assert "Hvor arbejder du?" in await amina.taps("Ret mit svar")
    assert "Sofie" in await amina.taps("Fortsæt", workplace="center-for-mennesker")


async def test_later_times_and_round_again(amina):
    first = await up_to_times(amina)
    seen = {first}
    for _ in range(40):
        said = await amina.taps("senere tider")
        if "ikke flere ledige" in said:
            break
        assert said not in seen, "the same times twice"
        seen.add(said)
    else:
        raise AssertionError("the times never end")
    assert await amina.taps("de første tider") == first


async def test_changing_ones_mind_before_sending_sends_nothing(amina, bo, database):
    await up_to_times(amina)
    await amina.taps("kl.")
    assert "Hvornår passer" in await amina.taps("Vælg en anden tid")
    await amina.taps("kl.")
    assert "ikke sendt noget" in await amina.says("nej tak alligevel")
    assert await bo.reads_news() == [] and await slots(database, "booked") == 0


async def test_moving_keeps_the_name_and_the_old_time_is_free_again(amina, bo, database):
    await amina.books()
    (case,) = await bo.cases()
    await bo.reads_news()
    before = await slots(database, "free")
    await amina.says("flyt min tid")
    await amina.taps("Flyt aftalen")
    said = await amina.taps("kl.")
    assert "flyttet" in said and case.alias in said
    assert any("har flyttet" in told for told in await bo.reads_news())
    assert await slots(database, "free") == before and await slots(database, "booked") == 1


async def test_cancelling_asks_once_more(amina, bo, database):
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Aflys aftalen")
    assert "Det her er din aftale" in await amina.taps("Nej, behold den")
    await amina.taps("Aflys aftalen")
    assert "aflyst" in await amina.says("ja")
    assert any("har aflyst" in told for told in await bo.reads_news())
    assert await slots(database, "booked") == 0
    assert "ingen aftaler" in await amina.says("mine aftaler")


async def test_the_cancel_button_of_a_cancelled_appointment_does_no_harm(amina):
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Aflys aftalen")
    await amina.taps("Ja, aflys")
    assert "findes ikke mere" in await amina.taps("Aflys aftalen")
    assert "Hej" in await amina.says("menu")


async def test_five_cases_are_enough_and_the_draft_is_not_lost(amina, dan):
    for _ in range(5):
        await amina.says("book en tid")
        await amina.taps("Fortsæt")
        await amina.taps("Spring over")
        if "Hvilken region" in spelled(amina.cards[-1]):
            await amina.taps("Region Hovedstaden")
        await amina.taps("Fortsæt", workplace="nordkysten")
        await amina.accepts_all_advisors()
        await amina.taps("kl.")
        assert "Du hedder" in await amina.taps("Book tiden")
    said = await amina.wishes()
    assert "allerede 5 åbne sager" in said and "Børnepsykiatrien" in said
    await amina.says("mine aftaler")
    assert "Børnepsykiatrien" in spelled(amina.cards[-1]), "the wish goes on where it was"
    assert len([label for label in spelled(amina.cards[-2]).split("\n") if "kl." in label]) == 5
    assert "Du hedder" in await dan.books(), "another person's cases do not count"


@pytest.mark.parametrize("region", ["Region Midtjylland", "Region Sjælland"])
async def test_where_the_service_is_off_it_is_said_and_the_region_asked_again(amina, region):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    assert f"I {region} er anonym" in await amina.taps(region)
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    assert "Hvilken region" in await amina.taps("Spring over")


async def test_wanting_again_what_one_is_doing_loses_nothing(amina):
    await up_to_times(amina)
    said = await amina.says("jeg vil gerne tale med Sofie")
    assert "i gang med" in said and "Hvornår passer det dig?" in said


async def test_a_time_too_soon_or_past_is_not_offered_and_cannot_be_taken(amina, database, clock):
    await up_to_times(amina)
    await amina.taps("kl.")
    clock.passes(days=1)
    said = await amina.taps("Book tiden")
    assert "Her er de næste" in said and "kl." in said
    assert await slots(database, "booked") == 0


async def test_dan_cannot_touch_aminas_case_by_its_id(amina, dan, bo, database, press):
    await amina.books()
    (case,) = await bo.cases()
    for verb in ("appointments.move", "appointments.cancel", "appointments.detail", "stays.withdraw",
                 "placements.detail", "chats.reply"):  # fmt: skip
        for given in (case.id.hex, str(case.id), "not-an-id", "", "🎉", str(uuid.UUID(int=0))):
            said = await press(dan, do=verb, args={"case": given})
            assert case.alias not in said and "Noget gik galt" not in said, (verb, given)
            if "Ja, " in said:
                assert "findes ikke mere" in await dan.taps("Ja, ")
            await dan.says("start forfra")
    async with database.reading() as db:
        assert await db.scalar(select(Appointment.status)) == "active"
        assert await db.scalar(select(Case.state)) == "open"


async def test_a_slot_of_a_tied_advisor_cannot_be_booked_by_its_id(amina, database, clock):
    """What the card did not offer is refused below the dialog too."""
    async with database.transaction() as db:
        slot = await db.scalar(select(Slot).where(Slot.advisor_id == "bo"))
        who = participant_for(database.keyring, amina.address)
        wanted = Constraints("hovedstaden", "soeerne")
        with pytest.raises(appointments.SlotTaken):
            await appointments.book(db, who, slot.id.hex, wanted, topic="", locale="da", now=clock())
        with pytest.raises(appointments.SlotTaken):
            await appointments.book(db, who, "no-id", HOVEDSTADEN, topic="", locale="da", now=clock())
        booked = await appointments.book(db, who, slot.id.hex, HOVEDSTADEN, topic="forged", locale="da", now=clock())
        assert booked.appointment.topic == "" and await cases.own_cases(db, who) == [booked.case]


async def test_a_session_that_is_over_is_neither_cancelled_nor_in_the_way(amina, clock):
    for _ in range(MOST_OPEN_CASES):
        assert "i denne sag" in await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("kl.")
    clock.passes(days=15)
    assert "findes ikke mere" in await amina.taps("Aflys aftalen")
    assert "i denne sag" in await amina.books()


async def test_a_note_for_the_advisor_is_kept_changed_moved_along_and_removed(amina, bo, database):
    await amina.books()
    await amina.says("mine aftaler")
    assert "Er der noget, rådgiveren skal vide" in await amina.taps("Note til rådgiveren")
    assert "Noten er gemt" in await amina.taps("Gem noten", remark="Jeg vil helst tale om efteruddannelse")
    assert (await bo.reads_news())[-1].endswith("har skrevet en note til sin aftale.")
    (case,) = await bo.cases()
    assert await note_of(database, case) == "Jeg vil helst tale om efteruddannelse"
    assert "Note til rådgiveren: Jeg vil helst tale om efteruddannelse" in await amina.says("mine aftaler")
    await amina.taps("Flyt")
    await amina.taps("kl.")
    assert await note_of(database, case) == "Jeg vil helst tale om efteruddannelse"
    await amina.says("mine aftaler")
    await amina.taps("Note til rådgiveren")
    assert "Der er ingen note" in await amina.taps("Fjern noten")
    assert await note_of(database, case) == ""


async def test_a_note_that_names_its_writer_waits_for_a_second_look(amina, bo, database):
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Note til rådgiveren")
    assert "en mailadresse" in await amina.says("Skriv til amina@example.dk")
    (case,) = await bo.cases()
    assert await note_of(database, case) == "", "not kept yet"
    said = await amina.taps("Skriv den om")
    assert "Er der noget" in said and amina.cards[-1].fields[0].value == "Skriv til amina@example.dk", "nothing is lost"
    await amina.says("Skriv til amina@example.dk")
    assert "Noten er gemt" in await amina.taps("Gem den alligevel")
    assert "amina@" in await note_of(database, case)


async def test_a_long_note_is_refused_and_not_cut(amina, bo, database):
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Note til rådgiveren")
    assert "501 tegn" in await amina.says("æ" * 501)
    assert "gemt" in await amina.says("æ" * 500)
    (case,) = await bo.cases()
    assert await note_of(database, case) == "æ" * 500


async def note_of(database, case):
    async with database.reading() as db:
        return appointments.remark_of(db, await appointments.of_case(db, case.id))
