"""The doorway: one activity → one transaction → one answer. People are exchanged for participants here."""

import asyncio
import copy
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import Inbound
from bot.chooser import Chooser
from bot.nudge import Nudge
from bot.rendering.card import Card, describe
from dialogs import conversation
from dialogs.conversation import Spoken
from dialogs.flow import Reply, State, Turn
from dialogs.notices import word
from dialogs.overview import overview
from dialogs.own_data import own_data
from dialogs.wording import LOCALES
from guidance import cases, chats
from guidance import notices as notice_kinds
from guidance.errors import GuidanceError
from guidance.masking import mask_cpr
from knowledge.articles import Found, Library
from knowledge.follow_ups import Topics, goes_on
from knowledge.search import Question
from storage import conversations as stored
from storage import outbox
from storage.database import Database
from storage.identities import participant_for
from storage.participants import Address, Participant

log = logging.getLogger(__name__)

LONGEST_TEXT = 8000
"""Characters that are read at all, typed and filled in together. Of more than that only both ends are looked at."""

NOT_COPIED = frozenset({"web"})
"""Channels in which nobody but us keeps what is said."""


@dataclass(frozen=True)
class Waiting:
    """A notice that waited for its recipient, ready to be drawn."""

    id: UUID
    card: Card


class Turns:
    """Hears activities. Each conversation is heard one activity at a time; each activity takes effect once."""

    def __init__(
        self,
        database: Database,
        library: Library,
        clock: Callable[[], datetime],
        work: Nudge,
        chooser: Chooser | None = None,
    ) -> None:
        self._chooser = chooser
        self._database = database
        self._library = library
        self._clock = clock
        self._work = work
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()
        self._topics = Topics()

    @asynccontextmanager
    async def one_at_a_time(self, inbound: Inbound) -> AsyncIterator[None]:
        """Hold the conversation until its answer is sent, so that answers come in the order of the questions."""
        tag = self._tags(inbound)[0]
        lock = self._locks.setdefault(tag, asyncio.Lock())
        async with lock:
            yield

    async def hear(self, inbound: Inbound) -> list[Card]:
        """Answer one activity. An empty list means that there is nothing to say: it was heard before."""
        try:
            return await self._hear(inbound)
        except Exception as error:  # whatever it is, the person gets a sentence and the work is undone
            log.error("turn_failed", extra={"code": type(error).__name__})
            return [describe(Spoken(Reply("always.broken")), _short(inbound.locale) or "da")]

    async def waiting(self, address: Address) -> list[Waiting]:
        """What waits for this person, in order."""
        participant = self._participant(address)
        async with self._database.reading() as db:
            owned = {f"case:{case.id}": case.locale for case in await cases.own_cases(db, participant)}
            found = []
            for message in await outbox.waiting_for(db, list(owned)):
                reply = await word(db, notice_kinds.read(message.kind, message.ids))
                if reply is not None:
                    found.append(Waiting(message.id, describe(Spoken(reply), owned[message.recipient])))
            return found

    async def seen(self, address: Address, notice_ids: Sequence[UUID]) -> None:
        """The person has been shown these notices. Others' notices are left alone."""
        participant = self._participant(address)
        async with self._database.transaction() as db:
            owned = [f"case:{case.id}" for case in await cases.own_cases(db, participant)]
            for message in await outbox.waiting_for(db, owned):
                if message.id in notice_ids:
                    await outbox.finish(db, message.id, "done")
                    if message.kind == notice_kinds.MessageToEmployee.kind:
                        await chats.arrived(db, UUID(message.ids["case_id"]), message.ids["number"], "delivered")

    async def own_data(self, address: Address, conversation: str) -> str:
        """Everything that is stored about this person, as the text of a JSON file."""
        tags = self._database.keyring.tags("conversation", address.channel, conversation)
        async with self._database.reading() as db:
            state = State.load(await stored.load(db, tags))
            return await own_data(db, self._participant(address), state, self._clock())

    async def open_question(self, inbound: Inbound) -> Card | None:
        """The open question once more, if it is the one that was tapped: what its form holds. Nothing is changed."""
        async with self._database.reading() as db:
            await self._library.refresh(db)
            turn = await self._looking(db, inbound)
            step = turn.state.open_step()
            if step is None or turn.state.card != inbound.press.card:
                return None
            try:
                return describe(Spoken(await step.ask(turn), turn.state.card), turn.locale)
            except GuidanceError:
                return None

    async def overview(self, inbound: Inbound) -> Card:
        """What the person sees of their own affairs at a glance. Nothing is changed."""
        async with self._database.reading() as db:
            turn = await self._looking(db, inbound)
            return describe(Spoken(await overview(db, turn.participant, turn.now)), turn.locale)

    async def _looking(self, db: AsyncSession, inbound: Inbound) -> Turn:
        """A turn in which nothing can be done."""
        state = _state(await stored.load(db, self._tags(inbound), lock=False), inbound)

        async def never_first(what: str) -> bool:
            return False

        copied = inbound.address.channel not in NOT_COPIED
        participant = self._participant(inbound.address)
        return Turn(db, participant, self._library, self._clock(), state, never_first, copied=copied)

    def in_public(self, locale: str) -> Card:
        """The one thing to say where others read along. Nothing is stored."""
        return describe(Spoken(Reply("always.only_private")), _short(locale) or "da")

    async def _hear(self, inbound: Inbound) -> list[Card]:
        inbound, length = _cut(inbound)
        inbound, masked = _without_cpr(inbound)
        now, tags = self._clock(), self._tags(inbound)
        async with self._database.reading() as db:
            await self._library.refresh(db)
            state = _state(await stored.load(db, tags), inbound) if self._chooser else State()
        # Both take a while: nobody else should wait for them.
        question = await self._library.understand(inbound.text)
        opinion = await self._opinion(inbound, state, question) if length <= LONGEST_TEXT else ()
        topic = self._topics.last(tags[0], now) if goes_on(inbound.text) else ""
        async with self._database.transaction() as db:
            if not await stored.hear_once(db, self._heard_tags(inbound, inbound.event_id), now):
                return []
            state = _state(await stored.load(db, tags), inbound)
            participant = self._participant(inbound.address)

            async def is_first(what: str) -> bool:
                return await stored.hear_once(db, self._heard_tags(inbound, what), now)

            copied = inbound.address.channel not in NOT_COPIED
            turn = Turn(
                db, participant, self._library, now, state, is_first, question, topic, opinion, copied, inbound.name
            )
            spoken = [*masked, *await _respond(turn, inbound, length)]
            # Written out before the end: an answer that cannot be shown undoes the turn instead of hiding what it did.
            cards = [describe(one, turn.locale) for one in spoken]
            if turn.state.is_blank:
                await stored.forget(db, tags)  # who only asks leaves nothing behind
            else:
                await stored.save(db, tags, turn.state.dump(), now)
        if turn.answered_from:
            self._topics.note(tags[0], turn.answered_from, now)
        self._work.poke()
        return cards

    async def _opinion(self, inbound: Inbound, state: State, question: Question) -> Sequence[Found]:
        """What a language model would answer with, if there is one and no answer is sure.

        It sees only what can be nothing but a question to the articles: never words that are meant for an advisor.
        """
        if self._chooser is None or inbound.kind != "text":
            return ()
        if not conversation.only_asks(state, inbound.text, self._library.career):
            return ()
        unsure = self._library.unsure(question, state.locale, state.region)
        texts = ["\n".join([one.article.title, *(passage.text for passage in one.passages)]) for one in unsure]
        return [unsure[place] for place in await self._chooser.choose(inbound.text, texts) or ()] if unsure else []

    def _participant(self, address: Address) -> Participant:
        return participant_for(self._database.keyring, address)

    def _tags(self, inbound: Inbound) -> tuple[bytes, ...]:
        return self._database.keyring.tags("conversation", inbound.address.channel, inbound.conversation)

    def _heard_tags(self, inbound: Inbound, what: str) -> tuple[bytes, ...]:
        return self._database.keyring.tags("heard", inbound.address.channel, inbound.conversation, what)


async def _respond(turn: Turn, inbound: Inbound, length: int) -> list[Spoken]:
    """Let the dialog answer. A refusal undoes what the step did, and becomes the answer."""
    before = copy.deepcopy(turn.state)
    try:
        async with turn.db.begin_nested():
            if length > LONGEST_TEXT:
                return await conversation.hear_too_long(turn, length, LONGEST_TEXT)
            return await _by_kind(turn, inbound)
    except GuidanceError as error:
        turn.state = before
        return await conversation.refuse(turn, error, inbound.press.card)


async def _by_kind(turn: Turn, inbound: Inbound) -> list[Spoken]:
    if inbound.kind == "opened":
        return await conversation.greet(turn)
    if inbound.kind == "file":
        return [Spoken(Reply("always.files_refused"))]
    if inbound.kind == "press":
        press = inbound.press
        if press.do:
            return await conversation.hear_verb(turn, press.do, press.args)
        return await conversation.hear_press(turn, press.card, press.pick, press.fields)
    return await conversation.hear_text(turn)


def _state(saved: dict[str, Any] | None, inbound: Inbound) -> State:
    state = State.load(saved)
    if saved is None:
        state.locale = _short(inbound.locale) or state.locale
    return state


def _cut(inbound: Inbound) -> tuple[Inbound, int]:
    """How much was written; of too much nothing but both ends, where a cry for help is most likely to stand."""
    fields = inbound.press.fields.values()
    length = len(inbound.text) + sum(map(len, fields))
    if length <= LONGEST_TEXT:
        return inbound, length
    written = "\n\n".join([inbound.text, *fields])
    ends = f"{written[: LONGEST_TEXT // 2]}\n\n{written[-LONGEST_TEXT // 2 :]}"
    return replace(inbound, text=ends, press=replace(inbound.press, fields={})), length


def _without_cpr(inbound: Inbound) -> tuple[Inbound, list[Spoken]]:
    """Take CPR numbers out of everything a person wrote, before anything else sees it."""
    text, count = mask_cpr(inbound.text)
    fields = {}
    for name, value in inbound.press.fields.items():
        fields[name], found = mask_cpr(value)
        count += found
    if not count:
        return inbound, []
    masked = replace(inbound, text=text, press=replace(inbound.press, fields=fields))
    said = [Spoken(Reply("always.cpr_removed"))]
    # In Teams and Slack the number still stands in the person's own message.
    return masked, said if inbound.address.channel in NOT_COPIED else [*said, Spoken(Reply("always.cpr_in_channel"))]


def _short(locale: str) -> str:
    """Da or en from a client's language tag; empty if it is neither."""
    return locale[:2].lower() if locale[:2].lower() in LOCALES else ""
