"""Amina books without a mouse: Tab, Enter, and typed labels or numbers."""

import re

from playwright.async_api import expect


async def in_focus(person):
    """What has the focus: the box, a button's words, or the name of the element. The body never does."""
    name = await person.page.locator("body").evaluate(
        "body => body === document.activeElement ? '' : document.activeElement.id || document.activeElement.textContent"
    )
    assert name, "the focus got lost"
    return name.strip()


async def tabs_to(person, words, *, backwards=False):
    for _ in range(40):
        await person.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if words in await in_focus(person):
            return
    raise AssertionError(f"Tab never comes to {words!r}")


async def test_a_whole_booking_with_the_keyboard(amina):
    await amina.opens_chat()
    await tabs_to(amina, "Tal anonymt med en rådgiver")
    await amina.page.keyboard.press("Enter")
    await amina.reads("Din leder får intet at vide")
    assert await in_focus(amina) == "text"

    for typed, answer in (
        ("Fortsæt", "Hvad vil du gerne tale om?"),
        ("2", "Hvilken region"),
        ("1", "Hvor arbejder du?"),
    ):
        await amina.page.keyboard.type(typed)
        await amina.page.keyboard.press("Enter")
        await amina.reads(answer)
        assert await in_focus(amina) == "text"

    await tabs_to(amina, "Fortsæt", backwards=True)
    await tabs_to(amina, "Hospitalet", backwards=True)  # the list of workplaces
    await amina.page.keyboard.type("Hospitalet N")
    await expect(amina.page.get_by_label("Dit hospital eller center")).to_have_value("nordkysten")
    await tabs_to(amina, "Fortsæt")
    await amina.page.keyboard.press("Enter")
    await amina.reads("Disse rådgivere er mulige")
    assert await in_focus(amina) == "text"

    await amina.page.keyboard.type("de er alle i orden")
    await amina.page.keyboard.press("Enter")
    await amina.reads("Hvordan vil du mødes?")
    await amina.page.keyboard.type("skriv sammen")
    await amina.page.keyboard.press("Enter")
    await amina.reads("Hvornår passer det dig?")
    await amina.page.keyboard.type("1")
    await amina.page.keyboard.press("Enter")
    await amina.reads("Er det rigtigt?")
    await tabs_to(amina, "Book tiden", backwards=True)
    await amina.page.keyboard.press("Space")
    await expect(amina.log.locator(".receipt-card")).to_be_visible()
    assert await in_focus(amina) == "text"
    await expect(amina.log.get_by_text(re.compile("Du hedder"))).to_be_visible()


async def test_the_receipt_panel_with_the_keyboard(amina):
    await amina.opens_chat()
    await tabs_to(amina, "Din kvittering")
    await amina.page.keyboard.press("Enter")
    await expect(amina.page.locator("#receipt-words")).to_be_visible()
    await tabs_to(amina, "receipt-copy")
    await amina.page.keyboard.press("Escape")
    await expect(amina.page.locator("#receipt-words")).not_to_be_visible()
    assert "Din kvittering" in await in_focus(amina)


async def test_shift_enter_makes_a_new_line(amina):
    await amina.opens_chat()
    await amina.box.press_sequentially("en")
    await amina.box.press("Shift+Enter")
    await amina.box.press_sequentially("to")
    await expect(amina.box).to_have_value("en\nto")
    await expect(amina.log.locator(".mine")).to_have_count(0)
