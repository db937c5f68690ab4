"""Workspaces come by OAuth, keep their tokens fresh, and go."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_world import CLIENT_ID, OTHER_TEAM, TEAM, InSlack, Slack
from sqlalchemy import select, update

from bot.channels import DeliveryError
from bot.channels.slack_installations import Installations
from bot.cookies import SealedCookie
from bot.rendering.html import make_environment
from bot.slack_pages import BACK, LASTS, START, SlackPages
from storage import slack as stored
from storage.base import Base
from storage.database import Database
from storage.sealing import Keyring, SealBroken


@pytest.fixture
async def browser(installations: Installations, keyring: Keyring, clock: Any) -> AsyncIterator[TestClient[Any, Any]]:
    cookie = SealedCookie("sporskifte_slack", keyring, secure=False, lasts=LASTS, path=BACK, from_other_sites=True)
    public_url = "https://karriere.example"
    pages = SlackPages(installations, make_environment(), clock, cookie, client_id=CLIENT_ID, public_url=public_url)
    app = web.Application()
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def begin(browser: TestClient[Any, Any]) -> dict[str, str]:
    async with browser.get(START, allow_redirects=False) as answer:
        assert answer.status == 303
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert answer.headers["Location"].startswith("https://slack.com/oauth/v2/authorize?")
    return {name: values[0] for name, values in asked.items()}


async def come_back(browser: TestClient[Any, Any], **query: str) -> tuple[int, str]:
    async with browser.get(BACK, params=query) as answer:
        return answer.status, await answer.text()


async def kept(database: Database, team: str = TEAM) -> stored.Installation | None:
    async with database.reading() as db:
        return await stored.installation(db, team)


async def test_a_workspace_is_connected(browser: TestClient[Any, Any], slack: Slack, database: Database) -> None:
    asked = await begin(browser)
    assert asked["scope"] == "chat:write,commands,im:history" and asked["redirect_uri"].endswith(BACK)
    status, page = await come_back(browser, state=asked["state"], code=slack.gives_code())
    assert status == 200 and "forbundet med jeres Slack" in page
    found = await kept(database)
    assert (
        found is not None and found.tokens.bot_token in slack.tokens and found.tokens.refresh_token in slack.refreshes
    )
    assert found.tokens.bot_token not in repr(found)


async def test_a_state_is_good_once_for_one_browser_and_not_for_long(
    browser: TestClient[Any, Any], slack: Slack, database: Database, clock: Any
) -> None:
    asked = await begin(browser)
    for state in ("", "another", asked["state"][:-1], "æ"):
        status, page = await come_back(browser, state=state, code=slack.gives_code())
        assert status == 403 and "Begynd forfra" in page
        asked = await begin(browser)
    clock.passes(minutes=11)
    assert (await come_back(browser, state=asked["state"], code=slack.gives_code()))[0] == 403
    asked = await begin(browser)
    browser.session.cookie_jar.clear()
    assert (await come_back(browser, state=asked["state"], code=slack.gives_code()))[0] == 403
    asked = await begin(browser)
    assert (await come_back(browser, state=asked["state"], code=slack.gives_code()))[0] == 200
    assert (await come_back(browser, state=asked["state"], code=slack.gives_code()))[0] == 403
    assert len([call for call, _ in slack.calls if call == "oauth.v2.access"]) == 1, "Slack is asked for good ones only"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"team": {"id": OTHER_TEAM}}, "må ikke bruges i dette"),
        ({"is_enterprise_install": True}, "må ikke bruges i dette"),
        ({"team": None}, "må ikke bruges i dette"),
        ({"app_id": "A0ANDEN"}, "Der blev sagt nej"),
        ({"scope": "chat:write"}, "Der blev sagt nej"),
        ({"token_type": "user"}, "Der blev sagt nej"),
        ({"access_token": ""}, "Der blev sagt nej"),
    ],
)
async def test_what_is_not_ours_is_not_kept(
    browser: TestClient[Any, Any], slack: Slack, database: Database, changes: dict[str, Any], why: str
) -> None:
    asked = await begin(browser)
    code = slack.gives_code()
    slack.codes[code] |= {"team": {"id": TEAM}, **{n: v for n, v in changes.items() if n != "team"}}
    if "team" in changes:
        slack.answers = [("oauth.v2.access", 200, {}, {**slack._new_token(TEAM, {}), **changes})]
    status, page = await come_back(browser, state=asked["state"], code=code)
    assert status == 403 and why in page
    assert await kept(database) is None and await kept(database, OTHER_TEAM) is None


async def test_a_no_and_a_code_that_is_none_are_explained(browser: TestClient[Any, Any], slack: Slack) -> None:
    for query in ({"error": "access_denied"}, {"code": "made-up"}, {"code": "x" * 5000}):
        asked = await begin(browser)
        status, page = await come_back(browser, state=asked["state"], **query)
        assert status == 403 and "Der blev sagt nej" in page
    slack.answers = [("oauth.v2.access", 500, {}, {})]
    asked = await begin(browser)
    assert "Slack svarer ikke" in (await come_back(browser, state=asked["state"], code=slack.gives_code()))[1]


async def test_tokens_are_sealed_for_their_row(connected: None, database: Database) -> None:
    table = Base.metadata.tables["slack_installation"]
    async with database.transaction() as db:
        (row,) = (await db.execute(select(table))).all()
        assert b"xoxe" not in row.sealed
        await db.execute(update(table).values(team=OTHER_TEAM))
    with pytest.raises(SealBroken):
        await kept(database, OTHER_TEAM)


async def test_a_token_is_renewed_before_it_ends(
    connected: None, installations: Installations, slack: Slack, database: Database, clock: Any
) -> None:
    first = await installations.find(TEAM)
    clock.passes(hours=9)
    assert await installations.find(TEAM) == first
    clock.passes(hours=2)
    found = await asyncio.gather(*(installations.find(TEAM) for _ in range(20)))
    assert len({one.bot_token for one in found}) == 1 and found[0].bot_token != first.bot_token
    assert len([call for call, _ in slack.calls if call == "oauth.v2.access"]) == 1, "one asks for all"
    now = await kept(database)
    assert now is not None and now.tokens.installed_at == first.installed_at
    assert now.tokens.expires_at == clock().timestamp() + 43200


async def test_two_copies_of_the_service_that_renew_at_once_both_go_on(
    connected: None, installations: Installations, slack: Slack, clock: Any, database: Database, slack_web: Any
) -> None:
    other = Installations(database, slack_web, clock, app_id="A", client_id="x", client_secret="y", teams=(TEAM,))
    clock.passes(hours=13)
    good = await installations.find(TEAM)
    clock.passes(hours=11)
    old = await kept(database)
    assert old is not None
    slack.refreshes.clear()  # the other copy has used it up, and is about to write down what it got
    assert (await installations.find(TEAM)).bot_token == good.bot_token, "good for another hour"
    async with database.transaction() as db:
        newest = stored.Tokens("newest", "r", clock().timestamp() + 43200, "U", "", 0.0)
        assert await stored.renew(db, old, newest)
        assert not await stored.renew(db, old, newest), "written once"
    assert (await installations.find(TEAM)).bot_token == (await other.find(TEAM)).bot_token == "newest"


async def test_a_token_that_ended_and_cannot_be_renewed_is_our_fault_and_passes(
    connected: None, installations: Installations, slack: Slack, clock: Any
) -> None:
    clock.passes(hours=13)
    slack.answers = [("oauth.v2.access", 503, {}, {})]
    with pytest.raises(DeliveryError, match="no_token") as failure:
        await installations.find(TEAM)
    assert not failure.value.permanent
    assert await installations.find(TEAM)


async def test_a_message_that_came_while_no_token_was_good_is_answered_later(
    in_slack: InSlack, slack: Slack, clock: Any
) -> None:
    clock.passes(hours=13)
    slack.answers = [("oauth.v2.access", 503, {}, {})]
    assert await in_slack.sends(in_slack.written("menu")) == 200
    assert not slack.messages
    clock.passes(minutes=2)
    assert await in_slack.channel.inbox.take_up(60) == 1
    await in_slack.channel.inbox.rest()
    assert "Jeg er Sporskifte" in in_slack.shown()


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}])
async def test_a_workspace_that_removes_the_bot_is_forgotten(
    in_slack: InSlack, slack: Slack, database: Database, clock: Any, event: dict[str, Any]
) -> None:
    payload = in_slack.event(**event)
    payload["event_time"] = int(clock().timestamp()) + 60
    for name in ("user", "channel"):
        del payload["event"][name]
    assert await in_slack.sends(payload) == 200
    assert await kept(database) is None
    assert await in_slack.sends(in_slack.written("menu")) == 200 and not slack.messages


async def test_late_news_of_a_removal_does_not_undo_a_new_installation(
    in_slack: InSlack, database: Database, clock: Any
) -> None:
    payload = in_slack.event(type="app_uninstalled")
    payload["event_time"] = int(clock().timestamp()) - 60
    assert await in_slack.sends(payload) == 200
    assert await kept(database) is not None


async def test_to_install_again_puts_new_tokens_in_place(
    connected: None, browser: TestClient[Any, Any], slack: Slack, database: Database
) -> None:
    before = await kept(database)
    asked = await begin(browser)
    assert (await come_back(browser, state=asked["state"], code=slack.gives_code()))[0] == 200
    after = await kept(database)
    assert before and after and after.revision == before.revision + 1
    assert after.tokens.bot_token != before.tokens.bot_token
