"""How and when to meet, the waiting list, reminders, and what can be done in the chat beside writing."""

from datetime import UTC, datetime

import pytest
from cast import spelled
from sqlalchemy import select, update

from bot.nudge import Nudge
from bot.rounds import Rounds
from guidance import quiet_hours
from storage.appointments import Appointment, Slot
from storage.feedback import all_of_it
from storage.organisation import Staff


@pytest.fixture
def rounds(database, clock):
    return Rounds(database, clock, Nudge())


async def up_to_ways(who, first="book en tid"):
    await who.says(first)
    await who.taps("Fortsæt")
    await who.taps("Spring over")
    await who.taps("Region Hovedstaden")
    await who.taps("vil jeg ikke sige")
    return await who.taps("alle i orden")


async def appointments_of(database):
    async with database.reading() as db:
        return (await db.scalars(select(Appointment))).all()


# -- when and how --


async def test_the_first_sentence_says_day_hour_and_language(amina):
    await up_to_ways(amina, "har I en tid på torsdag efter kl. 12, gerne på engelsk?")
    said = await amina.taps("Skriv sammen")
    assert "torsdag, fra kl. 12.00, på engelsk" in said
    times = [label for label in amina.sees() if "kl." in label]
    assert times and all(label.startswith("torsdag") and "Sofie" not in label for label in times)


async def test_days_can_be_typed_under_the_times_and_taken_back(amina):
    await up_to_ways(amina)
    await amina.taps("Skriv sammen")
    said = await amina.says("kun fredag formiddag")
    assert "fredag, før kl. 12.00" in said and all("fredag" in label for label in amina.sees() if " kl. " in label)
    said = await amina.says("søndag")
    assert "ingen ledige tider, der passer (søndag)" in said
    assert "Hvornår passer det dig?" in await amina.taps("Vis alle tider")


async def test_each_way_says_who_learns_what_and_only_those_who_offer_it_are_shown(amina):
    said = await up_to_ways(amina)
    assert "Ikke anonymt. Rådgiveren ser dit navn" in said and "sig dit dæknavn" in said
    await amina.taps("Videomøde")
    assert {label.rpartition(" · ")[2] for label in amina.sees() if " · " in label} == {"Mikkel Ravn"}
    said = await amina.taps("kl.")
    assert "Videomøde i Teams" in said and "Ikke anonymt" in said


async def test_by_telephone_the_number_comes_with_the_booking(amina, database):
    await up_to_ways(amina, "jeg vil gerne tale med en rådgiver i telefonen, book en tid")
    await amina.taps("kl.")
    said = await amina.taps("Book tiden")
    assert "Ring til: 00 00 00 0" in said
    assert [one.way for one in await appointments_of(database)] == ["phone"]


async def test_the_only_way_is_taken_if_it_is_anonymous_and_said_if_it_is_not(amina, dan, database):
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id != "bo").values(active=False))
        await db.execute(update(Staff).where(Staff.id == "bo").values(ways=["phone"]))
    assert "Hvornår passer det dig?" in await up_to_ways(amina)
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id == "bo").values(ways=["video"]))
    assert "Ikke anonymt" in await up_to_ways(dan)
    assert "Hvornår passer det dig?" in await dan.taps("Videomøde")


async def test_a_reminder_moves_with_the_appointment_and_stays_out_of_the_night(amina, database):
    await amina.books()
    await amina.taps("Påmindelse")
    await amina.taps("En time før")
    await amina.says("mine aftaler")
    await amina.taps("Flyt")
    await amina.taps("Vis senere tider")
    await amina.taps("kl.")
    async with database.reading() as db:
        moved = await db.scalar(select(Appointment).where(Appointment.status == "active"))
        slot = await db.get(Slot, moved.slot_id)
    assert moved.remind_at == quiet_hours.remind_at(slot.starts_at, "hour")


async def test_an_advisor_with_enough_cases_gets_no_more(amina, database):
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id != "sofie").values(most_cases=1))
    await amina.books()
    await amina.books()
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Fortsæt", workplace="psykiatri-oest")  # Sofie works there
    await amina.accepts_all_advisors()
    assert "ingen ledig rådgiver" in spelled(amina.cards[-1]) or "Mikkel" in spelled(amina.cards[-1])


# -- the waiting list --


@pytest.fixture
async def nobody_left(database):
    """Only Sofie is at work, and she works where Amina does."""
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id.in_(["bo", "mikkel"])).values(active=False))


async def waits(who):
    await who.says("book en tid")
    await who.taps("Fortsæt")
    await who.taps("Spring over")
    await who.taps("Region Hovedstaden")
    await who.taps("Fortsæt", workplace="psykiatri-oest")
    return await who.taps("ventelisten")


async def test_with_nobody_left_there_is_a_waiting_list_and_the_office_is_told(amina, carla, advisor, nobody_left):
    said = await waits(amina)
    assert "på ventelisten som" in said and amina.cards[-1].keep
    assert ["står på ventelisten" in told for told in await carla.reads_news()] == [True]
    assert await advisor("sofie").reads_news() == [] and await advisor("sofie").cases() == []
    assert "Du står på ventelisten" in await amina.says("mine aftaler")


async def test_who_waits_is_told_once_when_there_are_times_and_keeps_the_name(
    amina, bo, carla, database, rounds, nobody_left
):
    await waits(amina)
    (case,) = await carla.cases()
    await rounds.go()
    assert await amina.reads_news() == ""
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id == "bo").values(active=True))
    await rounds.go()
    await rounds.go()
    assert (await amina.reads_news()).count("Der er ledige tider nu") == 1
    await amina.taps("Se ledige tider")
    assert f"Du hedder stadig {case.alias}" in await amina.taps("kl.")
    assert [one.alias for one in await bo.cases()] == [case.alias] and await carla.cases() == []


async def test_waiting_can_be_ended(amina, carla, nobody_left):
    await waits(amina)
    await amina.says("mine aftaler")
    await amina.taps("Tag mig af ventelisten")
    assert "ingen aftaler" in await amina.says("mine aftaler")
    assert any("ikke på ventelisten mere" in told for told in await carla.reads_news())


# -- reminders --


@pytest.mark.parametrize(
    ("starts", "before", "moment"),
    [
        ((2026, 11, 25, 9), "day", (2026, 11, 24, 9)),
        ((2026, 11, 25, 9), "hour", (2026, 11, 25, 8)),
        ((2026, 11, 25, 7, 30), "hour", (2026, 11, 24, 19)),  # 07.30 in Denmark is too early
        ((2026, 11, 25, 20), "hour", (2026, 11, 25, 19)),  # 20.00 is as late as it gets
        ((2026, 11, 25, 21, 30), "hour", (2026, 11, 25, 19)),
        ((2026, 10, 26, 8), "day", (2026, 10, 25, 8)),  # summer time ended that night
    ],
)
def test_never_at_night(starts, before, moment):
    assert quiet_hours.remind_at(datetime(*starts, tzinfo=UTC), before) == datetime(*moment, tzinfo=UTC)


async def test_a_reminder_comes_once_and_only_if_it_is_wanted(amina, clock, database, rounds):
    await amina.books()
    (booked,) = await appointments_of(database)
    assert booked.remind_at is None
    await amina.taps("Påmindelse")
    said = await amina.taps("En time før")
    assert "Jeg minder dig om det" in said
    (booked,) = await appointments_of(database)
    clock.now = booked.remind_at
    await rounds.go()
    await rounds.go()
    assert (await amina.reads_news()).count("Husk din aftale") == 1


async def test_of_a_cancelled_appointment_nobody_is_reminded(amina, clock, rounds):
    await amina.books()
    await amina.taps("Påmindelse")
    await amina.taps("En time før")
    await amina.says("mine aftaler")
    await amina.taps("Aflys")
    await amina.taps("Ja, aflys")
    clock.passes(days=3)
    await rounds.go()
    assert await amina.reads_news() == ""


async def test_the_calendar_button_tells_the_time_and_nothing_else(amina):
    await amina.books()
    await amina.says("mine aftaler")
    url = amina.button("kalender").url
    assert url.startswith("/calendar/202611") and url.endswith("-45.ics")


# -- in the chat --


@pytest.fixture
async def writing(amina, bo):
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    (case,) = await bo.cases()
    return case.id.hex


async def test_what_may_name_the_writer_is_held_back_and_can_be_sent(amina, bo, writing):
    said = await amina.says("Ring til mig på 20 30 40 50")
    assert "et telefonnummer" in said and "Jeg har ikke sendt den" in said
    assert await bo.reads(writing) == []
    await amina.taps("Send det alligevel")
    assert await bo.reads(writing) == ["Ring til mig på 20 30 40 50"]


async def test_the_name_that_the_channel_knows_is_noticed_and_not_kept(amina, bo, database, writing):
    said = await amina.says("Det er Amina her", name="Amina Yusuf")
    assert "et navn" in said
    await amina.taps("Send det ikke")
    await amina.says("Det er mig her", name="Amina Yusuf")
    assert await bo.reads(writing) == ["Det er mig her"]


async def test_writing_it_again_sends_the_new_words_only(amina, bo, writing):
    await amina.says("Min leder hedder Dan")
    assert "er sendt" in await amina.says("Min leder ved det ikke")
    assert await bo.reads(writing) == ["Min leder ved det ikke"]
    await amina.says("Min leder hedder Dan")
    assert "et navn" in await amina.says("Dan er min leder. Mvh Amina")
    assert await bo.reads(writing) == ["Min leder ved det ikke"]


@pytest.mark.parametrize(("typed", "sent"), [("ja", True), ("Send det alligevel", True), ("nej", False)])
async def test_yes_and_no_can_be_typed(amina, bo, writing, typed, sent):
    await amina.says("Min leder hedder Dan")
    await amina.says(typed)
    assert await bo.reads(writing) == (["Min leder hedder Dan"] if sent else [])


async def test_to_show_who_one_is_takes_a_second_yes(amina, bo, writing):
    await amina.taps("Vis, hvem jeg er")
    assert "stod ikke noget" in await amina.taps("Fortsæt")
    said = await amina.taps("Fortsæt", name="Amina Yusuf", phone="")
    assert "Jeg hedder Amina Yusuf." in said and await bo.reads(writing) == []
    await amina.taps("Ja, send det")
    assert await bo.reads(writing) == ["Jeg vil gerne fortælle, hvem jeg er. Jeg hedder Amina Yusuf."]


async def test_ending_the_case_cancels_and_asks_what_it_was_worth(amina, bo, database, writing):
    await amina.taps("Afslut sagen")
    assert "Sagen er afsluttet" in await amina.taps("Ja, afslut")
    assert any("har afsluttet sagen" in told for told in await bo.reads_news())
    assert [one.status for one in await appointments_of(database)] == ["cancelled"]
    await amina.taps("Sig, hvad du synes")
    await amina.taps("4 · Meget")
    assert "Tak for dit svar" in await amina.taps("Nej")
    async with database.reading() as db:
        counted = [(one.month, one.question, one.answer, one.count) for one in await all_of_it(db)]
    assert counted == [("2026-11", "helped", "4", 1), ("2026-11", "would_have_left", "no", 1)]
    assert "allerede svaret" in await amina.taps("Sig, hvad du synes")


async def test_erasing_one_case_leaves_the_others(amina, bo, database, writing):
    await amina.says("stop")
    await amina.wishes()
    await amina.says("mine aftaler")
    await amina.taps("Skriv til rådgiveren")
    await amina.taps("Slet sagen")
    assert "Sagen er slettet" in await amina.taps("Ja, slet")
    assert await bo.cases() == [] and any("har slettet sin sag" in told for told in await bo.reads_news())
    assert "Snusepraktik" in await amina.says("mine ønsker")


async def test_thirty_messages_an_hour_are_enough(amina, bo, clock, writing):
    for number in range(30):
        await amina.says(f"linje {number}")
    assert "på en time" in await amina.says("en til")
    assert len(await bo.reads(writing)) == 30
    clock.passes(hours=1, minutes=6)
    assert "er sendt" in await amina.says("en til")
