"""Amina is curious about another place, changes her wish, sends it, and takes it back."""

import pytest
from cast import spelled


async def up_to_what(who, kind="Snusepraktik"):
    await who.says("jeg vil gerne snuse")
    await who.taps("Region Hovedstaden")
    return await who.taps(kind)


async def test_a_wish_is_sent_and_the_coordinator_sees_the_wish_and_no_name(amina, carla):
    said = await amina.wishes()
    (case,) = await carla.cases()
    assert f"Du hedder {case.alias}" in said and amina.cards[-1].keep
    (told,) = await carla.reads_news()
    assert case.alias in told and "Snusepraktik" in told and "Amina" not in told
    mine = await amina.says("mine ønsker")
    for part in (case.alias, "Sendt til koordinatoren", "Børnepsykiatrien", "12. januar 2027", "3 dage"):
        assert part in mine


async def test_each_part_can_be_changed_before_sending(amina):
    await up_to_what(amina)
    await amina.says("Intensiv terapi")
    await amina.taps("Fortsæt", starts="2027-01-12", length="3_days")
    await amina.says("Jeg trænger til luft")
    await amina.skips()
    await amina.taps("Ret hvor")
    assert "Børn og unge" in await amina.says("Børn og unge")
    await amina.taps("Ret hvornår")
    said = await amina.taps("Fortsæt", starts="2027-02-01", length="1_week")
    assert "1. februar 2027" in said and "1 uge" in said and "Jeg trænger til luft" in said
    await amina.taps("Ret hvorfor")
    said = await amina.skips()
    assert "Ikke oplyst" in said and "Jeg trænger til luft" not in said
    await amina.taps("Ret hvor")
    assert "Sådan ser dit ønske ud" in await amina.says("tilbage")


async def test_another_kind_offers_its_own_lengths(amina):
    await up_to_what(amina, "Udveksling")
    assert "1 måned" in await amina.says("Kirurgi") and "1 dag" not in spelled(amina.cards[-1])
    await amina.says("tilbage")
    await amina.says("tilbage")
    await amina.taps("Snusepraktik")
    said = await amina.says("Kirurgi")
    assert "1 dag" in said and "1 måned" not in said


async def test_dates_that_are_none_are_asked_again_and_nothing_is_lost(amina):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    for wrong in ("31/2", "den 31. februar", "2027-13-40", "99/99", "snart", "uge 77", "🎂", "9" * 5000):
        said = await amina.says(wrong)
        assert "Den dato forstod jeg ikke" in said and "Hvornår, og hvor længe?" in said, wrong
    for past in ("22/11/2026", "2020-01-01", "12. januar 2025", "12/1 2020"):
        assert "Den dag er gået" in await amina.says(past), past
    assert "Hvor længe?" in await amina.says("fra den 12. januar"), "a length is never chosen for anybody"
    assert "Hvorfor vil du gerne det?" in await amina.says("3 dage")
    assert "12. januar 2027" in await amina.skips()


@pytest.mark.parametrize(
    ("typed", "starts", "length"),
    [
        ("3 dage fra 12/1", "12. januar 2027", "3 dage"),
        ("i morgen, bare en dag", "24. november 2026", "1 dag"),
        ("uge 7 og to dage", "15. februar 2027", "2 dage"),
        ("to uger", "Tiden er lige meget", "Noget andet"),
        ("det er lige meget, 1 uge", "Tiden er lige meget", "1 uge"),
    ],
)
async def test_time_and_length_in_one_sentence(amina, typed, starts, length):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    await amina.says(typed)
    said = await amina.skips()
    assert starts in said and length in said


async def test_changing_only_the_length_keeps_the_date(amina):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    await amina.says("12/1, en uge")
    await amina.skips()
    await amina.taps("Ret hvornår")
    said = await amina.says("hellere 2 dage")
    assert "12. januar 2027" in said and "2 dage" in said


async def test_no_date_means_any_time(amina):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    await amina.taps("Fortsæt", starts="", length="other")
    said = await amina.skips()
    assert "Tiden er lige meget" in said and "Noget andet" in said


async def test_a_forged_length_is_not_stored(amina):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    await amina.taps("Fortsæt", starts="", length="forever")
    assert "1 dag" in await amina.skips()


async def test_empty_and_endless_answers(amina):
    await up_to_what(amina)
    for empty in ("", "  ", "\n"):
        assert "Der stod ikke noget" in await amina.says(empty)
    assert "Der stod ikke noget" in await amina.taps("Fortsæt", what="   ")
    said = await amina.says("y" * 1001)
    assert "1.001" in said and "kortere" in said and "Hvor vil du gerne hen" in said
    assert "30.000" in await amina.says("y" * 30_000)
    assert "Hvornår" in await amina.says("y" * 1000)


async def test_a_question_on_the_way_is_answered_and_the_wish_goes_on(amina):
    await up_to_what(amina)
    said = await amina.says("hvad er snusepraktik?")
    assert "Snusepraktik: prøv et andet speciale" in said and "Hvor vil du gerne hen" in said
    await amina.says("Børnepsykiatrien")
    said = await amina.says("hvem kan se det her?")
    assert "Rådgiveren ser kun et dæknavn" in said and "Hvornår, og hvor længe?" in said


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("slet alt om mig", "Vil du slette alt om dig?"),
        ("hvad gemmer I om mig", "Det, vi er i gang med nu"),
        ("mine ønsker", "ikke sendt nogen ønsker"),
        ("mine aftaler", "ingen aftaler"),
        ("menu", "Jeg er Sporskifte"),
    ],
)
async def test_a_command_is_not_taken_for_a_reason(amina, word, answer):
    await up_to_what(amina)
    await amina.says("Børnepsykiatrien")
    await amina.says("12/1")
    assert answer in await amina.says(word)
    assert "Sådan ser dit ønske ud" not in spelled(amina.cards[-1])


async def test_taking_a_wish_back(amina, carla):
    await amina.wishes()
    await carla.reads_news()
    await amina.says("mine ønsker")
    await amina.taps("Træk ønsket tilbage")
    assert "Sendt til koordinatoren" in await amina.taps("Nej, lad det være")
    await amina.taps("Træk ønsket tilbage")
    assert "trukket tilbage" in await amina.says("ja")
    assert any("Trukket tilbage" in told for told in await carla.reads_news())
    assert "findes ikke mere" in await amina.taps("Træk ønsket tilbage")


async def test_two_wishes_are_two_people_to_the_coordinator(amina, carla):
    await amina.wishes("Børnepsykiatrien")
    await amina.wishes("Intensiv")
    one, other = await carla.cases()
    assert one.alias != other.alias and one.owner_tag != other.owner_tag
    said = await amina.says("mine ønsker")
    assert "Børnepsykiatrien" in said and "Intensiv" in said
    assert "Det her er dit ønske" in await amina.taps("Intensiv")


async def test_without_a_coordinator_the_draft_stays(amina, database):
    from storage.organisation import Staff

    async with database.transaction() as db:
        (await db.get(Staff, "carla")).active = False
    said = await amina.wishes()
    assert "ingen koordinator" in said and "Sådan ser dit ønske ud" in said
    async with database.transaction() as db:
        (await db.get(Staff, "carla")).active = True
    assert "Du hedder" in await amina.taps("Send ønsket")
