"""Carla finds people who can change places."""

import pytest_asyncio
from accessibility import violations
from playwright.async_api import expect
from swapping import RING, would_swap


@pytest_asyncio.fixture(loop_scope="session")
async def carla(site):
    """Carla at her desk, on a large screen."""
    carla = await site.new_person(viewport={"width": 1200, "height": 900})
    await carla.signs_in("Carla")
    return carla


@pytest_asyncio.fixture(loop_scope="session")
async def three(site):
    """Three who can change places in a ring, beside the browser."""
    people = [site.employee(name) for name, *_ in RING]
    for who, (_, *told) in zip(people, RING, strict=True):
        await would_swap(who, *told)
    return people


async def test_with_nobody_the_page_says_how_they_come(carla):
    await carla.page.goto(carla.site + "/desk/swaps")
    await expect(carla.page.locator("main")).to_contain_text("Ingen vil bytte lige nu")
    await expect(carla.page.locator("main")).to_contain_text("Ingen er spurgt lige nu")


async def test_finding_looking_and_asking(carla, three):
    page = carla.page
    await page.goto(carla.site + "/desk/swaps")
    await expect(page.locator("main")).to_contain_text("Vil bytte (3)")
    assert await violations(page) == []
    await page.get_by_role("button", name="Find bytter").click()
    await expect(page.get_by_role("heading", name="3 af 3 kan bytte")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("Det er bevist")
    await expect(page.locator("main")).to_contain_text("det, de helst vil")
    assert await violations(page) == []
    await page.get_by_role("button", name="Ikke dette").click()
    await expect(page.locator("main")).to_contain_text("Ingen af dem passer sammen lige nu")
    await page.goto(carla.site + "/desk/swaps")
    await page.get_by_role("button", name="Find bytter").click()
    await page.get_by_role("button", name="Spørg dem").click()
    await expect(page.get_by_role("status").filter(has_text="spurgt hver for sig")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("Venter på svar")
    await expect(page.locator("main")).to_contain_text("Ingen vil bytte lige nu")
    for who in three:
        await who.says("mine ønsker")
    await page.get_by_role("button", name="Aflys byttet").click()
    await expect(page.locator("main")).to_contain_text("Vil bytte (3)")


async def test_pinning_leaving_out_and_what_cannot_be(carla, three):
    carla.may_happen.append("400")
    page = carla.page
    await page.goto(carla.site + "/desk/swaps")
    await page.get_by_label("Ikke med").first.check()
    await page.get_by_role("button", name="Find bytter").click()
    await expect(page.get_by_role("heading", name="0 af 3 kan bytte")).to_be_visible()
    await page.get_by_label("Skal med").nth(1).check()
    await page.get_by_role("button", name="Find bytter").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Skal med").nth(1)).to_be_checked()
    await page.get_by_label("Ikke med").first.uncheck()
    await page.get_by_role("button", name="Find bytter").click()
    await expect(page.get_by_role("heading", name="3 af 3 kan bytte")).to_be_visible()


async def test_those_who_are_left_over_are_told(carla, three):
    page = carla.page
    await page.goto(carla.site + "/desk/swaps")
    await page.get_by_role("button", name="Fortæl de øvrige").click()
    await expect(page.get_by_role("status").filter(has_text="3 har fået besked")).to_be_visible()


async def test_on_a_phone_nothing_sticks_out(site, three):
    carla = await site.new_person()
    await carla.signs_in("Carla")
    await carla.page.goto(carla.site + "/desk/swaps")
    await carla.page.get_by_role("button", name="Find bytter").click()
    await expect(carla.page.get_by_role("heading", name="3 af 3 kan bytte")).to_be_visible()
    assert await carla.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
