"""HR sees how a question fares and why, keeps questions to try again, and says what everyday words mean."""

import re

import pytest
from playwright.async_api import expect


@pytest.fixture
async def editor(site):
    """Open a page of the desk as one of HR's editors."""

    async def sit_down(name, path, *may_happen):
        person = await site.new_person()
        person.may_happen += may_happen
        await person.opens_page("/advisor/sign-in")
        await person.page.get_by_role("button", name=re.compile(name)).click()
        await expect(person.page.get_by_role("heading").first).to_be_visible()
        return await person.opens_page(path)

    return sit_down


async def test_a_question_is_tried_and_kept(editor):
    page = await editor("Hanne", "/desk/try")
    await expect(page.get_by_text("Der er ingen endnu.")).to_be_visible()
    await page.get_by_label("Spørgsmål", exact=True).fill("hvor længe kan en snusepraktik vare")
    await page.get_by_role("button", name="Prøv", exact=True).click()
    await expect(page.get_by_text("De får svar fra:")).to_be_visible()
    await expect(page.locator("blockquote", has_text="op til 1 uge").first).to_be_visible()
    await expect(page.get_by_role("row")).not_to_have_count(0)
    await page.get_by_role("button", name="Gem som prøvespørgsmål").click()
    await expect(page.get_by_text("Svaret er rigtigt")).to_be_visible()
    await page.get_by_role("button", name="Fjern hvor længe kan en snusepraktik vare").click()
    await expect(page.get_by_text("Der er ingen endnu.")).to_be_visible()


async def test_what_nothing_answers_is_said_plainly(editor):
    page = await editor("Hanne", "/desk/try?q=qwertyuiop+zxcvb")
    await expect(page.get_by_text("kan tale med en rådgiver.")).to_be_visible()
    await page.get_by_label("Hvilken artikel skal svare?").select_option("-")
    await page.get_by_role("button", name="Gem som prøvespørgsmål").click()
    await expect(page.locator("#kept ~ ul")).to_contain_text("Ingen artikel skal svare")
    await expect(page.get_by_text("Svaret er rigtigt")).to_be_visible()


async def test_a_publish_that_would_lose_an_answer_warns_first(editor, site):
    page = await editor("Hanne", "/desk/try?q=hvad+er+snusepraktik&region=hovedstaden", "400")
    await page.get_by_role("button", name="Gem som prøvespørgsmål").click()
    await expect(page.get_by_text("Svaret er rigtigt")).to_be_visible()
    await page.goto(site.url + "/desk/articles/rh-04/da")
    for field in ("Titel", "Søgeord"):
        await page.get_by_label(field).first.fill("Noget om kaffe")
    await page.locator("[name=questions]").fill("Hvor er kaffen?")
    await page.locator("#body").fill("Her er kaffe.")
    await page.get_by_role("button", name="Send til en anden læser").click()
    await expect(page.get_by_text("Kladden venter på en anden læser")).to_be_visible()

    isak = await editor("Isak", "/desk/articles/rh-04/da", "400")
    await isak.get_by_role("button", name="Udgiv").click()
    await expect(isak.get_by_role("alert")).to_contain_text("ikke længere besvaret")
    await expect(isak.locator("li", has_text="hvad er snusepraktik")).to_contain_text("forkert eller mangler")
    await isak.get_by_role("button", name="Udgiv").click()
    await expect(isak.get_by_text("Gemt.", exact=True)).to_be_visible()


async def test_an_everyday_word_counts_from_the_next_question(editor, amina):
    page = await editor("Hanne", "/desk/synonyms?term=smugkig", "400")
    await expect(page.get_by_label("Det skriver folk")).to_have_value("smugkig")
    await page.get_by_label("Det kalder artiklerne det").fill(" , ")
    await page.get_by_role("button", name="Gem ordet").click()
    await expect(page.get_by_role("alert")).to_contain_text("Skriv, hvad artiklerne kalder det.")
    await expect(page.get_by_label("Det skriver folk")).to_have_value("smugkig")
    await page.get_by_label("Det kalder artiklerne det").fill("snusepraktik")
    await page.get_by_role("button", name="Gem ordet").click()
    await expect(page.get_by_text("Gemt.", exact=True)).to_be_visible()
    await expect(page.locator(".pairs li", has_text="smugkig")).to_contain_text("snusepraktik")
    await amina.opens_chat()
    await amina.writes("hvad er smugkig?")
    await amina.reads("Snusepraktik er et kort ophold")
    await page.get_by_role("button", name="Fjern smugkig").click()
    await expect(page.locator(".pairs li", has_text="smugkig")).to_have_count(0)
    await page.get_by_role("button", name="Gem ordet").click()  # regretted
    await expect(page.locator(".pairs li", has_text="smugkig")).to_contain_text("snusepraktik")


async def test_who_is_no_editor_may_read(editor):
    page = await editor("Bo", "/desk/synonyms")
    await expect(page.get_by_role("heading", name="Hverdagsord")).to_be_visible()
    await expect(page.get_by_role("button", name="Gem ordet")).to_have_count(0)
