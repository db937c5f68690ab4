"""Slack: events in by our own gate and inbox, Bolt in the middle, our own sender out.

Bolt says what an event is and who listens to it. Its HTTP handling is not used: it hears repetitions again, and its
turn would have to end within three seconds. The gate, the inbox and slack_api.py say what we do instead.
"""

import asyncio
import json
import logging
import re
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.channels import DeliveryError, Inbound, Press
from bot.channels.slack_api import SlackApi, quiet_logger
from bot.channels.slack_gate import Admitted, SlackGate, SlackRefused
from bot.channels.slack_inbox import Inbox
from bot.channels.slack_installations import Installations
from bot.channels.slack_payloads import (
    COMMAND,
    Person,
    Tapped,
    event_id_of,
    event_time,
    filled_in,
    kind_of,
    name_of,
    person_of,
    press_of,
    tapped_of,
)
from bot.channels.slack_sender import SlackSender
from bot.rendering import block_kit
from bot.rendering.card import Card
from bot.turns import Turns
from dialogs.wording import LOCALES, say
from storage.database import Database
from storage.participants import Address
from storage.sealing import SealBroken

log = logging.getLogger(__name__)

NAME = "slack"
EVENTS_PATH = "/slack/events"

ACKNOWLEDGED_WITHIN = 2.5
"""Seconds. Slack waits for three; who is told in time that we are busy comes again."""
MOST_REMEMBERED = 10_000
AT_ONCE = ("form",)
"""Kinds that wait for no turn of the same person: Slack lets a form be opened for three seconds only."""

Body = dict[str, Any]
Value = TypeVar("Value")


class SlackChannel:
    """The endpoint /slack/events, and delivery of notices to people in Slack."""

    waits = False

    def __init__(
        self,
        gate: SlackGate | None,
        turns: Turns,
        database: Database,
        installations: Installations,
        api: SlackApi,
        clock: Callable[[], datetime],
        public_url: str,
    ) -> None:
        """Without a gate nothing comes in by HTTP: Socket Mode brings it."""
        self._gate = gate
        self._turns = turns
        self._keyring = database.keyring
        self._installations = installations
        self._sender = SlackSender(api, installations)
        self._public_url = public_url
        self.inbox = Inbox(database, clock, self._hear)
        self.refused: Counter[str] = Counter()
        """How often something stayed outside, by its reason."""
        self._bolt = self._make_bolt(api)
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._again: set[str] = set()
        """Events that were taken up after an end of the process, while they are heard."""
        self._talks: Recent[str] = Recent()
        """In which channel somebody talks to the bot. Who has not written yet is reached by their own id."""
        self._open: Recent[Tapped] = Recent()
        """Messages with a question that is still open, to take its buttons away when it is over."""
        self._homes: Recent[bytes] = Recent()
        """Fingerprints of what Home tabs show."""

    async def endpoint(self, request: web.Request) -> web.Response:
        """Take what Slack sends. Refuses with a bare status: a stranger learns nothing from it."""
        if self._gate is None:
            return web.Response(status=404)
        try:
            admitted = await self._gate.admit(request)
        except SlackRefused as refused:
            self._count(refused.reason)
            return web.Response(status=refused.status)
        if admitted.challenge:
            return web.Response(text=admitted.challenge)
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                said = await self.take(admitted)
        except Exception as error:  # the database is away or slow: Slack comes again
            log.error("slack_not_taken", extra={"code": type(error).__name__})
            return web.Response(status=503)
        return web.json_response(said) if said else web.Response(status=200)

    async def take(self, admitted: Admitted) -> Body | None:
        """Make sure that it will be heard. What to answer Slack at once, if anything."""
        kind = kind_of(admitted.payload)
        if not kind:
            self._count("not_for_us")
            return None
        if not await self._installations.known(admitted.team):
            self._count("not_installed")
            return None
        await self.inbox.take(name_of(admitted.payload, admitted.team), admitted.payload)
        if kind != "command":
            return None
        # Anybody may stand beside, and nothing is known of the person yet: both languages, and nothing else.
        text = "\n".join(say(locale, "slack.command_heard") for locale in LOCALES)
        return {"response_type": "ephemeral", "text": text}

    async def deliver(self, address: Address, card: Card) -> None:
        """Send a notice. Its preview is the same few words whatever it says. Raises DeliveryError."""
        reference = address.reference
        for blocks in block_kit.messages([card], self._public_url):
            await self._sender.post(reference["team"], reference["channel"], _preview(card), blocks)

    # --- What Bolt calls ---------------------------------------------------------------------------------------------

    def _make_bolt(self, api: SlackApi) -> AsyncApp:
        async def authorize(team_id: str) -> Any:  # None for a workspace that is gone, which Bolt's types do not know
            try:
                tokens = await self._installations.find(team_id)
            except DeliveryError as error:
                if error.permanent:
                    return None
                raise
            return AuthorizeResult(
                enterprise_id=None, team_id=team_id, bot_user_id=tokens.bot_user, bot_token=tokens.bot_token
            )

        async def failed(error: Exception) -> None:
            log.error("slack_turn_failed", extra={"code": type(error).__name__})

        app = AsyncApp(
            name="sporskifte",
            logger=quiet_logger(),
            client=api.client,
            authorize=authorize,
            process_before_response=True,  # it returns when the turn is over; Slack was answered long before
            request_verification_enabled=False,  # the gate did it
            url_verification_enabled=False,
            ssl_check_enabled=False,
        )
        app.error(failed)
        app.event("message")(_taking(self._message))
        app.event("app_home_opened")(_taking(self._home_opened))
        app.event("app_uninstalled")(_taking(self._uninstalled))
        app.event("tokens_revoked")(_taking(self._uninstalled))
        app.action(re.compile(f"^{block_kit.TAP}:"))(_taking(self._tap))
        app.action(re.compile(f"^{block_kit.FORM}:"))(_taking(self._form_wanted))
        app.view(block_kit.FORM_VIEW)(_taking(self._form_sent))
        app.command(COMMAND)(_taking(self._command))
        return app

    async def _hear(self, payload: Body, again: bool) -> bool:
        """Let what was sent take effect. False if it could not. `again`: it may have had its effect, and no answer."""
        kind = kind_of(payload)
        if not kind:
            return True  # kept by another version
        if kind in AT_ONCE:
            return await self._dispatch(payload)
        async with self._alone(person_of(payload)):
            if again:
                self._again.add(event_id_of(payload))
            try:
                return await self._dispatch(payload)
            finally:
                self._again.discard(event_id_of(payload))

    async def _dispatch(self, payload: Body) -> bool:
        answer = await self._bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        return answer.status < 500

    def _alone(self, person: Person) -> asyncio.Lock:
        return self._one_at_a_time.setdefault(person.subject, asyncio.Lock())

    async def _message(self, body: Body) -> None:
        event, person = body["event"], person_of(body)
        self._talks[person.subject] = event["channel"]
        text = block_kit.plain_words(event.get("text", ""))
        if text.strip():
            await self._answer(person, self._inbound(person, "text", body, text=text))
        elif event.get("files"):
            await self._answer(person, self._inbound(person, "file", body))

    async def _home_opened(self, body: Body) -> None:
        event, person = body["event"], person_of(body)
        self._talks[person.subject] = event["channel"]
        if event["tab"] == "home":
            await self._show_home(person, body, anew=True)
        elif not await self._has_spoken(person):
            await self._answer(person, self._inbound(person, "opened", body))  # the first time, and never again

    async def _uninstalled(self, body: Body) -> None:
        await self._installations.remove(body["team_id"], event_time(body))

    async def _tap(self, body: Body) -> None:
        person, press = person_of(body), press_of(body)
        tapped = tapped_of(body) if press.card or not press.do else None  # verbs are safe at any time, and stay
        await self._answer(person, self._inbound(person, "press", body, press=press), tapped)

    async def _form_wanted(self, body: Body) -> None:
        """Open the form of the question that is still open. Nothing is answered by that."""
        person, press, tapped = person_of(body), press_of(body), tapped_of(body)
        inbound = self._inbound(person, "press", body, press=press)
        card = await self._turns.open_question(inbound)
        if card is None:
            async with self._alone(person):
                await self._answer(person, inbound, tapped)
            return
        asked = self._open.get(person.subject)
        if tapped is not None and (asked is None or asked.ts != tapped.ts):
            self._open[person.subject] = tapped  # we have begun anew since it was asked
        held = {"card": press.card, "pick": press.pick}
        held |= {"ts": tapped.ts, "label": tapped.label} if tapped else {}
        view = block_kit.modal(card, self._seal(person, held))
        try:
            await self._sender.open_form(person.team, body.get("trigger_id", ""), view)
        except DeliveryError as error:
            log.warning("form_not_opened", extra={"code": error.code})

    async def _form_sent(self, body: Body) -> None:
        person = person_of(body)
        held = self._unseal(person, body["view"].get("private_metadata"))
        press = Press(card=held.get("card", ""), pick=held.get("pick", -1), fields=filled_in(body))
        asked = self._open.get(person.subject)
        is_it = asked is not None and asked.ts == held.get("ts")  # else something else was asked meanwhile
        tapped = replace(asked, label=held.get("label", "")) if asked is not None and is_it else None
        await self._answer(person, self._inbound(person, "press", body, press=press), tapped)

    async def _command(self, body: Body) -> None:
        person = person_of(body)
        text = str(body.get("text") or "").strip()
        if text:
            await self._answer(person, self._inbound(person, "text", body, text=block_kit.plain_words(text)))
        else:
            await self._answer(person, self._inbound(person, "press", body, press=Press(do="menu")))

    # --- What the person sees ----------------------------------------------------------------------------------------

    async def _answer(self, person: Person, inbound: Inbound, tapped: Tapped | None = None) -> None:
        cards = await self._turns.hear(inbound)
        if not cards and inbound.event_id in self._again:
            # It took effect before the process ended, and nobody knows whether its answer still went out.
            cards = await self._turns.hear(replace(inbound, kind="opened", event_id=f"{inbound.event_id} again"))
        if cards:
            asked = self._open.pop(person.subject, None)
            channel = await self._say(person, cards)
            await self._settle(person, cards[0].language, asked, tapped, channel)
        try:
            await self._show_home(person, inbound)
        except Exception as error:  # what was said has had its effect and its answer: it must not come again
            log.error("home_failed", extra={"code": type(error).__name__})

    async def _say(self, person: Person, cards: Sequence[Card]) -> str:
        """Send the answer, all cards of it as one message. The channel it went to; empty if it could not be sent."""
        channel, ts, blocks = self._channel(person), "", list[block_kit.Block]()
        try:
            for blocks in block_kit.messages(cards, self._public_url):
                channel, ts = await self._sender.answer(person.team, channel, _preview(cards[0]), blocks)
        except DeliveryError as error:
            log.warning("reply_failed", extra={"code": error.code})
            return ""
        self._talks[person.subject] = channel
        if cards[-1].number:
            self._open[person.subject] = Tapped(channel, ts, blocks, "")
        return channel

    async def _settle(
        self, person: Person, language: str, asked: Tapped | None, tapped: Tapped | None, channel: str
    ) -> None:
        """Take the buttons away from questions that are over. Only in the person's own conversation."""
        over = {one.ts: one for one in (tapped, asked) if one is not None and one.channel == channel}
        for one in over.values():  # of a message that we know, what we sent: Slack sends it back in its own way
            label = tapped.label if tapped is not None and tapped.ts == one.ts else ""
            blocks = block_kit.settled(one.blocks, label)
            with suppress(DeliveryError):  # it stays as it is; a tap on it is answered kindly
                await self._sender.update(person.team, channel, one.ts, say(language, "notice.preview"), blocks)

    async def _show_home(self, person: Person, of: Body | Inbound, *, anew: bool = False) -> None:
        """Bring the Home tab up to date if it would show something else, as after erasing everything."""
        inbound = of if isinstance(of, Inbound) else self._inbound(person, "opened", of)
        view = block_kit.home(await self._turns.overview(inbound), self._public_url)
        shown = sha256(json.dumps(view).encode()).digest()
        if not anew and self._homes.get(person.subject) == shown:
            return
        try:
            await self._sender.show_home(person.team, person.user, view)
        except DeliveryError as error:
            log.warning("home_not_shown", extra={"code": error.code})
        else:
            self._homes[person.subject] = shown

    async def _has_spoken(self, person: Person) -> bool:
        try:
            return await self._sender.has_spoken(person.team, self._channel(person))
        except DeliveryError:
            return True  # no welcome is better than many

    def _inbound(self, person: Person, kind: Any, body: Body, **more: Any) -> Inbound:
        reference = {"team": person.team, "user": person.user, "channel": self._channel(person)}
        return Inbound(
            kind=kind,
            address=Address(NAME, person.subject, reference),
            conversation=person.subject,
            event_id=event_id_of(body),
            **more,
        )

    def _channel(self, person: Person) -> str:
        """Where to write to somebody: never what a tap says, only where they wrote themselves or Slack put it."""
        return self._talks.get(person.subject) or person.user

    def _seal(self, person: Person, held: Body) -> str:
        return self._keyring.seal("slack_form", (person.subject,), json.dumps(held).encode()).hex()

    def _unseal(self, person: Person, sealed: Any) -> Body:
        """What a form carries. One that is not this person's, or not ours, carries nothing."""
        try:
            held: Body = json.loads(self._keyring.open("slack_form", (person.subject,), bytes.fromhex(sealed)))
        except (SealBroken, ValueError, TypeError):
            return {}
        return held

    def _count(self, reason: str) -> None:
        self.refused[reason] += 1
        log.info("slack_refused", extra={"code": reason})


class Recent(OrderedDict[str, Value]):
    """What was of use lately, by subject. The oldest is forgotten first; nothing depends on it."""

    def __setitem__(self, subject: str, value: Value) -> None:
        super().__setitem__(subject, value)
        self.move_to_end(subject)
        if len(self) > MOST_REMEMBERED:
            self.popitem(last=False)


def _taking(listener: Callable[[Body], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A listener as Bolt calls it: Slack was answered already."""

    async def listen(body: Body, ack: AsyncAck) -> None:
        await ack()
        await listener(body)

    return listen


def _preview(card: Card) -> str:
    return say(card.language, "notice.preview")
