"""Amina asks what is kept about her, and has it deleted."""

import json

from cast import spelled
from sqlalchemy import func, select

from guidance import own_data
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
    for verb in ("appointments.detail", "appointments.move", "appointments.cancel", "stays.withdraw"):
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


async def whole_file(turns, who):
    return json.loads(await turns.own_data(who.address, who.address.subject))


async def test_the_file_holds_everything_that_is_stored(amina, bo, carla, turns):
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    await amina.says("Hej Bo")
    await amina.says("stop")
    await amina.says("mine aftaler")
    await amina.taps("Note til")
    await amina.says("Vil tale om videreuddannelse")
    await amina.wishes("Neurologien")
    (case,), (wish,) = await bo.cases(), await carla.cases()
    await bo.answers(case.id.hex, "Hej Rolig")
    await amina.says("book en tid")
    file = await whole_file(turns, amina)
    by_alias = {one["alias"]: one for one in file["cases"]}
    assert set(by_alias) == {case.alias, wish.alias}
    booked = by_alias[case.alias]
    assert [one["text"] for one in booked["message"]] == ["Hej Bo", "Hej Rolig"]
    assert booked["kept_from"] == {"workplace": "Hospitalet Nordkysten (demo)", "not_with": []}
    assert booked["with"] == "Bo Lindgaard" and booked["outbox"] >= 1
    (appointment,) = booked["appointment"]
    assert appointment["note_for_the_advisor"] == "Vil tale om videreuddannelse" and appointment["status"] == "active"
    assert by_alias[wish.alias]["placement"]["what"] == "Neurologien"
    assert file["conversation"]["region"] == "hovedstaden" and file["conversation"]["step"].startswith("booking.")
    assert file["blocked_until"] is None


async def test_the_file_of_another_person_holds_nothing_of_it(amina, dan, turns):
    await amina.books()
    assert (await whole_file(turns, dan))["cases"] == []


def test_no_table_that_hangs_on_a_case_is_left_out_of_the_file():
    hanging = {
        name
        for name, table in Base.metadata.tables.items()
        for key in table.foreign_keys
        if key.column.table.name == "guidance_case"
    }
    assert hanging <= set(own_data.tables()), hanging - set(own_data.tables())


async def test_in_teams_the_file_is_shown_in_parts(employee, bo, turns):
    amina = employee("Amina Yusuf").from_teams()
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    for number in range(3):
        await amina.says(f"{number}" + "æ" * 3900)
    await amina.says("hvad gemmer I om mig?")
    await amina.taps("som fil")
    shown = [amina.cards[-2]]  # the open question is asked again below it
    while any("næste del" in button.label for button in shown[-1].buttons):
        await amina.taps("næste del")
        shown.append(amina.cards[-2])
    text = "".join(card.words for card in shown)
    assert len(shown) > 4 and max(len(card.words) for card in shown) <= 3000
    file = json.loads(text)
    assert [len(one["text"]) for one in file["cases"][0]["message"]] == [3901] * 3


async def test_a_part_that_is_none_is_the_first_or_the_last(amina, press):
    for part in ("0", "-1", "x", "²", ""):
        assert "Del 1 af" in await press(amina, do="privacy.file", args={"part": part})
    assert "Del 1 af 1" in await press(amina, do="privacy.file", args={"part": "9" * 40})


async def test_what_stays_is_said(amina):
    await amina.books()
    await amina.says("slet alt om mig")
    assert "et aftryk af hvert dæknavn i et år" in await amina.taps("Ja, slet alt")
