"""The gate before /slack/events: lets in only what Slack signed for this app, now, from a workspace that may use it.

Bolt's own check comes after the parsing, answers a timestamp that is no number with an error, and writes the whole body
to the log when a signature is wrong. So the check stands here, in front of it, over the bytes as they came.
The rules: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import hmac
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.raw_body import TooLong, read_in_time
from bot.strict_json import NotStrictJson, can_be_kept, parse_object

MAX_BODY = 256 * 1024
MAX_DEPTH = 32
MAX_FIELDS = 50
MAX_AGE = 300
"""Seconds that a request may be old, or ahead of our clock."""
MAX_CHALLENGE = 1024

_TIMESTAMP = re.compile(r"\d{10}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_ID = re.compile(r"[A-Z0-9]{2,32}", re.ASCII)

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class SlackRefused(Exception):
    """The request stays outside. `status` is for the caller, `reason` a constant code for our counters and logs."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class SlackRules:
    """Which app we are, and which workspaces may use it."""

    app_id: str
    teams: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise ValueError rather than stand open."""
        if not (self.app_id and self.teams):
            raise ValueError("the gate needs an app id and the ids of workspaces")


@dataclass(frozen=True)
class Admitted:
    """Something that Slack sent, and the workspace it comes from. A `challenge` is to be sent back, and is all."""

    payload: dict[str, Any] = field(repr=False)
    team: str = ""
    challenge: str = ""


class SlackGate:
    """Admits what Slack signed."""

    def __init__(self, rules: SlackRules, signing_secret: str, clock: Callable[[], float] = time.time) -> None:
        if not signing_secret:
            raise ValueError("the gate needs the signing secret")
        self._rules = rules
        self._secret = signing_secret.encode()
        self._clock = clock

    async def admit(self, request: web.Request) -> Admitted:
        """What stands in `request`. Raises SlackRefused, and nothing else, for anything that may not pass."""
        _require(request.method == "POST", 405, "method")
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        _require(kind in (_JSON, _FORM), 415, "content_type")
        _require(request.headers.get("Content-Encoding", "identity") == "identity", 415, "content_encoding")
        timestamp, signature = self._signed_at(request.headers), _only(request.headers, "X-Slack-Signature")
        _require(_SIGNATURE.fullmatch(signature) is not None, 401, "signature_shape")
        raw = await _read(request)
        expected = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + raw, sha256).hexdigest()
        _require(hmac.compare_digest("v0=" + expected, signature), 401, "signature")
        payload = read_json(raw) if kind == _JSON else read_form(raw)
        if payload.get("type") == "url_verification":
            return Admitted(payload, challenge=_challenge(payload))
        return check_addressee(payload, self._rules)

    def _signed_at(self, headers: Mapping[str, str]) -> str:
        timestamp = _only(headers, "X-Slack-Request-Timestamp")
        _require(_TIMESTAMP.fullmatch(timestamp) is not None, 401, "timestamp")
        _require(abs(self._clock() - int(timestamp)) <= MAX_AGE, 401, "too_old")
        return timestamp


def check_addressee(payload: dict[str, Any], rules: SlackRules) -> Admitted:
    """Refuse (403) what is for another app, or from a workspace that may not use this one."""
    _require(payload.get("api_app_id") == rules.app_id, 403, "app")
    team = payload.get("team_id") or _inside(payload, "team")
    _require(isinstance(team, str) and _ID.fullmatch(team) is not None, 400, "team")
    _require(team in rules.teams, 403, "team")
    return Admitted(payload, str(team))


def read_json(raw: bytes) -> dict[str, Any]:
    """Strict JSON. Raises SlackRefused 400."""
    try:
        payload = parse_object(raw, MAX_DEPTH)
    except NotStrictJson as error:
        raise SlackRefused(400, error.reason) from None
    _require(can_be_kept(payload), 400, "characters")
    return payload


def read_form(raw: bytes) -> dict[str, Any]:
    """A form: an interaction is JSON in one of its fields, a command is the fields. Raises SlackRefused 400."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise SlackRefused(400, "form") from None
    fields = dict(pairs)
    if "payload" in fields:
        return read_json(fields["payload"].encode())
    _require(can_be_kept(fields), 400, "characters")
    return dict(fields)


async def _read(request: web.Request) -> bytes:
    _require((request.content_length or 0) <= MAX_BODY, 413, "body_too_long")
    try:
        return await read_in_time(request.content, MAX_BODY)
    except TooLong:
        raise SlackRefused(413, "body_too_long") from None
    except Exception:  # torn connections and broken chunks have many classes, and none of them is our failure
        raise SlackRefused(400, "body_broken") from None


def _challenge(payload: Mapping[str, Any]) -> str:
    challenge = payload.get("challenge")
    _require(isinstance(challenge, str) and 0 < len(challenge) <= MAX_CHALLENGE, 400, "challenge")
    return str(challenge)


def _inside(payload: Mapping[str, Any], name: str) -> Any:
    holder = payload.get(name)
    return holder.get("id") if isinstance(holder, dict) else None


def _only(headers: Any, name: str) -> str:
    """The one header of this name: two of them could be read differently by two readers."""
    values = headers.getall(name, [])
    _require(len(values) == 1, 401, "headers")
    return str(values[0])


def _require(holds: bool, status: int, reason: str) -> None:
    if not holds:
        raise SlackRefused(status, reason)
