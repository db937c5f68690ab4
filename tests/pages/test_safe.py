"""What browsers are told, what they may not do, and what HR's texts cannot do."""

import aiohttp
import pytest
from playwright.async_api import expect

from storage.articles import Article

ROUTES = [
    ("GET", "/", 200), ("GET", "/chat", 200), ("GET", "/privacy", 200), ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/articles/rh-04", 200), ("GET", "/articles/nothing", 404), ("GET", "/nothing", 404),
    ("GET", "/static/chat.js", 200), ("GET", "/static/nothing.js", 404), ("GET", "/static/../app.py", 404),
    ("GET", "/chat/events", 401), ("PUT", "/chat", 405), ("POST", "/chat/say", 401), ("POST", "/chat/open", 200),
    ("POST", "/chat/receipt", 415), ("GET", "/advisor", 303), ("GET", "/advisor/sign-in", 200),
    ("GET", "/advisor/cases/nothing", 303), ("GET", "/advisor/events", 303), ("POST", "/advisor/news", 303),
]  # fmt: skip

EVIL = (
    "<script>document.title = 'taken'</script> "
    '<img src="https://evil.example/x.png" onerror="document.title = 1"> [tap](javascript:document.title=1) '
    "![pixel](https://evil.example/pixel.png) [data](data:text/html,hej) [god](https://www.regionh.dk/)"
)


async def test_every_answer_is_guarded(site):
    async with aiohttp.ClientSession() as http:
        for method, path, status in ROUTES:
            async with http.request(method, site.url + path, allow_redirects=False) as answer:
                assert answer.status == status, (method, path)
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert "http" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Cache-Control"] == "no-store"
                assert "Referrer-Policy" in answer.headers
                for cookie in answer.cookies.values():
                    assert cookie["httponly"]
                    assert cookie["samesite"] == "Strict"
            http.cookie_jar.clear()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
async def test_another_site_cannot_ask_for_changes(site, headers):
    async with aiohttp.ClientSession() as http:
        for path in ("/chat/open", "/chat/say", "/chat/leave", "/advisor/sign-in", "/advisor/sign-out", "/nothing"):
            for method in ("POST", "PUT", "DELETE"):
                async with http.request(method, site.url + path, headers=headers, json={}) as answer:
                    assert answer.status == 403, (method, path)


async def test_another_name_for_this_machine_is_refused_in_development(site):
    async with (
        aiohttp.ClientSession() as http,
        http.get(site.url + "/chat", headers={"Host": "evil.example"}) as answer,
    ):
        assert answer.status == 421


async def test_what_stands_in_an_article_runs_nothing(amina, site):
    async with site.database.transaction() as db:
        article = await db.get(Article, ("rh-04", "da"))
        article.body = article.body.replace("Det er et forslag.", EVIL, 1)
        article.title += " <script>document.title = 'taken'</script>"
        article.contact_link = "javascript:document.title='taken'"
        article.source = "<img src=x onerror=document.title=1>"
        article.changed_at = site.clock.now.replace(year=2027)
    await amina.opens_chat()
    await amina.writes("hvad er snusepraktik?")
    await expect(amina.log.locator(".quote")).to_contain_text("<script>document.title = 'taken'</script> <img")
    await harmless(amina.page, ".quote")
    page = await amina.opens_page("/articles/rh-04")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    await harmless(page, "main")
    assert (await page.title()).startswith("Snusepraktik")
    await expect(page.get_by_role("link", name="god")).to_have_attribute("rel", "noopener noreferrer")


async def harmless(page, where):
    for tag in ("script", "img", "iframe", "[onerror]", "a[href^='javascript:' i]", "a[href^='data:' i]"):
        await expect(page.locator(where).locator(tag)).to_have_count(0)


async def test_what_people_write_stays_words(amina):
    await amina.opens_chat()
    await amina.writes("<img src=x onerror=alert(1)> hvad er snusepraktik?")
    await expect(amina.log.locator(".mine")).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(amina.log.locator("img")).to_have_count(0)


async def test_the_cookie_is_out_of_reach_of_scripts(amina):
    await amina.opens_chat()
    await expect(amina.page.locator("#receipt-words")).not_to_be_empty()
    assert await amina.page.locator("body").evaluate("() => document.cookie") == ""
    (cookie,) = await amina.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["expires"] == -1  # gone with the browser
    stored = "() => localStorage.length + sessionStorage.length"
    assert await amina.page.locator("body").evaluate(stored) == 0
