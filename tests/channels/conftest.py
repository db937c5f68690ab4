"""Slack as its users know it: the real endpoint, and a stand-in for Slack's side."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_world import APP, BOT, CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, TEAM, InSlack, Slack

from bot.channels import slack_api
from bot.channels.slack import EVENTS_PATH, SlackChannel
from bot.channels.slack_api import SlackApi
from bot.channels.slack_gate import SlackGate, SlackRules
from bot.channels.slack_installations import Installations
from bot.turns import Turns
from storage import slack as stored
from storage.database import Database
from storage.slack import Tokens


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Slack]:
    """Nothing that Slack would refuse may be sent in any test."""
    monkeypatch.setattr(slack_api, "BETWEEN", 0.0)  # a conversation of a test would take a minute
    stand_in = Slack()
    await stand_in.server.start_server()
    yield stand_in
    await stand_in.server.close()
    assert stand_in.wrong == []


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def slack_web(slack: Slack, http: aiohttp.ClientSession) -> SlackApi:
    return SlackApi(http, slack.url)


@pytest.fixture
def installations(database: Database, slack_web: SlackApi, clock: Any) -> Installations:
    ours = {"app_id": APP, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return Installations(database, slack_web, clock, **ours, teams=(TEAM,))


@pytest.fixture
async def connected(database: Database, slack: Slack, clock: Any) -> None:
    """The bot is installed in the region's workspace."""
    given = slack._new_token(TEAM, {})
    now = clock().timestamp()
    tokens = Tokens(given["access_token"], given["refresh_token"], now + 43200, BOT, given["scope"], now)
    async with database.transaction() as db:
        await stored.install(db, TEAM, tokens)


@pytest.fixture
async def slack_channel(
    turns: Turns, database: Database, installations: Installations, slack_web: SlackApi, clock: Any, connected: None
) -> AsyncIterator[SlackChannel]:
    gate = SlackGate(SlackRules(APP, (TEAM,)), SIGNING_SECRET)
    channel = SlackChannel(gate, turns, database, installations, slack_web, clock, "https://karriere.example")
    yield channel
    await channel.inbox.close()


@pytest.fixture
async def slack_client(slack_channel: SlackChannel) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    app.router.add_route("*", EVENTS_PATH, slack_channel.endpoint)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def in_slack(slack_client: TestClient[Any, Any], slack: Slack, slack_channel: SlackChannel) -> InSlack:
    """Amina, in Slack."""
    return InSlack(slack_client, slack, slack_channel, "U0AMINA")
