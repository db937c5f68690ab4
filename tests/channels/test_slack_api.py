"""Our own calls of Slack's Web API: what goes wrong there, and how fast we may be."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_world import TEAM, InSlack, Slack

from bot.channels import DeliveryError, slack_api
from bot.channels.slack_api import SlackApi
from bot.channels.slack_installations import Installations
from bot.channels.slack_sender import SlackSender

BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Hej"}}]


@pytest.fixture
def sender(slack_web: SlackApi, installations: Installations, connected: None) -> SlackSender:
    async def at_once(seconds: float) -> None:
        pauses.append(seconds)

    pauses: list[float] = []
    made = SlackSender(slack_web, installations, at_once)
    made.pauses = pauses  # type: ignore[attr-defined]
    return made


async def post(sender: SlackSender) -> Any:
    return await sender.post(TEAM, "D1", "Du har en besked", BLOCKS)


@pytest.mark.parametrize(
    ("status", "headers", "body", "permanent", "retry_after"),
    [
        (200, {}, {"ok": False, "error": "channel_not_found"}, True, None),
        (200, {}, {"ok": False, "error": "account_inactive"}, True, None),
        (200, {}, {"ok": False, "error": "token_revoked"}, True, None),
        (200, {}, {"ok": False, "error": "an_error_of_tomorrow"}, True, None),
        (200, {}, {"ok": False, "error": "invalid_auth"}, False, None),
        (200, {}, {"ok": False, "error": "token_expired"}, False, None),
        (200, {}, {"ok": False, "error": "internal_error"}, False, 1.0),
        (200, {}, {"ok": False, "error": "ratelimited"}, False, 1.0),
        (429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"}, False, 30.0),
        (429, {"Retry-After": "soon"}, {"ok": False, "error": "ratelimited"}, False, 1.0),
        (503, {}, {}, False, None),
        (200, {}, {"ok": False, "error": "Sæt <dig> ned, Amina"}, False, None),
    ],
)
async def test_what_slack_answers_is_told_by_a_code(
    sender: SlackSender, slack: Slack, status: int, headers: Any, body: Any, permanent: bool, retry_after: Any
) -> None:
    slack.answers = [("chat.postMessage", status, headers, body)]
    with pytest.raises(DeliveryError) as failure:
        await post(sender)
    assert (failure.value.permanent, failure.value.retry_after) == (permanent, retry_after)
    assert "Amina" not in failure.value.code


async def test_after_a_429_nobody_of_that_workspace_asks_until_the_time_is_over(
    sender: SlackSender, slack: Slack, slack_web: SlackApi
) -> None:
    slack.answers = [("chat.postMessage", 429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"})]
    for _ in range(3):
        with pytest.raises(DeliveryError, match="ratelimited") as failure:
            await post(sender)
    assert failure.value.retry_after and 29 < failure.value.retry_after <= 30
    assert len(slack.calls) == 1
    await sender.show_home(TEAM, "U1", {"type": "home", "blocks": BLOCKS})  # other methods have limits of their own
    slack_web._rests[TEAM, "chat.postMessage"] -= 30
    await post(sender)


async def test_a_channel_gets_one_message_a_second_and_others_do_not_wait(
    sender: SlackSender, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_api, "BETWEEN", 0.2)
    await asyncio.gather(*(sender.post(TEAM, channel, "x", BLOCKS) for channel in ("D1", "D1", "D1", "D2")))
    first, second, third = slack.times["D1"]
    assert second - first > 0.15 and third - second > 0.15
    assert slack.times["D2"][0] < third


async def test_who_would_wait_long_for_their_turn_is_sent_away(
    sender: SlackSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_api, "BETWEEN", 6.0)
    await post(sender)
    with pytest.raises(DeliveryError) as failure:
        await post(sender)
    assert not failure.value.permanent and failure.value.retry_after


async def test_an_answer_waits_as_long_as_slack_asks_for(sender: Any, slack: Slack, slack_web: SlackApi) -> None:
    refusal = {"ok": False, "error": "internal_error"}
    slack.answers = [("chat.postMessage", 200, {}, refusal), ("chat.postMessage", 503, {}, {})]
    slack_web._clock = iter(range(0, 10_000, 50)).__next__
    assert await sender.answer(TEAM, "D1", "x", BLOCKS)
    assert len(sender.pauses) == 2
    slack.answers = [("chat.postMessage", 200, {}, {"ok": False, "error": "channel_not_found"})]
    with pytest.raises(DeliveryError):
        await sender.answer(TEAM, "D1", "x", BLOCKS)
    assert len(sender.pauses) == 2


async def test_an_answer_is_not_tried_for_ever(sender: Any, slack: Slack, slack_web: SlackApi) -> None:
    slack.answers = [("chat.postMessage", 503, {}, {})] * 50
    with pytest.raises(DeliveryError):
        await sender.answer(TEAM, "D1", "x", BLOCKS)
    assert sum(sender.pauses) <= 120


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/api/", "http://127.0.0.1:9/"])
async def test_a_slack_that_is_away_can_be_tried_again(http: aiohttp.ClientSession, address: str) -> None:
    with pytest.raises(DeliveryError) as failure:
        await SlackApi(http, address).call(TEAM, "xoxb", "chat.postMessage", channel="D1")
    assert not failure.value.permanent


async def test_to_a_workspace_that_removed_the_bot_nothing_is_sent(sender: SlackSender) -> None:
    with pytest.raises(DeliveryError, match="not_installed") as failure:
        await sender.post("T0ANDEN", "D1", "x", BLOCKS)
    assert failure.value.permanent


async def test_a_reply_that_cannot_be_sent_is_no_error_to_slack(in_slack: InSlack, slack: Slack) -> None:
    slack.answers = [("chat.postMessage", 200, {}, {"ok": False, "error": "channel_not_found"})]
    assert await in_slack.sends(in_slack.written("menu")) == 200
    slack.answers = [("views.publish", 200, {}, {"ok": False, "error": "not_enabled"})]
    assert "Jeg er Sporskifte" in await in_slack.says("menu")
