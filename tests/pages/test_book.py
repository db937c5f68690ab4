"""Amina books, and the advisor who gets her case answers: both see it without touching the page."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from bot import event_stream

NAME = "Amina Yusuf"


async def test_from_the_first_tap_to_the_last_message(amina, site, monkeypatch):
    monkeypatch.setattr(event_stream, "LOOK_EVERY", 60)  # all of it comes at once, and not when somebody looks again
    monkeypatch.setattr(event_stream, "LOOK_AT_LEAST_EVERY", 60)
    await amina.opens_chat()
    advisor_name = await amina.books(until="confirm")
    advisor = await site.new_person(viewport={"width": 1280, "height": 800})
    await advisor.signs_in(advisor_name)
    desk = advisor.page.locator("#live")
    await expect(desk).to_contain_text("Du har ingen sager endnu.")

    await amina.taps("Book tiden")
    alias = await amina.alias()
    await expect(amina.log.locator(".receipt-card .receipt")).to_have_text(await amina.receipt())
    assert len((await amina.receipt()).split()) == 6

    # The desk shows it by itself.
    await expect(desk).to_contain_text(f"Ny aftale: {alias}")
    await expect(desk).to_contain_text("Emne: Min vej videre.")
    await expect(desk.get_by_role("link", name=alias)).to_contain_text(
        re.compile(r"2[34]\. november.* · Min vej videre")
    )
    await expect(advisor.page.get_by_role("status")).to_have_text("Der er noget nyt på siden.")

    await desk.get_by_role("link", name=alias).click()
    await expect(desk.locator("dl")).to_contain_text("Min vej videre")
    await advisor.page.get_by_label("Skriv til medarbejderen").fill("Hej. Hvad fylder mest for dig?")
    await advisor.page.get_by_role("button", name="Send").click()

    await expect(amina.log.locator(".notice")).to_contain_text("Hej. Hvad fylder mest for dig?")
    await expect(amina.log.locator(".notice")).to_contain_text(advisor_name)
    await expect(desk).to_contain_text("Leveret")

    # She answers while the advisor is in the middle of a sentence.
    draft = advisor.page.get_by_label("Skriv til medarbejderen")
    await draft.fill("Jeg tænkte også på")
    await draft.focus()
    await amina.taps("Svar")
    await amina.reads("Du skriver nu til")
    await amina.writes("Jeg er træt af vagterne. <b>Meget</b>")
    await amina.reads("er sendt som")
    await expect(desk.locator(".thread li").last).to_contain_text("Jeg er træt af vagterne. <b>Meget</b>")
    await expect(draft).to_have_value("Jeg tænkte også på")
    await expect(draft).to_be_focused()

    await amina.taps("Jeg er færdig")
    await amina.writes("mine aftaler")
    await amina.taps("Flyt aftalen")
    await amina.reads("Vælg en ny tid hos den samme rådgiver")
    await amina.log.get_by_role("button", name=re.compile("kl.")).last.click()
    await expect(amina.log).to_contain_text("Din tid er flyttet til")
    moved = re.search(r"flyttet til (.*?)\. Du", await amina.log.inner_text())[1]
    await expect(desk.locator("dl")).to_contain_text(moved)

    await amina.taps("Mine aftaler")
    await amina.taps("Aflys aftalen")
    await amina.taps("Ja, aflys")
    await amina.reads("Aftalen er aflyst")
    await expect(desk.locator("dl")).to_contain_text("lukket")
    await expect(draft).to_have_value("Jeg tænkte også på")

    assert NAME.split()[0] not in await advisor.page.content()


async def test_who_does_not_want_to_say_where_they_work_need_not(amina):
    await amina.opens_chat()
    await amina.taps("Tal anonymt med en rådgiver")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.taps("Det vil jeg ikke sige")
    await amina.reads("Disse rådgivere er mulige")


async def test_going_on_without_choosing_a_workplace_is_stopped_by_the_page(amina):
    await amina.opens_chat()
    await amina.taps("Tal anonymt med en rådgiver")
    await amina.taps("Fortsæt")
    await amina.taps("Spring over")
    await amina.taps("Region Hovedstaden")
    await amina.reads("Hvor arbejder du?")
    await amina.taps("Fortsæt")
    assert await amina.page.get_by_label("Dit hospital eller center").evaluate("field => !field.validity.valid")
    await amina.reads("Hvor arbejder du?")


async def test_two_taps_are_one_booking(amina, site):
    await amina.opens_chat()
    advisor_name = await amina.books(until="confirm")
    await amina.button("Book tiden").dblclick()
    await expect(amina.log.locator(".receipt-card")).to_have_count(1)
    await amina.writes("mine aftaler")
    await amina.reads("Det her er din aftale:")
    await expect(amina.log.locator(".mine", has_text="Book tiden")).to_have_count(1)
    advisor = await site.new_person()
    await advisor.signs_in(advisor_name)
    await expect(advisor.page.locator(".cases a")).to_have_count(1)


async def test_another_advisor_sees_nothing_of_it(amina, site):
    await amina.opens_chat()
    advisor_name = await amina.books()
    alias = await amina.alias()
    other = await site.new_person()
    await other.signs_in(next(name for name in ("Bo", "Sofie", "Mikkel") if name != advisor_name))
    await expect(other.page.locator("#live")).to_contain_text("Du har ingen sager endnu.")
    assert alias not in await other.page.content()


async def test_news_that_came_while_the_desk_was_offline_are_shown_when_it_is_back(amina, site):
    await amina.opens_chat()
    advisor_name = await amina.books(until="confirm")
    advisor = await site.new_person()
    advisor.may_happen += ["ERR_INTERNET_DISCONNECTED"]
    await advisor.signs_in(advisor_name)
    await advisor.context.set_offline(True)
    await amina.taps("Book tiden")
    alias = await amina.alias()
    await asyncio.sleep(0.3)
    await advisor.context.set_offline(False)
    await expect(advisor.page.locator("#live")).to_contain_text(f"Ny aftale: {alias}", timeout=15_000)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_the_desk_speaks_both_languages(site, lang):
    carla = await site.new_person()
    await carla.signs_in("Carla")
    page = await carla.opens_page(f"/advisor?lang={lang}")
    await expect(page.locator("html")).to_have_attribute("lang", lang)
