"""Amina follows the link of her Teams chat, on her own phone."""

import pytest
from playwright.async_api import expect


@pytest.fixture
def in_teams(site):
    """Amina in Teams."""
    return site.employee("Amina Yusuf").from_teams()


async def link(in_teams) -> str:
    await in_teams.books()
    await in_teams.taps("Skriv privat")
    await in_teams.taps("giv mig et link")
    return next(button.url for button in in_teams.cards[-1].buttons if button.url)


async def test_the_link_brings_the_case_and_the_receipt(site, amina, in_teams):
    path = await link(in_teams)
    secret = path.partition("privat=")[2]
    asked = []
    page = await amina.context.new_page()
    amina.page = page
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(site.url + path)
    await expect(amina.log).to_contain_text("er nu kun her")
    receipt_card = amina.log.locator(".receipt-card")
    await expect(receipt_card).to_contain_text(await amina.receipt())
    assert secret not in page.url and not any(secret in url for url in asked), "in no address that a server sees"
    await amina.taps("Mine aftaler")
    await amina.reads("Det her er din aftale")
    await page.go_back()
    await expect(page).not_to_have_url(site.url + path)


async def test_an_old_link_says_so(site, amina, in_teams):
    path = await link(in_teams)
    first = await site.new_person()
    await first.opens_page(path)
    await expect(first.log).to_contain_text("er nu kun her")
    await amina.opens_page(path)
    await expect(amina.log).to_contain_text("Linket virker ikke")
    await expect(amina.button("Menu")).to_be_visible()


async def test_a_link_in_a_chat_that_is_open_already(site, amina, in_teams):
    path = await link(in_teams)
    await amina.opens_chat("da")
    await amina.page.evaluate("path => { location.hash = path.split('#')[1]; }", path)
    await expect(amina.log).to_contain_text("er nu kun her")
    assert "privat" not in amina.page.url
