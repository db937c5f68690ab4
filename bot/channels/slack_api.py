"""Our own calls to Slack's Web API: one connection pool, one message a second to a channel, named failures.

slack_sdk makes and reads the calls. Left to itself it would open a connection for each, wait five minutes for an
answer, and log what it sends where somebody asks for debug logs.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import DeliveryError

BASE_URL = "https://slack.com/api/"
TIMEOUT = 10.0
BETWEEN = 1.0
"""Seconds between two messages to one channel (docs.slack.dev, "Rate limits")."""
LONGEST_REST = 5.0
"""Seconds that a message waits for its turn before it is given back to be tried later."""
MOST_CHANNELS = 10_000

NOT_LET_IN = frozenset({"invalid_auth", "not_authed", "token_expired"})
"""Our token is refused, so nothing is known about the recipient."""
TRY_AGAIN = frozenset({
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "team_added_to_org", "accesslimited", "message_limit_exceeded",
})  # fmt: skip
"""Errors that pass by themselves (docs.slack.dev/reference/methods/chat.postMessage). All other ones that Slack names
stay as they are: channel_not_found, account_inactive, token_revoked, is_archived, user_disabled, missing_scope …"""

_CODE = re.compile(r"[a-z0-9_]{1,60}", re.ASCII)


def quiet_logger() -> logging.Logger:
    """For Slack's libraries, which log what is sent and received, with names and words, at all levels below."""
    logger = logging.getLogger("slack_quiet")
    logger.setLevel(logging.CRITICAL)
    return logger


class SlackApi:
    """Calls of the Web API, with the token of the workspace that they are for."""

    def __init__(
        self, http: ClientSession, base_url: str = BASE_URL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.client = AsyncWebClient(base_url=base_url, session=http, logger=quiet_logger(), retry_handlers=[])
        self._clock = clock
        self._next: dict[tuple[str, str], float] = {}
        """When the next message to a channel may go."""
        self._rests: dict[tuple[str, str], float] = {}
        """Until when a workspace wants no more calls of a method."""

    async def call(self, team: str, token: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """One call. Raises DeliveryError."""
        rest = self._rests.get((team, method), 0.0) - self._clock()
        if rest > 0:
            raise DeliveryError("ratelimited", permanent=False, retry_after=rest)
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await self.client.api_call(method, json={**arguments, "token": token})
        except SlackApiError as error:
            failure = _failure(error.response)
            if failure.retry_after is not None:
                self._rests[team, method] = self._clock() + failure.retry_after
            raise failure from None
        except (SlackClientError, ClientError, TimeoutError, OSError, ValueError, AttributeError, TypeError) as error:
            # The last ones come out of slack_sdk when the answer is no JSON, or no object.
            raise DeliveryError(type(error).__name__, permanent=False) from None
        found: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        return found

    async def wait_turn(self, team: str, channel: str) -> None:
        """Wait until a message may go to this channel. Raises DeliveryError if that takes long."""
        now, place = self._clock(), (team, channel)
        at = max(now, self._next.get(place, 0.0))
        if at - now > LONGEST_REST:
            raise DeliveryError("ratelimited", permanent=False, retry_after=at - now)
        if len(self._next) >= MOST_CHANNELS:
            self._next = {one: when for one, when in self._next.items() if when > now}
        self._next[place] = at + BETWEEN
        if at > now:
            await asyncio.sleep(at - now)


def _failure(response: Any) -> DeliveryError:
    """What went wrong, by Slack's own code if it is one."""
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return DeliveryError(f"http_{status}", permanent=False, retry_after=_seconds(response))
    if code in NOT_LET_IN:
        return DeliveryError("no_token", permanent=False)
    if status == 429 or code in TRY_AGAIN:
        return DeliveryError(code, permanent=False, retry_after=_seconds(response) or 1.0)
    return DeliveryError(code, permanent=True)


def _seconds(response: Any) -> float | None:
    headers = getattr(response, "headers", None) or {}
    given = {str(name).lower(): value for name, value in headers.items()}.get("retry-after")
    try:
        return max(0.0, float(given)) if given else None
    except ValueError:
        return None
