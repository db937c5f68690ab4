"""Amina asks what is kept about her, and has it deleted."""

from cast import spelled
from sqlalchemy import func, select

from storage.base import Base
from storage.chats import Message
from storage.outbox import OutboxMessage

THE_PERSONS = ("guidance_case", "identity_envelope", "message", "appointment", "placement", "conversation")


async def rows(database):
    async with database.reading() as db:
        return {
            name: await db.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


async def test_nothing_is_kept_of_who_has_done_nothing(amina):
    assert "ingen sager om dig" in await amina.says("hvad gemmer I om mig?")


async def test_a_draft_is_told_open_or_put_aside(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    said = await amina.says("hvad gemmer I om mig?")
    assert "Kladde: Det, vi er i gang med nu" in said and "Hvad vil du gerne tale om?" in said
    await amina.says("afbryd")
    assert "Kladde: Det, vi er i gang med nu" in await amina.says("hvad gemmer I om mig?")
    await amina.says("start forfra")
    assert "Kladde: Ingen" in await amina.says("hvad gemmer I om mig?")


async def test_every_case_is_listed_with_what_hangs_on_it(amina, bo, carla):
    await amina.books()
    await amina.wishes()
    (booked,), (wish,) = await bo.cases(), await carla.cases()
    await bo.answers(booked.id.hex, "Hej")
    said = await amina.says("hvad ved I om mig")
    assert f"{booked.alias}: Rådgivning, åben" in said and "1 beskeder" in said
    assert f"{wish.alias}: Ønske om ophold, åben" in said
    assert "Region: Region Hovedstaden" in said


async def test_deleting_asks_once_more_and_then_leaves_nothing(amina, bo, carla, database, worker):
    before = await rows(database)
    await amina.books()
    await amina.wishes()
    (booked,), (wish,) = await bo.cases(), await carla.cases()
    await bo.answers(booked.id.hex, "Vi ses")
    await amina.reads_news()
    await amina.says("skriv")
    await amina.says("start forfra")
    await amina.says("slet alt om mig")
    assert "2 sager" in spelled(amina.cards[-1])
    assert "ikke slettet noget" in await amina.taps("Nej, behold det")
    await amina.says("slet alt om mig")
    assert "2 sager" in await amina.says("ja")
    after = await rows(database)
    assert {name: after[name] for name in THE_PERSONS} == dict.fromkeys(THE_PERSONS, 0)
    assert {name for name in after if after[name] != before[name]} == {"heard", "outbox", "used_alias"}
    async with database.reading() as db:
        left = [(m.recipient, m.kind, m.ids["alias"]) for m in await db.scalars(select(OutboxMessage))]
    assert sorted(left) == [
        ("staff:bo" if booked.staff_id == "bo" else f"staff:{booked.staff_id}", "case_erased", booked.alias),
        ("staff:carla", "case_erased", wish.alias),
    ]
    assert await bo.reads_news() == [f"{booked.alias} har slettet sin sag. Der er ikke mere at gøre."]
    assert "ingen sager" in await amina.says("hvad gemmer I om mig")


async def test_the_time_of_an_erased_appointment_is_free_again(amina, dan, bo, database):
    first = spelled_times(await amina.books())
    await amina.says("slet alt om mig")
    await amina.taps("Ja, slet alt")
    assert spelled_times(await dan.books()) == first


def spelled_times(said):
    return next(part for part in said.split("Din tid er ")[1].split(".") if part)


async def test_old_cards_of_an_erased_case_do_no_harm(amina, bo, press):
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Hvordan går det?")
    await amina.reads_news()
    await amina.says("slet alt om mig")
    await amina.taps("Ja, slet alt")
    assert "findes ikke mere" in await amina.taps("Svar")
    await amina.says("Det går fint")
    for verb in ("appointments.detail", "appointments.move", "appointments.cancel", "placements.withdraw"):
        assert "Noget gik galt" not in await press(amina, do=verb, args={"case": case.id.hex})
        await amina.says("start forfra")


async def test_an_old_card_of_an_erased_case_does_not_end_what_one_is_doing(amina, bo):
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Hvordan går det?")
    await amina.reads_news()
    await amina.says("mine aftaler")
    reply = amina.button("Svar")
    await amina.says("slet alt om mig")
    await amina.taps("Ja, slet alt")
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    amina.cards[-1].buttons.append(reply)
    said = await amina.taps("Svar")
    assert "findes ikke mere" in said and "Hvor vil du gerne hen" in said


async def test_erasing_in_the_middle_of_a_flow_erases_the_draft(amina, database):
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.says("slet alt om mig")
    said = await amina.says("ja")
    assert "0 sager" in said and "Fortsæt, hvor du slap" not in said
    assert (await rows(database))["conversation"] == 0


async def test_a_parked_chat_of_an_erased_case_cannot_be_taken_up(amina, bo, database):
    """The case goes by itself (kept long enough) while the chat is put aside."""
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    await amina.says("Hej")
    await amina.taps("Mine aftaler")
    await amina.taps("Aflys aftalen")
    async with database.transaction() as db:
        from storage import cases

        (case,) = await bo.cases()
        await cases.erase(db, case.id)
    said = await amina.taps("Ja, aflys")
    assert "findes ikke mere" in said
    if await amina.says("fortsæt"):
        assert "Noget gik galt" not in spelled(amina.cards[-1])
    async with database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Message)) == 0


async def test_dan_deletes_only_his_own(amina, dan, bo):
    await amina.books()
    await dan.says("slet alt om mig")
    assert "0 sager" in await dan.taps("Ja, slet alt")
    assert len(await bo.cases()) == 1
