"""Who gets past the gate before /slack/events, and what is made of what gets past it."""

import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from slack_world import APP, OTHER_TEAM, SIGNING_SECRET, TEAM, InSlack, Slack

from bot.channels.slack import SlackChannel
from bot.channels.slack_gate import MAX_BODY, SlackGate, SlackRules
from bot.channels.slack_payloads import Person
from storage import slack as stored
from storage.database import Database

JSON = "application/json"


def signed(raw: str, stamp: str = "", secret: str = SIGNING_SECRET) -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=raw) or ""
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature, "Content-Type": JSON}


async def status_of(person: InSlack, raw: str, headers: dict[str, str]) -> int:
    async with person.client.post("/slack/events", data=raw.encode(), headers=headers) as answer:
        return answer.status


def now(seconds: int = 0) -> str:
    return str(int(time.time()) + seconds)


@pytest.mark.parametrize(
    "stamp",
    [
        "{old}",
        "{ahead}",
        "soon",
        "",
        "12345",
        "{now}.0",
        "１７００００００００",
        "{now} 1",
        "-{now}",
        "0{now}",
        "+{now}",
    ],
)
async def test_what_was_not_signed_now_stays_outside(in_slack: InSlack, slack: Slack, stamp: str) -> None:
    stamp = stamp.format(now=now(), old=now(-400), ahead=now(400))
    raw = json.dumps(in_slack.written("menu"))
    good = signed(raw, stamp) if stamp.isascii() and stamp else signed(raw)
    assert await status_of(in_slack, raw, good | {"X-Slack-Request-Timestamp": stamp}) == 401
    assert not slack.messages


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "å" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v1=" + "0" * 64},
    ],
)
async def test_a_forged_signature_is_refused_and_logged_without_a_word(
    in_slack: InSlack, slack_channel: SlackChannel, change: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw = json.dumps(in_slack.written("hemmelige ord"))
    assert await status_of(in_slack, raw, signed(raw) | change) == 401
    said = "\n".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "aiohttp"
    )
    assert "hemmelige" not in said and sum(slack_channel.refused.values()) == 1


async def test_another_secret_and_another_body_do_not_fit(in_slack: InSlack, slack: Slack) -> None:
    raw = json.dumps(in_slack.written("menu"))
    assert await status_of(in_slack, raw, signed(raw, secret="another")) == 401
    assert await status_of(in_slack, raw + " ", signed(raw)) == 401
    assert not slack.messages


async def test_slack_may_ask_whether_we_are_there(in_slack: InSlack) -> None:
    assert await in_slack.sends({"type": "url_verification", "challenge": "3eZbrw1a", "token": "old"}) == 200
    assert in_slack.acknowledged == "3eZbrw1a"
    raw = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"})
    assert await status_of(in_slack, raw, signed(raw, secret="another")) == 401
    for challenge in (None, "", 3, "x" * 5000):
        assert await in_slack.sends({"type": "url_verification", "challenge": challenge}) == 400


@pytest.mark.parametrize("change", [{"api_app_id": "A0ANDEN"}, {"team_id": OTHER_TEAM}, {"api_app_id": None}])
async def test_what_is_for_others_is_refused(in_slack: InSlack, slack: Slack, change: dict[str, Any]) -> None:
    assert await in_slack.sends(in_slack.written("menu") | change) == 403
    assert not slack.messages


async def test_a_body_that_is_too_long_is_refused(in_slack: InSlack) -> None:
    assert await in_slack.sends_raw("{" + " " * MAX_BODY + "}") == 413


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        ("", False), ("[]", False), ("{", False), ("[" * 5000, False), ('{"a": NaN}', False), ("\ud83d", False),
        ('{"api_app_id": "\\u0000"}', False), ("payload=%7B", True), ("payload=%FF", True), ("æ=1", True),
        ("&".join(f"a{n}=1" for n in range(99)), True), ("payload=[]", True),
    ],
)  # fmt: skip
async def test_what_is_no_message_of_slack_is_a_bad_request(in_slack: InSlack, raw: str, form: bool) -> None:
    raw = raw.encode("utf-8", "replace").decode()
    assert await in_slack.sends_raw(raw, form=form) in (400, 403)


async def test_other_ways_to_knock_are_refused(in_slack: InSlack) -> None:
    async with in_slack.client.get("/slack/events") as answer:
        assert answer.status == 405
    raw = json.dumps(in_slack.written("menu"))
    assert await status_of(in_slack, raw, signed(raw) | {"Content-Type": "text/plain"}) == 415
    assert await status_of(in_slack, raw, signed(raw) | {"Content-Encoding": "gzip"}) == 415


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel_type": "channel", "text": "menu"},
        {"type": "message", "channel_type": "mpim", "text": "menu"},
        {"type": "message", "text": "menu"},
        {"type": "message", "channel_type": "im", "text": "menu", "bot_id": "B1"},
        {"type": "message", "channel_type": "im", "subtype": "message_changed", "hidden": True},
        {"type": "message", "channel_type": "im", "subtype": "message_deleted"},
        {"type": "message", "channel_type": "im", "subtype": "bot_message", "text": "menu"},
        {"type": "message", "channel_type": "im", "text": {"not": "text"}},
        {"type": "message", "channel_type": "im", "text": "menu", "user": None},
        {"type": "message", "channel_type": "im", "text": "menu", "user": "<@U1>"},
        {"type": "message", "channel_type": "im", "text": "menu", "channel": ["D1"]},
        {"type": "message", "channel_type": "im", "text": ""},
        {"type": "message", "channel_type": "im"},
        {"type": "app_mention", "text": "menu"},
        {"type": "app_home_opened", "tab": "about"},
        {"type": "app_home_opened"},
        {"type": "reaction_added"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}},
        {"type": "tokens_revoked", "tokens": "all"},
        {"type": ["message"]},
        {"type": "noget_nyt"},
        {},
    ],
)
async def test_what_is_not_said_to_the_bot_alone_is_acknowledged_and_nothing_else(
    in_slack: InSlack, slack: Slack, event: dict[str, Any], database: Database
) -> None:
    payload = in_slack.event()
    payload["event"] |= event
    if not event:
        del payload["event"]
    assert await in_slack.sends(payload) == 200
    assert not slack.messages and not slack.homes
    async with database.reading() as db:
        assert not await stored.kept(db)


@pytest.mark.parametrize(
    "change",
    [
        {"actions": []}, {"actions": None}, {"actions": [None]}, {"actions": [{}]}, {"actions": "tap:0.0"},
        {"actions": [{"action_id": 7}]}, {"user": None}, {"user": {"id": "??"}}, {"user": "U0AMINA"},
        {"type": "message_action"}, {"type": "view_closed"}, {"type": "shortcut"}, {"type": None},
        {"type": "view_submission"}, {"type": "view_submission", "view": {"callback_id": "form"}, "user": 3},
        {"type": "view_submission", "view": {"callback_id": "another"}},
        {"actions": [{"action_id": "link:0.1", "type": "button"}]},
        {"actions": [{"action_id": "field:workplace", "type": "static_select"}]},
    ],
)  # fmt: skip
async def test_a_tap_without_its_parts_is_acknowledged_and_nothing_else(
    in_slack: InSlack, slack: Slack, change: dict[str, Any]
) -> None:
    await in_slack.says("menu")
    message, button = in_slack.find("Tal anonymt")
    assert await in_slack.sends(in_slack.tap(message, button) | change, form=True) == 200
    assert len(slack.messages[in_slack.dm]) == 1


@pytest.mark.parametrize(
    "value",
    [
        "", "nonsense", "{}", "[]", "null", "7", '{"card": 7}', '{"card": "x", "pick": 0}', '{"do": "noget"}',
        '{"do": "appointments.cancel", "args": {"case": "00000000000000000000000000000000"}}',
        '{"do": "chats.reply", "args": {"case": "DROP TABLE"}}', '{"do": "ask.article", "args": {"id": "\\u0000"}}',
        '{"card": "x", "pick": 99999999999999999999}', '{"do": "x", "args": []}', "x" * 3000, None, 7, {"card": "x"},
    ],
)  # fmt: skip
async def test_a_button_that_was_tampered_with_is_answered_kindly(in_slack: InSlack, slack: Slack, value: Any) -> None:
    await in_slack.says("book en tid")
    message, button = in_slack.find("Fortsæt")
    button = {**button, "value": value}
    status = await in_slack.sends(in_slack.tap(message, button), form=True)
    assert status == 200
    assert "Der gik noget galt" not in in_slack.shown() and len(slack.messages[in_slack.dm]) == 2


@pytest.mark.parametrize(
    "change",
    [{"message": None}, {"message": {}}, {"message": {"ts": 1, "blocks": []}}, {"message": {"ts": "1", "blocks": [1]}},
     {"channel": None}, {"channel": {"id": "#"}}, {"state": None}, {"state": {"values": [1]}}, {"container": None},
     {"state": {"values": {"x": 1, "y": {"field:a": 2}, "z": {"field:b": {"selected_option": 3}}}}},
     {"trigger_id": None}, {"team": {"id": TEAM, "domain": ["x"]}}],
)  # fmt: skip
async def test_a_tap_with_other_parts_missing_is_still_heard(in_slack: InSlack, change: dict[str, Any]) -> None:
    await in_slack.says("book en tid")
    message, button = in_slack.find("Fortsæt")
    assert await in_slack.sends(in_slack.tap(message, button) | change, form=True) == 200
    assert "Hvad vil du gerne tale om?" in in_slack.shown()


async def test_another_persons_button_does_nothing_and_is_answered_to_who_tapped_it(
    in_slack: InSlack, slack: Slack
) -> None:
    await in_slack.says("book en tid")
    message, button = in_slack.find("Fortsæt")
    said = len(slack.messages[in_slack.dm])
    dan = InSlack(in_slack.client, slack, in_slack.channel, "U0DAN")
    payload = dan.tap(message, button) | {"channel": {"id": in_slack.dm}}
    assert await dan.sends(payload, form=True) == 200
    assert len(slack.messages[in_slack.dm]) == said, "nothing is said where Amina reads"
    assert message["blocks"] == slack.messages[in_slack.dm][-1]["blocks"] and in_slack.find("Fortsæt")
    assert len(slack.messages[dan.dm]) == 1
    await in_slack.taps("Fortsæt")
    assert len(slack.messages[in_slack.dm]) == said + 1


async def test_another_persons_form_does_nothing(in_slack: InSlack, slack: Slack, slack_channel: SlackChannel) -> None:
    await in_slack.says("jeg vil gerne snuse")
    await in_slack.taps("Region Hovedstaden")
    await in_slack.taps("Snusepraktik")
    message, button = in_slack.find("Fortsæt")
    assert await in_slack.sends(in_slack.tap(message, button), form=True) == 200
    (view_id,) = slack.modals
    dan = InSlack(in_slack.client, slack, in_slack.channel, "U0DAN")
    assert await dan.sends(dan.filled(view_id, what="Andres ord"), form=True) == 200
    assert "Andres ord" not in json.dumps(slack.messages)
    for sealed in ("", "nonsense", "00" * 300, None, 7):
        payload = in_slack.filled(view_id, what="Andres ord")
        payload["view"]["private_metadata"] = sealed
        assert await in_slack.sends(payload, form=True) == 200
    assert "Andres ord" not in json.dumps(slack.messages)
    assert slack_channel._unseal(Person(TEAM, in_slack.user), slack.modals[view_id]["private_metadata"])


async def test_much_is_taken_and_too_much_refused_with_a_sentence(in_slack: InSlack) -> None:
    shown = await in_slack.says("ae " * 33_000)
    assert "8.000" in shown
    state = {"values": {f"n:{number}": {"field:x": {"value": "x" * 1000}} for number in range(100)}}
    await in_slack.says("book en tid")
    message, button = in_slack.find("Fortsæt")
    assert await in_slack.sends(in_slack.tap(message, button) | {"state": state}, form=True) == 200


async def test_names_are_never_markup(in_slack: InSlack, slack: Slack) -> None:
    """Nothing of the payload's names is shown at all."""
    await in_slack.says("menu")
    message, button = in_slack.find("Hvad gemmer I")
    payload = in_slack.tap(message, button)
    payload["user"] |= {"username": "<!channel> *x*", "name": "<script>alert(1)</script>"}
    assert await in_slack.sends(payload, form=True) == 200
    assert "script" not in json.dumps(slack.messages) and "!channel" not in json.dumps(slack.messages)


async def test_a_workspace_that_removed_the_bot_is_acknowledged_counted_and_nothing_else(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, database: Database
) -> None:
    async with database.transaction() as db:
        await stored.uninstall(db, TEAM)
    calls = len(slack.calls)
    assert await in_slack.sends(in_slack.written("menu")) == 200
    assert await in_slack.commands("menu") == 200 and in_slack.acknowledged == ""
    assert slack_channel.refused["not_installed"] == 2
    assert len(slack.calls) == calls
    async with database.reading() as db:
        assert not await stored.kept(db)


async def test_while_the_database_is_away_slack_is_told_to_come_again(
    in_slack: InSlack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise OSError("disk")

    event = in_slack.written("menu")
    with monkeypatch.context() as broken:
        broken.setattr(stored, "keep", away)
        assert await in_slack.sends(event) == 503
    assert await in_slack.sends(event, **{"X-Slack-Retry-Num": "1"}) == 200
    assert "Jeg er Sporskifte" in in_slack.shown()


@pytest.mark.parametrize(("app", "teams", "secret"), [("", (TEAM,), "s"), (APP, (), "s"), (APP, (TEAM,), "")])
def test_a_gate_that_would_stand_open_is_not_built(app: str, teams: tuple[str, ...], secret: str) -> None:
    with pytest.raises(ValueError, match="the gate needs"):
        SlackGate(SlackRules(app, teams), secret)


async def test_a_form_of_urlencoded_nonsense_is_no_error(in_slack: InSlack) -> None:
    assert await in_slack.sends_raw(urlencode({"command": "/karriere"}), form=True) == 403
    fields = {"command": "/andet", "api_app_id": APP, "team_id": TEAM, "user_id": "U1"}
    assert await in_slack.sends_raw(urlencode(fields), form=True) == 200
    assert await in_slack.sends_raw(urlencode(fields | {"command": "/karriere", "user_id": ""}), form=True) == 200
