"""Messages, forms and Home tabs to Slack, with the token of the workspace."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.channels import DeliveryError
from bot.channels.slack_api import SlackApi
from bot.channels.slack_installations import Installations
from bot.rendering.block_kit import Block, without_pictures

LONGEST_PAUSE = 30.0
PATIENCE = 120.0
"""Seconds for which an answer is tried: by then somebody has written again."""


class SlackSender:
    """Sends to people in Slack."""

    def __init__(
        self,
        api: SlackApi,
        installations: Installations,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._installations = installations
        self._sleep = sleep

    async def post(self, team: str, channel: str, text: str, blocks: Sequence[Block]) -> tuple[str, str]:
        """Send one message. The channel it stands in, and its time, which is its id there. Raises DeliveryError."""
        await self._api.wait_turn(team, channel)
        message = {"channel": channel, "text": text, "unfurl_links": False, "unfurl_media": False}
        try:
            sent = await self._call(team, "chat.postMessage", **message, blocks=list(blocks))
        except DeliveryError as error:
            plainer = without_pictures(blocks)
            if error.code != "invalid_blocks" or len(plainer) == len(blocks):
                raise
            # Slack fetches pictures itself, and refuses the message when it cannot reach this house.
            sent = await self._call(team, "chat.postMessage", **message, blocks=plainer)
        return str(sent.get("channel") or channel), str(sent.get("ts") or "")

    async def answer(self, team: str, channel: str, text: str, blocks: Sequence[Block]) -> tuple[str, str]:
        """Send one message, waiting as long as Slack asks for, within reason. Raises DeliveryError."""
        waited, pause = 0.0, 1.0
        while True:
            try:
                return await self.post(team, channel, text, blocks)
            except DeliveryError as error:
                pause = min(LONGEST_PAUSE, max(pause * 2, error.retry_after or 0.0))
                if error.permanent or waited + pause > PATIENCE or (error.retry_after or 0.0) > LONGEST_PAUSE:
                    raise
            await self._sleep(pause)
            waited += pause

    async def update(self, team: str, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """Put something else in the place of a message. Raises DeliveryError."""
        await self._call(team, "chat.update", channel=channel, ts=ts, text=text, blocks=list(blocks))

    async def open_form(self, team: str, trigger_id: str, view: Block) -> None:
        """Show a form. Slack allows it for three seconds after the tap. Raises DeliveryError."""
        await self._call(team, "views.open", trigger_id=trigger_id, view=view)

    async def show_home(self, team: str, user: str, view: Block) -> None:
        """Put a person's Home tab in place. Raises DeliveryError."""
        await self._call(team, "views.publish", user_id=user, view=view)

    async def has_spoken(self, team: str, channel: str) -> bool:
        """True if anything was ever said in this conversation. Raises DeliveryError."""
        found = await self._call(team, "conversations.history", channel=channel, limit=1)
        return bool(found.get("messages"))

    async def _call(self, team: str, method: str, **arguments: Any) -> Any:
        tokens = await self._installations.find(team)
        return await self._api.call(team, tokens.bot_token, method, **arguments)
