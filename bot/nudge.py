"""A tap on the shoulder inside one process: there is something to deliver, or something has come in."""

import asyncio
from contextlib import suppress


class Nudge:
    """Wakes everybody who waits. Nothing depends on it: who waits looks again after a while anyway."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False
        """True when the process is about to end: who waits should stop."""

    def close(self) -> None:
        """Wake everybody for the last time."""
        self.closed = True
        self.poke()

    def poke(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return at the next poke, or after so many seconds."""
        with suppress(TimeoutError):
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes at the same moment as the poke.
            async with asyncio.timeout(seconds):
                await self._event.wait()
