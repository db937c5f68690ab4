"""Server-sent events: news to an open page, until the browser leaves or the process ends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.nudge import Nudge

LOOK_EVERY = 2.0
"""Seconds between two looks for news that another process brought. News of this process come at once."""
LOOK_AT_LEAST_EVERY = 15.0
"""While nothing comes the pause grows to this many seconds: most open pages lie in a pocket."""
BEAT = 15.0
"""Seconds between two signs of life: proxies close what is silent for long."""

MOST_STREAMS = 2000
MOST_EACH = 5
"""One person's open pages. Browsers open no more than six connections to one place."""
MOST_LOOKS = 4
"""Looks at the same time: an arrival wakes every stream, and people who write must not wait behind them all."""

Look = Callable[[], Awaitable[list[bytes]]]


class EventStreams:
    """The open streams of one kind of page."""

    def __init__(self, arrivals: Nudge) -> None:
        self._arrivals = arrivals
        self._open: list[tuple[str, web.Request]] = []
        self._looking = asyncio.Semaphore(MOST_LOOKS)

    async def send(self, request: web.Request, who: str, look: Look) -> web.StreamResponse:
        """Send what `look` finds, now and after every arrival. It is asked again and again, and finds only what is new.

        Raises HTTPServiceUnavailable when `who`, or everybody together, has too many open.
        """
        self._open = [one for one in self._open if _is_there(one[1])]
        if len(self._open) >= MOST_STREAMS or sum(whose == who for whose, _ in self._open) >= MOST_EACH:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"})
        entry = (who, request)
        self._open.append(entry)
        try:
            return await self._stream(request, look)
        finally:
            with suppress(ValueError):
                self._open.remove(entry)

    async def _stream(self, request: web.Request, look: Look) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        silent, pause = 0.0, LOOK_EVERY
        with suppress(ConnectionError):  # the browser has left
            await stream.prepare(request)
            while not self._arrivals.closed and _is_there(request):
                # Begun before the look: what arrives meanwhile is not missed.
                next_time = asyncio.create_task(self._arrivals.wait(pause))
                try:
                    async with self._looking:
                        events = await look()
                    pause = LOOK_EVERY if events else min(2 * pause, LOOK_AT_LEAST_EVERY)
                    silent = 0.0 if events else silent + pause
                    if silent >= BEAT:
                        events, silent = [b": still here\n\n"], 0.0
                    for event in events:
                        await stream.write(event)
                    await next_time
                finally:
                    next_time.cancel()
        return stream


def event(name: str, data: str) -> bytes:
    """One event as it goes over the wire. `data` is one line."""
    return f"event: {name}\ndata: {data}\n\n".encode()


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
