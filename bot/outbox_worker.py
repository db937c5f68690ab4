"""Delivers what is due: claim → word → resolve the recipient → deliver → done, later, or given up."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import Channel, DeliveryError
from bot.nudge import Nudge
from bot.rendering.card import describe
from dialogs.conversation import Spoken
from dialogs.notices import word
from guidance import cases, chats, reminders
from guidance import notices as kinds
from storage import outbox
from storage.database import Database
from storage.identities import address_behind
from storage.outbox import LEASE, OutboxMessage

log = logging.getLogger(__name__)

GIVEN_UP_AFTER = timedelta(days=3)
"""Whole days for which a notice is tried: what breaks on a Friday evening is mended on Monday."""
OUR_FAULT = frozenset({"no_token", "http_401"})
"""We are not let in, so nothing is known about the recipient. The days count from when we are let in again."""
LONGEST_PAUSE = timedelta(minutes=5)
LOOK_EVERY = 1.0
"""Seconds between two looks when nobody nudges."""


class OutboxWorker:
    """One of any number of workers on the same database."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        work: Nudge,
        arrivals: Nudge,
        chance: random.Random,
        patience: timedelta = LEASE / 2,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._work = work
        self._arrivals = arrivals
        self._chance = chance
        self._patience = patience.total_seconds()
        """A delivery is over long before another worker may try."""

    async def run(self) -> None:
        """Work until cancelled. An unexpected error is logged by its name and does not end the work."""
        async with asyncio.TaskGroup() as deliveries:
            while True:
                try:
                    busy = await self._begin(deliveries)
                except Exception as error:  # the database may be away for a moment
                    log.error("worker_failed", extra={"code": type(error).__name__})
                    busy = 0
                if not busy:
                    await self._work.wait(LOOK_EVERY)

    async def work_once(self) -> int:
        """Deliver what is due now, and wait for the end of it. How many notices were taken."""
        async with asyncio.TaskGroup() as deliveries:
            return await self._begin(deliveries)

    async def _begin(self, deliveries: asyncio.TaskGroup) -> int:
        """Begin to deliver what is due now, each on its own: one that hangs holds up its recipient and nobody else.

        How many notices were taken.
        """
        now, taken = self._clock(), 0
        async with self._database.reading() as db:
            due = await outbox.due(db, now)
        for message in due:
            if await self._claim(message, now):
                deliveries.create_task(self._handle(message))
                taken += 1
        return taken

    async def _claim(self, message: OutboxMessage, now: datetime) -> bool:
        async with self._database.transaction() as db:
            return await outbox.claim(db, message, now)

    async def _handle(self, message: OutboxMessage) -> None:
        try:
            await self._try(message)
        except Exception as error:  # the database is away: the lease ends, and the notice is taken again
            log.error("worker_failed", extra={"code": type(error).__name__})
        self._work.poke()  # the recipient's next notice may be due now

    async def _try(self, message: OutboxMessage) -> None:
        try:
            await self._finish(message, await self._deliver(message))
        except DeliveryError as error:
            await self._refused(message, error)
        except Exception as error:  # a fault of ours must not hold up the recipient's later notices for ever
            log.error("delivery_failed", extra={"code": type(error).__name__})
            await self._refused(message, DeliveryError(type(error).__name__, permanent=False))

    async def _refused(self, message: OutboxMessage, error: DeliveryError) -> None:
        today = self._clock().date()
        if error.code in OUR_FAULT:
            await self._try_later(message, error, since=today)
        elif error.permanent or today - message.since > GIVEN_UP_AFTER:
            await self._give_up(message, error.code)
        else:
            await self._try_later(message, error, since=message.since)

    async def _deliver(self, message: OutboxMessage) -> str:
        """Send one notice. The state it is in then: done, or waiting for its recipient to come."""
        if message.recipient.startswith("staff:"):
            return "waiting"  # the desk shows it
        case_id = UUID(message.recipient.removeprefix("case:"))
        async with self._database.reading() as db:
            address = await address_behind(db, case_id)
            if not await self._is_wanted(db, message, case_id):
                return "done"
            reply = await word(db, kinds.read(message.kind, message.ids))
            case = await cases.by_id(db, case_id.hex)
        if address is None or reply is None or case is None:
            return "done"  # erased meanwhile: nobody is to be told
        channel = self._channels.get(address.channel)
        if channel is None:
            raise DeliveryError("channel_missing", permanent=False)
        if channel.waits:
            return "waiting"
        try:
            async with asyncio.timeout(self._patience):
                await channel.deliver(address, describe(Spoken(reply), case.locale))
        except TimeoutError as error:
            raise DeliveryError("timeout", permanent=False) from error
        return "done"

    async def _is_wanted(self, db: AsyncSession, message: OutboxMessage, case_id: UUID) -> bool:
        """False for a reminder that comes too late: it was held up until night, or until the session."""
        is_reminder = message.kind == kinds.AppointmentReminder.kind
        return not is_reminder or await reminders.still_wanted(db, case_id.hex, self._clock())

    async def _finish(self, message: OutboxMessage, state: str) -> None:
        async with self._database.transaction() as db:
            finished = await outbox.finish(db, message.id, state)
            if finished and state == "done":
                await _mark_message(db, message, "delivered")
        self._arrivals.poke()

    async def _try_later(self, message: OutboxMessage, error: DeliveryError, since: date) -> None:
        growing = timedelta(seconds=2 ** min(message.attempts + 1, 10))
        pause = min(LONGEST_PAUSE, growing * self._chance.uniform(0.5, 1.5))
        if error.retry_after is not None:
            # By lot, too: a crowd should not come back at once, nor should its times be equal.
            pause = max(pause, timedelta(seconds=error.retry_after) * self._chance.uniform(1.0, 1.1))
        async with self._database.transaction() as db:
            await outbox.later(db, message.id, self._clock() + pause, since, error.code)

    async def _give_up(self, message: OutboxMessage, code: str) -> None:
        """Park the notice and let its sender see, neutrally, that it did not arrive."""
        log.warning("notice_given_up", extra={"code": code, "attempts": message.attempts + 1})
        async with self._database.transaction() as db:
            if await outbox.give_up(db, message.id, self._clock().date(), code):
                await _mark_message(db, message, "failed")
        self._arrivals.poke()


async def retry_given_up(database: Database, now: datetime) -> int:
    """Let the workers try again what was given up. How many notices that are."""
    async with database.transaction() as db:
        back = await outbox.put_back(db, now)
        for message in back:
            await _mark_message(db, message, "sent")
    return len(back)


async def _mark_message(db: AsyncSession, message: OutboxMessage, delivery: str) -> None:
    """Note how far a message has come, if the notice carries one, for its sender to see."""
    if message.kind == kinds.MessageToEmployee.kind:
        await chats.arrived(db, UUID(message.ids["case_id"]), message.ids["number"], delivery)
