"""The test bench, and the other language."""

import re

import pytest
from playwright.async_api import expect


async def test_employee_and_office_side_by_side(site):
    amina = await site.new_person(viewport={"width": 1280, "height": 800})
    page = await amina.opens_page("/")
    chat, desk = page.frame_locator("iframe").first, page.frame_locator("iframe").last
    await expect(page.get_by_text("Demo", exact=True)).to_be_visible()
    await chat.get_by_role("button", name="Ønsk et ophold et andet sted").click()
    await expect(chat.get_by_role("log")).to_contain_text("Hvilken region")
    await desk.get_by_role("button", name=re.compile("Carla")).click()
    await expect(desk.get_by_role("heading", name="Dine sager")).to_be_visible()

    await chat.get_by_role("button", name="Region Hovedstaden").click()
    await chat.get_by_role("button", name=re.compile("Snusepraktik: ")).click()
    await chat.get_by_role("button", name=re.compile("Intensiv, ")).click()
    await chat.get_by_role("log").locator("article:not(.answered)").get_by_role("button", name="Fortsæt").click()
    await chat.get_by_role("button", name="Spring over").click()
    await expect(chat.get_by_role("log")).to_contain_text("Hvad laver du nu")
    await chat.get_by_role("button", name="Spring over").last.click()
    await chat.get_by_role("button", name="Send ønsket").click()
    await expect(chat.locator(".receipt-card")).to_be_visible()
    await expect(desk.locator("#live")).to_contain_text("Nyt ønske:")
    assert await page.locator("html").evaluate("page => page.scrollTop") == 0


async def test_english(amina):
    await amina.opens_chat("en")
    await expect(amina.page.locator("html")).to_have_attribute("lang", "en")
    await expect(amina.cards.first).to_have_attribute("lang", "en")
    await amina.writes("what is a taster stay?")
    await expect(amina.cards.last.locator(".quote")).to_have_attribute("lang", "en")
    await amina.taps("Talk to an advisor")
    await expect(amina.cards.last).to_have_attribute("lang", "en")
    await amina.taps("Continue")
    await amina.taps("Skip")
    await amina.reads("Which region")  # an article above has the same words on its button
    await amina.taps("Region Hovedstaden")
    await amina.taps(re.compile("rather not say|not say", re.IGNORECASE))
    await amina.taps(re.compile("all fine|all right|fine", re.IGNORECASE))
    await amina.taps("Write here in the chat")
    await amina.log.get_by_role("button", name=re.compile(r"\d\d?[:.]\d\d")).first.click()
    await amina.taps(re.compile("^Book"))
    await expect(amina.log.locator(".receipt-card")).to_be_visible()
    await amina.opens_panel()
    await expect(amina.page.get_by_text("Your receipt", exact=True)).to_be_visible()


@pytest.mark.parametrize(("locale", "lang"), [("en-GB", "en"), ("da-DK", "da"), ("de-DE", "da")])
async def test_the_page_speaks_as_the_browser_prefers(site, locale, lang):
    amina = await site.new_person(locale=locale)
    await amina.opens_chat()
    await expect(amina.page.locator("html")).to_have_attribute("lang", lang)
    await expect(amina.cards.first).to_have_attribute("lang", lang)


async def test_the_language_can_be_changed_in_the_chat(amina):
    await amina.opens_chat()
    await amina.taps("English")
    await expect(amina.cards.last).to_have_attribute("lang", "en")
    await expect(amina.log).to_have_attribute("lang", "en")
