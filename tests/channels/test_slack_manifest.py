"""The manifest asks Slack for what the code uses, and for nothing else."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_world import NEEDS

from bot.channels.slack import EVENTS_PATH
from bot.channels.slack_installations import SCOPES
from bot.channels.slack_payloads import COMMAND, kind_of
from bot.slack_pages import BACK

PATH = Path(__file__).parents[2] / "manifest" / "slack" / "manifest.yaml"
HOST = "https://karriere.example.dk"


@pytest.fixture(scope="module")
def manifest() -> Any:
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def test_the_scopes_are_those_that_the_calls_and_events_need(manifest: Any) -> None:
    wanted = manifest["oauth_config"]["scopes"]
    assert wanted == {"bot": sorted(SCOPES)}
    of_events = {"message.im": "im:history"}
    needed = {
        *NEEDS.values(),
        *(of_events.get(one, "") for one in manifest["settings"]["event_subscriptions"]["bot_events"]),
    }
    assert set(SCOPES) == (needed - {""}) | {"commands"}


def test_every_event_that_is_subscribed_is_heard(manifest: Any) -> None:
    common = {
        "user": "U1",
        "channel": "D1",
        "channel_type": "im",
        "tab": "home",
        "text": "hej",
        "tokens": {"bot": ["U2"]},
    }
    for name in manifest["settings"]["event_subscriptions"]["bot_events"]:
        event = {"type": name.partition(".")[0], **common}
        assert kind_of({"type": "event_callback", "team_id": "T1", "event": event}), name


def test_every_address_is_one_that_answers(manifest: Any) -> None:
    settings = manifest["settings"]
    addresses = [settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]]
    (command,) = manifest["features"]["slash_commands"]
    assert {*addresses, command["url"]} == {HOST + EVENTS_PATH} and command["command"] == COMMAND
    assert manifest["oauth_config"]["redirect_urls"] == [HOST + BACK]


def test_what_the_bot_relies_on_is_switched_on(manifest: Any) -> None:
    home, settings = manifest["features"]["app_home"], manifest["settings"]
    assert home["home_tab_enabled"] and home["messages_tab_enabled"] and not home["messages_tab_read_only_enabled"]
    assert settings["interactivity"]["is_enabled"] and settings["token_rotation_enabled"]
    assert not settings["org_deploy_enabled"]


def test_the_words_fit(manifest: Any) -> None:
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["slash_commands"][0]["description"]) <= 2000
