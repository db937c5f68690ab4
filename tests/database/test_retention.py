"""What is kept, for how long, and that it is gone afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.housekeeping import Housekeeping
from knowledge import asked, editing
from storage.appointments import Appointment, Slot
from storage.asked import AskedWords
from storage.base import Base
from storage.cases import Case, UsedAlias, alias_is_free, close
from storage.conversations import Conversation, Heard
from storage.organisation import Staff
from storage.outbox import OutboxMessage


@pytest.fixture
def house(database, clock):
    return Housekeeping(database, clock)


async def count(database, table):
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(table))


async def test_a_session_long_past_is_closed_and_then_erased_with_all_that_hangs_on_it(
    amina, bo, database, clock, house
):
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Tak for i dag")
    await bo.reads_news()
    async with database.reading() as db:
        ends = await db.scalar(select(Slot.ends_at).join(Appointment))
    clock.now = ends
    clock.passes(days=30)
    await house.tidy()
    assert [one.state for one in await bo.cases()] == ["open"]
    clock.passes(minutes=1)
    await house.tidy()
    assert [one.state for one in await bo.cases()] == ["closed"]
    clock.passes(days=30)
    await house.tidy()
    assert len(await bo.cases()) == 1, "asking back is still possible"
    clock.passes(days=1)
    await house.tidy()
    for table in (Case, Appointment, OutboxMessage, *map(Base.metadata.tables.get, ("message", "identity_envelope"))):
        assert await count(database, table) == 0, table
    assert "ingen sager" in await amina.says("hvad gemmer I om mig")


async def test_a_wish_that_was_withdrawn_goes_after_thirty_days(amina, carla, database, clock, house):
    await amina.wishes()
    await amina.says("mine ønsker")
    await amina.taps("Træk ønsket tilbage")
    await amina.taps("Ja, træk det")
    clock.passes(days=30)
    await house.tidy()
    assert await count(database, Case) == 1
    clock.passes(days=1)
    await house.tidy()
    assert await count(database, Case) == 0 and await carla.cases() == []


async def test_a_wish_that_waits_is_kept(amina, carla, clock, house):
    await amina.wishes()
    clock.passes(days=100)
    await house.tidy()
    assert [one.state for one in await carla.cases()] == ["open"]


async def test_a_wish_in_which_nobody_writes_is_closed_after_half_a_year_and_then_erased(
    amina, carla, database, clock, house
):
    await amina.wishes()
    (case,) = await carla.cases()
    clock.passes(days=100)
    await carla.answers(case.id.hex, "Jeg leder stadig")
    clock.passes(days=180)
    await house.tidy()
    assert [one.state for one in await carla.cases()] == ["open"]
    clock.passes(days=1)
    await house.tidy()
    assert [one.state for one in await carla.cases()] == ["closed"]
    assert "Lukket, fordi der ikke skete noget i et halvt år" in await amina.says("mine ønsker")
    clock.passes(days=31)
    await house.tidy()
    assert await count(database, Case) == 0


async def test_a_wish_that_nobody_has_answered_is_closed_too(amina, carla, clock, house):
    await amina.wishes()
    clock.passes(days=181)
    await house.tidy()
    assert [one.state for one in await carla.cases()] == ["closed"]


async def test_an_appointment_of_a_closed_case_can_neither_be_moved_nor_cancelled(amina, bo, database, clock):
    await amina.books()
    await amina.says("mine aftaler")
    (case,) = await bo.cases()
    async with database.transaction() as db:
        await close(db, case.id, clock().date())
    for button in ("Flyt aftalen", "Aflys aftalen"):
        told = await amina.taps(button)
        if "Ja, aflys" in told:
            told = await amina.taps("Ja, aflys")
        assert "Den sag findes ikke mere" in told
    async with database.reading() as db:
        assert await db.scalar(select(Appointment.status)) == "active"


async def test_drafts_and_heard_marks_go(amina, database, clock, house):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    for days, left in ((7, (1, 2)), (1, (1, 0)), (6, (1, 0)), (1, (0, 0))):
        clock.passes(days=days)
        await house.tidy()
        assert (await count(database, Conversation), await count(database, Heard)) == left
    assert "færdige med" in await amina.taps("Min vej videre"), "an old card, not a crash"


async def test_an_alias_rests_for_a_year_and_longer_while_its_case_lives(amina, carla, database, clock, house):
    await amina.wishes()
    (case,) = await carla.cases()

    async def free():
        async with database.reading() as db:
            return await alias_is_free(db, case.alias)

    assert not await free()
    clock.passes(days=366)
    await house.tidy()
    assert await count(database, UsedAlias) == 0 and not await free(), "the case still has it"
    await amina.says("slet alt om mig")
    await amina.taps("Ja, slet alt")
    assert await free()


async def test_tidying_twice_or_in_an_empty_house_does_no_harm(house):
    await house.tidy()
    await house.tidy()


def size_of_log(database):
    log = Path(database.url.split("///")[1] + "-wal")
    return log.stat().st_size if log.exists() else 0


@pytest.mark.sqlite
async def test_nothing_erased_stays_in_the_log(amina, database, house):
    """SQLite keeps old pages in its write-ahead log until that is emptied."""
    await amina.books()
    assert size_of_log(database) > 0
    await house.tidy()
    assert size_of_log(database) == 0


@pytest.mark.sqlite
async def test_what_somebody_erases_leaves_the_log_with_the_same_turn(amina, database):
    await amina.books()
    await amina.says("slet alt om mig")
    assert size_of_log(database) > 0
    await amina.taps("Ja, slet alt")
    assert size_of_log(database) == 0


@pytest.mark.sqlite
async def test_a_reader_in_the_way_only_delays_it(amina, dan, database):
    await amina.books()
    await amina.says("slet alt om mig")
    async with database.reading() as looking:
        await looking.execute(select(Case))
        assert "Alt om dig er slettet" in await amina.taps("Ja, slet alt")
        assert size_of_log(database) > 0
    await dan.says("hej")
    assert size_of_log(database) == 0


async def test_words_and_articles_whose_time_is_over_go(database, clock, house):
    async def first(_):
        return True

    async with database.transaction() as db:
        content, _ = await editing.open_draft(db, "rh-04", "da")
        ending = replace(content, expires_on="2026-11-25")
        revision = await editing.save(db, "rh-04", "da", ending, 0, editor="hanne", now=clock())
        await editing.publish(db, "rh-04", "da", revision, editor="hanne", now=clock(), second_reader=False)
        await asked.count(db, "parkering", "nothing", "", clock(), first)
    await house.tidy()
    async with database.reading() as db:
        assert (await editing.live_article(db, "rh-04", "da")).state == "published"
        assert len(list(await db.scalars(select(AskedWords)))) == 1
    clock.passes(days=300)
    await house.tidy()
    async with database.reading() as db:
        assert (await editing.live_article(db, "rh-04", "da")).state == "retired"
        assert list(await db.scalars(select(AskedWords))) == []


async def test_a_case_without_a_time_in_which_nobody_writes_is_closed_and_then_erased(
    amina, advisor, database, clock, house
):
    """Handed over to somebody who is not free then, or waiting: no session passes, so nothing would ever end it."""
    async with database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id.in_(["bo", "sofie", "mikkel"])).values(active=False))
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.taps("vil jeg ikke sige")
    await amina.taps("ventelisten")
    clock.passes(days=170)
    await amina.taps("Skriv til kontoret")
    await amina.says("Jeg venter stadig")
    await amina.says("stop")
    clock.passes(days=179)
    await house.tidy()
    assert [one.state for one in await advisor("carla").cases()] == ["open"], "somebody has written"
    clock.passes(days=2)
    await house.tidy()
    assert [one.state for one in await advisor("carla").cases()] == ["closed"]
    assert "har afsluttet sagen" in await amina.reads_news()
    clock.passes(days=31)
    await house.tidy()
    assert await count(database, Case) == 0


async def test_a_note_is_kept_with_one_time_only(amina, database):
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Note til rådgiveren")
    await amina.taps("Gem noten", remark="Jeg er nervøs")
    await amina.says("mine aftaler")
    await amina.taps("Flyt aftalen")
    await amina.taps("kl.")
    async with database.reading() as db:
        rows = {row.status: row.remark for row in await db.scalars(select(Appointment))}
    assert rows["moved"] is None and rows["active"]
