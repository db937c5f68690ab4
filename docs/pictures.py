"""Takes the pictures of the README and of desk.md: `PYTHONPATH=. python docs/pictures.py`.

Runs the app with made-up demo data in a temporary folder and walks the three conversations as a person would.
"""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from playwright.async_api import Browser, FrameLocator, Page, async_playwright, expect

from bot.app import make_app
from bot.seed import load_articles, load_demo
from bot.settings import Settings
from storage.database import Database, migrate
from storage.sealing import Keyring

FOLDER = Path(__file__).parent / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


async def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    async with running_app() as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-quic"])
        await ask(browser, url)
        await book(browser, url)
        await placement(browser, url)
        await side_by_side(browser, url)
        await hr_desk(browser, url)
        await own_times(browser, url)
        await board(browser, url)
        await session(browser, url)
        await browser.close()


async def ask(browser: Browser, url: str) -> None:
    """A question and its answer, by day and by night."""
    for name, scheme in (("ask", "light"), ("dark", "dark")):
        page = await new_page(browser, url + "/chat", PHONE, scheme)
        await write(page, "hvad er snusepraktik?" if name == "ask" else "kan jeg få løn under et ophold?")
        await expect(page.locator(".quote")).to_be_visible()
        await picture(page, name)
        await page.context.close()


async def book(browser: Browser, url: str) -> None:
    """An appointment, and the advisor's page of it with two messages."""
    page = await new_page(browser, url + "/chat", PHONE)
    await tap(page, "Tal anonymt med en rådgiver")
    await tap(page, "Fortsæt")
    await tap(page, "Min vej videre")
    await tap(page, "Region Hovedstaden")
    await page.get_by_label("Dit hospital eller center").select_option("Hospitalet Nordkysten (demo)")
    await tap(page, "Fortsæt")
    await tap(page, "De er alle i orden")
    await tap(page, "Skriv sammen her i chatten")
    await page.get_by_role("button", name=re.compile("kl.")).nth(1).click()
    advisor = await page.locator("article").last.locator("dd").nth(1).inner_text()
    await tap(page, "Book tiden")
    await expect(page.locator(".receipt-card")).to_be_visible()
    await picture(page, "book")

    desk = await new_page(browser, url + "/advisor", DESK)
    await desk.get_by_role("button", name=advisor).click()
    await desk.locator(".cases a").first.click()
    await desk.get_by_role("textbox").fill("Hej, og velkommen. Hvad fylder mest for dig lige nu?")
    await desk.get_by_role("button", name="Send").click()
    await tap(page, "Svar")
    await expect(page.locator("article").last).to_contain_text("Du skriver nu til")
    await write(page, "Jeg er glad for faget, men træt af nattevagterne. Hvad kan jeg ellers bruge min erfaring til?")
    await expect(desk.locator(".thread li")).to_have_count(2)
    await desk.get_by_role("textbox").fill("Godt spørgsmål. Lad os begynde med, hvad du")
    await desk.locator("h1").scroll_into_view_if_needed()
    await picture(desk, "advisor")
    await page.context.close()
    await desk.context.close()


async def placement(browser: Browser, url: str) -> None:
    """A wish for a stay, ready to be sent."""
    page = await new_page(browser, url + "/chat", PHONE)
    await wish(page)
    await picture(page, "placement")
    await page.context.close()


async def side_by_side(browser: Browser, url: str) -> None:
    """The test bench, with a wish that has just come in."""
    page = await new_page(browser, url, DESK)
    chat, desk = page.frame_locator("iframe").first, page.frame_locator("iframe").last
    await desk.get_by_role("button", name=re.compile("Carla")).click()
    await expect(desk.locator("#live")).to_be_visible()
    await wish(chat)
    await tap(chat, "Send ønsket")
    await expect(chat.locator(".receipt-card")).to_be_visible()
    await expect(desk.locator(".cases a")).to_be_visible()
    await picture(page, "side-by-side")
    await page.context.close()


async def hr_desk(browser: Browser, url: str) -> None:
    """What an editor works with: the list, an article with its preview, a question that is tried, career paths."""
    page = await new_page(browser, url + "/advisor/sign-in", DESK)
    await page.get_by_role("button", name=re.compile("Hanne")).click()
    await expect(page.locator(".cases")).to_be_visible()
    await picture(page, "hr-articles")
    for name, place in (
        ("hr-article", "/desk/articles/rh-04/da"),
        ("hr-try", "/desk/try?q=hvor+længe+kan+en+snusepraktik+vare&region=hovedstaden"),
        ("hr-career", "/desk/career"),
    ):
        await page.goto(url + place)
        await expect(page.get_by_role("heading", level=2).first).to_be_visible()
        await picture(page, name)
    await page.context.close()


async def own_times(browser: Browser, url: str) -> None:
    """An advisor's own hours, leave and ways to meet."""
    page = await new_page(browser, url + "/advisor/sign-in", DESK)
    await page.get_by_role("button", name=re.compile("Bo ")).click()
    await page.get_by_role("link", name="Dine tider").click()
    await expect(page.get_by_label("Mandag")).to_be_visible()
    await picture(page, "advisor-times")
    await page.context.close()


async def board(browser: Browser, url: str) -> None:
    """The coordinator's board with some requests, one of them with terms, and the host's decision."""
    for place in ("Børnepsykiatrien, ", "Intensiv, ", "Børneafdelingen, "):
        page = await new_page(browser, url + "/chat", PHONE)
        await wish(page, place)
        await tap(page, "Send ønsket")
        await expect(page.locator(".receipt-card")).to_be_visible()
        await page.context.close()
    desk = await new_page(browser, url + "/advisor/sign-in", DESK)
    await desk.get_by_role("button", name=re.compile("Carla")).click()
    await desk.get_by_role("link", name="Ophold", exact=True).click()
    await desk.locator("tbody tr", has_text="Intensiv").locator("a").click()
    await desk.locator("[name=host]").select_option("soeerne-intensiv")
    await desk.get_by_label("Første dag").fill("2027-01-12")
    await desk.get_by_label("Sidste dag").fill("2027-01-14")
    lines = (("Leder fra dag", "Afdelingssygeplejersken på Intensiv"), ("Sygemelding", "Intensiv, som ringer hjem"))
    for label, words in (*lines, ("Følger op", "Hjemmeafdelingen")):
        await desk.get_by_label(label).fill(words)
    await picture(desk, "board-terms")
    await desk.get_by_role("button", name="Gem og foreslå").click()
    await expect(desk.get_by_role("status").filter(has_text="Gemt")).to_be_visible()
    await desk.get_by_role("link", name="Ophold", exact=True).click()
    await expect(desk.locator("tbody tr").first).to_be_visible()
    await picture(desk, "board")
    await desk.context.close()


async def session(browser: Browser, url: str) -> None:
    """A conversation held in two windows, for docs/walk-through.md."""
    page = await new_page(browser, url + "/chat", PHONE)
    await write(page, "har I en tid på torsdag efter kl. 8, gerne på engelsk?")
    await tap(page, "Fortsæt")
    await tap(page, "Min vej videre")
    await tap(page, "Region Hovedstaden")
    await page.get_by_label("Dit hospital eller center").select_option("Hospitalet Nordkysten (demo)")
    await tap(page, "Fortsæt")
    await tap(page, "De er alle i orden")
    await expect(page.locator("article").last).to_contain_text("Hvordan vil du mødes")
    await picture(page, "walk-1-ways")
    await tap(page, "Skriv sammen her i chatten")
    await expect(page.locator("article").last).to_contain_text("på engelsk")
    await picture(page, "walk-2-times")
    await page.get_by_role("button", name=re.compile("kl.")).first.click()
    advisor = await page.locator("article").last.locator("dd").nth(1).inner_text()
    await tap(page, "Book tiden")
    await expect(page.locator(".receipt-card")).to_be_visible()
    alias = re.search("Du hedder (.*?) i denne sag", await page.locator("#log").inner_text())
    desk = await new_page(browser, url + "/advisor", DESK)
    await desk.get_by_role("button", name=advisor).click()
    await expect(desk.locator(".cases a").first).to_be_visible()
    await picture(desk, "walk-3-notice")
    await tap(page, "Skriv til rådgiveren")
    await expect(page.locator("article").last).to_contain_text("Du skriver nu til")
    await write(page, "Ring til mig på 20 30 40 50")
    await expect(page.locator("article").last).to_contain_text("Vent lidt")
    await picture(page, "walk-4-held")
    await tap(page, "Send det ikke")
    await write(page, "Jeg overvejer at sige op, men vil helst blive.")
    await desk.get_by_role("link", name=re.compile(alias[1] if alias else "")).click()
    await expect(desk.locator(".thread li")).to_have_count(1)
    await desk.get_by_role("textbox", name="Skriv til").fill("Tak, fordi du skriver. Hvad er det bedste ved dit job?")
    await picture(desk, "walk-5-answer")
    await desk.get_by_role("button", name="Send").click()
    await expect(page.locator("article").last).to_contain_text("har skrevet til dig")
    await picture(page, "walk-6-answered")
    await page.context.close()
    await desk.context.close()


async def wish(page: Page | FrameLocator, place: str = "Børnepsykiatrien, ") -> None:
    """Go as far as the summary of a wish."""
    await tap(page, "Ønsk et ophold et andet sted")
    await tap(page, "Region Hovedstaden")
    await tap(page, "Snusepraktik: få dage til en uge")
    await page.get_by_role("button", name=re.compile(place)).click()
    await page.get_by_label("Tidligst fra").fill("2027-01-12")
    await page.get_by_label("Hvor længe").select_option("3 dage")
    await tap(page, "Fortsæt")
    await page.get_by_label("Hvorfor").fill("Jeg vil se, hvordan I taler med børn om svære ting.")
    await tap(page, "Fortsæt")
    await page.get_by_label("Dit fag").fill("sygeplejerske")
    await page.get_by_label("Dit speciale nu").fill("kirurgi")
    await page.get_by_label("Hvor længe i det speciale").fill("23 måneder")
    await tap(page, "Fortsæt")
    await expect(page.locator("article").last).to_contain_text("Sådan ser dit ønske ud")


async def new_page(browser: Browser, url: str, size: dict[str, int], scheme: str = "light") -> Page:
    """A page in a browser of its own."""
    context = await browser.new_context(viewport=size, color_scheme=scheme, locale="da-DK", reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url)
    return page


async def tap(page: Page | FrameLocator, label: str) -> None:
    """Tap a button of the open question."""
    open_card = page.locator("article:not(.answered)")
    await open_card.get_by_role("button", name=label, exact=True).last.click()


async def write(page: Page, words: str) -> None:
    """Type and send."""
    await expect(page.locator("article").first).to_be_visible()
    await page.locator("#text").fill(words)
    await page.locator("#text").press("Enter")


async def picture(page: Page, name: str) -> None:
    """Save what is seen now, without the mouse, the focus and a blinking cursor."""
    await page.mouse.move(0, 0)
    await page.locator(":focus").evaluate_all("focused => focused.forEach(one => one.blur())")
    await asyncio.sleep(0.3)
    await page.screenshot(path=FOLDER / f"{name}.png", caret="hide", animations="disabled")
    print(f"{name}.png", (FOLDER / f"{name}.png").stat().st_size // 1024, "KB")


@asynccontextmanager
async def running_app() -> AsyncIterator[str]:
    """The app in development on a new database; its address."""
    with TemporaryDirectory() as folder:
        address = f"sqlite+aiosqlite:///{folder}/sporskifte.db"
        await asyncio.to_thread(migrate, address)
        database = Database(address, Keyring.create(Path(folder) / "keys"))
        await database.adopt_keys()
        async with database.transaction() as db:
            await load_articles(db, datetime.now(UTC))
            await load_demo(db, datetime.now(UTC))
        await database.close()
        settings = Settings(development=True, database_url=address, keys=Path(folder) / "keys")
        runner = web.AppRunner(await make_app(settings), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
