"""Amina asks, and gets an article's own words, where they stand, and a human beside them."""

import pytest
from cast import spelled
from sqlalchemy import func, select

from knowledge.asked import ENOUGH, missing, weeks
from storage.articles import ArticleVote
from storage.conversations import Conversation

ODD = ["", " ", "...", "?", "🎉🎉", "👩🏽‍⚕️", "²", "9" * 5000, "\x00", "{alias}", "%s{0}"]


async def count(database, table):
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(table))


async def test_the_answer_says_what_it_is_and_where_it_stands(amina):
    said = await amina.says("hvad er snusepraktik?")
    quote = amina.cards[-1].quote
    assert "Snusepraktik er et kort ophold" in quote.markdown
    assert quote.url.startswith("/articles/rh-04?lang=da#")
    for part in ("Gælder Region Hovedstaden", "Et forslag", "Kilde:", "Sidst gennemgået", "Hjalp det?"):
        assert part in said
    assert amina.sees()[:3] == ["Ja, det hjalp", "Nej, det hjalp ikke", "Tal med en rådgiver"]
    assert len(amina.sees()) > 3, "the nearest other articles"


async def test_an_english_question_gets_an_english_answer(amina):
    await amina.says("What is a taster stay in another department?")
    assert amina.cards[-1].language == "en" and amina.cards[-1].quote.language == "en"


async def test_what_no_article_answers_is_not_answered(amina):
    for text in ("hvad koster en Tesla?", "hvem vandt kampen i går", "qwertyuiop"):
        said = await amina.says(text)
        assert "Det ved jeg ikke" in said and amina.cards[-1].quote is None, text
        assert "Tal med en rådgiver" in amina.sees()


async def test_odd_messages_get_a_sentence_and_a_way_on(amina):
    for text in ODD:
        said = await amina.says(text)
        assert said.strip() and "Noget gik galt" not in said and amina.sees(), text


async def test_odd_messages_in_a_flow_leave_the_question_open(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    for text in ODD:
        said = await amina.says(text)
        assert "Noget gik galt" not in said and "Hvad vil du gerne tale om?" in said, text


async def test_a_very_long_message_is_refused_with_its_length(amina):
    for length in (8001, 30_000):
        said = await amina.says("x" * length)
        assert f"{length:,}".replace(",", ".") in said and "8.000" in said


async def test_another_article_can_be_tapped(amina):
    await amina.says("hvad er snusepraktik?")
    other = amina.sees()[4]  # after "Jeg arbejder i en anden region"
    assert other in await amina.taps(other)


async def test_help_or_not_is_counted_and_nothing_else_is_kept(amina, dan, database):
    await amina.says("hvad er snusepraktik?")
    assert "Godt" in await amina.taps("Ja, det hjalp")
    await dan.says("hvad er snusepraktik?")
    assert "menneske" in await dan.taps("Nej, det hjalp ikke")
    async with database.reading() as db:
        votes = (await db.execute(select(ArticleVote.article_id, ArticleVote.helped, ArticleVote.votes))).all()
    assert sorted(map(tuple, votes)) == [("rh-04", False, 1), ("rh-04", True, 1)]
    assert await count(database, Conversation) == 0, "who only asks leaves nothing behind"


async def test_a_forged_vote_stores_nothing(amina, database, press):
    said = await press(amina, do="ask.helped", args={"id": "Amina Yusuf, 010190-1234", "helped": "yes"})
    assert "Godt" in said
    assert await count(database, ArticleVote) == 0


async def test_an_article_that_is_gone_says_so(amina, press):
    assert "gælder ikke mere" in await press(amina, do="ask.article", args={"id": "rh-99"})


async def test_thanks_are_not_looked_up(amina):
    await amina.says("hvad er snusepraktik?")
    for word in ("tak", "Mange tak!", "tak for hjælpen", "thanks", "thank you very much"):
        said = await amina.says(word)
        assert "Selv tak" in said or "welcome" in said, word


async def test_a_typed_yes_to_hjalp_det_is_not_looked_up(amina):
    await amina.says("hvad er snusepraktik?")
    for word in ("ja", "nej", "nej tak", "ok", "yes", "no thanks"):
        said = await amina.says(word)
        assert "artikler" not in said and "articles" not in said and amina.sees(), word


async def test_the_talk_with_a_human_begins_under_the_answer(amina):
    await amina.says("hvad er snusepraktik?")
    assert "Din leder får intet at vide" in await amina.taps("Tal med en rådgiver")
    assert "Fortsæt" in spelled(amina.cards[-1])


async def test_who_taps_twice_has_one_opinion(amina, database):
    await amina.says("Hvad er snusepraktik?")
    for label in ("Ja, det hjalp", "Ja, det hjalp", "Nej, det hjalp ikke"):
        await amina.taps(label)
    async with database.reading() as db:
        assert [(vote.helped, vote.votes) for vote in await db.scalars(select(ArticleVote))] == [(True, 1)]


SOUND_LIKE_COMMANDS = ["Hvem kan jeg tale med om stress?", "jeg vil stoppe", "Can I talk to my manager about pay?"]


@pytest.mark.parametrize("words", SOUND_LIKE_COMMANDS)
async def test_words_that_only_sound_like_a_command_are_a_question(amina, words):
    answer = await amina.says(words)
    assert "Rådgiveren ser kun et dæknavn" not in answer and "The advisor sees only" not in answer
    assert "ikke sendt noget" not in answer


async def test_hr_sees_what_many_miss_and_not_who_asked(employee, database, clock):
    for number in range(ENOUGH):
        await employee(f"Person {number}").says("hvad koster parkeringslicens til ambulancen?")
        await employee(f"Person {number}").says("hvad koster parkeringslicens til ambulancen?")
    async with database.reading() as db:
        found = await missing(db, clock())
        (week,) = await weeks(db, clock())
    assert {word for one in found for word in (one.word, *one.beside)} == {"koster", "parkeringslicens", "ambulancen"}
    assert {one.askers for one in found} == {ENOUGH} and week.questions == 2 * ENOUGH


async def test_a_number_that_nobody_has_filled_in_is_not_answered_with_something_else(amina):
    said = await amina.says("hvad er telefonnummeret til karrierekontoret?")
    assert "Det ved jeg ikke" in said and amina.cards[-1].quote is None
    assert any("karriere" in label.lower() for label in amina.sees()), "the article about it is offered all the same"


async def test_a_question_may_go_on_from_the_last_answer(amina, dan, clock):
    await amina.says("hvad er snusepraktik?")
    await amina.says("og hvor længe?")
    assert "nogle få dage og op til 1 uge" in amina.cards[-1].quote.markdown
    await amina.says("og hvad med løn?")
    assert "løn" in amina.cards[-1].quote.title, "an article that the last one is related to"
    await dan.says("og hvor længe?")
    assert "nusepraktik" not in str(dan.cards[-1].quote), "what Amina asked about is nobody else's topic"
    await amina.says("hvad er snusepraktik?")
    clock.passes(minutes=16)
    await amina.says("og hvor længe?")
    assert "nusepraktik" not in str(amina.cards[-1].quote), "after a while it is forgotten"


async def test_who_goes_on_leaves_nothing_behind_either(amina, database):
    await amina.says("hvad er snusepraktik?")
    await amina.says("og hvor længe?")
    assert await count(database, Conversation) == 0


async def test_who_works_in_another_region_gets_there_with_two_taps(amina):
    await amina.says("hvad kan jeg tage op til mus som senior?")
    assert amina.cards[-1].quote.title.startswith("Seniorliv") and len(amina.sees()) <= 6
    await amina.taps("Jeg arbejder i en anden region")
    assert amina.sees() == ["Region Hovedstaden", "Region Midtjylland", "Region Sjælland"]
    said = await amina.taps("Region Sjælland")
    assert "I Region Sjælland er det her tættest på" in said
    await amina.taps(next(label for label in amina.sees() if label.startswith("Seniorpolitik")))
    assert "Gælder Region Sjælland" in " ".join(amina.cards[-1].quote.details)
    assert "Jeg arbejder i en anden region" not in amina.sees(), "it is known now"


async def test_a_region_that_has_nothing_says_so_and_offers_a_human(amina):
    await amina.says("hvad er region h match?")
    await amina.taps("Jeg arbejder i en anden region")
    said = await amina.taps("Region Midtjylland")
    assert "Region Midtjylland" in said and "Tal med en rådgiver" in amina.sees()
    assert amina.cards[-1].quote is None


async def test_ones_own_region_shows_the_article_again(amina):
    await amina.says("hvad er snusepraktik?")
    await amina.taps("Jeg arbejder i en anden region")
    await amina.taps("Region Hovedstaden")
    assert amina.cards[-1].quote.title.startswith("Snusepraktik")
