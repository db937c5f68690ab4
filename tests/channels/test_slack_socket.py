"""Socket Mode: the same conversation over a connection that we open ourselves, and the whole app with it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
from serving import write_keys
from slack_world import APP, BOT, TEAM, InSlack, Slack

from bot.app import make_app
from bot.channels.slack import SlackChannel
from bot.channels.slack_api import SlackApi
from bot.channels.slack_gate import SlackRules
from bot.channels.slack_socket import SlackSocket
from bot.settings import Settings
from knowledge.articles import Library
from storage import slack as stored
from storage.database import Database
from storage.sealing import Keyring

RULES = SlackRules(APP, (TEAM,))


class Gateway:
    """Slack's end of the connection: sends envelopes, and waits for each to be acknowledged."""

    def __init__(self) -> None:
        self.socket: web.WebSocketResponse | None = None
        self.connected = asyncio.Event()
        self.acknowledged: dict[str, Any] = {}
        self.tokens: list[str] = []
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._open)
        app.router.add_get("/link", self._link)
        self.server = TestServer(app)

    async def _open(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers["Authorization"])
        return web.json_response({"ok": True, "url": str(self.server.make_url("/link")).replace("http", "ws")})

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.socket = socket
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.connected.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT and message.data.startswith("{"):
                given = json.loads(message.data)
                self.acknowledged[given["envelope_id"]] = given.get("payload")
        return socket

    async def sends(self, kind: str, payload: dict[str, Any], name: str = "e1") -> None:
        assert self.socket is not None
        await self.socket.send_json({"type": kind, "envelope_id": name, "payload": payload})
        await until(lambda: name in self.acknowledged)


async def until(holds: Any) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
async def link(gateway: Gateway, slack_channel: SlackChannel, http: Any) -> AsyncIterator[Gateway]:
    api = SlackApi(http, str(gateway.server.make_url("/api/")))
    running = asyncio.create_task(SlackSocket(slack_channel, api, RULES, "xapp-1").run())
    await asyncio.wait_for(gateway.connected.wait(), 10)
    yield gateway
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_events_taps_and_commands_come_by_the_connection(
    link: Gateway, in_slack: InSlack, slack_channel: SlackChannel
) -> None:
    assert link.tokens == ["Bearer xapp-1"]
    await link.sends("events_api", in_slack.written("book en tid"), "e1")
    await slack_channel.inbox.rest()
    message, button = in_slack.find("Fortsæt")
    await link.sends("interactive", in_slack.tap(message, button), "e2")
    await slack_channel.inbox.rest()
    assert "tale om" in in_slack.shown()
    command = {"command": "/karriere", "text": "menu", "api_app_id": APP, "team_id": TEAM, "user_id": in_slack.user}
    await link.sends("slash_commands", {**command, "channel_id": "C1", "trigger_id": "1"}, "e3")
    await slack_channel.inbox.rest()
    assert link.acknowledged["e1"] is None and link.acknowledged["e3"]["response_type"] == "ephemeral"
    assert "Jeg er Sporskifte" in in_slack.shown()


@pytest.mark.parametrize(
    "change", [{"api_app_id": "A0ANDEN"}, {"team_id": "T0FREMMED"}, {"event": None}, {"event_id": "\0"}, {"type": 7}]
)
async def test_what_is_not_for_us_is_acknowledged_and_dropped(
    link: Gateway, in_slack: InSlack, slack: Slack, change: dict[str, Any]
) -> None:
    await link.sends("events_api", in_slack.written("menu") | change)
    await link.sends("noget_nyt", {}, "e2")
    assert not slack.messages


async def test_what_could_not_be_kept_is_not_acknowledged(
    link: Gateway, in_slack: InSlack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise OSError("disk")

    assert link.socket is not None
    event = in_slack.written("menu")
    with monkeypatch.context() as broken:
        broken.setattr(stored, "keep", away)
        await link.socket.send_json({"type": "events_api", "envelope_id": "e1", "payload": event})
        await asyncio.sleep(0.2)
    assert "e1" not in link.acknowledged
    await link.sends("events_api", event, "e2")
    await slack_channel.inbox.rest()
    assert "Jeg er Sporskifte" in in_slack.shown()


@pytest.mark.parametrize("way", ["slack_signing_secret", "slack_app_token"])
async def test_the_app_runs_with_slack_alone(
    way: str, database: Database, keyring: Keyring, tmp_path: Path, slack: Slack, gateway: Gateway, clock: Any
) -> None:
    """As the settings say: Slack comes to us, or we go to Slack; nobody comes by Teams."""
    write_keys(keyring, tmp_path / "keys")
    settings = Settings(
        slack_app_id=APP,
        slack_client_id="1",
        slack_client_secret="2",
        slack_teams=(TEAM,),
        public_url="https://karriere.example",
        database_url=database.url,
        keys=tmp_path / "keys",
        meanings=False,
        **{way: "signing-secret"},
    )
    now = clock().timestamp()
    tokens = stored.Tokens(slack._new_token(TEAM, {})["access_token"], "", 0.0, BOT, "", now)
    async with database.transaction() as db:
        await stored.install(db, TEAM, tokens)
    base = str(gateway.server.make_url("/api/")) if way == "slack_app_token" else slack.url
    with patch("bot.app.Library", lambda _: Library()), patch("bot.app.SlackApi", lambda http: SlackApi(http, base)):
        app = await make_app(settings, clock)

    async with TestClient(TestServer(app)) as client:
        async with client.post("/api/messages", json={}) as answer:
            assert answer.status == 404
        if way == "slack_app_token":
            await asyncio.wait_for(gateway.connected.wait(), 10)
            async with client.post("/slack/events", data=b"{}") as answer:
                assert answer.status == 404
            return
        person = InSlack(client, slack, Later(slack, "D0AMINA"), "U0AMINA")
        assert "Jeg er Sporskifte" in await person.says("menu")
        async with client.get("/slack/install", allow_redirects=False) as answer:
            assert answer.status == 303 and "__Secure-sporskifte_slack" in answer.headers["Set-Cookie"]


class Later:
    """Waits until something is said, where nobody can look into the app."""

    def __init__(self, slack: Slack, channel: str) -> None:
        self.inbox = self
        self._slack = slack
        self._channel = channel

    async def rest(self) -> None:
        await until(lambda: self._slack.messages.get(self._channel))
