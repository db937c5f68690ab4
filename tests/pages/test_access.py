"""Facts that people who see, hear or tap differently rely on, and that axe-core does not look at."""

import re

import pytest
from playwright.async_api import expect

UNNAMED = """controls => controls.filter(control => {
  const label = control.labels && [...control.labels].map(label => label.textContent).join("");
  const name = label || control.getAttribute("aria-label") || control.textContent;
  return control.type !== "hidden" && !name.trim();
}).map(control => control.outerHTML)"""
LOW = """controls => controls.filter(control => control.offsetParent && control.getBoundingClientRect().height < 43.5)
  .map(control => control.outerHTML + control.getBoundingClientRect().height)"""
OVERFLOW = "page => page.scrollWidth - page.clientWidth"


async def walk(person):
    """A conversation in which every kind of card appears."""
    await person.opens_chat()
    await person.writes("hvad er snusepraktik?")
    await person.reads("Hjalp det?")
    await person.writes("jeg vil ikke leve mere")
    await expect(person.log.locator(".urgent")).to_be_visible()
    await person.writes("jeg vil gerne snuse")
    await person.reads("Hvilken region")
    await person.taps("Region Hovedstaden")
    await person.taps(re.compile("Snusepraktik: få"))
    await person.writes("Børnepsykiatrien")
    await person.reads("Hvornår, og hvor længe?")


async def the_facts(page):
    await page.wait_for_load_state()  # before its style is there, everything is low
    await expect(page.locator("h1")).to_have_count(1)
    await expect(page.locator("html")).to_have_attribute("lang", re.compile("^(da|en)$"))
    await expect(page.locator("title")).not_to_be_empty()
    assert await page.locator("input, select, textarea, button").evaluate_all(UNNAMED) == []
    controls = page.locator("button, .button, summary, input:not([type=hidden]), select, textarea")
    assert await controls.evaluate_all(LOW) == []
    ids = await page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


async def test_the_chat(amina):
    await walk(amina)
    await amina.opens_panel()
    await the_facts(amina.page)
    await expect(amina.log).to_have_attribute("aria-live", "polite")
    await expect(amina.log).to_have_attribute("aria-label", "Samtalen")
    await expect(amina.box).to_have_accessible_name("Skriv her")
    await expect(amina.log.locator(".quote").first).to_have_attribute("lang", "da")


@pytest.mark.parametrize("path", ["/advisor/sign-in", "/articles/rh-04", "/privacy", "/", "/advisor"])
async def test_the_other_pages(amina, path):
    if path == "/advisor":
        await amina.signs_in("Bo")
    else:
        await amina.opens_page(path)
    await the_facts(amina.page)
    await amina.page.set_viewport_size({"width": 320, "height": 640})
    assert await amina.page.locator("html").evaluate(OVERFLOW) <= 0


async def test_nothing_scrolls_sideways_on_the_smallest_phone(site):
    amina = await site.new_person(viewport={"width": 320, "height": 640})
    await walk(amina)
    assert await amina.page.locator("html").evaluate(OVERFLOW) <= 0
    assert await amina.log.evaluate(OVERFLOW) <= 0
    await amina.writes("langtord" * 40)
    await expect(amina.log.locator(".mine", has_text="langtord")).to_be_visible()
    assert await amina.log.evaluate(OVERFLOW) <= 0
    await amina.opens_panel()
    box = await amina.page.locator("header .panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


async def test_when_everything_is_four_times_as_big_there_is_still_room(amina):
    await walk(amina)
    await amina.page.set_viewport_size(
        {"width": 320, "height": 256}
    )  # a desktop's page at 400 %, as WCAG 1.4.10 has it
    await expect(amina.page.get_by_role("button", name="Send")).to_be_in_viewport()
    assert await amina.page.locator("html").evaluate(OVERFLOW) <= 0
    assert (await amina.log.bounding_box())["height"] > 80
