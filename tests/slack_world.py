"""A stand-in for Slack on loopback: its Web API with the checks that Slack makes, and people who use the bot there."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import SignatureVerifier

APP, TEAM, OTHER_TEAM = "A0SPORSKIFTE", "T0HOVEDSTADEN", "T0FREMMED"
CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET = "1234.5678", "client-secret", "signing-secret"
BOT = "U0SPORSKIFTE"
NEEDS = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "views.open": "",
    "views.publish": "",
}
"""The scope that each method needs; no other method is to be called."""
ARGUMENTS = {
    "chat.postMessage": {"channel", "text", "blocks", "unfurl_links", "unfurl_media"},
    "chat.update": {"channel", "ts", "text", "blocks"},
    "conversations.history": {"channel", "limit"},
    "views.open": {"trigger_id", "view"},
    "views.publish": {"user_id", "view"},
}
INTERACTIVE = ("button", "static_select", "datepicker", "plain_text_input")


def problems(blocks: Sequence[Mapping[str, Any]], most: int = 50, where: str = "message") -> list[str]:
    """What Slack would refuse: by the models of its own SDK, and the limits that those leave out."""
    found = [] if 0 < len(blocks) <= most else [f"{len(blocks)} blocks"]
    for block in blocks:
        parsed = Block.parse(dict(block))
        if parsed is None:
            found.append(f"unknown block {block.get('type')}")
            continue
        try:
            parsed.to_dict()
        except Exception as error:
            found.append(f"{block['type']}: {error}")
        if block["type"] == "input" and where == "message":
            found.append("an input in a message")
        found += _problems_inside(block)
    named = [block["block_id"] for block in blocks if "block_id" in block]
    for names in ([one["action_id"] for one in every([block], INTERACTIVE)] for block in blocks):
        found += [f"twice in a block: {name}" for name in set(names) if names.count(name) > 1]
    found += [f"twice: {name}" for name in set(named) if named.count(name) > 1]
    found += [f"long id: {name}" for name in named if not 0 < len(name) <= 255]
    return found


def _problems_inside(block: Mapping[str, Any]) -> list[str]:
    found = []
    for text in every([block], ("plain_text", "mrkdwn")):
        if not 0 < len(text["text"]) <= 3000:
            found.append(f"a text of {len(text['text'])}")
        if text["type"] == "mrkdwn" and block["type"] != "section":
            found.append("mrkdwn outside of a section")
    for button in every([block], ("button",)):
        if len(button["text"]["text"]) > 75 or len(button.get("value", "")) > 2000 or len(button.get("url", "")) > 3000:
            found.append("a button that is too long")
    for select in every([block], ("static_select",)):
        groups = select.get("option_groups") or [{"options": select.get("options", [])}]
        if not all(0 < len(group["options"]) <= 100 for group in groups) or len(groups) > 100:
            found.append("a select of no or too many options")
        for group in groups:
            for option in group["options"]:
                if len(option["text"]["text"]) > 75 or not 0 < len(option["value"]) <= 150:
                    found.append("an option that is too long")
    if block["type"] == "actions" and not 0 < len(block["elements"]) <= 25:
        found.append(f"{len(block['elements'])} elements")
    return found


def problems_of_view(view: Mapping[str, Any]) -> list[str]:
    """The same for a modal or a Home tab."""
    found = problems(view["blocks"], 100, view["type"])
    try:
        View(**{**view}).to_dict()
    except Exception as error:
        found.append(str(error))
    for name in ("title", "submit", "close"):
        if view["type"] == "modal" and not 0 < len(view[name]["text"]) <= 24:
            found.append(f"the {name} is too long")
    if len(view.get("private_metadata", "")) > 3000:
        found.append("private_metadata is too long")
    return found


def every(value: Any, types: Sequence[str]) -> list[dict[str, Any]]:
    """All objects of these types, however deep."""
    if isinstance(value, Mapping):
        own = [dict(value)] if value.get("type") in types else []
        return own + [one for part in value.values() for one in every(part, types)]
    return [one for part in value for one in every(part, types)] if isinstance(value, list | tuple) else []


class Slack:
    """What Slack's side knows, and what was asked of it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self.answers: list[tuple[str, int, dict[str, str], dict[str, Any]]] = []
        """What to answer the next calls of a method with instead."""
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.modals: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, float] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.refreshes: dict[str, str] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.times: dict[str, list[float]] = {}
        self._number = 0
        app = web.Application()
        app.router.add_post("/api/{method}", self._take)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/api/"))

    def number(self) -> int:
        self._number += 1
        return self._number

    def gives_code(self, team: str = TEAM, **changes: Any) -> str:
        """Somebody has said yes in the browser."""
        code = f"code-{self.number()}"
        self.codes[code] = {"team": {"id": team, "name": "Region H"}, "app_id": APP, "scope": "", **changes}
        return code

    def trigger(self) -> str:
        trigger = f"{self.number()}.trigger"
        self.triggers[trigger] = time.monotonic()
        return trigger

    async def _take(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        for place, (name, status, headers, body) in enumerate(self.answers):
            if name == method:
                del self.answers[place]
                self.calls.append((method, {"refused": body}))
                return web.json_response(body, status=status, headers=headers)
        if method == "oauth.v2.access":
            return web.json_response(self._access(dict(await request.post())))
        if request.content_type != "application/json":
            self.wrong.append(f"{method} came as {request.content_type}")
        given = await request.json()
        self.calls.append((method, given))
        token = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or token["ends"] < time.monotonic():
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if method not in NEEDS or NEEDS[method] not in (*token["scopes"].split(","), ""):
            self.wrong.append(f"{method} is not within the scopes")
            return web.json_response({"ok": False, "error": "missing_scope"})
        if set(given) - ARGUMENTS[method]:
            self.wrong.append(f"{method} does not know {set(given) - ARGUMENTS[method]}")
        answer = getattr(self, "_" + method.replace(".", "_"))(given)
        if error := answer.get("error"):
            self.wrong.append(f"{method}: {error} {answer.pop('why', '')}")
        return web.json_response({"ok": not error, **answer})

    def _chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:
        if found := problems(given["blocks"]):
            return {"error": "invalid_blocks", "why": found}
        channel = given["channel"] if given["channel"].startswith("D") else "D" + given["channel"][1:]
        self.times.setdefault(channel, []).append(time.monotonic())
        ts = f"1700000000.{self.number():06}"
        self.messages.setdefault(channel, []).append({**given, "ts": ts})
        return {"channel": channel, "ts": ts, "message": {"blocks": given["blocks"]}}

    def _chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        if found := problems(given["blocks"]):
            return {"error": "invalid_blocks", "why": found}
        message = next((one for one in self.messages.get(given["channel"], []) if one["ts"] == given["ts"]), None)
        if message is None:
            return {"error": "message_not_found"}
        message.update(given)
        return {"channel": given["channel"], "ts": given["ts"]}

    def _conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"messages": self.messages.get(given["channel"], [])[-given["limit"] :]}

    def _views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        opened = self.triggers.pop(given["trigger_id"], None)
        if opened is None or time.monotonic() - opened > 3:
            return {"error": "expired_trigger_id"}
        if found := problems_of_view(given["view"]):
            return {"error": "invalid_arguments", "why": found}
        view_id = f"V{self.number()}"
        self.modals[view_id] = given["view"]
        return {"view": {"id": view_id, **given["view"]}}

    def _views_publish(self, given: dict[str, Any]) -> dict[str, Any]:
        if found := problems_of_view(given["view"]):
            return {"error": "invalid_arguments", "why": found}
        self.homes[given["user_id"]] = given["view"]
        return {"view": given["view"]}

    def _access(self, given: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(("oauth.v2.access", given))
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return {"ok": False, "error": "invalid_client_id"}
        if given.get("grant_type") == "refresh_token":
            team = self.refreshes.pop(given.get("refresh_token", ""), None)
            return self._new_token(team, {}) if team else {"ok": False, "error": "invalid_refresh_token"}
        held = self.codes.pop(given.get("code", ""), None)
        if held is None or not given.get("redirect_uri", "").endswith("/slack/oauth/callback"):
            return {"ok": False, "error": "invalid_code"}
        return self._new_token(held["team"]["id"], held)

    def _new_token(self, team: str, held: dict[str, Any]) -> dict[str, Any]:
        scope = held.get("scope") or "chat:write,commands,im:history"
        token, refresh = f"xoxe.xoxb-{self.number()}", f"xoxe-{self.number()}"
        self.tokens[token] = {"team": team, "scopes": scope, "ends": time.monotonic() + 3600}
        self.refreshes[refresh] = team
        answer = {"ok": True, "access_token": token, "token_type": "bot", "scope": scope, "bot_user_id": BOT}
        answer |= {"app_id": APP, "team": {"id": team}, "refresh_token": refresh, "expires_in": 43200}
        return answer | {name: value for name, value in held.items() if name not in ("scope",)}


class InSlack:
    """Somebody in Slack: writes, taps what they were shown, fills in forms. Each step waits for the bot to be done."""

    def __init__(self, client: TestClient[Any, Any], slack: Slack, channel: Any, user: str, team: str = TEAM) -> None:
        self.client = client
        self.slack = slack
        self.channel = channel
        self.user = user
        self.team = team
        self.dm = "D" + user[1:]

    async def sends(self, payload: dict[str, Any], *, form: bool = False, **headers: str) -> int:
        """Send a payload as Slack does, signed. The status."""
        raw = urlencode({"payload": json.dumps(payload)}) if form else json.dumps(payload)
        return await self.sends_raw(raw, form=form, **headers)

    async def sends_raw(self, raw: str, *, form: bool = False, **headers: str) -> int:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=raw) or ""
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature, "Content-Type": kind}
        async with self.client.post("/slack/events", data=raw.encode(), headers=signed | headers) as answer:
            self.acknowledged = await answer.text()
            status = answer.status
        await self.channel.inbox.rest()
        return status

    def event(self, **event: Any) -> dict[str, Any]:
        return {
            "type": "event_callback",
            "api_app_id": APP,
            "team_id": self.team,
            "event_id": f"Ev{self.slack.number()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": self.team, "user_id": BOT, "is_bot": True}],
            "event": {"user": self.user, "channel": self.dm, "event_ts": "1700000000.000001", **event},
        }

    def written(self, text: str, **more: Any) -> dict[str, Any]:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        ts = f"1700000000.{self.slack.number():06}"
        said = {"type": "message", "channel_type": "im", "text": escaped, "ts": ts, "client_msg_id": ts, **more}
        return self.event(**said)

    async def says(self, text: str, **more: Any) -> str:
        assert await self.sends(self.written(text, **more)) == 200
        return self.shown()

    def last(self) -> dict[str, Any]:
        return self.slack.messages[self.dm][-1]

    def shown(self) -> str:
        """All words of the newest message."""
        return spelled(self.last()["blocks"])

    def find(self, label: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The newest message with a button whose label holds these words, and the button."""
        for message in reversed(self.slack.messages.get(self.dm, [])):
            for button in every(message["blocks"], ("button",)):
                if label.lower() in button["text"]["text"].lower():
                    return message, button
        raise AssertionError(f"no button {label!r} in:\n{self.shown()}")

    def tap(self, message: dict[str, Any], button: dict[str, Any], **chosen: str) -> dict[str, Any]:
        """The payload of a tap, with what was chosen in the message."""
        return {
            "type": "block_actions",
            "api_app_id": APP,
            "team": {"id": self.team, "domain": "region"},
            "user": {"id": self.user, "username": "amina.yusuf", "team_id": self.team},
            "channel": {"id": self.dm, "name": "directmessage"},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": self.dm},
            "message": {"type": "message", "ts": message["ts"], "blocks": message["blocks"], "app_id": APP},
            "trigger_id": self.slack.trigger(),
            "state": {"values": chosen_in(message["blocks"], chosen)},
            "actions": [{**button, "block_id": "b", "action_ts": "1700000000.1"}],
        }

    async def taps(self, label: str, **chosen: str) -> str:
        """Tap a button; with a form, fill it in and send it."""
        message, button = self.find(label)
        forms = set(self.slack.modals)
        assert await self.sends(self.tap(message, button, **chosen), form=True) == 200
        if opened := set(self.slack.modals) - forms:
            await self.fills_in(opened.pop(), **chosen)
        return self.shown()

    async def fills_in(self, view_id: str, **chosen: str) -> int:
        status = await self.sends(self.filled(view_id, **chosen), form=True)
        assert (status, self.acknowledged) == (200, "")
        return status

    def filled(self, view_id: str, **chosen: str) -> dict[str, Any]:
        view = self.slack.modals[view_id]
        state = {"values": chosen_in(view["blocks"], chosen)}
        return {
            "type": "view_submission",
            "api_app_id": APP,
            "team": {"id": self.team},
            "user": {"id": self.user, "username": "amina.yusuf"},
            "view": {**view, "id": view_id, "hash": f"hash-{self.slack.number()}", "state": state},
        }

    async def commands(self, text: str, channel: str = "C0ALLE") -> int:
        fields = {
            "command": "/karriere",
            "text": text,
            "api_app_id": APP,
            "team_id": self.team,
            "user_id": self.user,
            "user_name": "amina.yusuf",
            "channel_id": channel,
            "trigger_id": self.slack.trigger(),
            "response_url": "https://hooks.slack.com/commands/1",
            "is_enterprise_install": "false",
        }
        return await self.sends_raw(urlencode(fields), form=True)

    async def opens_home(self, tab: str = "home") -> str:
        assert await self.sends(self.event(type="app_home_opened", tab=tab)) == 200
        return spelled(self.slack.homes[self.user]["blocks"]) if tab == "home" else ""


def chosen_in(blocks: Sequence[dict[str, Any]], chosen: Mapping[str, str]) -> dict[str, Any]:
    """What Slack says of everything that can be filled in: what was chosen now, or stood there before."""
    values: dict[str, Any] = {}
    for block in blocks:
        for one in every([block], ("static_select", "datepicker", "plain_text_input")):
            name = one["action_id"].removeprefix("field:")
            held: dict[str, Any] = {"type": one["type"]}
            if one["type"] == "static_select":
                options = [*one.get("options", []), *every_option(one)]
                wanted = chosen.get(name) or one.get("initial_option", {}).get("value")
                held["selected_option"] = next((o for o in options if o["value"] == wanted), None)
                assert name not in chosen or held["selected_option"], f"{chosen[name]} cannot be chosen"
            elif one["type"] == "datepicker":
                held["selected_date"] = chosen.get(name) or one.get("initial_date")
            else:
                held["value"] = chosen.get(name) or one.get("initial_value")
            values[block["block_id"]] = {one["action_id"]: held}
    return values


def every_option(select: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [option for group in select.get("option_groups", []) for option in group["options"]]


def spelled(blocks: Sequence[dict[str, Any]]) -> str:
    """Everything that a reader sees of blocks."""
    return "\n".join(one["text"] for one in every(list(blocks), ("plain_text", "mrkdwn")))
