"""Amina asks what she can become: what is known, what is not, and nothing kept of her asking."""

from cast import spelled
from sqlalchemy import func, select

from storage.conversations import Conversation


async def nothing_is_kept(database):
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_what_can_i_become_is_asked_for_the_post_first(amina, database):
    said = await amina.says("Hvad kan jeg blive?")
    assert "Hvad arbejder du som i dag?" in said and "Sygeplejerske" in amina.sees()
    said = await amina.taps("Sygeplejerske")
    assert "Fra sygeplejerske kan du gå videre til" in said and "Specialsygeplejerske: " in said
    assert "Jordemoder: 3½ år (210 ECTS)" in said
    assert len(amina.sees()) <= 6 and "Tal med en rådgiver" in amina.sees()
    picture = amina.cards[-1].picture
    assert picture.png == "/career/sygeplejerske.png?lang=da" and "jordemoder" in picture.alt
    assert await nothing_is_kept(database)


async def test_the_post_can_be_typed_with_a_slip(amina, database):
    await amina.says("Hvad kan jeg blive?")
    assert "Fra sygeplejerske" in await amina.says("jeg er sygeplejske")
    assert await nothing_is_kept(database)


async def test_all_ways_can_be_reached_by_tapping(amina):
    await amina.says("hvad kan jeg blive som sygeplejerske")
    seen = {label for label in amina.sees()}
    for _ in range(5):
        if "Vis flere veje" not in amina.sees():
            break
        await amina.taps("Vis flere")
        assert len(amina.sees()) <= 6
        seen |= set(amina.sees())
    assert {"Jordemoder", "Læge", "Vagtplanlægger", "Klinisk vejleder", "Afdelingsleder"} <= seen


async def test_from_y_to_x_by_the_shortest_path(amina, database):
    said = await amina.says("hvordan bliver jeg sygeplejerske fra sosu-hjælper?")
    assert "har 2 trin" in said and "Trin 2: SOSU-assistent → sygeplejerske" in said
    assert "Varighed: 3½ år (210 ECTS)" in said and "Bekendtgørelse om uddannelsen til professionsbachelor" in said
    assert "Ikke bekræftet af HR endnu." in said
    assert "Det ved jeg ikke: varighed" in said, "the sources give no duration of the first step"
    assert amina.cards[-1].picture.svg == "/career/sosu-hjaelper.svg?to=sygeplejerske&lang=da"
    assert "Karriereveje for SOSU i Region Midtjylland" in await amina.taps("Karriereveje for SOSU")
    assert await nothing_is_kept(database)


async def test_the_other_end_is_asked_for_if_it_was_not_said(amina):
    said = await amina.says("Can I become a midwife?")
    assert "the way to midwife" in said and "Nurse" in amina.sees()
    said = await amina.says("nurse")
    assert "from nurse to midwife" in said and "3½ years" in said and "Not confirmed by HR yet." in said


async def test_a_name_of_two_posts_is_asked_about(amina):
    assert "Hvilken stilling mener du?" in await amina.says("jeg er sosu, hvad kan jeg blive?")
    assert "Fra SOSU-assistent" in await amina.taps("SOSU-assistent")
    await amina.says("hvordan bliver jeg sygeplejerske fra sosu")
    assert "har 2 trin" in await amina.taps("SOSU-hjælper")
    await amina.says("hvordan bliver jeg sosu")
    assert "Så viser jeg vejen til SOSU-assistent" in await amina.taps("SOSU-assistent")


async def test_honest_sentences(amina, database):
    assert "Jeg kender ingen vej fra sygeplejerske til radiograf" in await amina.says(
        "hvordan bliver jeg radiograf som sygeplejerske"
    )
    assert "den samme stilling to gange" in await amina.says("kan jeg blive læge som læge?")
    assert "Jeg kender ingen veje videre fra underviser" in await amina.says("hvad kan en underviser blive?")
    await amina.says("hvad kan jeg blive?")
    assert "Den stilling kender jeg ikke" in await amina.says("astronaut")
    assert "Tal med en rådgiver" in amina.sees()
    assert "Det ved jeg ikke" in await amina.says("hvordan bliver jeg astronaut?")
    assert await nothing_is_kept(database)


async def test_an_offer_of_a_region_is_labelled_and_anothers_is_not_offered(amina):
    said = await amina.says("hvordan bliver jeg vagtplanlægger som lægesekretær")
    assert "Gælder: Region Hovedstaden" in said and "Det ved jeg ikke: varighed, krav, løn imens" in said
    assert "Vagtplanlægger: hvilken uddannelse får du? (Region Hovedstaden)" in said
    await amina.books()  # she has said that she works in Region Hovedstaden
    said = await amina.says("hvordan bliver jeg sosu-assistent fra portør?")
    assert "Region Midtjylland" not in said


async def test_asked_in_the_middle_of_something_else_it_comes_back(amina):
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    said = await amina.says("hvad kan jeg blive som bioanalytiker?")
    assert "Fra bioanalytiker" in said and "Hvad vil du gerne tale om?" in said


async def test_words_in_a_wish_are_not_taken_for_a_question(amina):
    await amina.says("jeg vil gerne snuse")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Snusepraktik")
    assert "Hvornår, og hvor længe?" in await amina.says("jeg vil gerne være jordemoder")


async def test_forged_taps_say_something_harmless(amina, press, database):
    forged = (
        ("career.ways", {}), ("career.ways", {"from": "<script>"}), ("career.ways", {"from": "laege", "more": "9999"}),
        ("career.ways", {"from": "sygeplejerske", "more": "-1"}), ("career.path", {"from": "laege"}),
        ("career.path", {"from": "laege", "to": "../x"}), ("career.become", {"to": ""}), ("career.become", {}),
    )  # fmt: skip
    for verb, args in forged:
        said = await press(amina, do=verb, args=args)
        assert said.strip() and "Noget gik galt" not in said and "<script>" not in said
    assert await nothing_is_kept(database)


async def test_the_card_reads_well_without_its_picture(amina):
    await amina.says("hvordan bliver jeg speciallæge fra læge?")
    words = spelled(amina.cards[-1])
    assert "KBU varer 12 måneder" in words and "Kilde: " in words and "{" not in words
