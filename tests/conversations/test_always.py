"""What works at any time: help, back, cancel, start over, the language, taking up what was left, and old cards."""

import asyncio

import pytest
from cast import spelled

from bot.channels import Press


async def up_to_topic(who):
    await who.says("book en tid")
    return await who.taps("Fortsæt")


async def up_to_what(who):
    await who.says("jeg vil gerne snuse")
    if "Hvilken region" in spelled(who.cards[-1]):
        await who.taps("Region Hovedstaden")
    return await who.taps("Snusepraktik")


async def test_help_in_the_middle_goes_on(amina):
    await up_to_topic(amina)
    said = await amina.says("hjælp")
    assert "Sådan bruger du mig" in said and "112" in said and "Hvad vil du gerne tale om?" in said


async def test_back_goes_step_by_step_to_the_beginning(amina):
    await up_to_topic(amina)
    await amina.taps("Min vej videre")
    await amina.taps("Region Hovedstaden")
    for question in ("Hvilken region", "Hvad vil du gerne tale om?", "Din leder får intet", "Vi er ved begyndelsen"):
        assert question in await amina.says("tilbage")
    assert "Hvad vil du gerne tale om?" in await amina.says("1")
    await amina.says("afbryd")
    await amina.says("start forfra")
    assert "Jeg er Sporskifte" in await amina.says("tilbage"), "with nothing open, back is the menu"


async def test_cancel_says_that_nothing_was_sent_and_can_be_taken_back(amina):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    assert "ikke sendt noget" in await amina.says("afbryd")
    assert "Hvornår, og hvor længe?" in await amina.taps("hvor du slap")
    await amina.says("12/1, 3 dage")
    await amina.says("for min egen skyld")
    assert "Børnepsykiatrien" in await amina.skips()


async def test_words_after_cancel_are_a_new_matter(amina):
    await up_to_what(amina)
    await amina.says("afbryd")
    assert "Det her står der om det" in await amina.says("hvad er snusepraktik?")
    assert "Hvor vil du gerne hen" in await amina.says("fortsæt")


async def test_start_over_forgets_drafts_and_region(amina):
    await up_to_what(amina)
    assert "Jeg er Sporskifte" in await amina.says("start forfra")
    assert "Jeg er Sporskifte" in await amina.says("fortsæt"), "there is nothing to go on with"
    assert "Hvilken region" in await amina.says("jeg vil gerne snuse")


async def test_a_second_flow_inside_the_first_and_a_third_inside_the_second(amina, press):
    await up_to_what(amina)
    assert "Din leder får intet" in await press(amina, do="book")
    await amina.taps("Fortsæt")
    await amina.says("slet alt om mig")
    await amina.taps("Nej, behold det")
    assert "Hvad vil du gerne tale om?" in await amina.says("fortsæt")
    assert "ikke sendt noget" in await amina.says("afbryd")
    await amina.says("fortsæt")
    assert "Hvor vil du gerne hen" in await amina.says("fortsæt"), "changing places with the other one"
    assert "Hvad vil du gerne tale om?" not in await amina.says("Børnepsykiatrien"), "an answer is an answer"


async def test_taking_up_again_from_an_old_button_does_not_drop_what_is_open(amina):
    await up_to_what(amina)
    await amina.says("afbryd")
    resume = amina.button("hvor du slap")
    await up_to_topic(amina)
    amina.cards[-1].buttons.append(resume)
    assert "Hvor vil du gerne hen" in await amina.taps("hvor du slap")
    await amina.says("afbryd")
    await amina.taps("hvor du slap")
    amina.cards[-1].buttons.append(resume)
    assert "Hvad vil du gerne tale om?" in await amina.taps("hvor du slap")


@pytest.mark.parametrize(
    ("word", "answer"), [("english", "What would you like"), ("på engelsk", "What would you like")]
)
async def test_the_language_changes_in_the_middle(amina, word, answer):
    await up_to_topic(amina)
    said = await amina.says(word)
    assert "I write English now" in said and answer in said
    assert "Which region" in await amina.says("skip")
    assert "Jeg skriver dansk nu" in await amina.says("dansk")


async def test_a_chosen_language_stays_and_reaches_the_open_cases(amina, bo):
    await amina.books()
    await amina.says("english")
    await amina.says("hvad er snusepraktik?")
    assert amina.cards[-1].language == "en"
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Hello")
    assert "has written to you" in await amina.reads_news()


async def test_who_writes_english_is_answered_in_english_until_they_choose(amina):
    await amina.says("What is a taster stay in another department?")
    assert amina.cards[-1].language == "en"
    await amina.says("Hvad er snusepraktik, og hvordan søger man?")
    assert amina.cards[-1].language == "da"
    await amina.says("Can my manager see this?", locale="da-DK")
    assert amina.cards[-1].language == "en"


async def test_opening_again_takes_up_the_question(amina):
    assert "Jeg er Sporskifte" in await amina.opens()
    await up_to_topic(amina)
    said = await amina.opens()
    assert "Velkommen tilbage" in said and "Hvad vil du gerne tale om?" in said
    assert "Hvilken region" in await amina.taps("Spring over")


async def test_opening_again_names_the_open_cases(amina, bo):
    await amina.books()
    (case,) = await bo.cases()
    said = await amina.opens()
    assert "Åbne sager: 1" in said and case.alias in said


async def test_a_double_tap_takes_effect_once_and_is_silent(amina, bo):
    await amina.books()
    card = amina.cards[-2]
    for label in ("Book tiden", "Vælg en anden tid"):
        assert await amina.sends(amina.old(label, card)) == ""
    assert len(await bo.cases()) == 1


async def test_two_taps_at_the_same_moment(amina, bo, turns):
    await up_to_topic(amina)
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Fortsæt", workplace="nordkysten")
    await amina.accepts_all_advisors()
    await amina.taps("kl.")
    card = amina.cards[-1]
    taps = [amina.old("Book tiden", card) for _ in range(4)]
    said = await asyncio.gather(*(amina.sends(tap) for tap in taps))
    assert sum("Du hedder" in one for one in said) == 1 and len(await bo.cases()) == 1


async def test_a_repeated_activity_is_heard_once(amina, bo):
    await amina.books()
    await amina.taps("Skriv til rådgiveren")
    await amina.says("Hej Bo")
    assert await amina.repeats() == ""
    (case,) = await bo.cases()
    assert await bo.reads(case.id.hex) == ["Hej Bo"]


async def test_the_card_above_an_answered_question_still_works_or_says_why(amina):
    """A question in between draws the card again. A tap on the one above must not be met with silence."""
    await up_to_topic(amina)
    card = amina.cards[-1]
    await amina.says("hvad er snusepraktik?")
    said = await amina.sends(amina.old("Min vej videre", card))
    assert said and "Hvad vil du gerne tale om?" in said


async def test_a_card_of_long_ago_says_so_and_asks_again(amina):
    await up_to_topic(amina)
    card = amina.cards[-1]
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    said = await amina.sends(amina.old("Spring over", card))
    assert "færdige med" in said and "Hvor arbejder du?" in said
    await amina.says("start forfra")
    assert "færdige med" in await amina.sends(amina.old("Spring over", card))


@pytest.mark.parametrize("pick", [-1, 6, 99, 10**30])
async def test_a_pick_that_no_card_has(amina, press, pick):
    await up_to_topic(amina)
    said = await press(amina, card=amina.cards[-1].number, pick=pick)
    assert "færdige med" in said and "Hvad vil du gerne tale om?" in said


async def test_verbs_that_nobody_knows(amina, press):
    for verb in ("fly", "appointments.", "really_erase", "privacy.really_erase", "__class__", "🎉", "ask_again."):
        assert "færdige med" in await press(amina, do=verb)
    for verb in ("resume", "back", "ask_again", "chats.done", "ask.question", "cancel"):
        assert "Noget gik galt" not in await press(amina, do=verb)


async def test_forged_fields_beside_a_real_tap(amina, press, bo):
    await up_to_topic(amina)
    await press(amina, card=amina.cards[-1].number, pick=0, fields={"topic": "forged", "yes": "1", "region": "x"})
    assert "Hvilken region" in spelled(amina.cards[-1])
    await amina.taps("Region Hovedstaden")
    await amina.taps("Fortsæt", workplace="nordkysten")
    await amina.accepts_all_advisors()
    assert "Emne: Min vej videre" in await amina.taps("kl.")


async def test_files_are_refused_and_the_question_stays(amina):
    await up_to_topic(amina)
    assert "ikke tage imod filer" in await amina.sends(amina._inbound("file"))
    assert "Hvilken region" in await amina.taps("Spring over")


async def test_an_empty_press_is_no_crash(amina):
    assert "færdige med" in await amina.sends(amina._inbound("press", press=Press()))


async def test_two_wishes_in_one_sentence_are_one_question(amina):
    said = await amina.says("Jeg vil gerne aflyse min aftale og prøve noget nyt, så jeg vil på udveksling")
    assert "Du nævner to ting" in said and amina.sees() == [
        "Ønsk et ophold et andet sted",
        "Mine aftaler",
        "Til menuen",
    ]
    assert "Hvilken region" in await amina.taps("Ønsk et ophold")


async def test_praktik_is_told_from_snusepraktik_by_one_question(amina):
    assert "Mener du praktik under en uddannelse" in await amina.says("jeg vil gerne i praktik")
    assert "Praktik for elever" in await amina.taps("elev, lærling eller studerende")
    await amina.says("praktik")
    assert "Hvilken region" in await amina.taps("ansat og nysgerrig")


async def test_the_menu_leads_to_career_paths(amina):
    await amina.says("menu")
    assert amina.sees()[2] == "Hvad kan jeg blive?" and len(amina.sees()) == 6
    assert "Hvad arbejder du som i dag?" in await amina.taps("Hvad kan jeg blive?")


async def test_the_menu_has_room_for_going_on_with_what_was_left(amina):
    await amina.says("book en tid")
    await amina.says("menu")
    assert amina.sees()[-1] == "Fortsæt, hvor du slap" and len(amina.sees()) == 6
    assert "Hvad kan jeg blive?" in amina.sees() and "English" not in amina.sees()


async def test_ones_own_affairs_are_one_tap_away_and_two_if_there_are_both_kinds(amina):
    await amina.says("menu")
    assert "Du har ingen aftaler" in await amina.taps("Mine aftaler og ønsker")
    await amina.wishes()
    await amina.says("menu")
    assert "Børnepsykiatrien" in await amina.taps("Mine aftaler og ønsker")
    await amina.books()
    await amina.says("menu")
    assert "både aftaler og ønsker" in await amina.taps("Mine aftaler og ønsker")
    wishes = amina.button("Mine ønsker")
    assert "Børnepsykiatrien" not in await amina.taps("Mine aftaler")
    assert wishes.data["do"] == "my_placements"
