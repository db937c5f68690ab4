"""The receipt: six words with which a visitor of the web chat comes back, from any browser."""

import asyncio
import re
import unicodedata
from pathlib import Path
from random import Random, SystemRandom

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

WORDS: tuple[str, ...] = tuple(Path(__file__).with_name("receipt_words.txt").read_text(encoding="utf-8").split())
LENGTH = 6
"""Six of 1,024 words are 60 bits: too many to guess online, and Argon2id makes guessing slow for who has the tags."""

LONGEST_QUEUE = 20
"""How many secrets are being made or waited for at most: the last in the queue waits two or three seconds."""

_LETTERS = re.compile(r"[a-z]+")
_WITHOUT_DANISH_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"})


def _folded(text: str) -> str:
    """Small letters a–z, however æ, ø and å were typed, copied or pasted."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", visible).lower().translate(_WITHOUT_DANISH_LETTERS)


_KNOWN = {_folded(word): word for word in WORDS}


def new_receipt(random: Random | SystemRandom) -> str:
    """Six words for a new visitor. Hand in SystemRandom; a seeded Random is for tests."""
    return " ".join(random.choice(WORDS) for _ in range(LENGTH))


def read_receipt(text: str) -> str | None:
    """The receipt as we write it, however the visitor typed it, or None if it is not six words of ours."""
    words = [_KNOWN.get(word) for word in _LETTERS.findall(_folded(text))]
    known = [word for word in words if word is not None]
    return " ".join(known) if len(known) == len(words) == LENGTH else None


def visitor_secret(receipt: str, salt: bytes) -> bytes:
    """The secret of the visitor who holds this receipt, from which the tags of their rows are made.

    Takes about 0.1–0.2 s and 64 MiB by intention, so call it in a thread: `await asyncio.to_thread(visitor_secret, …)`.
    The server keeps nothing but tags derived from this secret. Whoever steals them and the salt can only try receipts,
    and Argon2id makes each try cost as much as ours. The receipt is in the form that read_receipt returns.
    """
    return Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=64 * 1024).derive(receipt.encode())


class Busy(Exception):
    """Too many secrets are being made already, so that this one was not begun."""


class SecretMaker:
    """Makes the secrets of visitors, two at a time: each takes 64 MiB and a core."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._turn = asyncio.Semaphore(2)
        self._queue = 0

    async def make(self, receipt: str) -> bytes:
        """As `visitor_secret`, beside everything else. Raises Busy."""
        if self._queue >= LONGEST_QUEUE:
            raise Busy
        self._queue += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(visitor_secret, receipt, self._salt)
        finally:
            self._queue -= 1
