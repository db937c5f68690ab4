"""Microsoft Teams: activities in by our own gate, the SDK's turn in the middle, our own sender out.

botbuilder-core gives the activity schema and the turn. Its HTTP handling, token handling and client are not used:
the gate and the connector say why. This is the only file that knows the SDK.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ActivityTypes, ResourceResponse
from botframework.connector.auth import AuthenticateRequestResult, ClaimsIdentity
from msrest.exceptions import DeserializationError  # type: ignore[attr-defined]  # re-exported without saying so

from bot.channels import DeliveryError, Inbound, read_press
from bot.channels.connector import BotConnector
from bot.channels.teams_gate import Gate, GateRefused, OpenGate
from bot.rendering.adaptive import attachment
from bot.rendering.card import Card
from bot.turns import Turns
from dialogs.wording import say
from storage.participants import Address

log = logging.getLogger(__name__)

NAME = "teams"


class TeamsChannel:
    """The endpoint /api/messages, and delivery of notices to Teams conversations."""

    waits = False

    def __init__(self, gate: Gate | OpenGate, turns: Turns, connector: BotConnector, public_url: str) -> None:
        self._gate = gate
        self._connector = connector
        self._public_url = public_url
        self._adapter = _Adapter(connector)
        self._bot = _Bot(turns, public_url)

    async def endpoint(self, request: web.Request) -> web.Response:
        """Take one activity. Refuses with a bare status: a stranger learns nothing from it."""
        try:
            body = await self._gate.admit(request)
        except GateRefused as refused:
            log.info("gate_refused", extra={"code": refused.reason, "state": refused.status})
            return web.Response(status=refused.status)
        try:
            activity = Activity().deserialize(body)
        except DeserializationError:
            return web.Response(status=400)
        result = await self._adapter.process_activity(_admitted(), activity, self._bot.on_turn)
        if result is not None:
            return web.json_response(result.body, status=result.status)
        return web.Response(status=200)

    async def deliver(self, address: Address, card: Card) -> None:
        """Send a notice. Its preview is the same few words whatever it says. Raises DeliveryError."""
        reference = address.reference
        activity = {
            "type": "message",
            "from": {"id": reference["bot"]},
            "recipient": {"id": reference["user"]},
            "conversation": {"id": reference["conversation"]},
            **_content([card], self._public_url),
        }
        await self._connector.send(reference["service_url"], reference["conversation"], activity)


class _Bot(ActivityHandler):  # type: ignore[misc]  # the SDK has no types
    """What the SDK calls for each kind of activity."""

    def __init__(self, turns: Turns, public_url: str) -> None:
        self._turns = turns
        self._public_url = public_url

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Somebody wrote, or tapped a button of a card."""
        await self._hear(turn_context, _message(turn_context.activity))

    async def on_members_added_activity(self, members_added: Sequence[Any], turn_context: TurnContext) -> None:
        """Somebody opened the conversation for the first time."""
        activity = turn_context.activity
        if any(member.id != activity.recipient.id for member in members_added):
            await self._hear(turn_context, _inbound(activity, "opened"))

    async def _hear(self, context: TurnContext, inbound: Inbound) -> None:
        activity = context.activity
        if (activity.conversation.conversation_type or "personal") != "personal":
            await self._say(context, [self._turns.in_public(activity.locale or "")])
            return
        async with self._turns.one_at_a_time(inbound):
            await self._say(context, await self._turns.hear(inbound))

    async def _say(self, context: TurnContext, cards: Sequence[Card]) -> None:
        for card in cards:
            await context.send_activity(
                Activity().deserialize({"type": "message", **_content([card], self._public_url)})
            )


class _Adapter(CloudAdapter):  # type: ignore[misc]  # the SDK has no types
    """The SDK's adapter with our sender in place of its client."""

    def __init__(self, connector: BotConnector) -> None:
        super().__init__(_NoUserTokens())
        self._connector = connector

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Send replies. One that cannot be sent is logged by its code: the person will write again."""
        responses = []
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[self._INVOKE_RESPONSE_KEY] = activity
                responses.append(ResourceResponse())
                continue
            try:
                sent = await self._connector.send(
                    activity.service_url,
                    activity.conversation.id,
                    activity.serialize(),
                    activity.reply_to_id or "",
                )
            except DeliveryError as error:
                log.warning("reply_failed", extra={"code": error.code})
                sent = ""
            responses.append(ResourceResponse(id=sent))
        return responses


class _NoUserTokens:
    """The part of the SDK's authentication that its turn still asks for. We sign nobody in through it."""

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """None."""


class _OwnConnector:
    """A stand-in where the SDK wants its own client: our adapter never calls it."""

    async def create(self, service_url: str, audience: str) -> object:
        """Anything that is not None."""
        return self


def _admitted() -> AuthenticateRequestResult:
    """What the SDK needs to know of a request that our gate let in."""
    result = AuthenticateRequestResult()
    result.claims_identity = ClaimsIdentity({}, True)
    result.connector_factory = _OwnConnector()
    return result


def _message(activity: Activity) -> Inbound:
    press = read_press(activity.value) if isinstance(activity.value, Mapping) else None
    if press is not None:
        return _inbound(activity, "press", press=press)
    files = [item for item in activity.attachments or () if not str(item.content_type).startswith("text/html")]
    if files and not (activity.text or "").strip():
        return _inbound(activity, "file")
    # Only a channel message carries a mention, and there nothing of the text is used.
    return _inbound(activity, "text", text=activity.text or "")


def _inbound(activity: Activity, kind: Any, **more: Any) -> Inbound:
    sender = activity.from_property
    conversation = activity.conversation
    tenant = conversation.tenant_id or ((activity.channel_data or {}).get("tenant") or {}).get("id", "")
    reference = {
        "service_url": activity.service_url,
        "conversation": conversation.id,
        "user": sender.id,
        "bot": activity.recipient.id,
    }
    subject = f"{tenant}|{sender.aad_object_id or sender.id}".lower()
    return Inbound(
        kind=kind,
        address=Address(NAME, subject, reference),
        conversation=conversation.id,
        event_id=f"{activity.type}:{activity.id}",
        name=sender.name or "",
        locale=activity.locale or "",
        **more,
    )


def _content(cards: Sequence[Card], public_url: str) -> dict[str, Any]:
    """Cards without text beside them: Teams would show the text in previews, and split the two."""
    return {
        "attachments": [attachment(card, public_url) for card in cards],
        "summary": say(cards[0].language, "notice.preview"),
    }
