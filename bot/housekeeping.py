"""Timed work: forgetting what need not be kept, and retiring articles whose last day has passed."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from guidance import calendar, retention, roles
from knowledge import asked, editing
from storage import blocks, conversations, outbox, passages, rotation, slack
from storage.database import Database

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
UNHEARD_KEPT = timedelta(days=2)
"""How long something lies that could not be heard. The channel itself gives up after a day, if it runs."""
DRAFTS_KEPT = timedelta(days=14)
"""How long a draft waits for somebody to come back to it."""
GIVEN_UP_KEPT = timedelta(days=14)
"""How long somebody has to mend what was in the way of a notice, and to let it be tried again."""


class Housekeeping:
    """Runs beside the worker. Running it twice at once does no harm."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Tidy up every hour until cancelled."""
        while True:
            try:
                await self.tidy()
            except Exception as error:  # tried again in an hour
                log.error("housekeeping_failed", extra={"code": type(error).__name__})
            await asyncio.sleep(EVERY.total_seconds())

    async def tidy(self) -> None:
        """Remove what has been kept long enough."""
        now = self._clock()
        async with self._database.transaction() as db:
            await conversations.purge(db, now, DRAFTS_KEPT)
            await outbox.purge(db, (now - GIVEN_UP_KEPT).date())
            await retention.erase_old_cases(db, now)
            await roles.forget_old_links(db, now)
            await asked.forget_old(db, now)
            await editing.retire_expired(db, now)
            await blocks.forget_old(db, now.date())
            await passages.forget_old(db, now)
            await slack.forget_old(db, (now - UNHEARD_KEPT).timestamp())
        async with self._database.transaction() as db:
            await calendar.offer_all(db, now)
        if len(self._database.keyring.sealing.keys) > 1:
            await rotation.reseal(self._database)  # what whoever changed the keys did not come to
        await self._database.truncate_log()
