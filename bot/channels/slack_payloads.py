"""What Slack sends, in our own words.

Whatever lacks a part that we read is not for us: it is acknowledged and dropped.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.channels import Press, read_press
from bot.rendering.block_kit import FIELD, FORM, FORM_VIEW, TAP

COMMAND = "/karriere"

WORDS = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages in which a person says something. The others tell of edits, joins and the like."""

_ID = re.compile(r"[A-Z0-9]{2,32}", re.ASCII)
_GONE = ("app_uninstalled", "tokens_revoked")

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody in a workspace."""

    team: str
    user: str = field(repr=False)

    @property
    def subject(self) -> str:
        """Names the person, and their one conversation with the bot."""
        return f"{self.team}|{self.user}"


@dataclass(frozen=True)
class Tapped:
    """The message that a button stands in, to be changed when it has been answered."""

    channel: str
    ts: str
    blocks: list[dict[str, Any]] = field(repr=False)
    label: str


def kind_of(payload: Payload) -> str:
    """What was sent: message, home, tab, tap, form, submit, command or gone. Empty if it is nothing for us."""
    if payload.get("type") == "event_callback":
        return _kind_of_event(payload)
    if payload.get("type") == "block_actions":
        return _kind_of_action(payload)
    if payload.get("type") == "view_submission":
        view = payload.get("view")
        ours = isinstance(view, dict) and view.get("callback_id") == FORM_VIEW
        return "submit" if ours and _is_somebodys(payload) else ""
    is_command = payload.get("command") == COMMAND and _is_id(payload.get("user_id")) and _is_id(payload.get("team_id"))
    return "command" if is_command else ""


def person_of(payload: Payload) -> Person:
    """Who did it. Only of something that has a kind."""
    if payload.get("type") == "event_callback":
        return Person(payload["team_id"], payload["event"].get("user", ""))
    if "command" in payload:
        return Person(payload["team_id"], payload["user_id"])
    return Person(payload["team"]["id"], _user(payload))


def name_of(payload: Payload, team: str) -> tuple[str, ...]:
    """What tells this from all else that is sent: the event's id, which its repetitions share, or all of it."""
    event_id = payload.get("event_id")
    if isinstance(event_id, str) and event_id:
        return (team, "event", event_id)
    return (team, "body", json.dumps(payload, sort_keys=True))


def event_id_of(payload: Payload) -> str:
    """The same for the doorway, which knows the conversation."""
    return sha256("|".join(name_of(payload, "")).encode()).hexdigest()


def press_of(payload: Payload) -> Press:
    """What a tapped button carries, with what was chosen beside it. One that was tampered with is an old one."""
    action = payload["actions"][0]
    press = _press(action.get("value"))
    return Press(press.card, press.pick, press.do, press.args, _chosen(payload.get("state"), press.card))


def filled_in(payload: Payload) -> dict[str, str]:
    """What stands in a form that was sent."""
    state = payload["view"].get("state")
    return _values(state.get("values")) if isinstance(state, dict) else {}


def tapped_of(payload: Payload) -> Tapped | None:
    """The message of a tapped button, if it stands in one."""
    message, action = payload.get("message"), payload["actions"][0]
    holder = payload.get("channel")
    channel = holder.get("id") if isinstance(holder, dict) else None
    if not isinstance(message, dict) or not _is_id(channel):
        return None
    ts, blocks = message.get("ts"), message.get("blocks")
    if not isinstance(ts, str) or not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        return None
    text = action.get("text")
    label = text.get("text", "") if isinstance(text, dict) else ""
    return Tapped(str(channel), ts, blocks, label if isinstance(label, str) else "")


def event_time(payload: Payload) -> float:
    """When an event happened, in seconds since 1970; for ever, if it does not say."""
    given = payload.get("event_time")
    return float(given) if isinstance(given, int) and not isinstance(given, bool) else float("inf")


def _kind_of_event(payload: Payload) -> str:
    event = payload.get("event")
    if not isinstance(event, dict) or not _is_id(payload.get("team_id")):
        return ""
    kind = event.get("type")
    if kind == "app_uninstalled" or (kind == "tokens_revoked" and _bot_tokens(event)):
        return "gone"
    if not (_is_id(event.get("user")) and _is_id(event.get("channel"))):
        return ""
    if kind == "app_home_opened":
        return {"home": "home", "messages": "tab"}.get(str(event.get("tab")), "")
    if kind != "message" or event.get("channel_type") != "im" or event.get("bot_id") or event.get("hidden"):
        return ""
    says = isinstance(event.get("text", ""), str) and isinstance(event.get("files", []), list)
    return "message" if says and event.get("subtype") in WORDS else ""


def _kind_of_action(payload: Payload) -> str:
    actions = payload.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict) or not _is_somebodys(payload):
        return ""
    action_id = actions[0].get("action_id")
    begins = action_id.partition(":")[0] if isinstance(action_id, str) else ""
    return {TAP: "tap", FORM: "form"}.get(begins, "")


def _bot_tokens(event: Mapping[str, Any]) -> bool:
    tokens = event.get("tokens")
    return isinstance(tokens, dict) and bool(tokens.get("bot"))


def _press(value: Any) -> Press:
    try:
        data = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        data = None
    return read_press({"sporskifte": data}) or Press()


def _chosen(state: Any, card: str) -> dict[str, str]:
    """What stands chosen beside the buttons of this card. Other cards of the same message have other nonces."""
    values = state.get("values") if isinstance(state, dict) else None
    if not isinstance(values, dict):
        return {}
    return _values({block: held for block, held in values.items() if block.startswith(f"{card}:")})


def _values(blocks: Any) -> dict[str, str]:
    found = {}
    for held in blocks.values() if isinstance(blocks, dict) else ():
        for action_id, element in held.items() if isinstance(held, dict) else ():
            begins, _, name = action_id.partition(":")
            value = _value(element) if isinstance(element, dict) else None
            if begins == FIELD and isinstance(value, str):
                found[name] = value
    return found


def _value(element: Mapping[str, Any]) -> Any:
    option = element.get("selected_option")
    return option.get("value") if isinstance(option, dict) else element.get("selected_date") or element.get("value")


def _is_somebodys(payload: Payload) -> bool:
    return _is_id(_user(payload)) and isinstance(payload.get("team"), dict)


def _user(payload: Payload) -> str:
    user = payload.get("user")
    return user.get("id", "") if isinstance(user, dict) else ""


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
