"""A real browser and the real app on a real database, on this machine only."""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from cast import Employee
from conftest import A_MONDAY, Clock
from playwright.async_api import Browser, BrowserContext, Locator, Page, Request, async_playwright, expect
from serving import serving

from storage.database import Database
from storage.sealing import Keyring

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox --disable-quic --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()
PHONE = {"width": 390, "height": 844}
PATIENCE = 10_000
"""Milliseconds until something is missed: two busy cores are slow, and waiting costs nothing when all is well."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser belongs to one event loop, so all of its tests run in that one."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass
class Site:
    """The app as it runs for one test."""

    url: str
    database: Database
    clock: Clock
    new_person: Callable[..., Awaitable["Person"]]
    employee: Callable[[str], Employee]


class Person:
    """Somebody at a browser of their own: what they see, and what goes wrong in it."""

    def __init__(self, site: str, context: BrowserContext) -> None:
        self.site = site
        self.context = context
        self.wrong: list[str] = []
        self.may_happen: list[str] = []
        self.page: Page

    async def opens_page(self, path: str) -> Page:
        """A new tab."""
        self.page = await self.context.new_page()
        await self.page.goto(self.site + path)
        return self.page

    async def opens_chat(self, lang: str = "") -> None:
        """Go to the chat and wait for its first words."""
        await self.opens_page("/chat" + (f"?lang={lang}" if lang else ""))
        await expect(self.cards.first).to_be_visible()

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def cards(self) -> Locator:
        return self.log.locator("article")

    @property
    def box(self) -> Locator:
        return self.page.locator("#text")

    async def writes(self, words: str) -> None:
        """Type into the box and send."""
        await self.box.fill(words)
        await self.box.press("Enter")

    def button(self, label: str | re.Pattern[str]) -> Locator:
        """The newest button in the chat with these words."""
        return self.log.get_by_role("button", name=label).last

    async def taps(self, label: str | re.Pattern[str]) -> None:
        await self.button(label).click()

    async def reads(self, words: str | re.Pattern[str]) -> None:
        """Wait until the newest card says this."""
        await expect(self.cards.last).to_contain_text(words)

    async def receipt(self) -> str:
        await expect(self.page.locator("#receipt-words")).not_to_be_empty()
        return await self.page.locator("#receipt-words").text_content() or ""  # it stands in a closed panel

    async def opens_panel(self) -> None:
        """The panel of the receipt."""
        await self.page.locator("summary").click()

    async def comes_back_with(self, receipt: str) -> None:
        """Open the panel and use a receipt."""
        await self.opens_panel()
        await self.page.locator("#receipt-enter").fill(receipt)
        await self.page.locator("#receipt-enter").press("Enter")

    async def books(self, *, until: str = "") -> str:
        """The whole way to an appointment with taps; the first name of the advisor who got it."""
        await self.taps("Tal anonymt med en rådgiver")
        await self.reads("Din leder får intet at vide")
        await self.taps("Fortsæt")
        await self.taps("Min vej videre")
        await self.taps("Region Hovedstaden")
        await self.page.get_by_label("Dit hospital eller center").select_option("Hospitalet Nordkysten (demo)")
        await self.taps("Fortsæt")
        await self.taps("De er alle i orden")
        await self.taps("Skriv sammen her i chatten")
        await self.reads("Hvornår passer det dig?")
        await self.log.get_by_role("button", name=re.compile("kl.")).first.click()
        await self.reads("Er det rigtigt?")
        advisor = await self.cards.last.locator("dd").nth(1).inner_text()
        if until != "confirm":
            await self.taps("Book tiden")
            await expect(self.log.locator(".receipt-card")).to_be_visible()
        return advisor.split()[0]

    async def alias(self) -> str:
        """The name that the bot gave them."""
        told = self.log.get_by_text(re.compile("Du hedder .* i denne sag")).last
        return re.search("Du hedder (.*?) i denne sag", await told.inner_text()).group(1)  # type: ignore[union-attr]

    async def signs_in(self, name: str) -> None:
        """Take a place at the desk, by a demo person's button."""
        await self.opens_page("/advisor")
        await self.page.get_by_role("button", name=re.compile(name)).click()
        await expect(self.page.get_by_role("heading", name="Dine sager")).to_be_visible()

    def watches(self) -> None:
        """Note every error on any page, and every request that leaves this machine."""

        def on_page(page: Page) -> None:
            page.on("pageerror", lambda error: self.wrong.append(f"page: {error}"))
            page.on("console", lambda said: said.type in ("error", "warning") and self._note(f"console: {said.text}"))

        def on_request(request: Request) -> None:
            if urlsplit(request.url).hostname not in ("127.0.0.1", None):
                self.wrong.append(f"left the machine: {request.url}")

        self.context.on("page", on_page)
        self.context.on("request", on_request)

    def _note(self, problem: str) -> None:
        if not any(allowed in problem for allowed in self.may_happen):
            self.wrong.append(problem)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def chosen() -> dict[str, str]:
    """Settings of the site. A test file that needs others has a fixture of this name."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def site(
    seeded: Path, keyring: Keyring, browser: Browser, tmp_path: Path, chosen: dict[str, str]
) -> AsyncIterator[Site]:
    """The app in development on a copy of the seeded database. Fails the test for any error in any browser."""
    # Later than the seeding: what is changed at the very moment of an earlier change goes unnoticed.
    clock, people = Clock(A_MONDAY + timedelta(minutes=1)), []

    async def new_person(**options: object) -> Person:
        options = {"viewport": PHONE, "locale": "da-DK", "reduced_motion": "reduce"} | options
        context = await browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        person = Person(served.url, context)
        people.append(person)
        person.watches()
        return person

    expect.set_options(timeout=PATIENCE)
    async with serving(seeded, keyring, tmp_path, clock, **chosen) as served:
        yield Site(served.url, served.database, clock, new_person, served.employee)
        for person in people:
            await person.context.close()
    assert [wrong for person in people for wrong in person.wrong] == []


@pytest_asyncio.fixture(loop_scope="session")
async def amina(site: Site) -> Person:
    """Amina asks, at her phone."""
    return await site.new_person()
