"""Carla's board, and the one tap of host and manager."""

import re

import pytest
import pytest_asyncio
from accessibility import violations
from playwright.async_api import expect


@pytest.fixture
def employee(site):
    """Amina, beside the browser."""
    return site.employee("Amina Yusuf")


@pytest_asyncio.fixture(loop_scope="session")
async def carla(site):
    """Carla at her desk, on a large screen."""
    carla = await site.new_person(viewport={"width": 1200, "height": 900})
    await carla.signs_in("Carla")
    return carla


async def opens(person, page):
    await person.page.goto(person.site + page)


async def proposes(carla):
    """Fill in the terms of the only request."""
    await opens(carla, "/desk/placements")
    await carla.page.locator("tbody a").first.click()
    page = carla.page
    await page.locator("[name=host]").select_option("psykiatri-oest-boern")
    await page.get_by_label("Første dag").fill("2027-01-12")
    await page.get_by_label("Sidste dag").fill("2027-01-14")
    for label, words in (("Leder fra dag", "Vera Friis"), ("Sygemelding", "Værten"), ("Følger op", "Hjemmeafdelingen")):
        await page.get_by_label(label).fill(words)
    await page.get_by_role("button", name="Gem og foreslå").click()
    await expect(page.get_by_role("status").filter(has_text="Gemt")).to_be_visible()


async def test_an_empty_board_says_what_will_come(carla):
    await opens(carla, "/desk/placements")
    await expect(carla.page.locator("main")).to_contain_text("Der er ingen ønsker om ophold endnu")


async def test_the_whole_way_at_the_desk(site, carla, employee):
    await employee.wishes("Neurologien <b>nu</b>")
    await opens(carla, "/desk/placements")
    row = carla.page.locator("tbody tr").first
    await expect(row).to_contain_text("Skal have et sted")
    await expect(row).to_contain_text("Neurologien <b>nu</b>")
    await expect(row).to_contain_text("Tid i specialet ikke oplyst")
    assert await violations(carla.page) == []
    await proposes(carla)
    assert await violations(carla.page) == []
    await employee.says("mine ønsker")
    await employee.taps("Spørg værten")
    await employee.taps("Ja, spørg værten")

    vera = await site.new_person()
    await vera.opens_page("/advisor")
    await vera.page.get_by_role("button", name=re.compile("Vera")).click()
    await expect(vera.page.get_by_role("heading", name="Afgørelser")).to_be_visible()
    await expect(vera.page.locator("main")).to_contain_text("Vil I tage imod?")
    assert "Amina" not in await vera.page.content()
    assert await violations(vera.page) == []
    await vera.page.get_by_role("button", name="Ja, det er i orden").click()
    await expect(vera.page.get_by_role("status").filter(has_text="Tak")).to_be_visible()
    await expect(vera.page.locator("main")).to_contain_text("Intet venter på dit ja")
    await vera.page.goto(site.url + "/desk/articles")
    await expect(vera.page.get_by_role("heading", name="Afgørelser")).to_be_visible()

    await employee.says("mine ønsker")
    await employee.taps("Spørg min leder")
    await employee.taps("Fortsæt", unit="soeerne")
    await employee.taps("Fortsæt", home="soeerne-kirurgi", name="Amina Yusuf")
    await employee.taps("Ja, spørg min leder")
    await carla.page.reload()
    await expect(carla.page.locator("main")).to_contain_text("Jeg kender ikke den, der skal svare")
    await carla.page.get_by_role("button", name="Lav et link").click()
    link = await carla.page.get_by_label("Kopiér det nu").input_value()

    manager = await site.new_person()
    await manager.opens_page(link.removeprefix(site.url))
    await expect(manager.page.locator("main")).to_contain_text("Amina Yusuf")
    await expect(manager.page.locator("main")).not_to_contain_text("Neurologien")
    assert await violations(manager.page) == []
    await manager.page.get_by_role("button", name="Ja, det er i orden").click()
    await expect(manager.page.get_by_role("status")).to_have_text("Tak. Dit svar er gemt.")
    await expect(manager.page.locator("main")).to_contain_text("Opholdet er godkendt")
    await expect(manager.page.get_by_role("button")).to_have_count(0)
    await manager.page.get_by_role("link", name="Se aftalen").click()
    await expect(manager.page.get_by_role("heading", name="Aftale om ophold")).to_be_visible()
    await expect(manager.page.locator("main")).to_contain_text("Amina Yusuf")
    await expect(manager.page.locator("main")).to_contain_text("Kirurgisk Afdeling")
    assert await violations(manager.page) == []
    days = await (await manager.page.request.get(site.url + "/calendar/20270112-20270114.ics")).text()
    assert "SUMMARY:Ophold" in days and "DTEND;VALUE=DATE:20270115" in days and "Amina" not in days
    await vera.page.goto(site.url + "/desk/decisions")
    await vera.page.get_by_role("link", name="Amina Yusuf").click()
    await expect(vera.page.locator("main")).to_contain_text("har hver sagt ja til netop disse vilkår")
    await carla.page.goto(carla.page.url)
    await carla.page.get_by_role("link", name="Se aftalen").click()
    await expect(carla.page.get_by_role("heading", name="Aftale om ophold")).to_be_visible()
    await expect(carla.page.locator("main")).not_to_contain_text("Amina Yusuf")
    await expect(carla.page.locator("main")).not_to_contain_text("Kirurgisk Afdeling")
    await carla.page.go_back()
    await expect(carla.page.locator("main")).to_contain_text("Godkendt")
    await expect(carla.page.locator("main")).to_contain_text("vært 1, hjemmeafdeling 1")


async def test_what_was_typed_stays_when_a_date_is_wrong(carla, employee):
    carla.may_happen.append("400")
    await employee.wishes()
    await opens(carla, "/desk/placements")
    await carla.page.locator("tbody a").first.click()
    page = carla.page
    await page.locator("[name=host]").select_option("soeerne-intensiv")
    await page.get_by_label("Første dag").fill("2027-01-12")
    await page.get_by_label("Sidste dag").fill("2027-01-02")
    for label in ("Leder fra dag", "Sygemelding", "Følger op"):
        await page.get_by_label(label).fill("Vera & co")
    await page.get_by_label("Vagter").fill("3")
    await page.get_by_role("button", name="Gem og foreslå").click()
    await expect(page.get_by_role("alert")).to_contain_text("slutter, før det begynder")
    await expect(page.get_by_label("Leder fra dag")).to_have_value("Vera & co")
    await expect(page.get_by_label("Vagter")).to_have_value("3")
    await expect(page.get_by_label("Sidste dag")).to_have_value("2027-01-02")


async def test_minutes_filters_and_closing(carla, employee):
    await employee.wishes()
    await opens(carla, "/desk/placements")
    await carla.page.locator("tbody a").first.click()
    page = carla.page
    await page.get_by_label("Læg minutter til").fill("25")
    await page.get_by_role("button", name="Gem", exact=True).click()
    await expect(page.locator("main")).to_contain_text("25 minutter brugt")
    await page.get_by_label("Grund").select_option(label="Andet")
    await page.get_by_role("button", name="Luk ønsket").click()
    await expect(page.locator("main")).to_contain_text("lukkede (Andet)")
    await opens(carla, "/desk/placements")
    await expect(page.locator("main")).to_contain_text("Ingen ønsker er sådan lige nu")
    await page.get_by_label("Status").select_option(label="Lukket")
    await page.get_by_role("button", name="Vis", exact=True).click()
    await expect(page.locator("tbody tr")).to_have_count(1)


async def test_a_link_that_is_none_says_so(site):
    someone = await site.new_person()
    someone.may_happen.append("404")
    await someone.opens_page("/decide/" + "x" * 32)
    await expect(someone.page.locator("main")).to_contain_text("Linket virker ikke")


async def test_an_advisor_has_no_board(site):
    bo = await site.new_person()
    bo.may_happen.append("403")
    await bo.signs_in("Bo")
    await opens(bo, "/desk/placements")
    await expect(bo.page.locator("body")).to_contain_text("Kun koordinatorer")


async def test_the_model_is_changed_in_versions(carla):
    carla.may_happen.append("400")
    page = carla.page
    await opens(carla, "/desk/scheme")
    await expect(page.locator("main")).to_contain_text("Det er de tal, Sporskifte kom med")
    assert await violations(page) == []
    await page.get_by_label("Kroner i timen for at dække").fill("342,50")
    await page.get_by_label("Snusepraktik: arbejdsdage").fill("99")
    await page.get_by_role("button", name="Gem som ny version").click()
    await expect(page.get_by_role("alert")).to_have_text("Skriv et tal mellem 1 og 30.")
    await expect(page.get_by_label("Kroner i timen for at dække")).to_have_value("342,50")
    await page.get_by_label("Snusepraktik: arbejdsdage").fill("7")
    await page.get_by_role("button", name="Gem som ny version").click()
    await expect(page.get_by_role("status").filter(has_text="Gemt")).to_be_visible()
    await expect(page.locator(".history")).to_contain_text("Carla Bruun")
    await expect(page.locator(".history")).to_contain_text("Snusepraktik: arbejdsdage, højst: 5 → 7")
    await expect(page.locator(".history")).to_contain_text("0 → 342,50")


async def test_two_who_change_the_model_at_once(site, carla):
    carla.may_happen.append("400")
    await opens(carla, "/desk/scheme")
    other = await site.new_person()
    await other.signs_in("Carla")
    await opens(other, "/desk/scheme")
    for person, days in ((other, "6"), (carla, "7")):
        await person.page.get_by_label("Snusepraktik: arbejdsdage").fill(days)
        await person.page.get_by_role("button", name="Gem som ny version").click()
        await expect(person.page.locator(".done" if person is other else ".error")).to_be_visible()
    await expect(carla.page.get_by_role("alert")).to_contain_text("En anden har gemt imens")
    await expect(carla.page.get_by_label("Snusepraktik: arbejdsdage")).to_have_value("7")
