"""Timed work: following the articles, and understanding what they mean, so that no question has to wait for it."""

import asyncio
import logging

from knowledge.articles import Library
from knowledge.meanings import Meanings
from knowledge.vectors import Embedder
from storage.database import Database

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds: an article that was published is found by its words at once, and by its meaning soon after."""


class Learning:
    """Runs beside the worker, in each copy of the service."""

    def __init__(self, database: Database, library: Library, embedder: Embedder) -> None:
        self._database = database
        self._library = library
        self._meanings = Meanings(library.index, embedder, database.reading, database.transaction)

    async def run(self) -> None:
        """Follow the articles until cancelled."""
        while True:
            try:
                await self.once()
            except Exception as error:  # the database may be away for a moment
                log.error("learning_failed", extra={"code": type(error).__name__})
            await asyncio.sleep(EVERY)

    async def once(self) -> int:
        """Read what changed and understand it. How many articles that were."""
        async with self._database.reading() as db:
            await self._library.refresh(db)
        return await self._meanings.catch_up()
