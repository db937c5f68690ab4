"""The web from outside, without a browser: what it takes, what it refuses, and what it does only once."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from serving import Served, serving

from bot import event_stream, receipts
from bot.desk.sign_in import desk_path
from bot.nudge import Nudge
from bot.receipts import WORDS
from bot.turns import Turns

RECEIPT = "havn lygte måne bølge æble ørken"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Visitor:
    """Somebody with a browser of their own, who may also send what no browser sends."""

    http: ClientSession
    ids: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    async def call(self, path: str, **data: object) -> tuple[int, dict]:
        """Call as chat.js does. The status and what came back."""
        body = json.dumps(data, ensure_ascii=False).encode()
        async with self.http.post(path, data=body, headers=JSON) as answer:
            body = await answer.read()
            return answer.status, json.loads(body) if answer.content_type == "application/json" else {}

    async def opens(self) -> dict:
        status, body = await self.call("/chat/open")
        assert status == 200
        return body

    async def says(self, words: str, **data: object) -> tuple[int, dict]:
        return await self.call("/chat/say", **({"id": f"event-{self.ids():04}", "text": words} | data))

    async def reads(self, path: str, *, until: str = "") -> str:
        """A page. Waits until these words stand on it: notices come by a worker."""
        async with asyncio.timeout(10):
            while True:
                async with self.http.get(path) as answer:
                    page = await answer.text()
                if until in page:
                    return page
                await asyncio.sleep(0.05)

    async def sends(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        async with self.http.post(path, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status


@pytest.fixture
async def served(seeded, keyring, tmp_path, clock) -> AsyncIterator[Served]:
    async with serving(seeded, keyring, tmp_path, clock) as served:
        yield served


@pytest.fixture
async def new_visitor(served) -> AsyncIterator[Callable[[], Awaitable[Visitor]]]:
    sessions = []

    async def make() -> Visitor:
        sessions.append(ClientSession(served.url, cookie_jar=CookieJar(unsafe=True)))  # unsafe: an address, no name
        return Visitor(sessions[-1])

    yield make
    for session in sessions:
        await session.close()


@pytest.fixture
async def amina(new_visitor) -> Visitor:
    amina = await new_visitor()
    await amina.opens()
    return amina


def field_in(page: str, name: str) -> str:
    """What a hidden field holds."""
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


async def a_case_of_carla(served, carla) -> str:
    """The address of a case with news."""
    await served.employee("Amina Yusuf").wishes()
    page = await carla.reads("/advisor", until='class="new"')
    return re.search("/advisor/cases/[0-9a-f]+", page)[0]


@pytest.fixture
async def carla(new_visitor) -> Visitor:
    """Carla coordinates stays. She is signed in."""
    carla = await new_visitor()
    assert await carla.sends("/advisor/sign-in", b"staff=carla", FORM) == 303
    return carla


# --- What is taken at all --------------------------------------------------------------------------------------------

UNFIT = {
    "half a surrogate pair": rb'{"id": "event-0000", "text": "hej \ud800"}',
    "half a pair in a name": rb'{"id": "event-0000", "text": "hej", "\udc00": ""}',
    "half a pair in a tap": rb'{"id": "event-0000", "sporskifte": {"do": "x", "args": {"a": "\ud800"}}}',
    "NUL": rb'{"id": "event-0000", "text": "hej \u0000"}',
    "a name twice": b'{"id": "event-0000", "text": "a", "text": "b"}',
    "no number": b'{"id": "event-0000", "text": NaN}',
    "no UTF-8": b'{"id": "event-0000", "text": "\xff"}',
    "too deep": b'{"id": "event-0000", "text": ' + b"[" * 100 + b"]" * 100 + b"}",
    "a list": b"[]",
    "nothing": b"",
}


@pytest.mark.parametrize("path", ["/chat/say", "/chat/seen", "/chat/receipt"])
@pytest.mark.parametrize("body", UNFIT.values(), ids=UNFIT)
async def test_what_could_not_be_kept_or_shown_is_refused(amina, path, body):
    assert await amina.sends(path, body, JSON) == 400


async def test_whole_characters_are_taken_however_they_are_written(amina):
    for words in (rb"\ud83d\ude00 hej", rb"\\u0000 hej", "😀 hej".encode()):
        body = b'{"id": "event-%04d", "text": "%s"}' % (amina.ids(), words)
        assert await amina.sends("/chat/say", body, JSON) == 200


async def test_news_without_a_list_of_ids_are_no_error(amina):
    assert await amina.sends("/chat/seen", b'{"ids": 7}', JSON) == 204


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"staff=%ff", FORM, 400),
        (b"staff=%ed%a0%80", FORM, 400),
        (b"staff=carla%00", FORM, 400),
        (b"staff=\xc3\xa6", FORM, 400),
        (b"a=1&" * 200, FORM, 400),
        (rb"staff=\ud800", {"Content-Type": FORM["Content-Type"] + "; charset=raw-unicode-escape"}, 403),
        (b"staff=carla", {"Content-Type": FORM["Content-Type"] + "; charset=nothing"}, 303),
        (b"staff=carla", {"Content-Type": "text/plain"}, 415),
        (b"staff=c%61rla", FORM, 303),
    ],
)
async def test_forms_are_read_as_browsers_send_them(new_visitor, body, headers, status):
    assert await (await new_visitor()).sends("/advisor/sign-in", body, headers) == status


@pytest.mark.parametrize("path", ["/chat?lang=%00", "/advisor/sign-in?link=%00", "/articles/rh-04%00", "/?%00"])
async def test_no_address_holds_nul(amina, path):
    async with amina.http.get(path) as answer:
        assert answer.status == 400


async def chunks(size):
    """A body that does not say how long it is."""
    for _ in range(size // 1024):
        yield b"a" * 1024


@pytest.mark.parametrize(("path", "headers"), [("/chat/say", JSON), ("/advisor/sign-in", FORM)])
async def test_long_bodies_are_refused(amina, path, headers):
    assert await amina.sends(path, b"a" * (64 * 1024 + 1), headers) == 413
    assert await amina.sends(path, chunks(80 * 1024), headers) == 413


async def test_as_much_as_anybody_writes_is_taken(amina):
    assert (await amina.says("æ" * 30_000))[0] == 200


async def test_garbage_that_claims_to_be_packed_is_refused(amina):
    assert await amina.sends("/chat/say", b"not zipped", JSON | {"Content-Encoding": "gzip"}) == 400


@pytest.mark.parametrize("path", ["/advisor/news", "/advisor/cases/1", "/advisor/sign-in"])
async def test_who_sends_slowly_holds_up_nobody(amina, carla, path):
    arrived, goes_on = asyncio.Event(), asyncio.Event()

    async def slowly():
        yield b"token="
        arrived.set()
        await goes_on.wait()

    sending = asyncio.create_task(carla.sends(path, slowly(), FORM))
    await arrived.wait()
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        assert (await amina.says("jeg vil gerne snuse"))[0] == 200
    goes_on.set()
    assert await sending == 403


# --- The desk --------------------------------------------------------------------------------------------------------


async def test_looking_neither_writes_nor_waits_for_who_does(served, carla):
    case = await a_case_of_carla(served, carla)
    async with served.database.transaction():  # as another process holds it
        for path in ("/advisor", case, "/advisor/sign-in", "/advisor/events"):
            async with asyncio.timeout(3), carla.http.get(path) as answer:
                assert answer.status == 200, path


async def test_news_are_seen_when_somebody_says_so_and_not_before(served, carla):
    case = await a_case_of_carla(served, carla)
    page = await carla.reads(case)
    assert "1 nyt" in await carla.reads("/advisor")

    said = urlencode({name: field_in(page, name) for name in ("token", "ids", "next")}).encode()
    async with carla.http.post("/advisor/news", data=said, headers=FORM) as answer:
        assert answer.url.path == case
    assert "nyt</span>" not in await carla.reads("/advisor")
    assert "/advisor/news" not in await carla.reads(case)


async def test_a_form_that_is_sent_twice_is_one_message(served, carla):
    case = await a_case_of_carla(served, carla)
    page = await carla.reads(case)
    form = {"token": field_in(page, "token"), "once": field_in(page, "once"), "text": "Hej."}
    for words, messages in (("Hej.", 1), ("Hej.", 1), ("Hej igen.", 2), ("Hej.", 2)):
        assert await carla.sends(case, urlencode(form | {"text": words}).encode(), FORM) == 303
        assert (await carla.reads(case)).count('class="staff"') == messages
    next_page = await carla.reads(case)
    form["once"] = field_in(next_page, "once")
    assert await carla.sends(case, urlencode(form).encode(), FORM) == 303  # the same words, meant again
    assert (await carla.reads(case)).count('class="staff"') == 3


async def test_what_was_refused_can_be_mended_and_sent_from_the_same_form(served, carla):
    case = await a_case_of_carla(served, carla)
    page = await carla.reads(case)
    form = {"token": field_in(page, "token"), "once": field_in(page, "once")}
    assert await carla.sends(case, urlencode(form | {"text": "a" * 5000}).encode(), FORM) == 400
    assert await carla.sends(case, urlencode(form | {"text": "a" * 4000}).encode(), FORM) == 303
    assert (await carla.reads(case)).count('class="staff"') == 1


async def test_who_signs_in_comes_back_to_where_they_were(served, carla, new_visitor):
    case = await a_case_of_carla(served, carla)
    later = await new_visitor()
    for call in (later.http.get(case), later.http.post(case, data=b"text=Hej", headers=FORM)):
        async with call as answer:
            assert answer.url.path == "/advisor/sign-in"
            assert field_in(await answer.text(), "next") == case
    said = urlencode({"staff": "carla", "next": case}).encode()
    async with later.http.post("/advisor/sign-in", data=said, headers=FORM) as answer:
        assert answer.url.path == case
    said = urlencode({"staff": "carla", "next": "https://evil.example/"}).encode()
    async with later.http.post("/advisor/sign-in", data=said, headers=FORM) as answer:
        assert answer.url.path == "/advisor"


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/advisor/cases/../../chat",
        "/chat",
        "",
        "/desk",
        "/advisor/cases/a\n",
    ],
)
def test_no_form_leads_away_from_the_desk(place):
    assert desk_path(place) == "/advisor"


# --- Coming back -----------------------------------------------------------------------------------------------------


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The receipts whose secrets were made, quickly: only how many matters."""
    made = []
    monkeypatch.setattr(receipts, "visitor_secret", lambda receipt, salt: made.append(receipt) or bytes(32))
    return made


async def test_junk_keeps_nobody_from_coming_back(amina, made):
    for _ in range(70):
        assert (await amina.call("/chat/receipt", words="min kat hedder Misser og er"))[0] == 400
    assert (await amina.call("/chat/receipt", words=RECEIPT))[0] == 200
    assert made == [RECEIPT]


async def test_words_are_heard_only_in_the_visit_that_they_were_written_in(amina):
    own = (await amina.opens())["receipt"]
    assert (await amina.says("hej", receipt=own))[0] == 200
    assert (await amina.call("/chat/receipt", words=RECEIPT, again=True))[1]["cards"] == []
    assert (await amina.says("hej", receipt=own))[0] == 401
    assert (await amina.says("hej", receipt=RECEIPT))[0] == 200


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long each try had to wait, without the waiting."""
    pauses = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("bot.channels.web.pause", pause)
    return pauses


async def test_wrong_receipts_get_slower_and_slower_and_say_nothing(new_visitor, made, pauses):
    stranger = await new_visitor()
    answers = [await stranger.call("/chat/receipt", words=RECEIPT.replace("havn", word)) for word in WORDS[:20]]
    assert pauses[:5] == [0] * 5 and pauses == sorted(pauses) and pauses[-1] == 3.75
    shown = {re.sub(r"\w+", "", "".join(body["cards"])) for status, body in answers if status == 200}
    assert len(answers) == 20 and len(shown) == 1, "each opens a visit of somebody new, whether or not there was one"


async def test_guessing_is_slowed_down_before_it_costs_anything(amina, made, pauses, clock):
    statuses = [(await amina.call("/chat/receipt", words=RECEIPT))[0] for _ in range(62)]
    assert statuses == [200] * 60 + [429] * 2
    clock.passes(seconds=30)
    assert (await amina.call("/chat/receipt", words=RECEIPT))[0] == 429
    assert len(made) == 60 and max(pauses) == 5
    clock.passes(seconds=31)  # who was refused has not made it longer
    assert (await amina.call("/chat/receipt", words=RECEIPT))[0] == 200


async def test_beyond_a_short_queue_people_are_told_that_it_is_busy(new_visitor, monkeypatch):
    goes_on = threading.Event()
    monkeypatch.setattr(receipts, "visitor_secret", lambda receipt, salt: goes_on.wait(20) and bytes(32))
    people = [await new_visitor() for _ in range(25)]
    calls = [asyncio.create_task(person.call("/chat/open")) for person in people]
    refusals = asyncio.as_completed(calls)
    for _ in range(5):
        assert (await next(refusals))[0] == 503
    goes_on.set()
    answers = await asyncio.gather(*calls)
    refused = [body for status, body in answers if status == 503]
    assert refused == [{"error": "Der er travlt lige nu. Prøv igen om et øjeblik."}] * 5
    assert [status for status, _ in answers if status != 503] == [200] * 20
    assert (await people[0].call("/chat/receipt", words=RECEIPT))[0] == 200  # and then there is room again


# --- News to open pages ----------------------------------------------------------------------------------------------


@pytest.fixture
async def opens_stream() -> AsyncIterator[Callable[[Visitor], Awaitable[ClientResponse]]]:
    streams = []

    async def opens(visitor: Visitor) -> ClientResponse:
        streams.append(await visitor.http.get("/chat/events"))
        return streams[-1]

    yield opens
    for stream in streams:
        stream.close()


async def test_nobody_takes_all_the_streams(amina, new_visitor, opens_stream):
    streams = [await opens_stream(amina) for _ in range(6)]
    assert [stream.status for stream in streams] == [200] * 5 + [503]
    assert "Retry-After" in streams[-1].headers
    streams[0].close()
    assert (await opens_stream(amina)).status == 200  # what was closed does not count

    dan = await new_visitor()
    await dan.opens()
    assert (await opens_stream(dan)).status == 200


async def test_everybody_together_has_a_limit_too(amina, new_visitor, opens_stream, monkeypatch):
    monkeypatch.setattr(event_stream, "MOST_STREAMS", 1)
    assert (await opens_stream(amina)).status == 200
    dan = await new_visitor()
    await dan.opens()
    assert (await opens_stream(dan)).status == 503


async def test_a_page_in_a_pocket_asks_less_and_less_often(amina, opens_stream, monkeypatch):
    looks = []

    async def nothing(turns, address):
        looks.append(address)
        return []

    monkeypatch.setattr(Turns, "waiting", nothing)
    monkeypatch.setattr(event_stream, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(event_stream, "LOOK_AT_LEAST_EVERY", 10.0)
    await opens_stream(amina)
    await asyncio.sleep(0.5)
    assert 2 <= len(looks) <= 7  # after 0, 10, 30, 70, 150 and 310 ms, and not fifty times


async def test_what_arrives_during_a_look_is_not_missed():
    arrivals, looks, second = Nudge(), [], asyncio.Event()

    async def look() -> list[bytes]:
        looks.append(1)
        await asyncio.sleep(0)
        if len(looks) == 1:
            arrivals.poke()  # its news were not there yet when the look began
        else:
            second.set()
        return []

    async def news(request: web.Request) -> web.StreamResponse:
        return await streams.send(request, "amina", look)

    app, streams = web.Application(), event_stream.EventStreams(arrivals)
    app.router.add_get("/", news)
    async with TestClient(TestServer(app)) as http, http.get("/"), asyncio.timeout(1):
        await second.wait()
        arrivals.close()


async def test_the_file_of_ones_own_data_is_for_the_visitor_alone(amina, new_visitor):
    await amina.says("english")
    async with amina.http.get("/chat/data.json") as answer:
        assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert (await answer.json())["conversation"]["locale"] == "en"
    stranger = await new_visitor()
    async with stranger.http.get("/chat/data.json") as answer:
        assert answer.status == 401
