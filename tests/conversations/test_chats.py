"""Amina and Bo write to each other, and neither sees more than they should."""

import pytest
from cast import spelled


@pytest.fixture
async def talk(amina, bo):
    """Amina has booked and begun to write."""
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    await bo.reads_news()
    (case,) = await bo.cases()
    return case.id.hex


async def test_words_go_both_ways(amina, bo, talk):
    said = await amina.says("Jeg tænker på at blive klinisk vejleder. Hvad siger du?")
    assert "Besked 1 er sendt" in said
    assert await bo.reads(talk) == ["Jeg tænker på at blive klinisk vejleder. Hvad siger du?"]
    told = (await bo.reads_news())[-1]
    assert told.endswith("har skrevet.") and "vejleder" not in told
    await bo.answers(talk, "Godt spørgsmål. Hvad trækker?")
    news = await amina.reads_news()
    assert "Bo Lindgaard har skrevet" in news and "Hvad trækker?" in news
    assert await amina.reads_news() == "", "seen is seen"


async def test_every_other_word_reaches_the_advisor(amina, bo, talk):
    words = ["hjælp", "menu", "hvad er snusepraktik?", "book en tid", "ja", "tak", "english", "1", "👍", "slet", "svar"]
    for text in words:
        assert "er sendt" in await amina.says(text)
    assert await bo.reads(talk) == words


async def test_stop_ends_the_writing_and_does_not_deny_what_was_sent(amina, bo, talk):
    await amina.says("Hej Bo")
    for text in ("Afbryd", "cancel", "luk", "stop"):
        said = await amina.says(text)
        assert "siger til, når der er svar" in said and "ikke sendt noget" not in said, text
        if text != "stop":
            await amina.taps("Skriv til rådgiveren")
    assert await bo.reads(talk) == ["Hej Bo"]
    assert "Snusepraktik: prøv" in await amina.says("hvad er snusepraktik?")
    assert await bo.reads(talk) == ["Hej Bo"]


async def test_what_always_works_works_here_too(amina, bo, talk):
    said = await amina.says("hvad gemmer I om mig?")
    assert "Det her gemmer jeg om dig" in said and "Du skriver nu til" in said
    for text in ("Slet alt om mig", "delete everything about me"):
        assert "Vil du slette alt om dig?" in await amina.says(text)
        await amina.taps("Nej, behold det")
        await amina.taps("hvor du slap")
    assert await bo.reads(talk) == []


async def test_nothing_is_not_sent(amina, bo, talk):
    for text in ("", "   ", "\n\n"):
        assert "Der stod ikke noget" in await amina.says(text)
    assert await bo.reads(talk) == []


async def test_too_much_is_refused_and_never_cut(amina, bo, talk):
    for length in (4001, 7999, 30_000):
        said = await amina.says("æ" * length)
        assert "tegn" in said and f"{length:,}".replace(",", ".") in said
    assert await bo.reads(talk) == []
    assert "Besked 1 er sendt" in await amina.says("æ" * 4000)
    assert await bo.reads(talk) == ["æ" * 4000]


async def test_coming_back_shows_what_was_said(amina, bo, talk):
    await amina.says("Hej Bo")
    await bo.answers(talk, "Hej Rolig")
    said = await amina.opens()
    assert "1. Dig: Hej Bo" in said and "2. Rådgiveren: Hej Rolig" in said


async def test_answering_in_the_middle_of_a_wish_loses_neither(amina, bo, talk):
    await amina.says("Hej Bo")
    await amina.says("stop")
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Snusepraktik")
    await amina.says("Børnepsykiatrien")
    await bo.answers(talk, "Kan du onsdag?")
    await amina.reads_news()
    await amina.taps("Svar")
    await amina.says("Ja, onsdag er fint")
    assert "siger til" in await amina.taps("Jeg er færdig")
    assert (await bo.reads(talk))[-1] == "Ja, onsdag er fint"
    assert "Hvornår, og hvor længe?" in await amina.taps("hvor du slap")


async def test_an_old_done_button_does_not_throw_a_draft_away(amina, bo, talk):
    await amina.says("Hej Bo")
    done = amina.button("Jeg er færdig")
    await amina.says("stop")
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Snusepraktik")
    amina.cards[-1].buttons.append(done)
    await amina.taps("Jeg er færdig")
    assert "Hvor vil du gerne hen" in await amina.taps("hvor du slap")


async def test_a_closed_case_is_closed_before_anybody_writes(amina, bo, talk):
    reply = amina.button("Skriv til rådgiveren")
    await amina.says("stop")
    await amina.says("mine aftaler")
    await amina.taps("Aflys aftalen")
    await amina.taps("Ja, aflys")
    amina.cards[-1].buttons.append(reply)
    assert "lukket" in await amina.taps("Skriv til rådgiveren")
    await amina.says("Hører du mig?")
    assert await bo.reads(talk) == []


async def test_a_case_that_closes_while_writing(amina, bo, talk):
    """Cancelled from another browser: the words are not lost silently."""
    await amina.taps("Mine aftaler")
    await amina.taps("Aflys aftalen")
    await amina.taps("Ja, aflys")
    if "Fortsæt, hvor du slap" in amina.sees():
        await amina.taps("hvor du slap")
        assert "ikke sendt" in await amina.says("Hej Bo")
    assert await bo.reads(talk) == []


async def test_two_cases_are_asked_which(amina, bo, carla, talk):
    await amina.says("stop")
    await amina.wishes()
    assert "Hvilken sag vil du skrive i?" in await amina.says("skriv til min rådgiver")
    (wish,) = await carla.cases()
    await amina.taps(wish.alias)
    await amina.says("Er der plads i januar?")
    assert await carla.reads(wish.id.hex) == ["Er der plads i januar?"] and await bo.reads(talk) == []


async def test_without_a_case_there_is_nobody_to_write_to(amina):
    assert "ingen åben sag" in await amina.says("skriv til min rådgiver")
    assert "Tal anonymt" in spelled(amina.cards[-1])


async def test_dan_cannot_answer_aminas_notice(amina, dan, bo, talk, press):
    await bo.answers(talk, "Hemmeligt svar")
    await amina.reads_news()
    assert await dan.reads_news() == ""
    said = await press(dan, do="chats.reply", args={"case": talk})
    assert "findes ikke mere" in said and "Hemmeligt" not in said
    await dan.says("Hvem er det?")
    assert await bo.reads(talk) == ["Hemmeligt svar"]


async def test_an_advisor_reads_only_their_own_cases(bo, carla, talk):
    from guidance.errors import NoSuchCase

    with pytest.raises(NoSuchCase):
        await carla.reads(talk)
    with pytest.raises(NoSuchCase):
        await carla.answers(talk, "Hvem er du?")


async def test_what_teams_delivers_again_under_another_id_is_passed_on_once(employee, bo, clock):
    amina = employee("Amina Yusuf").from_teams()
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    (case,) = await bo.cases()
    await amina.says("Jeg tænker på at skifte")
    clock.passes(seconds=45)
    assert "kun sendt det én gang" in await amina.says("Jeg  tænker på at skifte")
    assert "Jeg har ikke sendt den" in await amina.taps("én gang er nok")
    assert await bo.reads(case.id.hex) == ["Jeg tænker på at skifte"]
    await amina.says("Jeg tænker på at skifte")
    assert "er sendt" in await amina.taps("Send det igen")
    clock.passes(minutes=3)
    assert "er sendt" in await amina.says("Jeg tænker på at skifte")
    assert len(await bo.reads(case.id.hex)) == 3
    for _ in range(2):
        assert "er sendt" in await amina.says("ja tak")
