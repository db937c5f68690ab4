"""Amina comes back with her receipt, and nobody else does."""

import re

import pytest
from playwright.async_api import expect

from bot.receipts import WORDS


async def test_the_receipt_opens_her_case_in_another_browser(amina, site):
    await amina.opens_chat()
    await amina.books()
    alias, receipt = await amina.alias(), await amina.receipt()

    elsewhere = await site.new_person()
    await elsewhere.opens_chat()
    assert await elsewhere.receipt() != receipt
    await elsewhere.comes_back_with(receipt.upper())
    await expect(elsewhere.log).to_contain_text(f"Velkommen tilbage. Åbne sager: 1 ({alias}).")
    assert await elsewhere.receipt() == receipt
    await expect(elsewhere.page.locator("#receipt-enter")).not_to_be_visible()
    await elsewhere.taps("Mine aftaler")
    await elsewhere.reads(alias)


@pytest.mark.parametrize("words", ["min kat hedder Misser og er", "kun fire af dem"])
async def test_what_is_no_receipt_is_refused_and_nothing_changes(amina, words):
    amina.may_happen.append("400")
    await amina.opens_chat()
    own = await amina.receipt()
    await amina.comes_back_with(words)
    await expect(amina.page.get_by_role("alert")).to_have_text(re.compile("De ord passer ikke"))
    assert await amina.receipt() == own
    await expect(amina.page.locator("#receipt-enter")).to_have_value(words)


async def test_six_other_words_reveal_nothing(amina, site):
    await amina.opens_chat()
    await amina.books()
    alias = await amina.alias()
    guess = (await amina.receipt()).split()
    guess[0] = next(word for word in WORDS if word != guess[0])

    dan = await site.new_person()
    await dan.opens_chat()
    await dan.comes_back_with(" ".join(guess))
    await expect(dan.page.locator("#receipt-words")).to_have_text(" ".join(guess))
    await expect(dan.log).to_contain_text("Hej. Jeg er Sporskifte")
    await dan.taps("Mine aftaler")
    await dan.reads("Du har ingen aftaler.")
    assert alias not in await dan.page.content()


async def test_what_the_advisor_wrote_meanwhile_waits_for_her(amina, site):
    await amina.opens_chat()
    advisor_name = await amina.books()
    alias, receipt = await amina.alias(), await amina.receipt()
    await amina.page.close()

    advisor = await site.new_person()
    await advisor.signs_in(advisor_name)
    await advisor.page.get_by_role("link", name=alias).click()
    for words in ("Jeg glæder mig.", "Tag gerne dit vagtskema med."):
        await advisor.page.get_by_label("Skriv til medarbejderen").fill(words)
        await advisor.page.get_by_role("button", name="Send").click()
        await expect(advisor.page.locator(".thread")).to_contain_text(words)
    await expect(advisor.page.locator(".thread li").last).to_contain_text("Sendt")

    later = await site.new_person()
    await later.opens_chat()
    await later.comes_back_with(receipt)
    await expect(later.log.locator(".notice")).to_contain_text(["Jeg glæder mig.", "Tag gerne dit vagtskema med."])
    await expect(advisor.page.locator(".thread li").last).to_contain_text("Leveret")

    await later.page.reload()
    await expect(later.log).to_contain_text(f"Åbne sager: 1 ({alias})")
    await later.taps("Mine aftaler")
    await later.taps("Skriv til rådgiveren")
    await later.reads("Tag gerne dit vagtskema med.")
    await expect(later.log.locator(".notice")).to_have_count(0)  # shown once


async def test_close_and_forget_forgets(amina):
    await amina.opens_chat()
    await amina.books()
    alias, receipt = await amina.alias(), await amina.receipt()
    await amina.box.fill("noget, jeg var i gang med")
    await amina.opens_panel()
    await amina.page.get_by_role("button", name="Luk og glem").click()
    await expect(amina.page.locator("#receipt-words")).not_to_have_text(receipt)
    await expect(amina.log).to_contain_text("Hej. Jeg er Sporskifte")
    assert await amina.receipt() not in ("", receipt)
    await expect(amina.box).to_have_value("")
    await amina.taps("Mine aftaler")
    await amina.reads("Du har ingen aftaler.")
    await amina.page.go_back()
    await expect(amina.page.locator("body")).not_to_contain_text(alias)


async def test_a_reload_takes_up_the_open_question(amina):
    await amina.opens_chat()
    await amina.taps("Tal anonymt med en rådgiver")
    await amina.taps("Fortsæt")
    await amina.reads("Hvad vil du gerne tale om?")
    await amina.page.reload()
    await expect(amina.log).to_contain_text("Velkommen tilbage. Vi var i gang med dette:")
    await amina.taps("Uddannelse og kurser")
    await amina.reads("Hvilken region arbejder du i?")


async def test_the_receipt_can_be_copied_and_put_away(amina):
    await amina.context.grant_permissions(["clipboard-write"])
    await amina.opens_chat()
    await amina.opens_panel()
    await amina.page.get_by_role("button", name="Kopiér").click()
    await expect(amina.page.get_by_role("button", name="Kopieret")).to_be_visible()
    await amina.page.keyboard.press("Escape")
    await expect(amina.page.locator("#receipt-words")).not_to_be_visible()
