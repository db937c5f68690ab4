"""HR keeps the career paths true: edits, adds and removes steps, sees what employees will see, and loses nothing."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

STEP = "/desk/career/step/laege--speciallaege"
QUESTION = "hvordan bliver jeg speciallæge fra læge?"


@pytest.fixture
async def editor(site):
    """Open a page of the desk as one of HR's editors."""

    async def sit_down(name, path, *may_happen, **options):
        person = await site.new_person(viewport={"width": 1200, "height": 900}, **options)
        person.may_happen += may_happen
        await person.opens_page("/advisor/sign-in")
        await person.page.get_by_role("button", name=re.compile(name)).click()
        await expect(person.page.get_by_role("heading").first).to_be_visible()
        return await person.opens_page(path)

    return sit_down


def fact(page, name):
    return page.get_by_role("group", name=name, exact=True)


def box(page, name):
    return page.get_by_role("checkbox", name=name, exact=True)


async def save(page):
    await page.get_by_role("button", name="Gem", exact=True).click()


async def is_saved(page):
    await expect(page.get_by_text("Gemt. Botten svarer efter det nu.")).to_be_visible()


async def test_from_an_editors_hand_to_an_employees_answer_and_back(editor, amina):
    page = await editor("Hanne", "/desk/articles")
    await page.get_by_role("link", name="Karriereveje", exact=True).click()
    await page.get_by_label("Søg efter en stilling").fill("læge")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name="→ speciallæge").click()
    await expect(page.locator("#preview .drawing")).to_have_js_property("complete", True)
    assert await page.locator("#preview .drawing").evaluate("image => image.naturalWidth") == 340
    await fact(page, "Varighed").get_by_label("På dansk").fill("Cirka 5 år")
    await expect(page.locator("#preview dl")).to_contain_text("Cirka 5 år")
    await expect(page.locator("#preview .drawing")).to_have_attribute("src", re.compile("Cirka"))
    await save(page)
    await is_saved(page)
    await amina.opens_chat()
    await amina.writes(QUESTION)
    await amina.reads("Cirka 5 år")

    for part in ("På dansk", "På engelsk"):
        await fact(page, "Varighed").get_by_label(part).fill("")
    await fact(page, "Varighed").get_by_label("Kilde").select_option("")
    await expect(page.locator("#preview dl")).to_contain_text(re.compile("Det ved jeg ikke.*varighed", re.DOTALL))
    await save(page)
    await is_saved(page)
    await amina.writes(QUESTION)
    await expect(amina.cards.last).to_contain_text(re.compile("Det ved jeg ikke.*varighed", re.DOTALL))

    await page.get_by_role("link", name="Tidligere versioner").click()
    await expect(page.locator("ins")).to_contain_text(["Cirka 5 år"])
    await expect(page.get_by_text("Gemt · Hanne")).to_have_count(2)
    await page.get_by_role("button", name="Brug denne version igen 1").click()
    await is_saved(page)
    await expect(fact(page, "Varighed").get_by_label("På dansk")).to_have_value(re.compile("KBU varer 12 måneder"))


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(editor):
    page = await editor("Hanne", STEP, "400")
    await fact(page, "Løn imens").get_by_label("På dansk").fill('Fuld "løn" <b>imens</b>')
    await fact(page, "Løn imens").get_by_label("På engelsk").fill("")
    await expect(page.locator("#preview .error")).to_contain_text("både dansk og engelsk")
    await page.get_by_label("Gennemgås senest").fill("")
    await box(page, "Læge").uncheck()
    await box(page, "Region Hovedstaden").check()
    await save(page)
    await expect(page.get_by_role("alert")).to_have_text("Det er ikke gemt endnu. Ret det, der er markeret.")
    await expect(fact(page, "Løn imens")).to_contain_text("Skriv det på både dansk og engelsk")
    await expect(page.get_by_text("Vælg mindst én stilling, som trinnet begynder ved.")).to_be_visible()
    await expect(page.get_by_text("Det er ikke en dato. Skriv fx 2027-01-31.")).to_be_visible()
    await expect(fact(page, "Løn imens").get_by_label("På dansk")).to_have_value('Fuld "løn" <b>imens</b>')
    await expect(box(page, "Region Hovedstaden")).to_be_checked()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_two_editors_at_once_see_each_others_text(editor):
    hanne, isak = await editor("Hanne", STEP), await editor("Isak", STEP, "409")
    await fact(hanne, "Varighed").get_by_label("På dansk").fill("Hannes ord")
    await save(hanne)
    await is_saved(hanne)
    await fact(isak, "Varighed").get_by_label("På dansk").fill("Isaks ord")
    await save(isak)
    await expect(isak.get_by_role("alert")).to_contain_text("En anden har gemt, mens du skrev.")
    await expect(isak.locator("del")).to_contain_text("Hannes ord")
    await expect(isak.locator("ins")).to_contain_text("Isaks ord")
    await expect(fact(isak, "Varighed").get_by_label("På dansk")).to_have_value("Isaks ord")
    await save(isak)
    await is_saved(isak)
    await hanne.reload()
    await expect(fact(hanne, "Varighed").get_by_label("På dansk")).to_have_value("Isaks ord")


async def test_a_step_is_added_with_its_source_and_removed_and_regretted(editor, amina):
    page = await editor("Hanne", "/desk/career/source/new")
    await page.get_by_label("Kildens navn (dansk)").fill("Vores aftale")
    await page.get_by_label("Kildens navn (engelsk)").fill("Our agreement")
    await save(page)
    await is_saved(page)
    await page.get_by_role("link", name="Til karrierevejene").click()
    await page.locator("summary", has_text="Radiograf").click()
    await page.get_by_role("link", name="Nyt trin herfra radiograf").click()
    await expect(page.get_by_text("Vælg, hvor trinnet begynder og ender.")).to_be_visible()
    await expect(box(page, "Radiograf")).to_be_checked()
    await page.locator("[name=to]").select_option("underviser")
    await fact(page, "Uddannelse").get_by_label("På dansk").fill("Et kursus")
    await fact(page, "Uddannelse").get_by_label("På engelsk").fill("A course")
    await fact(page, "Uddannelse").get_by_label("Kilde").select_option("Vores aftale")
    await page.get_by_role("checkbox", name="Snusepraktik: prøv").check()
    await expect(page.locator("#preview .drawing")).to_have_attribute("alt", re.compile("radiograf, underviser"))
    await expect(page.locator("#preview dl")).to_contain_text("Vores aftale")
    await save(page)
    await is_saved(page)
    await amina.opens_chat()
    await amina.writes("hvordan bliver jeg underviser som radiograf?")
    await amina.reads("Et kursus")

    await page.get_by_text("Fjern trinnet").click()
    await page.get_by_role("button", name="Ja, fjern").click()
    await expect(page.get_by_text("Fjernet: Radiograf → underviser.")).to_be_visible()
    await page.get_by_role("button", name="Fortryd").click()
    await is_saved(page)
    await expect(fact(page, "Uddannelse").get_by_label("På dansk")).to_have_value("Et kursus")


async def test_a_post_is_added_and_one_in_use_stays(editor, amina):
    page = await editor("Hanne", "/desk/career/post/new", "400")
    await page.get_by_label("Navn (dansk)").fill("skibslæge")
    await save(page)
    await expect(page.get_by_text("Skriv noget her.")).to_have_count(1)
    await expect(page.get_by_label("Navn (dansk)")).to_have_value("skibslæge")
    await page.get_by_label("Navn (engelsk)").fill("ship's doctor")
    await page.get_by_label("Det kalder folk den også (dansk)").fill("bordlæge\nskibslæger")
    await save(page)
    await is_saved(page)
    await amina.opens_chat()
    await amina.writes("hvad kan en bordlæge blive?")
    await amina.reads("Jeg kender ingen veje videre fra skibslæge endnu.")

    await page.goto(page.url.replace(re.search(r"/desk/.*", page.url).group(0), "/desk/career/post/portoer"))
    await page.get_by_text("Fjern stillingen").click()
    await page.get_by_role("button", name="Ja, fjern").click()
    await expect(page.get_by_role("alert")).to_contain_text("Det kan ikke fjernes, så længe det bliver brugt.")
    await expect(page.get_by_role("link", name="Ny i sundhedsvæsenet → portør")).to_be_visible()


async def test_what_is_typed_survives_a_visit_that_ran_out(site, editor):
    page = await editor("Hanne", STEP, "400")
    await fact(page, "Varighed").get_by_label("På dansk").fill("Skrevet længe")
    await page.context.clear_cookies()
    await save(page)
    await expect(page.get_by_role("alert")).to_contain_text("Du er logget ud")
    await expect(fact(page, "Varighed").get_by_label("På dansk")).to_have_value("Skrevet længe")
    beside = await page.context.new_page()
    await beside.goto(site.url + "/advisor/sign-in")
    await beside.get_by_role("button", name=re.compile("Hanne")).click()
    await expect(beside.get_by_role("heading", name="Artikler")).to_be_visible()
    await beside.close()
    await save(page)
    await expect(page.get_by_role("alert")).to_contain_text("Du er logget ind igen")
    await save(page)
    await is_saved(page)


async def test_what_is_of_other_regions_is_theirs_to_change(editor):
    page = await editor("Hanne", "/desk/career/step/ny-i-faget--portoer")  # of Region Sjælland; she is of Hovedstaden
    await expect(page.get_by_text("Du kan læse det her, men ikke rette i det.")).to_be_visible()
    await expect(page.get_by_role("button", name="Gem", exact=True)).to_be_disabled()
    token = await page.locator("#career-form [name=token]").get_attribute("value")
    answer = await page.context.request.post(page.url, form={"token": token, "revision": "1", "do": "remove"})
    assert answer.status == 403


async def test_a_step_cannot_be_given_away_to_another_region_and_what_was_typed_stays(editor):
    page = await editor("Hanne", STEP, "403")
    await box(page, "Region Sjælland").check()
    await save(page)
    await expect(page.get_by_role("alert")).to_contain_text("Det gælder kun andre regioner end din.")
    await expect(box(page, "Region Sjælland")).to_be_checked()


async def test_who_is_no_editor_may_read_and_who_is_nobody_may_not(editor, site, amina):
    page = await editor("Bo", "/desk/career")
    await expect(page.get_by_role("heading", name="Karriereveje")).to_be_visible()
    await expect(page.get_by_role("link", name="Nyt trin")).to_have_count(0)
    for path in ("/desk/career", STEP, STEP + "/history", "/desk/career/picture.svg?from=laege&to=speciallaege"):
        answer = await amina.context.request.get(site.url + path, max_redirects=0)
        assert answer.status == 303, path
    token = "x"
    answer = await page.context.request.post(site.url + STEP, form={"token": token, "do": "remove", "revision": "1"})
    assert answer.status == 403


async def test_a_form_without_the_visits_token_changes_nothing(editor, site):
    page = await editor("Hanne", STEP)
    for token in ("", "forged"):
        answer = await page.context.request.post(
            site.url + STEP, form={"token": token, "do": "remove", "revision": "1"}
        )
        assert answer.status == 400
    await page.reload()
    await expect(page.get_by_text("Det her er fjernet.")).to_have_count(0)
    await expect(page.get_by_text("Fjern trinnet")).to_be_visible()


async def test_the_list_shows_what_is_left_to_do(editor, site):
    page = await editor("Hanne", "/desk/career")
    every = await page.locator(".path-post li").count()
    await page.locator("[name=show]").select_option("Skal gennemgås")
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_text("Her er ingen stillinger eller trin, der passer.")).to_be_visible()
    site.clock.now += timedelta(days=365)
    page = await editor("Hanne", "/desk/career?show=overdue")
    await expect(page.locator(".path-post li")).to_have_count(every)
    await expect(page.locator(".failed").first).to_contain_text("gennemgås senest 23. maj 2027")


async def test_it_works_without_script_and_on_a_phone(editor):
    page = await editor("Hanne", STEP, java_script_enabled=False)
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("#preview .drawing")).to_be_visible()
    await fact(page, "Krav").get_by_label("På dansk").fill("Et krav")
    await save(page)
    await is_saved(page)
    await page.get_by_text("Fjern trinnet").click()
    await page.get_by_role("button", name="Ja, fjern").click()
    await page.get_by_role("button", name="Fortryd").click()
    await is_saved(page)
    await expect(fact(page, "Krav").get_by_label("På dansk")).to_have_value("Et krav")


async def test_addresses_that_lead_nowhere(editor, site):
    page = await editor("Hanne", "/desk/career")
    for path, status in (
        ("/desk/career/step/astronaut", 404),
        ("/desk/career/post/../x", 404),
        ("/desk/career/thing/laege", 404),
        ("/desk/career?q=%3Cscript%3E&show=xx&removed=post/nobody", 200),
        ("/desk/career/step/new?from=%3Cb%3E&to=x", 200),
        ("/desk/career/picture.svg", 404),
        ("/desk/career/picture.svg?from=laege&to=speciallaege&status=almen&education_da=%24x%5E2%24", 200),
        ("/desk/career/picture.svg?from=laege&to=speciallaege&status=x", 404),
    ):
        answer = await page.context.request.get(site.url + path)
        assert answer.status == status, path
