"""A case goes to somebody else, and who may not have it sees nothing of it."""

import pytest
from sqlalchemy import select, update

from bot.nudge import Nudge
from bot.rounds import Rounds
from guidance import appointments, blocks, cases, chats, handover
from guidance.errors import NobodyAllowed, NoSuchCase
from storage.appointments import Slot
from storage.organisation import Staff


@pytest.fixture
def rounds(database, clock):
    return Rounds(database, clock, Nudge())


@pytest.fixture
async def case(amina, bo):
    """Amina, from Nordkysten, has booked Bo. Sofie may have her case too; Mikkel's leader leads there."""
    await amina.books()
    (case,) = await bo.cases()
    return case.id.hex


async def become(database, staff_id, **values):
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id == staff_id).values(**values))


async def slots(database, staff_id, state):
    async with database.reading() as db:
        return (await db.scalars(select(Slot).where(Slot.advisor_id == staff_id, Slot.state == state))).all()


async def test_only_colleagues_who_may_have_it_are_offered(case, database):
    async with database.reading() as db:
        there = await cases.by_id(db, case)
        assert [person.id for person in await handover.colleagues(db, there)] == ["sofie"]


async def test_handed_over_the_time_moves_along_if_the_other_one_is_free(amina, bo, advisor, case, clock, database):
    (taken,) = await slots(database, "bo", "booked")
    async with database.transaction() as db:  # Sofie is free at that very time
        db.add(Slot(advisor_id="sofie", starts_at=taken.starts_at, ends_at=taken.ends_at))
    async with database.transaction() as db:
        await handover.hand_over(db, "bo", case, "sofie", clock())
    sofie = advisor("sofie")
    assert [one.id.hex for one in await sofie.cases()] == [case] and await bo.cases() == []
    assert [slot.starts_at for slot in await slots(database, "sofie", "booked")] == [taken.starts_at]
    assert await slots(database, "bo", "booked") == []
    assert await bo.reads_news() == []  # nothing of it is left with who had it
    assert any("er nu din sag" in told for told in await sofie.reads_news())
    assert "Sofie Holm har nu din sag" in (news := await amina.reads_news()) and "stadig" in news


async def test_without_that_time_the_employee_chooses_another(amina, advisor, case, clock, database):
    async with database.transaction() as db:
        await db.execute(update(Slot).where(Slot.advisor_id == "sofie", Slot.state == "free").values(state="withdrawn"))
    async with database.transaction() as db:
        await handover.hand_over(db, "bo", case, "sofie", clock())
    async with database.transaction() as db:
        await db.execute(update(Slot).where(Slot.advisor_id == "sofie").values(state="free"))
    assert "Vælg en ny tid" in await amina.reads_news()
    await amina.taps("Se ledige tider")
    assert "Din tid er flyttet" in await amina.taps("kl.")
    assert len(await slots(database, "sofie", "booked")) == 1


async def test_a_wish_that_may_not_be_goes_to_somebody_who_may_and_nobody_learns_it(advisor, bo, case, clock, database):
    """Mikkel's leader leads where Amina works: to say so would tell where that is."""
    async with database.transaction() as db:
        await handover.hand_over(db, "bo", case, "mikkel", clock())
    assert [one.id.hex for one in await advisor("sofie").cases()] == [case]
    assert await advisor("mikkel").cases() == [] and await advisor("mikkel").reads_news() == []


async def test_who_is_offered_to_hand_over_to_says_nothing_of_the_employee(case, database):
    async with database.reading() as db:
        there, bo = await cases.by_id(db, case), await db.get(Staff, "bo")
        assert [person.id for person in await handover.who_could(db, bo, there)] == ["mikkel", "sofie"]


async def test_only_who_has_the_case_hands_it_over(case, clock, database, bo):
    with pytest.raises(NoSuchCase):
        async with database.transaction() as db:
            await handover.hand_over(db, "sofie", case, "sofie", clock())
    assert len(await bo.cases()) == 1


async def test_with_nobody_at_all_it_stays_and_the_employee_is_told_once(amina, bo, case, clock, database, rounds):
    await become(database, "sofie", active=False)
    await become(database, "carla", active=False)
    with pytest.raises(NobodyAllowed):
        async with database.transaction() as db:
            await handover.decline(db, "bo", case, clock())
    assert len(await bo.cases()) == 1
    await become(database, "bo", works_in="nordkysten-akut")
    await rounds.go()
    await rounds.go()
    assert (await amina.reads_news()).count("Ingen kan tage din sag") == 1


async def test_who_declines_never_sees_it_again(advisor, bo, case, clock, database):
    async with database.transaction() as db:
        await handover.decline(db, "bo", case, clock())
    assert [one.id.hex for one in await advisor("sofie").cases()] == [case]
    with pytest.raises(NoSuchCase):
        await bo.reads(case)
    async with database.transaction() as db:  # nor can it be given back: it goes to the office
        await handover.hand_over(db, "sofie", case, "bo", clock())
    assert await bo.cases() == []


async def test_an_advisor_who_comes_to_the_employees_workplace_loses_the_case_at_once(
    amina, bo, advisor, case, database, rounds
):
    await amina.taps("Skriv til rådgiveren")
    await amina.says("Hej")
    assert await bo.reads_news() != []
    await become(database, "bo", works_in="nordkysten-akut")
    assert await bo.cases() == [] and await bo.reads_news() == []
    with pytest.raises(NoSuchCase):
        await bo.reads(case)
    await rounds.go()
    sofie = advisor("sofie")
    assert [one.id.hex for one in await sofie.cases()] == [case]
    assert await bo.reads_news() == []
    assert await sofie.reads(case) == ["Hej"]


async def test_so_does_one_who_becomes_a_leader_there(bo, case, database):
    await become(database, "bo", leads=["nordkysten-boern"])
    assert await bo.cases() == []


async def test_the_cases_of_who_has_left_go_to_the_others_and_then_to_the_office(
    amina, advisor, carla, bo, case, database, rounds
):
    await become(database, "bo", active=False)
    await rounds.go()
    assert [one.id.hex for one in await advisor("sofie").cases()] == [case]
    await become(database, "sofie", active=False)
    await rounds.go()
    await rounds.go()
    assert [(one.id.hex, one.kind) for one in await carla.cases()] == [(case, "waiting")]
    assert "Du står på ventelisten" in await amina.reads_news()


async def test_proposed_times_are_taken_with_one_tap(amina, bo, case, clock, database):
    async with database.reading() as db:
        times = (await appointments.own_times(db, "bo", clock()))[3:6]
    async with database.transaction() as db:
        await appointments.propose(db, "bo", case, [slot.id.hex for slot in times], clock())
    said = await amina.reads_news()
    assert "foreslår en af disse tider" in said
    assert "Din tid er flyttet" in await amina.taps("kl.")
    (now_taken,) = await slots(database, "bo", "booked")
    assert now_taken.id in [slot.id for slot in times]


async def test_others_times_cannot_be_proposed(case, clock, database):
    async with database.reading() as db:
        times = await appointments.own_times(db, "sofie", clock())
    with pytest.raises(appointments.SlotTaken):
        async with database.transaction() as db:
            await appointments.propose(db, "bo", case, [times[0].id.hex], clock())


async def test_silence_reminds_and_then_tells_the_office_once_each(amina, bo, carla, case, clock, rounds):
    await amina.taps("Skriv til rådgiveren")
    await amina.says("Er du der?")
    before = len(await bo.reads_news())
    await rounds.go()
    assert len(await bo.reads_news()) == before
    clock.passes(hours=25)
    await rounds.go()
    await rounds.go()
    assert [told for told in await bo.reads_news() if "venter stadig" in told] != []
    assert len(await bo.reads_news()) == before + 1 and await carla.reads_news() == []
    clock.passes(hours=48)
    await rounds.go()
    await rounds.go()
    assert ["venter stadig" in told for told in await carla.reads_news()] == [True]
    await bo.answers(case, "Ja, nu er jeg")
    clock.passes(days=9)
    await rounds.go()
    assert len(await bo.reads_news()) == before + 1


async def test_a_note_is_sealed_masked_and_never_the_employees(amina, bo, case, database):
    async with database.transaction() as db:
        await cases.write_note(db, "bo", case, "Vil gerne høre om intensiv, 010190-1234")
    async with database.reading() as db:
        there = await cases.by_id(db, case)
        assert cases.note_of(db, there) == "Vil gerne høre om intensiv, [cpr fjernet]"
        assert b"intensiv" not in there.note
    everything = [await amina.says(words) for words in ("mine aftaler", "hvad gemmer I om mig", "skriv")]
    assert not any("høre om intensiv" in said for said in everything)


async def test_a_block_keeps_the_person_out_of_new_cases_and_nobody_else(amina, dan, bo, case, clock, database):
    async with database.transaction() as db:
        await blocks.end_and_block(db, "bo", case, clock())
    assert "har afsluttet sagen" in await amina.reads_news()
    said = await amina.books()
    assert "lukket for nye sager fra dig" in said
    assert "i denne sag" in await dan.books()
    async with database.transaction() as db:
        await blocks.lift(db, "bo", case)
    assert "i denne sag" in await amina.books()


async def test_a_block_ends_by_itself(amina, case, clock, database):
    async with database.transaction() as db:
        await blocks.end_and_block(db, "bo", case, clock())
    clock.passes(days=31)
    async with database.transaction() as db:
        from guidance import calendar

        await calendar.offer_all(db, clock())
    assert "i denne sag" in await amina.books()


async def test_acute_help_reaches_the_employee_and_stands_in_the_chat(amina, bo, case, clock, database):
    async with database.transaction() as db:
        await chats.send_acute_help(db, "bo", case, clock())
    said = await amina.reads_news()
    assert "70 201 201" in said and "112" in said and "Giv mit telefonnummer" in said
    assert await bo.reads(case) == [chats.ACUTE_HELP]


async def test_what_keeps_people_apart_is_sealed(case, database):
    async with database.reading() as db:
        there = await cases.by_id(db, case)
        assert b"nordkysten" not in there.conflict


async def test_a_block_outlives_the_erasure_of_everything(amina, case, clock, database):
    """Or else anybody could erase their way out. The page about privacy says so."""
    async with database.transaction() as db:
        await blocks.end_and_block(db, "bo", case, clock())
    await amina.says("slet alt om mig")
    await amina.taps("Ja, slet alt")
    assert "lukket for nye sager fra dig" in await amina.books()
