"""Carla at the desk: what counts as seen, and what she writes is neither lost nor sent twice."""

import pytest
from playwright.async_api import expect

HIDEABLE = """Object.defineProperty(document, "visibilityState", {get: () => window.name || "visible"});"""


def box(person):
    return person.page.get_by_label("Skriv til medarbejderen")


def send(person):
    return person.page.get_by_role("button", name="Send")


async def writes(person, words):
    await box(person).fill(words)


async def opens_case(person):
    """Sign in, and go to the case when it is there."""
    await person.signs_in("Carla")
    await expect(person.page.locator(".cases .new")).to_have_text("1 nyt")
    await person.page.locator(".cases a").click()
    await expect(person.page.get_by_role("heading", name="Beskeder")).to_be_visible()


async def test_news_of_a_case_are_seen_only_when_the_page_is(site):
    carla = await site.new_person()
    await carla.context.add_init_script(HIDEABLE)
    her = site.employee("Amina Yusuf")
    await her.wishes()
    await carla.signs_in("Carla")
    await carla.page.evaluate("window.name = 'hidden'")  # the name of a window stays when its page changes
    await expect(carla.page.locator(".cases .new")).to_have_text("1 nyt")
    await carla.page.locator(".cases a").click()
    button = carla.page.get_by_role("button", name="Jeg har set det")
    await expect(button).to_be_visible()
    await her.says("mine ønsker")
    await her.taps("Skriv til koordinatoren")
    await her.says("Er der nyt?")
    await expect(carla.page.locator(".thread")).to_contain_text("Er der nyt?")

    desk = await carla.context.new_page()
    await desk.goto(site.url + "/advisor")
    await expect(desk.locator(".cases .new")).to_have_text("2 nyt")
    await carla.page.evaluate("window.name = ''; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(button).not_to_be_visible()
    await expect(desk.locator(".cases .new")).to_have_count(0)
    await expect(carla.page.locator("#fresh")).to_have_text("Der er noget nyt på siden.")


async def test_looking_at_news_is_no_news(site):
    carla = await site.new_person()
    await site.employee("Amina Yusuf").wishes()
    await opens_case(carla)
    await expect(carla.page.locator("#unseen form")).to_have_count(0)
    await expect(carla.page.locator("#fresh")).to_be_empty()


async def test_without_script_there_is_a_button(site):
    carla = await site.new_person(java_script_enabled=False)
    await site.employee("Amina Yusuf").wishes()
    page = await carla.opens_page("/advisor")
    await page.get_by_role("button", name="Carla").click()
    while not await page.locator(".cases .new").count():  # the worker needs a moment
        await page.reload()
    await page.locator(".cases a").click()
    await page.get_by_role("button", name="Jeg har set det").click()
    await expect(page.get_by_role("heading", name="Beskeder")).to_be_visible()
    await expect(page.get_by_role("button", name="Jeg har set det")).to_have_count(0)
    await page.get_by_role("link", name="Til dine sager").click()
    await expect(page.locator(".cases .new")).to_have_count(0)


async def test_a_double_click_sends_once(site):
    carla = await site.new_person()
    await site.employee("Amina Yusuf").wishes()
    await opens_case(carla)
    await writes(carla, "Hej.")
    await send(carla).dblclick()
    await expect(carla.page.locator(".thread li")).to_have_count(1)
    await expect(box(carla)).to_have_value("")
    await carla.page.reload()
    await expect(carla.page.locator(".thread li")).to_have_count(1)
    await expect(box(carla)).to_have_value("")


async def test_a_draft_outlives_the_visit(site):
    """The cookie ran out while she was writing."""
    carla = await site.new_person()
    await site.employee("Amina Yusuf").wishes()
    await opens_case(carla)
    case = carla.page.url
    await writes(carla, "Hej. Det tog lang tid at skrive.")
    await carla.context.clear_cookies()
    await send(carla).click()
    await carla.page.get_by_role("button", name="Carla").click()
    await expect(box(carla)).to_have_value("Hej. Det tog lang tid at skrive.")
    assert carla.page.url == case
    await send(carla).click()
    await expect(carla.page.locator(".thread li")).to_have_count(1)
    await expect(box(carla)).to_have_value("")
    await carla.page.goto(case)
    await expect(box(carla)).to_have_value("")


@pytest.mark.parametrize("heard", [False, True], ids=["not heard", "heard, and the answer got lost"])
async def test_a_draft_outlives_a_server_that_fails(site, heard):
    carla = await site.new_person()
    carla.may_happen += ["502"]
    await site.employee("Amina Yusuf").wishes()
    await opens_case(carla)
    case = carla.page.url

    async def fails(route):
        if route.request.method != "POST":
            return await route.continue_()
        if heard:
            await route.fetch(max_redirects=0)
        return await route.fulfill(status=502, body="Bad Gateway")

    await carla.page.route("**/advisor/cases/*", fails)
    await writes(carla, "Hej.")
    await send(carla).click()
    await expect(carla.page).to_have_url(case)
    await carla.page.unroute("**/advisor/cases/*")
    await carla.page.goto(case)
    await expect(box(carla)).to_have_value("Hej.")
    await send(carla).click()
    await expect(box(carla)).to_have_value("")
    await expect(carla.page.locator(".thread li")).to_have_count(1)


async def test_signing_out_leaves_no_draft(site):
    carla = await site.new_person()
    await site.employee("Amina Yusuf").wishes()
    await opens_case(carla)
    case = carla.page.url
    await writes(carla, "Hej.")
    await carla.page.get_by_role("button", name="Log ud").click()
    await carla.page.get_by_role("button", name="Carla").click()
    await expect(carla.page.get_by_role("heading", name="Dine sager")).to_be_visible()
    assert await carla.page.evaluate("sessionStorage.length") == 0
    await carla.page.goto(case)
    await expect(box(carla)).to_have_value("")
