"""A work account in a real browser, which decides by itself which cookies it sends where."""

from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from conftest import A_MONDAY, Clock
from entra_provider import BO, STRANGER, provider_on_loopback
from playwright.async_api import expect

from bot.desk.entra import BACK
from guidance import roles

BUTTON = "Log ind med arbejdskonto"
SMALLEST = {"width": 320, "height": 640}


@pytest_asyncio.fixture(loop_scope="session")
async def provider(tmp_path, monkeypatch):
    async with provider_on_loopback(Clock(A_MONDAY), tmp_path) as provider:
        for name, value in provider.environment.items():
            monkeypatch.setenv(name, value)
        yield provider


@pytest.fixture
def chosen(provider):
    return provider.settings


@pytest_asyncio.fixture(loop_scope="session")
async def bo(site, provider):
    """Bo has a work account, and a browser that believes the tests' certificate."""
    provider.redirect_uri = site.url + BACK
    async with site.database.transaction() as db:
        await roles.set_account(db, "bo", BO)
    return await site.new_person(ignore_https_errors=True, viewport=SMALLEST)


def place(page):
    return urlsplit(page.url).path


async def chooses(page, account):
    """Choose at Microsoft, which is another site: what it leads to was begun there."""
    await expect(page).to_have_title("Pick an account")
    await page.get_by_role("button", name=account).click()


async def test_the_whole_way_to_the_page_that_one_wanted(bo):
    page = await bo.opens_page("/desk/questions")
    await expect(page).to_have_title("Log ind på rådgiverbordet")
    await page.get_by_role("link", name=BUTTON).click()
    await chooses(page, BO)
    await expect(page.get_by_text("Bo Lindgaard")).to_be_visible()
    assert place(page) == "/desk/questions"
    await page.reload()
    await expect(page.get_by_text("Bo Lindgaard")).to_be_visible()
    await page.get_by_role("button", name="Log ud").click()
    await expect(page.get_by_role("link", name=BUTTON)).to_be_visible()
    await page.goto(bo.site + "/desk/questions")
    await expect(page).to_have_title("Log ind på rådgiverbordet")


async def test_with_the_keyboard_after_changing_ones_mind(bo):
    bo.may_happen.append("403")
    page = await bo.opens_page("/advisor")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name=BUTTON)).to_be_focused()
    await page.keyboard.press("Enter")
    await chooses(page, "Cancel")
    await expect(page.get_by_role("alert")).to_have_text("Du blev ikke logget ind hos Microsoft. Prøv igen.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await chooses(page, BO)
    await expect(page.get_by_role("heading", name="Dine sager")).to_be_visible()


async def test_who_has_no_place_reads_whom_to_ask_on_the_smallest_phone(bo):
    bo.may_happen.append("403")
    page = await bo.opens_page("/advisor")
    await page.get_by_role("link", name=BUTTON).click()
    await chooses(page, STRANGER)
    await expect(page.get_by_role("alert")).to_contain_text(f"oplys kontoens id: {STRANGER}")
    assert await page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth") <= 0
    assert (await page.get_by_role("link", name=BUTTON).bounding_box())["height"] >= 43.5


async def test_going_back_after_signing_in_does_not_show_microsofts_answer_again(bo):
    page = await bo.opens_page("/advisor")
    await page.get_by_role("link", name=BUTTON).click()
    await chooses(page, BO)
    await expect(page.get_by_role("heading", name="Dine sager")).to_be_visible()
    await page.go_back()
    await expect(page).to_have_title("Pick an account")
