"""Amina asks, and reads where the answer stands."""

import re

from playwright.async_api import expect


async def test_a_question_gets_a_passage_and_where_it_stands(amina):
    await amina.opens_chat()
    await amina.writes("hvad er snusepraktik?")
    card = amina.cards.last
    await expect(card.get_by_role("link", name="Snusepraktik: prøv et andet speciale i få dage")).to_be_visible()
    await expect(card.locator(".quote")).to_contain_text("et kort ophold i et andet speciale")
    for detail in (
        "Gælder Region Hovedstaden",
        "Et forslag. Det er ikke besluttet.",
        "Kilde: Budgetforslag 4.6, Region Hovedstaden, budget 2025-2028",
        "Sidst gennemgået 23. november 2026",
    ):
        await expect(card.locator(".details")).to_contain_text(detail)
    await expect(card).to_contain_text("Hjalp det?")
    await expect(card.get_by_role("button", name="Tal med en rådgiver")).to_be_visible()
    assert await card.get_by_role("button").count() > 3  # the nearest articles

    await amina.taps("Ja, det hjalp")
    await amina.reads("Godt. Skriv bare, hvis du vil vide mere.")


async def test_a_nearest_article_opens_in_the_chat(amina):
    await amina.opens_chat()
    await amina.writes("hvad er snusepraktik?")
    await expect(amina.cards.last).to_contain_text("Hjalp det?")
    near = amina.cards.last.get_by_role("button").last
    title = await near.inner_text()
    await near.click()
    await expect(amina.log.get_by_role("link", name=title)).to_be_visible()


async def test_what_no_article_answers_is_not_made_up(amina):
    await amina.opens_chat()
    await amina.writes("hvad koster en kop kaffe på månen?")
    await amina.reads("Det ved jeg ikke.")
    await expect(amina.cards.last.locator(".quote")).to_have_count(0)
    await amina.taps("Tal med en rådgiver")
    await amina.reads("Din leder får intet at vide")


async def test_the_link_opens_the_whole_article_where_the_passage_stands(amina):
    await amina.opens_chat()
    await amina.writes("hvor længe kan en snusepraktik vare?")
    link = amina.cards.last.locator(".quote a").first
    await expect(link).to_have_attribute("href", re.compile("/articles/rh-04.*#hvor-"))
    async with amina.context.expect_page() as opened:
        await link.click()
    article = await opened.value
    anchor = article.url.partition("#")[2]
    await expect(article.locator(f"[id='{anchor}'] h2")).to_be_in_viewport()
    await expect(article.locator(f"[id='{anchor}'] h2")).to_have_text("Hvor længe kan en snusepraktik vare?")
    await expect(article.get_by_role("heading", name="Kontakt")).to_be_visible()
    await expect(article.locator("main")).to_contain_text("Telefonnummer er endnu ikke oplyst.")
    await expect(article.locator("main")).to_contain_text("Et forslag. Det er ikke besluttet.")
    await expect(article.locator("main")).to_contain_text("Kilde: Budgetforslag 4.6")
    await article.close()


async def test_an_article_that_is_not_there_says_so(amina, site):
    amina.may_happen.append("404")
    page = await amina.opens_page("/articles/nothing")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Den artikel findes ikke, eller den gælder ikke mere."
    )


async def test_acute_words_get_help_first(amina):
    await amina.opens_chat()
    await amina.writes("jeg vil ikke leve mere")
    await expect(amina.log.locator(".urgent")).to_contain_text("Ring 112 nu")
    await expect(amina.log.locator(".urgent")).to_contain_text("70 201 201")
