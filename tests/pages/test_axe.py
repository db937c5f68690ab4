"""No page keeps anybody out: axe-core finds no serious violation, by day and by night."""

import re

from accessibility import violations
from playwright.async_api import expect


async def test_the_chat_with_its_cards(site):
    amina = await site.new_person()
    await amina.opens_chat()
    await amina.writes("jeg vil ikke leve mere")
    await expect(amina.log.locator(".urgent")).to_be_visible()
    await amina.writes("hvad er snusepraktik?")
    await expect(amina.cards.last.locator(".quote")).to_be_visible()
    await amina.taps("Tal med en rådgiver")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.opens_panel()
    assert await violations(amina.page) == []


async def test_every_page_that_anybody_can_read(site):
    amina = await site.new_person()
    for path in (
        "/privacy",
        "/articles/rh-04",
        "/articles/rh-03?lang=en",
        "/career",
        "/career/sygeplejerske",
        "/advisor/sign-in",
    ):
        page = await amina.opens_page(path)
        assert await violations(page) == [], path


async def test_the_desk(site):
    bo = await site.new_person()
    await site.employee("Amina Yusuf").books()
    for name in ("Bo", "Sofie", "Mikkel"):
        await bo.opens_page("/advisor/sign-in")
        await bo.page.get_by_role("button", name=re.compile(name)).click()
        await expect(bo.page.get_by_role("heading", name="Dine sager")).to_be_visible()
        if await bo.page.locator("a.box").count():
            break
    assert await violations(bo.page) == []
    await bo.page.locator("a.box").first.click()
    await expect(bo.page.get_by_role("heading", name="Beskeder")).to_be_visible()
    assert await violations(bo.page) == []


async def test_the_desk_of_hr(site):
    hanne = await site.new_person()
    await hanne.opens_page("/advisor/sign-in")
    await hanne.page.get_by_role("button", name=re.compile("Hanne")).click()
    await expect(hanne.page.get_by_role("heading").first).to_be_visible()
    for path in (
        "/desk/articles",
        "/desk/articles/rh-04/da",
        "/desk/articles/rh-04/da/history",
        "/desk/articles/new",
        "/desk/questions",
        "/desk/try?q=hvad+er+snusepraktik",
        "/desk/synonyms",
        "/desk/career",
        "/desk/career/step/new",
        "/desk/career/step/sygeplejerske--kandidat",
        "/desk/career/step/sygeplejerske--kandidat/history",
        "/desk/career/post/sygeplejerske",
        "/desk/career/source/eud",
    ):
        page = await hanne.opens_page(path)
        if path.endswith("/da"):
            await expect(page.locator("#preview-teams > div").first).to_be_attached()
        assert await violations(page) == [], path


async def test_the_checker_finds_a_planted_fault_by_day_and_by_night(site):
    page = await (await site.new_person()).opens_page("/privacy")
    await page.evaluate("document.documentElement.removeAttribute('lang')")
    await page.evaluate("document.querySelector('p').style.color = '#797979'")  # too weak on both grounds
    assert [name for name, _ in await violations(page)] == ["color-contrast", "html-has-lang", "color-contrast"]
