"""What Slack sent, kept before it is acknowledged and forgotten when it has taken effect.

Slack waits three seconds and then counts an event as lost; after a few it stops trying. A turn may take longer, and
the process may die in the middle of it. So an event is first written to the database, sealed, then acknowledged, then
heard. What is still there at the next start is heard then. The doorway hears each activity once, however often it
comes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any

from storage import slack as stored
from storage.database import Database, leave_no_trace

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
PATIENCE = 60.0
"""Seconds after which something that was not heard is taken up again, should another copy of the service have died."""
GIVEN_UP_AFTER = 24 * 3600.0
LAST_WORDS = 5.0
"""Seconds for the turns under way when the service ends. What is not done by then is heard at the next start."""

Event = dict[str, Any]
Hear = Callable[[Event, bool], Awaitable[bool]]
"""Let an event take effect. False if it could not, and should be tried again later. True is said of one that may have
begun to take effect before."""


class Inbox:
    """Takes events and lets them be heard."""

    def __init__(self, database: Database, clock: Callable[[], datetime], hear: Hear) -> None:
        self._database = database
        self._clock = clock
        self._hear = hear
        self._numbers = count()  # of those that came in the same moment
        self._arrived: list[tuple[bytes, Event, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._in_hand: dict[bytes, asyncio.Task[None]] = {}

    async def take(self, name: tuple[str, ...], payload: Event) -> None:
        """Keep an event. When this returns it is safe; a repetition of one that is kept is dropped.

        Those that arrive while others are written are written together: one wait for the disk, not one for each.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        event = {"at": self._clock().timestamp(), "number": next(self._numbers), "payload": payload}
        self._arrived.append((self._database.keyring.tag("slack_event", *name), event, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await written

    async def run(self) -> None:
        """Take up what was left behind, at the start and every now and then, until cancelled."""
        patience = 0.0
        while True:
            try:
                await self.take_up(patience)
            except Exception as error:  # the database may be away for a moment
                log.error("slack_inbox_failed", extra={"code": type(error).__name__})
            patience = PATIENCE
            await asyncio.sleep(LOOK_EVERY)

    async def take_up(self, patience: float = 0.0) -> int:
        """Hear what has waited for longer than so many seconds, the oldest first. How many events that were."""
        async with self._database.reading() as db:
            left = await stored.kept(db)
        before = self._clock().timestamp() - patience
        old = [(tag, event) for tag, event in left if tag not in self._in_hand and event["at"] <= before]
        for tag, event in sorted(old, key=lambda one: (one[1]["at"], one[1]["number"])):
            self._begin(tag, event, again=True)
        return len(old)

    async def rest(self) -> None:
        """Wait until everything that was taken has been heard."""
        while tasks := [*self._in_hand.values(), *([self._writer] if self._writer else [])]:
            if all(task.done() for task in tasks):
                return
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Let what is under way come to its end, for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self.rest()
        for task in list(self._in_hand.values()):
            task.cancel()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)

    async def _write(self) -> None:
        while self._arrived:
            batch, self._arrived = self._arrived, []
            try:
                async with self._database.transaction() as db:
                    new = await stored.keep(db, [(tag, event) for tag, event, _ in batch])
            except Exception as error:  # each of them answers Slack that it should come again
                for _, _, written in batch:
                    if not written.done():
                        written.set_exception(error)
                continue
            for tag, event, written in batch:
                if tag in new and tag not in self._in_hand:
                    self._begin(tag, event)
                if not written.done():
                    written.set_result(None)

    def _begin(self, tag: bytes, event: Event, *, again: bool = False) -> None:
        task = asyncio.create_task(self._hear_one(tag, event, again))
        self._in_hand[tag] = task
        task.add_done_callback(lambda _: self._in_hand.pop(tag, None))

    async def _hear_one(self, tag: bytes, event: Event, again: bool) -> None:
        try:
            done = await self._hear(event["payload"], again)
            if not done and self._clock().timestamp() - event["at"] > GIVEN_UP_AFTER:
                log.error("slack_event_given_up", extra={"code": "too_old"})
                done = True
            if done:
                async with self._database.transaction() as db:
                    await stored.heard(db, tag)
                    if len(self._in_hand) == 1:  # while many write, once for all of them is enough
                        leave_no_trace(db)
        except Exception as error:  # it stays, and is taken up again
            log.error("slack_event_failed", extra={"code": type(error).__name__})
