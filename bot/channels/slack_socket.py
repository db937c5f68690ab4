"""Socket Mode: we connect to Slack, and nothing needs to reach us from outside."""

import asyncio
import logging
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.channels.slack import SlackChannel
from bot.channels.slack_api import SlackApi, quiet_logger
from bot.channels.slack_gate import SlackRefused, SlackRules, check_addressee
from bot.strict_json import can_be_kept

log = logging.getLogger(__name__)

KINDS = ("events_api", "interactive", "slash_commands")
LONGEST_PAUSE = 60.0


class SlackSocket:
    """Holds the connection, and takes what comes. Slack vouches for it by the connection itself."""

    def __init__(self, channel: SlackChannel, api: SlackApi, rules: SlackRules, app_token: str) -> None:
        self._channel = channel
        self._api = api
        self._rules = rules
        self._app_token = app_token

    async def run(self) -> None:
        """Stay connected until cancelled. The SDK reconnects by itself; we try again if it cannot even begin."""
        pause = 1.0
        while True:
            client = SocketModeClient(self._app_token, logger=quiet_logger(), web_client=self._api.client)
            client.socket_mode_request_listeners.append(self._take)
            try:
                await client.connect()  # type: ignore[no-untyped-call]
                await asyncio.Event().wait()
            except Exception as error:  # Slack is away, or the token is not good
                log.error("slack_socket_failed", extra={"code": type(error).__name__})
            finally:
                await client.close()  # type: ignore[no-untyped-call]
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledge once it is safe. What could not be kept is not acknowledged, and comes again."""
        said: dict[str, Any] | None = None
        if request.type in KINDS and isinstance(request.payload, dict):
            try:
                if not can_be_kept(request.payload):
                    raise SlackRefused(400, "characters")
                said = await self._channel.take(check_addressee(request.payload, self._rules))
            except SlackRefused as refused:
                log.info("slack_refused", extra={"code": refused.reason})
            except Exception as error:  # the database is away
                log.error("slack_not_taken", extra={"code": type(error).__name__})
                return
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, said))
