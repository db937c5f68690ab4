"""Amina wishes for a stay, changes her mind about when, and Carla sees the wish."""

import re

from playwright.async_api import expect


async def test_a_wish_from_the_idea_to_the_coordinator(amina, site):
    carla = await site.new_person(viewport={"width": 1280, "height": 800})
    await carla.signs_in("Carla")
    desk = carla.page.locator("#live")

    await amina.opens_chat()
    await amina.taps("Ønsk et ophold et andet sted")
    await amina.taps("Region Hovedstaden")
    await amina.taps(re.compile("Snusepraktik"))
    await amina.reads("Hvor vil du gerne hen")
    await expect(amina.button(re.compile("Børnepsykiatrien, Psykiatrien Øst"))).to_be_visible()
    await amina.page.get_by_label("Afdeling, speciale eller emne").fill("Børnepsykiatri & sorg")
    await amina.taps("Fortsæt")
    await amina.page.get_by_label("Tidligst fra").fill("2027-01-12")
    await amina.page.get_by_label("Hvor længe").select_option("3 dage")
    await amina.taps("Fortsæt")
    await amina.page.get_by_label("Hvorfor").fill("Jeg vil se <i>andre</i> børn.\nOg lære.")
    await amina.taps("Fortsæt")
    await amina.page.get_by_label("Dit fag").fill("sygeplejerske")
    await amina.page.get_by_label("Hvor længe i det speciale").fill("23 mdr")
    await amina.taps("Fortsæt")
    await amina.reads("Det er et ønske, ikke en aftale.")
    await amina.reads("23 måneder")
    await amina.reads("12. januar 2027")
    await amina.reads("3 dage")
    await amina.reads("Jeg vil se <i>andre</i> børn.")

    await amina.taps("Ret hvornår")
    await amina.reads("Hvornår, og hvor længe?")
    await expect(amina.cards.last.get_by_label("Tidligst fra")).to_have_value("2027-01-12")
    await amina.cards.last.get_by_label("Tidligst fra").fill("2027-02-01")
    await amina.taps("Fortsæt")
    await amina.reads("1. februar 2027")
    await amina.reads("3 dage")
    await amina.taps("Send ønsket")
    await expect(amina.log).to_contain_text("Dit ønske er sendt.")
    await expect(amina.log.locator(".receipt-card")).to_be_visible()
    alias = await amina.alias()

    await expect(desk).to_contain_text(f"Nyt ønske: {alias}")
    await desk.get_by_role("link", name=alias).click()
    for words in ("Børnepsykiatri & sorg", "1. februar 2027", "3 dage", "Jeg vil se <i>andre</i> børn."):
        await expect(desk.locator("dl")).to_contain_text(words)

    await amina.taps("Mine aftaler og ønsker")
    await amina.reads("Sendt til koordinatoren")
    await amina.reads(alias)
    await amina.taps("Træk ønsket tilbage")
    await amina.taps("Ja, træk det tilbage")
    await amina.reads("Ønsket er trukket tilbage.")
    await expect(desk.locator("dl")).to_contain_text("lukket")


async def test_a_day_that_is_gone_is_asked_again_with_what_was_written(amina):
    await amina.opens_chat()
    await amina.taps("Ønsk et ophold et andet sted")
    await amina.taps("Region Hovedstaden")
    await amina.taps(re.compile("Udveksling"))
    await amina.writes("Intensiv")
    await amina.reads("Hvornår, og hvor længe?")
    await amina.page.get_by_label("Tidligst fra").fill("2020-01-01")
    await amina.taps("Fortsæt")
    await expect(amina.log).to_contain_text("Den dag er gået.")
    await amina.reads("Hvornår, og hvor længe?")


async def test_where_it_is_not_switched_on_she_is_told(amina):
    await amina.opens_chat()
    await amina.taps("Ønsk et ophold et andet sted")
    await amina.taps("Region Sjælland")
    await amina.reads("I Region Sjælland er ophold i andre afdelinger ikke slået til")
