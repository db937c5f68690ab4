"""How long Slack waits for its answer while turns are slow: `python -m benchmarks ack`.

Many people write at once, each in a conversation of their own, over real HTTP on this machine, signed, to a real file.
Every turn is slowed to five seconds. Measured is the time until the answer to Slack, which gives up after three.
The baseline answers after the turn, as Bolt does by itself with a listener that does its work before `ack()`.
"""

import argparse
import asyncio
import hmac
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientSession, TCPConnector, web
from aiohttp.test_utils import TestServer

from bot.channels import Inbound
from bot.channels.slack import EVENTS_PATH, SlackChannel
from bot.channels.slack_api import SlackApi
from bot.channels.slack_gate import Admitted, SlackGate, SlackRules
from bot.channels.slack_installations import Installations
from bot.nudge import Nudge
from bot.rendering.card import Card
from bot.turns import Turns
from knowledge.articles import Library
from storage import slack as stored
from storage.database import Database, migrate
from storage.sealing import Keyring
from storage.slack import Tokens

APP, TEAM, SECRET = "A0BENCH", "T0BENCH", b"signing secret of the benchmark"
SLACK_WAITS = 3.0


def main(arguments: Sequence[str]) -> None:
    """Measure twice and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ack")
    parser.add_argument("--people", type=int, default=64, help="how many write at once")
    parser.add_argument("--messages", type=int, default=5, help="how many each of them writes, one a second")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long a turn takes")
    options = parser.parse_args(arguments)
    print(f"{options.people} people at once, {options.messages} messages each, turns of {options.seconds:g} s, SQLite")
    print(f"{'':26}{'sent':>8}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}{'over 3 s':>10}{'heard':>8}{'answered':>10}")
    for name, channel in (("answer after the turn", _AfterTheTurn), ("Sporskifte", SlackChannel)):
        with TemporaryDirectory() as folder:
            asyncio.run(_measure(name, channel, Path(folder), options))


class _SlowTurns(Turns):
    """Turns that think for a while first, as with a slow model or a busy machine."""

    seconds = 5.0
    heard = 0

    async def hear(self, inbound: Inbound) -> list[Card]:
        await asyncio.sleep(self.seconds)
        self.heard += 1
        return await super().hear(inbound)


class _AfterTheTurn(SlackChannel):
    """The baseline: the turn, and then the answer to Slack."""

    async def take(self, admitted: Admitted) -> dict[str, Any] | None:
        await self._hear(admitted.payload, False)
        return None

    async def endpoint(self, request: web.Request) -> web.Response:
        if self._gate is not None:
            await self.take(await self._gate.admit(request))
        return web.Response(status=200)


class _Slack:
    """Slack's side: takes what is sent and counts it."""

    def __init__(self) -> None:
        self.posted = 0
        app = web.Application()
        app.router.add_post("/api/{method}", self._take)
        self.server = TestServer(app)

    async def _take(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await request.json()
        self.posted += method == "chat.postMessage"
        return web.json_response({"ok": True, "ts": f"{self.posted}.0", "channel": given.get("channel", "")})


async def _measure(name: str, kind: type[SlackChannel], folder: Path, options: argparse.Namespace) -> None:
    address = f"sqlite+aiosqlite:///{folder}/ack.db"
    await asyncio.to_thread(migrate, address)
    database = Database(address, Keyring.create(folder / "keys"))
    await database.adopt_keys()
    slack = _Slack()
    await slack.server.start_server()
    turns = _SlowTurns(database, Library(), _now, Nudge())
    turns.seconds = options.seconds
    async with ClientSession() as http, ClientSession(connector=TCPConnector(limit=0)) as senders:
        api = SlackApi(http, str(slack.server.make_url("/api/")))
        ours = {"app_id": APP, "client_id": "bench", "client_secret": "bench"}
        installations = Installations(database, api, _now, **ours, teams=(TEAM,))
        async with database.transaction() as db:
            await stored.install(db, TEAM, Tokens("xoxb-bench", "", 0.0, "U0BOT", "", 0.0))
        gate = SlackGate(SlackRules(APP, (TEAM,)), SECRET.decode())
        channel = kind(gate, turns, database, installations, api, _now, "https://karriere.example")
        app = web.Application()
        app.router.add_post(EVENTS_PATH, channel.endpoint)
        bot = TestServer(app)
        await bot.start_server()
        url = str(bot.make_url(EVENTS_PATH))
        people = (_person(senders, url, number, options.messages) for number in range(options.people))
        times = [one for each in await asyncio.gather(*people) for one in each]
        await channel.inbox.rest()
        await bot.close()
    await slack.server.close()
    await database.close()
    late = sum(one > SLACK_WAITS * 1000 for one in times)
    print(
        f"{name:26}{len(times):>8,}{median(times):>10.1f}{quantiles(times, n=100)[-1]:>10.1f}{max(times):>10.1f}"
        f"{late:>10,}{turns.heard:>8,}{slack.posted:>10,}",
        flush=True,
    )


async def _person(http: ClientSession, url: str, number: int, messages: int) -> list[float]:
    """Write one message a second, whether or not the last one was answered. How long each was waited for, in ms."""

    async def write(message: int) -> float:
        await asyncio.sleep(message)
        event = {"type": "message", "channel_type": "im", "text": "menu", "ts": f"{number}.{message}"}
        event |= {"user": f"U0BENCH{number}", "channel": f"D0BENCH{number}"}
        payload = {"type": "event_callback", "api_app_id": APP, "team_id": TEAM, "event": event}
        raw = json.dumps(payload | {"event_id": f"Ev{number}-{message}"}).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(SECRET, b"v0:" + stamp.encode() + b":" + raw, sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}
        before = time.perf_counter()
        async with http.post(url, data=raw, headers=headers | {"Content-Type": "application/json"}) as answer:
            answer.raise_for_status()
        return (time.perf_counter() - before) * 1000

    return await asyncio.gather(*(write(message) for message in range(messages)))


def _now() -> datetime:
    return datetime.now(UTC)
