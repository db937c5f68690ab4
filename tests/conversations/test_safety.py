"""Who writes that they may hurt themselves is met with help first, wherever they are. Work with it is just work."""

import pytest
from cast import spelled
from sqlalchemy import func, select

from storage.conversations import Conversation

ACUTE = "jeg kan ikke mere, jeg vil ikke leve"


def is_help(card):
    return card.urgent and "112" in spelled(card) and "70 201 201" in spelled(card)


async def test_help_comes_before_anything_else_and_nothing_of_it_is_kept(amina, database):
    await amina.says(ACUTE)
    assert is_help(amina.cards[0]) and "Tal med en rådgiver" in amina.sees()
    async with database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_in_english(amina):
    await amina.says("I want to kill myself")
    assert is_help(amina.cards[0]) and amina.cards[0].language == "en"


async def test_in_the_middle_of_a_booking_the_booking_can_go_on(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.says(ACUTE)
    assert is_help(amina.cards[-1])
    assert "Hvad vil du gerne tale om?" in await amina.taps("hvor du slap")


async def test_in_a_chat_the_words_reach_the_advisor_too(amina, bo):
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    before = len(amina.cards)
    said = await amina.says(ACUTE)
    assert is_help(amina.cards[before]) and "Besked 1 er sendt" in said
    (case,) = await bo.cases()
    assert await bo.reads(case.id.hex) == [ACUTE]


@pytest.mark.parametrize("place", ["front", "end"])
async def test_in_a_message_too_long_to_read(amina, place):
    filler = "Jeg er træt af mine vagter. " * 600
    await amina.says(f"{ACUTE}. {filler}" if place == "front" else f"{filler}{ACUTE}")
    assert is_help(amina.cards[0]) and "Del den i flere" in spelled(amina.cards[1])


async def test_as_the_reason_for_a_stay(amina):
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    await amina.says("Børnepsykiatrien")
    await amina.says("12/1")
    before = len(amina.cards)
    await amina.says("fordi jeg har lyst til at tage mit eget liv")
    assert is_help(amina.cards[before])


async def test_typed_into_a_field(amina):
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    before = len(amina.cards)
    await amina.taps("Fortsæt", what=ACUTE)
    assert is_help(amina.cards[before])


async def test_selvskade_as_the_subject_of_a_stay_is_a_subject(amina):
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    said = await amina.says("Et afsnit, der arbejder med selvskade hos unge")
    assert "Hvornår, og hvor længe?" in said and not any(card.urgent for card in amina.cards)


async def test_work_with_patients_is_work(amina):
    for text in (
        "Hvordan støtter man patienter med selvmordstanker?",
        "Er der kurser i selvskade?",
        "jeg er ved at dø af grin",
        "jeg er dødtræt af nattevagter",
    ):
        await amina.says(text)
        assert not amina.cards[-1].urgent, text
