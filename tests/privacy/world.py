"""The whole service on loopback, with nothing running by itself, and everybody who ever gets to see something of it.

All that leaves the service is kept under the name of who received it, so that a test can ask who learnt what.
"""

import asyncio
import html
import io
import json
import logging
import random
import re
import sqlite3
from collections import defaultdict
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from conftest import A_MONDAY, Clock
from serving import serving

from bot import app as composition
from bot.housekeeping import Housekeeping
from bot.logs import SafeFormatter
from bot.outbox_worker import OutboxWorker
from bot.rounds import Rounds

STAFF = ("bo", "sofie", "mikkel", "carla", "hanne", "isak", "henrik", "dorte", "vera")
"""Everybody of the demo organisation: advisors, the coordinator, HR's editors, managers and a host."""

BOT = "28:sporskifte"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Account:
    """Every mark by which a platform knows a person. Each is told apart from all others, so that a leak has a name."""

    name: str
    upn: str
    aad: str
    user: str
    conversation: str
    tenant: str
    place: str
    """The last part of the address at which the platform takes answers."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be found nowhere."""
        return (self.name, self.upn, self.aad, self.user, self.conversation, self.place, f"{self.tenant}|{self.aad}")


class Connector:
    """A stand-in for the platform's side: keeps what the bot posts, and refuses what it is told to refuse."""

    def __init__(self):
        self.posted = defaultdict(list)
        """By conversation, everything."""
        self.refuse = []
        app = web.Application()
        app.router.add_post("/{place}/v3/conversations/{conversation}/{tail:.+}", self._take)
        self.server = TestServer(app)

    async def _take(self, request):
        if self.refuse:
            return web.Response(status=self.refuse.pop(0))
        self.posted[request.match_info["conversation"]].append(await request.json())
        return web.json_response({"id": f"sent-{sum(map(len, self.posted.values()))}"})

    @property
    def url(self):
        return str(self.server.make_url("")).rstrip("/")


@dataclass(frozen=True)
class Button:
    label: str
    data: dict
    url: str = ""


class Talker:
    """Somebody in a conversation, by what they see: cards with words and buttons."""

    def __init__(self, world):
        self.world = world
        self.cards = []
        """Pairs of everything that stands on a card, and its buttons."""

    async def taps(self, label, **fields):
        """Tap the newest button whose label holds these words."""
        return await self._sends({**self.button(label).data, **fields})

    def button(self, label):
        for _, buttons in reversed(self.cards):
            for button in buttons:
                if label.lower() in button.label.lower():
                    return button
        raise AssertionError(f"no button {label!r}; the last card is: {self.cards[-1] if self.cards else None}")

    def sees(self, label):
        return any(label.lower() in button.label.lower() for button in self.cards[-1][1])

    @property
    def shown(self):
        return self.cards[-1][0] if self.cards else ""

    async def starts_booking(self, workplace="nordkysten", first="Jeg vil gerne tale med nogen uden min chef ved det"):
        """Up to the question whom to leave out."""
        await self.says(first)
        await self.taps("Fortsæt")
        await self.taps("Min vej videre")
        if "Hvilken region" in self.shown:
            await self.taps("Region Hovedstaden")
        return await self.taps("Fortsæt", workplace=workplace)

    async def books(self, way="Skriv sammen", **said):
        """The whole way to an appointment."""
        await self.starts_booking(**said)
        if "Hvordan vil du mødes" in await self.taps("alle i orden"):
            await self.taps(way)
        await self.taps(" kl. ")
        return await self.taps("Book tiden")

    async def wishes(self, what, why=""):
        """The whole way to a wish for a stay."""
        await self.says("jeg vil gerne snuse")
        if "Hvilken region" in self.shown:
            await self.taps("Region Hovedstaden")
        await self.taps("Snusepraktik")
        await self.says(what)
        await self.taps("Fortsæt", starts="2027-01-12", length="3_days")
        while self.sees("Spring over"):
            if why and "Hvorfor" in self.shown:
                await self.says(why)
                why = ""
            else:
                await self.taps("Spring over")
        return await self.taps("Send ønsket")


class InTeams(Talker):
    """An employee in Teams: real activities to the real endpoint, real posts back."""

    def __init__(self, world, account):
        super().__init__(world)
        self.account = account
        self.numbers = count(1)

    async def says(self, text):
        return await self._posts(text=text)

    async def opens(self):
        members = [{"id": self.account.user, "aadObjectId": self.account.aad, "name": self.account.name}]
        return await self._posts(type="conversationUpdate", membersAdded=members)

    async def _sends(self, value):
        return await self._posts(value=value)

    async def _posts(self, **changes):
        one = self.account
        activity = {
            "type": "message",
            "id": f"{one.place}-{next(self.numbers)}",
            "channelId": "msteams",
            "serviceUrl": f"{self.world.connector.url}/{one.place}",
            "conversation": {"id": one.conversation, "conversationType": "personal", "tenantId": one.tenant},
            "from": {
                "id": one.user, "name": one.name, "aadObjectId": one.aad, "userPrincipalName": one.upn,
                "email": one.upn,
            },
            "recipient": {"id": BOT, "name": "Sporskifte"},
            "locale": "da-DK",
            "channelData": {"tenant": {"id": one.tenant}},
            **changes,
        }  # fmt: skip
        async with self.world.http.post(self.world.url + "/api/messages", json=activity) as answer:
            assert answer.status == 200, (answer.status, changes)
        return await self.reads_news()

    async def reads_news(self):
        """What has been posted since, all of it."""
        posts = self.world.connector.posted[self.account.conversation]
        found = []
        while self.world.posts_read[self.account.conversation] < len(posts):
            post = posts[self.world.posts_read[self.account.conversation]]
            self.world.posts_read[self.account.conversation] += 1
            for one in post["attachments"]:
                card = one["content"]
                words = json.dumps(card, ensure_ascii=False)
                buttons = [
                    Button(act["title"], act.get("data", {}), act.get("url", "")) for act in card.get("actions", [])
                ]
                self.cards.append((words, buttons))
                found.append(words)
        return "\n".join(found)


class OnTheWeb(Talker):
    """An employee in the web chat, through its own calls."""

    def __init__(self, world):
        super().__init__(world)
        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        world.sessions.append(self.http)
        self.numbers = count(1)
        self.receipt = ""
        self.until = world.clock() + timedelta(hours=11)
        self.heard = []
        """Everything that came back, for looking through."""

    async def opens(self):
        return await self._calls("/chat/open", {})

    async def says(self, text):
        return await self._sends({"text": text})

    async def _sends(self, data):
        return await self._calls("/chat/say", {"id": f"event-{next(self.numbers):04}", **data})

    async def _calls(self, path, data):
        if self.receipt and self.world.clock() >= self.until:
            self.until = self.world.clock() + timedelta(hours=11)
            await self._calls("/chat/receipt", {"words": self.receipt, "again": True})
        async with self.http.post(self.world.url + path, json=data) as answer:
            body = await answer.json()
            assert answer.status == 200, (answer.status, body)
        self.receipt = body["receipt"]
        found = []
        for card in body["cards"]:
            self._add(card)
            found.append(card)
        return "\n".join(found)

    async def reads_news(self):
        """What waits, as its own page would fetch it: opened once, read, and confirmed."""
        found = []
        async with self.http.get(self.world.url + "/chat/events") as stream:
            while True:
                try:
                    line = await asyncio.wait_for(stream.content.readline(), 0.15)
                except TimeoutError:
                    break
                if line.startswith(b"data: "):
                    found.append(json.loads(line[6:]))
        if found:
            ids = [one["id"] for one in found]
            async with self.http.post(self.world.url + "/chat/seen", json={"ids": ids}) as answer:
                assert answer.status == 204
        for one in found:
            self._add(one["card"])
        return "\n".join(one["card"] for one in found)

    async def fetches(self, path):
        async with self.http.get(self.world.url + path) as answer:
            return await answer.text()

    def _add(self, card):
        self.heard.append(card)
        presses = re.findall(r'<button type="submit" data-press="([^"]*)"[^>]*>([^<]*)<', card)
        links = re.findall(r'<a class="button" href="([^"]*)"[^>]*>([^<]*)<', card)
        buttons = [
            Button(html.unescape(label), {"sporskifte": json.loads(html.unescape(data))}) for data, label in presses
        ]
        buttons += [Button(html.unescape(label), {}, html.unescape(url)) for url, label in links]
        self.cards.append((html.unescape(card), buttons))


MOST_OF_A_KIND = 1
"""Pages of one kind that are read, such as those of single articles."""
OF_CASES = ("/advisor", "/desk/placements", "/desk/decisions")


def _kind(path):
    """The beginning of an address, how many parts it has, and the names of what stands behind the question mark."""
    parts = urlsplit(path)
    steps = parts.path.split("/")
    return (
        *steps[:3],
        len(steps),
        steps[-1] if steps[-1].isalpha() else "",
        *sorted(name for name, _ in parse_qsl(parts.query)),
    )


class AtDesk:
    """One of the staff with a browser: reads every page that they can reach, and sends the forms of the desk."""

    def __init__(self, world, staff):
        self.world = world
        self.staff = staff
        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        world.sessions.append(self.http)
        self.token = ""
        self.until = world.clock()

    async def signs_in(self):
        self.until = self.world.clock() + timedelta(hours=9)
        data = urlencode({"staff": self.staff})
        async with self.http.post(self.world.url + "/advisor/sign-in", data=data, headers=FORM) as answer:
            await self._keep(answer)
        return self

    async def reads(self, path):
        """One page. Its token is kept for the forms."""
        async with self.http.get(self.world.url + path) as answer:
            return await self._keep(answer)

    async def sends(self, path, **form):
        """One form of the desk."""
        data = urlencode({"token": self.token, **form})
        async with self.http.post(self.world.url + path, data=data, headers=FORM) as answer:
            page = await self._keep(answer)
            assert answer.status == 200 and "/sign-in" not in answer.url.path, (answer.status, path, form)
            return page

    async def cases(self):
        """The addresses of the cases in the list."""
        return list(dict.fromkeys(re.findall(r'href="(/advisor/cases/[0-9a-f]{32})', await self.reads("/advisor"))))

    async def reads_news(self):
        """What is new, and mark it as seen."""
        page = await self.reads("/advisor")
        ids = re.search(r'name="ids" value="([^"]*)"', page)
        if ids:
            await self.sends("/advisor/news", ids=ids[1])
        return html.unescape(page)

    async def crawls(self, *, only_cases=False):
        """Every kind of page that can be reached by links from the first one: one of each kind, all of cases."""
        seen, kinds, ahead, found = set(), defaultdict(int), ["/advisor", "/desk/decisions", "/desk/placements"], {}
        while ahead:
            path = ahead.pop(0)
            if path in seen or path.startswith("/static") or (only_cases and not path.startswith(OF_CASES)):
                continue
            seen.add(path)
            kind = _kind(path)
            kinds[kind] += 1
            if kinds[kind] > MOST_OF_A_KIND and not path.startswith(OF_CASES):
                continue
            page = found[path] = await self.reads(path)
            for link in re.findall(r'(?:href|src|action)="([^"#]*)', page):
                target = urlsplit(urljoin(path, html.unescape(link)))
                if not target.netloc and target.path.startswith("/") and "sign-out" not in target.path:
                    ahead.append(target.path + (f"?{target.query}" if target.query else ""))
        return found

    async def _keep(self, answer):
        body = await answer.read()
        heads = "\n".join(
            f"{name}: {value}" for one in (*answer.history, answer) for name, value in one.headers.items()
        )
        self.world.received[self.staff].append(f"{answer.url}\n{heads}\n".encode() + body)
        try:
            page = body.decode()
        except UnicodeDecodeError:
            return ""
        if token := re.search(r'name="token" value="([^"]+)"', page):
            self.token = html.unescape(token[1])
        return page


@dataclass
class World:
    """What a test stands in."""

    url: str
    database: object
    clock: Clock
    folder: Path
    connector: Connector
    http: ClientSession
    worker: OutboxWorker
    rounds: Rounds
    house: Housekeeping
    logs: io.BytesIO
    said: io.BytesIO
    sessions: list = field(default_factory=list)
    received: dict = field(default_factory=lambda: defaultdict(list))
    posts_read: dict = field(default_factory=lambda: defaultdict(int))
    desks: dict = field(default_factory=dict)

    @property
    def file(self):
        return self.folder / "sporskifte.db"

    async def desk(self, staff) -> AtDesk:
        """This person's browser."""
        if staff not in self.desks:
            self.desks[staff] = AtDesk(self, staff)
        if self.clock() >= self.desks[staff].until:
            await self.desks[staff].signs_in()
        return self.desks[staff]

    async def delivers(self, rounds=1):
        """The worker works until there is nothing to do; what was refused is tried again."""
        for _ in range(rounds):
            while await self.worker.work_once():
                pass
            if rounds > 1:
                self.clock.passes(minutes=6)

    async def goes_round(self):
        await self.rounds.go()
        await self.delivers()

    async def files(self):
        """Everything that lies on the disk, or would in a copy of it: by its name."""
        kept = {path.name: path.read_bytes() for path in self.file.parent.glob(f"{self.file.name}*")}
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(self.folder / "backup")) as copy:
            kept["dump"] = "\n".join(source.iterdump()).encode()
            source.backup(copy)
        kept["backup"] = (self.folder / "backup").read_bytes()
        (self.folder / "backup").unlink()
        return kept | {"log": self.logs.getvalue(), "everything that libraries log": self.said.getvalue()}

    async def public(self, path):
        """A page that anybody may fetch, and what it says."""
        async with self.http.get(self.url + path, allow_redirects=False) as answer:
            body = await answer.read()
            self.received["anybody"].append(f"{path}\n{dict(answer.headers)}\n".encode() + body)
            return answer.status, body


class _Held:
    """What the service runs beside the turns waits until the test says so."""

    def __init__(self):
        self.parts = SimpleNamespace()

    def instead_of(self, cls, name):
        held = self

        class Waits(cls):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                setattr(held.parts, name, self)

            async def run(self):
                await asyncio.Event().wait()

        return patch.object(composition, cls.__name__, Waits)


@asynccontextmanager
async def a_world(seeded, keyring, folder, *, level=logging.DEBUG, **chosen):
    """The service on a copy of the seeded database."""
    folder.mkdir(parents=True, exist_ok=True)
    clock, held, connector = Clock(A_MONDAY.replace(minute=1)), _Held(), Connector()
    await connector.server.start_server(access_log=None)
    with (
        held.instead_of(OutboxWorker, "worker"),
        held.instead_of(Rounds, "rounds"),
        held.instead_of(Housekeeping, "house"),
        listening(level) as (logs, said),
    ):
        async with serving(seeded, keyring, folder, clock, **chosen) as served, ClientSession() as http:
            held.parts.worker._chance = random.Random(1)
            world = World(
                served.url, served.database, clock, folder, connector, http, held.parts.worker, held.parts.rounds,
                held.parts.house, logs, said,
            )  # fmt: skip
            try:
                yield world
            finally:
                for session in world.sessions:
                    await session.close()
                await connector.server.close()


LOGGERS = (
    "bot",
    "dialogs",
    "guidance",
    "knowledge",
    "storage",
    "sqlalchemy",
    "alembic",
    "aiohttp",
    "aiosqlite",
    "msal",
)
"""Whose words are kept; the test's own browsers are left out."""


@contextmanager
def listening(level):
    """All that these loggers say: as we write logs, and everything that there is. And nowhere else: it is much."""
    logs, said = io.BytesIO(), io.BytesIO()
    handlers = [_to(logs, SafeFormatter()), _to(said, _Everything())]
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(one, one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.propagate = False
        one.setLevel(level)
        for handler in handlers:
            one.addHandler(handler)
    try:
        yield logs, said
    finally:
        for one, was, propagated in before:
            one.propagate = propagated
            one.setLevel(was)
            for handler in handlers:
                one.removeHandler(handler)


@contextmanager
def quietly():
    """For where much is read and nothing is written: every row that is fetched would be told."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.INFO)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None)))
"""What every record has, beside what somebody hung on it."""


class _Everything(logging.Formatter):
    """A record with all that was filled in, and all that hangs on it."""

    def format(self, record):
        told = f"{record.name} {record.funcName} {super().format(record)}"
        return told + "".join(f" {name}={value!r}" for name, value in vars(record).items() if name not in _PLAIN)


def _to(stream, formatter):
    handler = logging.StreamHandler(io.TextIOWrapper(stream, encoding="utf-8", write_through=True))
    handler.setFormatter(formatter)
    handler.setLevel(logging.DEBUG)
    # aiosqlite says everything once before and once after.
    handler.addFilter(lambda record: "client" not in record.name and not str(record.msg).endswith("completed"))
    return handler
