"""What is looked at each minute: reminders, cases without anybody, the waiting list, employees without an answer."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.nudge import Nudge
from guidance import handover, placement_clock, reminders, swap_sets
from storage.database import Database

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)


class Rounds:
    """Runs beside the worker. Running it twice at once does no harm: each thing is marked before it is told."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        work: Nudge,
        remind_after: timedelta = timedelta(hours=24),
        escalate_after: timedelta = timedelta(hours=72),
    ) -> None:
        self._database = database
        self._clock = clock
        self._work = work
        self._remind_after = remind_after
        self._escalate_after = escalate_after

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            try:
                await self.go()
            except Exception as error:  # tried again in a minute
                log.error("rounds_failed", extra={"code": type(error).__name__})
            await asyncio.sleep(EVERY.total_seconds())

    async def go(self) -> None:
        """Look once, each thing in a transaction of its own: one that fails does not hold up the others."""
        now = self._clock()
        async with self._database.transaction() as db:
            await reminders.send_due(db, now)
        async with self._database.transaction() as db:
            await handover.rescue(db, now)
        async with self._database.transaction() as db:
            await handover.tell_who_waits(db, now)
        async with self._database.transaction() as db:
            await handover.remind(db, now, self._remind_after, self._escalate_after)
        async with self._database.transaction() as db:
            await placement_clock.go_round(db, now)
        async with self._database.transaction() as db:
            await swap_sets.mend(db, now)
        self._work.poke()
