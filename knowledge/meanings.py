"""Computes what articles mean, beside the turns: until that is done, an article is found by its words."""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.language import guess
from knowledge.search import Index, Page
from knowledge.vectors import TYPICAL_QUESTIONS, Embedder, Kind, Vectors, embed
from storage import articles as stored

Session = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Meanings:
    """Gives an index the vectors that it lacks. What was computed once is kept in the database by its content."""

    def __init__(self, index: Index, embedder: Embedder, reading: Session, transaction: Session) -> None:
        self._index = index
        self._embedder = embedder
        self._reading = reading
        self._transaction = transaction
        self._prepared = False

    async def catch_up(self) -> int:
        """Understand every article that is not understood yet. How many those were."""
        if not self._prepared:
            await asyncio.to_thread(prepare, self._index, self._embedder)
            self._prepared = True
        pages = self._index.not_understood()
        for page in pages:
            self._index.understand(page, await self._vectors(page))
        return len(pages)

    async def _vectors(self, page: Page) -> Vectors:
        texts = page.meanings()
        digests = [_digest(self._embedder, text, kind) for text, kind in texts]
        async with self._reading() as db:
            known = await stored.vectors(db, digests)
        missing = {d: one for d, one in zip(digests, texts, strict=True) if d not in known}
        if missing:
            new = {d: await asyncio.to_thread(embed, self._embedder, *one) for d, one in missing.items()}
            packed = {d: vector.astype(np.float16).tobytes() for d, vector in new.items()}
            async with self._transaction() as db:
                await stored.keep_vectors(db, packed)
            known |= packed
        return np.array([np.frombuffer(known[d], np.float16).astype(np.float32) for d in digests])


def prepare(index: Index, embedder: Embedder) -> None:
    """Teach an index what questions have in common. Blocking; takes about half a second."""
    for text in TYPICAL_QUESTIONS:
        index.learn_question(embedder.question(text), guess(text) or "da")


def _digest(embedder: Embedder, text: str, kind: Kind) -> bytes:
    return hashlib.sha256(f"{embedder.name}\0{kind >= Kind.DANISH_QUESTION}\0{text}".encode()).digest()
