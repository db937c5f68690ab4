"""The staff's way in with a work account, from outside: a real provider, real TLS, real redirects, every refusal."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar
from conftest import A_MONDAY
from entra_provider import BO, CLIENT, HANNE, STRANGER, TENANT, Provider, provider_on_loopback
from serving import Served, serving
from yarl import URL

from bot.desk import entra
from bot.desk.entra import BACK, START, NotLetIn, read_claims
from bot.settings import Settings
from guidance import roles
from storage.organisation import Staff

ELSEWHERE = "11111111-2222-3333-4444-555555555555"
A_CASE = "/advisor/cases/0123456789abcdef"

DENIED = "Du blev ikke logget ind hos Microsoft. Prøv igen."
STALE = "Det tog for lang tid, eller siden er brugt før. Prøv igen."
AWAY = "Microsoft svarer ikke, som det skal. Prøv igen om lidt, eller bed din administrator om et link."
FOREIGN = "Kontoen hører til en anden organisation. Prøv igen med din arbejdskonto."
NO_ROLE = "Din konto har ingen rolle ved rådgiverbordet. Bed din it-afdeling om at give den en."
UNKNOWN = "Din konto har ingen plads ved rådgiverbordet. Bed din administrator om en"


class Browser:
    """Somebody on the way to Microsoft and back, one step at a time."""

    def __init__(self, http: ClientSession, site: str, provider: Provider) -> None:
        self.http = http
        self.site = site
        self.provider = provider
        self.trusts = ssl.create_default_context(cafile=provider.ca)
        self.status = 0
        self.page = ""
        self.cookies: dict[str, Any] = {}

    async def goes(self, address: str, post: dict[str, str] | None = None) -> str:
        """Ask for one page; `status` and `page` say what came. Where it leads on to, if it does."""
        address = address if address.startswith("http") else self.site + address
        how = {"ssl": self.trusts} if address.startswith("https") else {}
        async with self.http.request(
            "POST" if post else "GET", address, data=post, allow_redirects=False, **how
        ) as answer:
            self.status, self.page, self.cookies = answer.status, unescape(await answer.text()), answer.cookies
            goes_on = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', self.page)
            return answer.headers.get("Location", goes_on[1] if goes_on else "")

    async def chooses(self, account: str, start: str = START) -> str:
        """Go to Microsoft and choose an account there, or none. The address that leads back to us."""
        await self.goes(await self.goes(start))
        assert self.status == 200, self.page
        asked = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.page))
        return await self.goes(f"{self.provider.url}/{TENANT}/chosen", {**asked, "account": account})

    async def signs_in(self, account: str, start: str = START) -> str:
        """The whole way. The page of the desk that it leads to, if it does."""
        return await self.goes(await self.chooses(account, start))

    async def is_at_the_desk(self) -> bool:
        await self.goes("/advisor")
        return self.status == 200

    async def is_refused(self, sentence: str, status: int = 403) -> None:
        """The last page is the sign-in page with this sentence and the button, and nobody is let in."""
        assert self.status == status
        assert re.search(f'class="error" role="alert">{re.escape(sentence)}', self.page), self.page
        assert f'href="{START}' in self.page and "Log ind med arbejdskonto" in self.page
        assert not await self.is_at_the_desk()

    def kept(self) -> dict[str, str]:
        """The cookies that it has for the way back."""
        return {name: one.value for name, one in self.http.cookie_jar.filter_cookies(URL(self.site + BACK)).items()}


@pytest.fixture
async def provider(tmp_path, clock, monkeypatch) -> AsyncIterator[Provider]:
    async with provider_on_loopback(clock, tmp_path) as provider:
        for name, value in provider.environment.items():
            monkeypatch.setenv(name, value)
        yield provider


@pytest.fixture
async def served(seeded, keyring, tmp_path, clock, provider) -> AsyncIterator[Served]:
    """The app with work accounts, two of which belong to Bo and Hanne."""
    async with serving(seeded, keyring, tmp_path, clock, **provider.settings) as served:
        provider.redirect_uri = served.url + BACK
        async with served.database.transaction() as db:
            await roles.set_account(db, "bo", BO)
            await roles.set_account(db, "hanne", HANNE)
        yield served


@pytest.fixture
async def new_browser(served, provider) -> AsyncIterator[Callable[[], Browser]]:
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True))) for _ in range(2)]
        yield lambda: Browser(sessions.pop(), served.url, provider)


@pytest.fixture
def browser(new_browser) -> Browser:
    return new_browser()


async def staff(served, staff_id) -> Staff:
    async with served.database.reading() as db:
        return await db.get_one(Staff, staff_id)


async def changes(served, staff_id, **values) -> None:
    async with served.database.transaction() as db:
        for name, value in values.items():
            setattr(await db.get_one(Staff, staff_id), name, value)


# --- Who gets in, and where to -------------------------------------------------------------------------------------


async def test_the_whole_way_in(served, browser, provider):
    await browser.goes("/advisor/sign-in")
    assert f'<a class="button primary" href="{START}">Log ind med arbejdskonto</a>' in browser.page
    assert await browser.signs_in(BO) == "/advisor"
    assert browser.status == 200
    assert await browser.is_at_the_desk()
    assert "Bo Lindgaard" in browser.page
    (asked,) = provider.asked
    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert asked["prompt"] == "select_account"
    assert provider.redeemed == [("code-0", 200)]


async def test_the_cookies_of_the_way(browser):
    await browser.goes(START)
    (flow,) = browser.cookies.values()
    assert (flow["samesite"], flow["path"], flow["httponly"]) == ("Lax", START, True)
    assert len(flow.value) < 3000
    address = await browser.chooses(BO)
    await browser.goes(address)
    gone, visit = browser.cookies["sporskifte_entra"], browser.cookies["sporskifte_desk"]
    assert (gone.value, gone["max-age"], gone["path"]) == ("", "0", START)
    assert (visit["samesite"], visit["path"], visit["httponly"]) == ("Strict", "/", True)


async def test_the_secrets_of_the_way_stay_in_the_seal(browser, provider):
    await browser.goes(START)
    sealed = bytes.fromhex(browser.kept()["sporskifte_entra"])
    address = await browser.goes(START)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert "code_verifier" not in query
    assert query["state"].encode() not in sealed and b"code_verifier" not in sealed


async def test_nobodys_token_is_kept(served, browser, provider):
    settings = Settings(development=True, public_url=served.url, **provider.settings)
    ours = entra.Entra(settings)
    address, flow = await ours.begin()
    asked = dict(parse_qsl(urlsplit(address).query))
    answer = dict(parse_qsl(urlsplit(provider.answer_to(asked, BO)).query))
    assert await ours.finish(flow, answer, A_MONDAY) == entra.Account(BO, frozenset({"advisor"}))
    kinds = ("AccessToken", "RefreshToken", "IdToken", "Account")
    assert [list(ours._client().token_cache.search(kind)) for kind in kinds] == [[], [], [], []]
    ours.close()


async def test_the_roles_of_the_account_are_the_roles_at_the_desk(served, browser, provider):
    await changes(served, "bo", roles=["advisor", "manager"])
    provider.roles[BO] = ["Sporskifte.Coordinator", "Sporskifte.Editor", "Sporskifte.Owner", "manager"]
    assert await browser.signs_in(BO) == "/advisor"
    assert (await staff(served, "bo")).roles == ["manager", "coordinator", "editor"]


async def test_an_editor_comes_to_the_articles_by_every_way_in(served, browser, new_browser, clock):
    assert await browser.signs_in(HANNE) == "/desk/articles"
    assert await new_browser().goes("/advisor/sign-in", {"staff": "hanne"}) == "/desk/articles"
    async with served.database.transaction() as db:
        secret = await roles.make_link(db, "hanne", clock())
    await browser.goes(f"/advisor/sign-in?link={secret}")
    assert "Gå ind" in browser.page and "Log ind med arbejdskonto" not in browser.page
    assert await browser.goes("/advisor/sign-in", {"link": secret, "next": ""}) == "/desk/articles"
    assert await browser.goes("/advisor/sign-in", {"staff": "hanne", "next": A_CASE}) == A_CASE


async def test_people_come_back_to_where_they_wanted_to_be(browser):
    await browser.goes(await browser.goes(A_CASE))  # to the sign-in page
    way = re.search(f'href="({START}[^"]*)"', browser.page)[1]
    await browser.goes(await browser.chooses("", way))  # changes their mind
    again = re.search(f'href="({START}[^"]*)"', browser.page)[1]
    assert await browser.signs_in(BO, again) == A_CASE


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/advisor/cases/../../chat", "/chat", "javascript:alert(1)"]
)
async def test_nobody_is_led_away_from_the_desk(browser, place):
    assert await browser.signs_in(BO, f"{START}?{urlencode({'next': place})}") == "/advisor"


async def test_in_english_all_the_way(browser, provider):
    await browser.goes("/advisor/sign-in?lang=en")
    way = re.search(f'href="({START}[^"]*)">Sign in with your work account', browser.page)[1]
    await browser.goes(await browser.chooses("", way))
    assert "You were not signed in at Microsoft. Please try again." in browser.page
    assert await browser.signs_in(BO, way) == "/advisor"
    assert "You are signed in" in browser.page
    await browser.goes("/advisor")
    assert "The advisors' desk" in browser.page


async def test_a_visit_ends_when_the_person_leaves(served, browser):
    await browser.signs_in(BO)
    assert await browser.is_at_the_desk()
    await changes(served, "bo", active=False)
    assert not await browser.is_at_the_desk()


# --- Who does not get in --------------------------------------------------------------------------------------------


async def test_who_cancels_at_microsoft(browser, provider):
    await browser.signs_in("")
    await browser.is_refused(DENIED)
    assert provider.redeemed == []


async def test_an_account_that_is_nobodys_is_told_whom_to_ask_and_nothing_is_made(served, browser):
    await browser.signs_in(STRANGER)
    await browser.is_refused(UNKNOWN)
    await browser.signs_in(STRANGER)
    assert f"oplys kontoens id: {STRANGER}" in browser.page
    async with served.database.reading() as db:
        everybody = await roles.everybody(db)
    assert {person.account for person in everybody} == {None, BO, HANNE}


async def test_an_account_without_a_role(served, browser, provider):
    for given in ([], ["Sporskifte.Owner", "advisor"], "Sporskifte.Advisor", None):
        provider.claims = {"roles": given}
        await browser.signs_in(BO)
        await browser.is_refused(NO_ROLE)
    assert (await staff(served, "bo")).roles == ["advisor"]


async def test_who_has_left(served, browser):
    await changes(served, "bo", active=False)
    await browser.signs_in(BO)
    await browser.is_refused(UNKNOWN)


async def test_an_account_that_was_taken_away(served, browser):
    async with served.database.transaction() as db:
        await roles.set_account(db, "bo", "")
    await browser.signs_in(BO)
    await browser.is_refused(UNKNOWN)


FALSE_TOKENS = {
    "another tenant": ({"tid": ELSEWHERE}, FOREIGN, 403),
    "no tenant": ({"tid": None}, FOREIGN, 403),
    "another issuer": ({"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0"}, AWAY, 503),
    "another app": ({"aud": ELSEWHERE}, AWAY, 503),
    "several apps": ({"aud": [CLIENT, ELSEWHERE]}, AWAY, 503),
    "too old": ({"exp": A_MONDAY.timestamp() - 121}, AWAY, 503),
    "no end": ({"exp": None}, AWAY, 503),
    "not yet": ({"nbf": A_MONDAY.timestamp() + 121}, AWAY, 503),
    "nobody": ({"oid": None}, AWAY, 503),
    "somebody without an id": ({"oid": "bo"}, AWAY, 503),
    "the nonce of another": ({"nonce": "another"}, STALE, 403),
    "no nonce": ({"nonce": None}, STALE, 403),
}


@pytest.mark.parametrize(("claims", "sentence", "status"), FALSE_TOKENS.values(), ids=FALSE_TOKENS)
async def test_a_token_that_is_not_for_us_here_and_now(browser, provider, claims, sentence, status):
    provider.claims = claims
    await browser.signs_in(BO)
    await browser.is_refused(sentence, status)
    provider.claims = {}
    assert await browser.signs_in(BO) == "/advisor"


async def test_an_answer_is_good_once(browser, provider):
    provider.forgets_used_codes = True  # Microsoft does not; but we do not lean on it
    address = await browser.chooses(BO)
    kept = browser.kept()
    assert await browser.goes(address) == "/advisor"
    browser.http.cookie_jar.clear()
    await browser.goes(address)
    await browser.is_refused(STALE)  # the cookie is gone
    browser.http.cookie_jar.update_cookies(kept, URL(browser.site + BACK))
    await browser.goes(address)
    await browser.is_refused(STALE)  # and would be of no use
    assert len(provider.redeemed) == 1


async def test_a_code_that_was_stolen_is_worth_nothing_in_another_browser(browser, new_browser, provider):
    thief, stolen = new_browser(), parse_qs(urlsplit(await browser.chooses(BO)).query)["code"][0]
    state = parse_qs(urlsplit(await thief.goes(START)).query)["state"][0]
    await thief.goes(f"{BACK}?{urlencode({'code': stolen, 'state': state})}")
    await thief.is_refused(STALE)
    assert provider.redeemed == [(stolen, 400)]  # the verifier of the thief's own flow does not fit


async def test_an_answer_to_somebody_elses_question(browser, new_browser, provider):
    address = await browser.chooses(BO)
    other = new_browser()
    await other.goes(address)
    await other.is_refused(STALE)  # never began
    await other.goes(START)
    await other.goes(address)
    await other.is_refused(STALE)  # began something else
    await other.goes(BACK)
    await other.is_refused(STALE)
    assert provider.redeemed == []
    assert await browser.goes(address) == "/advisor"


async def test_a_false_answer_does_not_spoil_the_true_one(browser):
    address = await browser.chooses(BO)
    await browser.goes(f"{BACK}?state=%C3%A6&code=evil")
    await browser.is_refused(STALE)
    assert await browser.goes(address) == "/advisor"


async def test_ten_minutes_are_enough(browser, clock):
    address = await browser.chooses(BO)
    clock.passes(minutes=9, seconds=59)
    assert await browser.goes(address) == "/advisor"
    browser.http.cookie_jar.clear()
    address = await browser.chooses(BO)
    clock.passes(minutes=10)
    await browser.goes(address)
    await browser.is_refused(STALE)


async def test_looking_at_the_address_beforehand_does_not_use_it_up(browser):
    address = await browser.chooses(BO)
    async with browser.http.head(address) as answer:
        assert answer.status == 405
    assert await browser.goes(address) == "/advisor"


# --- When Microsoft is not well -------------------------------------------------------------------------------------


async def test_microsoft_is_down_when_somebody_begins(browser, provider):
    provider.discovers = False
    await browser.goes(f"{START}?{urlencode({'next': A_CASE})}")
    await browser.is_refused(AWAY, 503)
    provider.discovers = True
    assert await browser.signs_in(BO, f"{START}?{urlencode({'next': A_CASE})}") == A_CASE


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {}),
        (200, {}),
        (200, {"access_token": "x"}),
        (200, {"id_token": "no.token"}),
        (400, {"error": "server_error"}),
    ],
)
async def test_microsoft_is_down_when_somebody_comes_back(browser, provider, status, body):
    provider.token_status, provider.token_body = status, body
    await browser.signs_in(BO)
    await browser.is_refused(AWAY, 503)


async def test_a_slow_microsoft_is_not_waited_for_and_holds_up_nobody_else(browser, new_browser, provider, monkeypatch):
    assert entra.PATIENCE == 10
    await browser.goes(START)  # the addresses are known from now on
    provider.answers.clear()
    coming = asyncio.create_task(browser.signs_in(BO))
    async with asyncio.timeout(5):
        await new_browser().goes("/advisor/sign-in")
    assert not coming.done()
    provider.answers.set()
    assert await coming == "/advisor"

    browser.http.cookie_jar.clear()
    provider.answers.clear()
    monkeypatch.setattr(entra, "PATIENCE", 0.2)
    async with asyncio.timeout(5):
        await browser.signs_in(BO)
    await browser.is_refused(AWAY, 503)


async def test_who_only_pretends_to_be_microsoft_is_not_believed(browser, provider, monkeypatch, caplog):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with caplog.at_level(logging.WARNING, "bot.desk.entra"):
        await browser.goes(START)
    await browser.is_refused(AWAY, 503)
    assert [record.code for record in caplog.records if record.name == entra.__name__] == ["SSLError"]


async def test_a_secret_that_has_run_out_is_named_in_the_log(browser, provider, caplog):
    provider.token_status, provider.token_body = 401, {"error": "invalid_client", "error_description": "Bo's secrets"}
    with caplog.at_level(logging.WARNING, "bot.desk.entra"):
        await browser.signs_in(BO)
    await browser.is_refused(AWAY, 503)
    assert [(record.message, record.code) for record in caplog.records] == [("entra_away", "invalid_client")]


# --- Where there are no work accounts -------------------------------------------------------------------------------


async def test_without_the_settings_there_is_neither_button_nor_way(seeded, keyring, tmp_path, clock):
    async with serving(seeded, keyring, tmp_path, clock) as served, ClientSession(served.url) as http:
        async with http.get("/advisor/sign-in") as answer:
            assert "arbejdskonto" not in await answer.text()
        for path in (START, BACK):
            async with http.get(path) as answer:
                assert answer.status == 404


# --- The claims by themselves ---------------------------------------------------------------------------------------

ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
GOOD = {"tid": TENANT, "aud": CLIENT, "iss": ISSUER, "oid": BO.upper(), "roles": ["Sporskifte.Editor", 7, []]}


@pytest.mark.parametrize(("left", "good"), [(3600, True), (0, True), (-119, True), (-120, False), (-3600, False)])
def test_a_token_is_good_until_its_end_and_a_little_longer(left, good):
    claims = GOOD | {"exp": A_MONDAY.timestamp() + left}
    if good:
        account = read_claims(claims, CLIENT, TENANT, ISSUER, A_MONDAY)
        assert account == entra.Account(BO, frozenset({"editor"}))
    else:
        with pytest.raises(NotLetIn):
            read_claims(claims, CLIENT, TENANT, ISSUER, A_MONDAY)


@pytest.mark.parametrize("claims", [{"exp": "tomorrow"}, {"nbf": "today"}, {"oid": [BO]}, {"aud": None}, {"iss": []}])
def test_claims_of_other_kinds_are_refused(claims):
    with pytest.raises(NotLetIn):
        read_claims(GOOD | {"exp": A_MONDAY.timestamp() + 60} | claims, CLIENT, TENANT, ISSUER, A_MONDAY)
