"""An advisor's times, and what can be done with a case at the desk, in a real browser."""

import asyncio
import re

from accessibility import violations
from cast import spelled
from playwright.async_api import expect


async def at_desk(site, name="Bo", *may_happen):
    person = await site.new_person()
    person.may_happen += may_happen
    await person.opens_page("/advisor/sign-in")
    await person.page.get_by_role("button", name=re.compile(name)).click()
    await expect(person.page.get_by_role("heading", name="Dine sager")).to_be_visible()
    return person.page


async def saves(page, form):
    await page.locator(form).get_by_role("button", name="Gem").click()
    await expect(page.get_by_role("status").filter(has_text="Gemt")).to_be_visible()


async def test_times_of_the_week_a_day_and_leave(site):
    page = await at_desk(site, "Bo", "400")
    await page.get_by_role("link", name="Dine tider").click()
    await expect(page.get_by_label("Mandag")).to_have_value("9-11, 13-14")
    assert await violations(page) == []
    await page.get_by_label("Mandag").fill("9-25")
    await page.get_by_label("Tirsdag").fill("8-10")
    await page.locator("#week").get_by_role("button", name="Gem").click()
    await expect(page.get_by_role("alert")).to_contain_text('"9-25" forstod jeg ikke')
    await expect(page.get_by_label("Tirsdag")).to_have_value("8-10")  # nothing typed is lost
    await page.get_by_label("Mandag").fill("9-12")
    await saves(page, "#week")

    await page.get_by_label("Dag", exact=True).fill("2027-01-04")
    await page.get_by_label("Tider den dag").fill("10-12")
    await saves(page, "#day form.filters")
    await expect(page.locator("#day")).to_contain_text("4. januar 2027 10-12")
    await page.get_by_role("button", name="Som ellers").click()
    await expect(page.locator("#day")).to_contain_text("Ingen dage er anderledes")

    await page.get_by_label("Første dag").fill("2027-02-08")
    await page.get_by_label("Sidste dag").fill("2027-02-01")
    await page.locator("#leave form.filters").get_by_role("button", name="Gem").click()
    await expect(page.get_by_role("alert")).to_contain_text("Ferien skal slutte efter")
    await expect(page.get_by_label("Første dag")).to_have_value("2027-02-08")
    await page.get_by_label("Sidste dag").fill("2027-02-12")
    await saves(page, "#leave form.filters")
    await page.get_by_role("button", name=re.compile("^Fjern")).click()
    await expect(page.locator("#leave")).to_contain_text("Ingen ferie")


async def test_ways_to_meet_need_a_number(site):
    page = await at_desk(site, "Sofie", "400")
    await page.get_by_role("link", name="Dine tider").click()
    await page.get_by_label("Telefon: du ringer op").check()
    await page.get_by_label("Et par ord om dig selv").fill("Jeg har selv skiftet speciale.")
    await page.locator("#profile").get_by_role("button", name="Gem").click()
    await expect(page.get_by_role("alert")).to_contain_text("Skriv et telefonnummer")
    await expect(page.get_by_label("Telefon: du ringer op")).to_be_checked()
    await page.get_by_label("Telefonnummer, folk ringer til").fill("00 00 00 03")
    await saves(page, "#profile")
    await expect(page.get_by_label("Et par ord om dig selv")).to_have_value("Jeg har selv skiftet speciale.")


async def case_page(site):
    """Bo, with Amina's case open; and Amina."""
    amina = site.employee("Amina Yusuf")
    await amina.says("book en tid")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.taps("vil jeg ikke sige")
    await amina.taps("Ikke Mikkel")
    await amina.taps("Ikke Sofie")
    await amina.accepts_all_advisors()
    await amina.taps("kl.")
    await amina.taps("Book tiden")
    page = await at_desk(site, "Bo", "400", "404")
    await page.locator(".cases a").first.click()
    return page, amina


async def comes(amina, words):
    """Wait until the app's own worker has news for her with these words."""
    for _ in range(100):
        if any(words in spelled(one.card) for one in await amina.turns.waiting(amina.address)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"no news with {words!r}")


async def opens(page, summary):
    await page.locator("summary", has_text=summary).click()


async def test_what_can_be_done_with_a_case(site):
    page, amina = await case_page(site)
    assert await violations(page) == []
    await opens(page, "Notat")
    await page.get_by_role("textbox", name=re.compile("Kun for jer")).fill("Ring mandag")
    await page.get_by_role("button", name="Gem notatet").click()
    await expect(page.get_by_role("status").filter(has_text="Notatet er gemt")).to_be_visible()
    await expect(page.get_by_role("textbox", name=re.compile("Kun for jer"))).to_have_value("Ring mandag")

    await opens(page, "Foreslå en anden tid")
    await page.get_by_role("button", name="Send forslagene").click()
    await expect(page.get_by_role("alert")).to_contain_text("ikke valgt noget")
    await opens(page, "Foreslå en anden tid")
    await page.get_by_label("Første forslag").select_option(index=2)
    await page.get_by_role("button", name="Send forslagene").click()
    await expect(page.get_by_role("status").filter(has_text="Tiderne er sendt")).to_be_visible()
    await comes(amina, "foreslår en af disse tider")

    await opens(page, "Akut bekymring")
    await page.get_by_role("button", name="Send hjælpen").click()
    await expect(page.locator(".thread")).to_contain_text("70 201 201")
    await comes(amina, "bekymret for dig")
    assert await violations(page) == []


async def test_handing_over_closes_it_to_who_did(site):
    page, amina = await case_page(site)
    place = page.url
    await opens(page, "Giv sagen videre")
    await page.get_by_role("button", name="Giv videre", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Sagen er givet videre")).to_be_visible()
    await expect(page.locator(".cases a")).to_have_count(0)
    await page.goto(place)
    await expect(page.locator("body")).to_contain_text("findes ikke mere")
    await comes(amina, "ventelisten")  # she had ruled out both others


async def test_blocking_and_lifting_it(site):
    page, amina = await case_page(site)
    await opens(page, "Luk sagen")
    await page.get_by_role("button", name="Luk og bloker").click()
    await expect(page.get_by_role("button", name="Ophæv blokeringen")).to_be_visible()
    assert "lukket for nye sager fra dig" in await amina.books()
    await page.get_by_role("button", name="Ophæv blokeringen").click()
    await expect(page.get_by_role("status").filter(has_text="kan åbne sager igen")).to_be_visible()
    assert "i denne sag" in await amina.books()


async def test_the_calendar_file_says_when_and_nothing_else(site):
    someone = await site.new_person()
    await someone.opens_page("/privacy")
    answer = await someone.page.request.get(f"{site.url}/calendar/20261125T0900-45.ics")
    text = await answer.text()
    assert answer.headers["content-type"].startswith("text/calendar")
    for line in (
        "SUMMARY:Aftale",
        "CLASS:PRIVATE",
        "DTSTART;TZID=Europe/Copenhagen:20261125T090000",
        "BEGIN:VTIMEZONE",
    ):
        assert line in text
    for name in ("DESCRIPTION", "LOCATION", "ORGANIZER", "ATTENDEE", "URL", "VALARM"):
        assert name not in text
    for wrong in ("20261399T0900-45", "20261125T0900-0", "20261125T0900-999", "x"):
        assert (await someone.page.request.get(f"{site.url}/calendar/{wrong}.ics")).status == 404
