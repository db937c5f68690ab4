"""The pages and pictures of career paths, in a real browser."""

import pytest
from playwright.async_api import expect


async def test_the_picture_stands_in_the_card_and_leads_to_the_page(amina):
    await amina.opens_chat()
    await amina.writes("hvordan bliver jeg sygeplejerske fra sosu-hjælper?")
    drawing = amina.cards.last.get_by_role("img")
    await expect(drawing).to_have_attribute("alt", "Tegning af vejen, trin for trin: SOSU-hjælper, SOSU-assistent, sygeplejerske.")  # fmt: skip  # noqa: E501
    await expect(drawing).to_have_js_property("complete", True)
    assert await drawing.evaluate("image => image.naturalWidth") == 340
    async with amina.context.expect_page() as opened:
        await drawing.click()
    page = await opened.value
    await expect(page.get_by_role("heading", level=1)).to_have_text("Fra SOSU-hjælper til sygeplejerske")


async def test_posts_can_be_searched_and_opened_with_the_keyboard(amina):
    page = await amina.opens_page("/career")
    await page.get_by_role("searchbox").press_sequentially("sygeplejske")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Stillinger: 1")
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.href?.includes('/career/sygeplejerske')"):
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sygeplejerske")
    await expect(page.locator("img.drawing")).to_have_js_property("complete", True)
    jordemoder = page.locator("details", has_text="Jordemoder").first
    await jordemoder.locator("summary").press("Enter")
    await expect(jordemoder).to_contain_text("Ikke bekræftet af HR endnu.")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits a phone"


async def test_an_unknown_post_says_so(amina):
    amina.may_happen.append("404")
    page = await amina.opens_page("/career/astronaut")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Den karrierevej findes ikke.")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/career/sygeplejerske.svg", 200),
        ("/career/sygeplejerske.png?lang=en", 200),
        ("/career/sosu-hjaelper.png?to=sygeplejerske", 200),
        ("/career/astronaut.svg", 404),
        ("/career/sygeplejerske.svg?to=radiograf", 404),
        ("/career/sygeplejerske.svg?to=../../etc", 404),
        ("/career/sygeplejerske.svg?to=sygeplejerske", 404),
        ("/career/sygeplejerske.gif", 404),
        ("/career?q=%F0%9F%8E%89%3Cscript%3E&lang=xx", 200),
    ],
)
async def test_addresses(amina, address, status):
    answer = await amina.context.request.get(amina.site + address)
    assert answer.status == status
    if status == 200 and ".png" in address:
        assert (await answer.body()).startswith(b"\x89PNG") and answer.headers["content-type"] == "image/png"
