"""A turn is all or nothing, whatever goes wrong in it."""

import pytest
from sqlalchemy import func, select

from bot import turns as doorway
from guidance import cases
from knowledge.articles import Library
from storage.base import Base


async def rows(database, table):
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(Base.metadata.tables[table]))


async def test_an_answer_that_cannot_be_shown_undoes_what_it_would_have_told_of(amina, database, monkeypatch):
    await amina.says("Jeg vil gerne tale med nogen uden min chef ved det")
    for step in ("Fortsæt", "Min vej videre", "Region Hovedstaden"):
        await amina.taps(step)
    await amina.taps("Fortsæt", workplace="nordkysten")
    await amina.accepts_all_advisors()
    await amina.taps("kl.")
    real = doorway.describe

    def broken(spoken, locale):
        if spoken.reply.key == "appointment.booked":
            raise KeyError("a text is missing")
        return real(spoken, locale)

    monkeypatch.setattr(doorway, "describe", broken)
    assert "gik galt" in await amina.taps("Book tiden")
    assert await rows(database, "guidance_case") == 0
    monkeypatch.undo()
    assert "i denne sag" in await amina.taps("Book tiden")


async def test_a_turn_that_fails_leaves_the_articles_readable(turns, worker, amina, database, monkeypatch):
    """The first turn of a process reads the articles. If it is undone, the next one must still have them."""
    turns._library = Library()

    async def fails(*_):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(doorway.stored, "hear_once", fails)
        assert "gik galt" in await amina.says("hvad er snusepraktik?")
    assert "Snusepraktik" in await amina.says("hvad er snusepraktik?")
    with monkeypatch.context() as patch:
        patch.setattr(doorway, "_respond", fails)
        assert "gik galt" in await amina.says("hvad er udveksling?")
    assert "Det her står der om det" in await amina.says("hvad er snusepraktik?")


async def test_fields_that_the_question_does_not_have_are_not_heard(amina, press):
    """A forged card cannot reach into the draft, and cannot name a step of another flow."""
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    await amina.says("Børnepsykiatrien")
    await amina.says("12/1, 3 dage")
    await amina.skips()
    send = amina.button("Send ønsket").data
    said = await press(amina, card=send["card"], pick=send["pick"], fields={"change": "privacy.really_erase"})
    assert "Du hedder" in said and "slette alt" not in said


@pytest.mark.parametrize("where", ["text", "field"])
async def test_more_than_is_read_is_refused_before_anything_reads_it(amina, monkeypatch, where):
    longest = 0
    real = doorway.mask_cpr

    def measured(text):
        nonlocal longest
        longest = max(longest, len(text))
        return real(text)

    monkeypatch.setattr(doorway, "mask_cpr", measured)
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    endless = "jeg vil gerne se noget andet. " * 10_000
    said = await (amina.says(endless) if where == "text" else amina.taps("Fortsæt", what=endless))
    assert "Del den i flere" in said and longest <= doorway.LONGEST_TEXT + 2
    assert "Hvornår" in await amina.says("Børnepsykiatrien"), "the question is still open"


@pytest.mark.parametrize("said", ["hjælp", "hvad er snusepraktik?", "tilbage", "noget andet", "fortsæt"])
async def test_who_is_in_the_middle_of_a_case_that_is_gone_can_go_on(amina, bo, database, clock, said):
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Flyt")
    async with database.transaction() as db:
        for case in await cases.of_staff(db, "bo"):
            await db.delete(case)
    assert "gik galt" not in await amina.says(said)
    assert "gik galt" not in await amina.says("menu")
    assert "Det her står der om det" in await amina.says("hvad er snusepraktik?")


@pytest.mark.parametrize(
    ("sentence", "understood"),
    [
        ("jeg arbejder på Nordkysten", True),
        ("på hospitalet nordkysten", True),
        ("ikke Nordkysten", False),
        ("hvad er Nordkysten?", False),
        ("på et hospital", False),
        ("Nordkysten og Søerne", False),
    ],
)
async def test_a_name_in_a_sentence_is_an_answer(amina, sentence, understood):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    assert "Hvor arbejder du" in await amina.says("jeg er ansat i Hovedstaden")
    said = await amina.says(sentence)
    assert ("alle i orden" in said) is understood


async def test_another_persons_case_is_refused_before_the_question(amina, dan, press):
    await amina.books()
    case = amina.button("Skriv til rådgiveren").data["args"]["case"]
    for verb in ("appointments.cancel", "appointments.move", "stays.withdraw", "chats.reply"):
        assert "findes ikke mere" in await press(dan, do=verb, args={"case": case}), verb
