"""The people of the tests: what they say, tap and read."""

import itertools
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.channels import Inbound, Press
from bot.outbox_worker import OutboxWorker
from bot.rendering.card import Card, CardButton
from bot.turns import Turns
from dialogs.notices import word
from dialogs.wording import say
from guidance import cases, chats, news
from storage.database import Database
from storage.participants import Address

_events = itertools.count(1)


def spelled(card: Card) -> str:
    """Everything a reader sees of a card."""
    quote = card.quote
    quoted = [quote.title, quote.heading, quote.markdown, *quote.details] if quote else []
    facts = [f"{label}: {value}" for label, value in card.facts]
    fields = [f"{field.label} {[label for _, label in field.options]}" for field in card.fields]
    buttons = [f"[{button.label}]" for button in card.buttons]
    return "\n".join([*card.paragraphs, card.words, *quoted, *facts, *fields, card.closing, *buttons])


class Employee:
    """Somebody in a conversation with the bot, on the web unless told otherwise."""

    def __init__(self, name: str, turns: Turns, worker: OutboxWorker) -> None:
        self.name = name
        self.address = Address("web", name.lower().replace(" ", "-"), {})
        self.turns = turns
        self.worker = worker
        self.cards: list[Card] = []
        self.last: Inbound | None = None

    async def says(self, text: str, **changes: Any) -> str:
        """Write something; what the bot answers."""
        return await self.sends(self._inbound("text", text=text, **changes))

    async def opens(self, **changes: Any) -> str:
        """Open the conversation."""
        return await self.sends(self._inbound("opened", **changes))

    async def taps(self, label: str, **fields: str) -> str:
        """Tap the newest button whose label holds these words, with fields filled in."""
        button = self.button(label)
        data = button.data
        press = Press(
            card=data.get("card", ""),
            pick=data.get("pick", -1),
            do=data.get("do", ""),
            args=data.get("args", {}),
            fields=fields,
        )
        return await self.sends(self._inbound("press", press=press))

    async def repeats(self) -> str:
        """The channel delivers the last activity once more."""
        assert self.last is not None
        return await self.sends(self.last)

    async def sends(self, inbound: Inbound) -> str:
        self.last = inbound
        new = await self.turns.hear(inbound)
        self.cards += new
        return "\n".join(map(spelled, new))

    async def reads_news(self) -> str:
        """Look at what has come in, and so have seen it."""
        while await self.worker.work_once():
            pass
        waiting = await self.turns.waiting(self.address)
        self.cards += [one.card for one in waiting]
        await self.turns.seen(self.address, [one.id for one in waiting])
        return "\n".join(spelled(one.card) for one in waiting)

    def button(self, label: str) -> CardButton:
        for card in reversed(self.cards):
            for button in card.buttons:
                if label.lower() in button.label.lower():
                    return button
        raise AssertionError(f"{self.name} sees no button {label!r}; the last card is:\n{spelled(self.cards[-1])}")

    def old(self, label: str, card: Card) -> Inbound:
        """A tap on a card that may be long answered."""
        data = next(button.data for button in card.buttons if label in button.label)
        return self._inbound("press", press=Press(data.get("card", ""), data.get("pick", -1)))

    def sees(self) -> list[str]:
        """The labels of the last card's buttons."""
        return [button.label for button in self.cards[-1].buttons]

    def _inbound(self, kind: Any, **more: Any) -> Inbound:
        return Inbound(
            kind=kind,
            address=self.address,
            conversation=self.address.subject,
            event_id=f"event-{next(_events)}",
            **more,
        )

    def from_teams(self) -> "Employee":
        """The same person in Teams."""
        reference = {"service_url": "http://localhost:1", "conversation": "a:1", "user": "29:1", "bot": "28:1"}
        self.address = replace(self.address, channel="teams", reference=reference)
        return self

    async def books(self, workplace: str = "nordkysten") -> str:
        """Go the whole way to an appointment."""
        await self.says("Jeg vil gerne tale med nogen uden min chef ved det")
        await self.taps("Fortsæt")
        await self.taps("Min vej videre")
        if "Hvilken region" in spelled(self.cards[-1]):
            await self.taps("Region Hovedstaden")
        await self.taps("Fortsæt", workplace=workplace)
        await self.accepts_all_advisors()
        await self.taps("kl.")
        return await self.taps("Book tiden")

    async def accepts_all_advisors(self) -> str:
        """None is ruled out; and if there is a choice of ways to meet: in writing."""
        said = await self.taps("alle i orden")
        return await self.taps("Skriv sammen") if "Hvordan vil du mødes" in said else said

    async def wishes(self, what: str = "Børnepsykiatrien") -> str:
        """Go the whole way to a wish for a stay."""
        await self.says("jeg vil gerne snuse")
        if "Hvilken region" in spelled(self.cards[-1]):
            await self.taps("Region Hovedstaden")
        await self.taps("Snusepraktik")
        await self.says(what)
        await self.taps("Fortsæt", starts="2027-01-12", length="3_days")
        await self.skips()
        return await self.taps("Send ønsket")

    async def skips(self) -> str:
        """Leave out everything that need not be said."""
        said = ""
        while any("Spring over" in button.label for button in self.cards[-1].buttons):
            said = await self.taps("Spring over")
        return said


class Advisor:
    """Somebody of the career office, by what the desk can do."""

    def __init__(self, staff_id: str, database: Database, worker: OutboxWorker, clock: Any) -> None:
        self.id = staff_id
        self.database = database
        self.worker = worker
        self.clock = clock

    async def reads_news(self) -> list[str]:
        """What is new, in words."""
        while await self.worker.work_once():
            pass
        async with self.database.reading() as db:
            told = []
            for one in await news.for_staff(db, self.id):
                reply = await word(db, one.notice)
                told.append(say("da", reply.key, reply.values) if reply else "")
            return told

    async def cases(self) -> list[Any]:
        async with self.database.reading() as db:
            return list(await cases.of_staff(db, self.id))

    async def reads(self, case_id: str) -> list[str]:
        """The chat of one case."""
        async with self.database.reading() as db:
            case = await cases.staff_case(db, self.id, case_id)
            return [message.text for message in await chats.thread(db, case.id)]

    async def answers(self, case_id: str, text: str) -> int:
        now: datetime = self.clock()
        async with self.database.transaction() as db:
            return await chats.answer(db, self.id, case_id, text, now)


def as_json(cards: list[Card]) -> str:
    """All that cards carry to and fro."""
    return json.dumps([[dict(button.data) for button in card.buttons] for card in cards])
