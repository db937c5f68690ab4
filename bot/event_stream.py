"""Server-sent events: news to an open page, until the browser leaves or the process ends."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.nudge import Nudge

LOOK_EVERY = 2.0
"""Seconds between two looks for news that another process brought."""
BEAT = 15.0
"""Seconds between two signs of life: proxies close what is silent for long."""

Look = Callable[[], Awaitable[list[bytes]]]


async def stream_events(request: web.Request, look: Look, arrivals: Nudge) -> web.StreamResponse:
    """Send what `look` finds, now and after every arrival. It is asked again and again, and finds only what is new."""
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    silent = 0.0
    with suppress(ConnectionError):  # the browser has left
        await stream.prepare(request)
        while not arrivals.closed and request.transport is not None and not request.transport.is_closing():
            events = await look()
            for event in events:
                await stream.write(event)
            silent = 0.0 if events else silent + LOOK_EVERY
            if silent >= BEAT:
                await stream.write(b": still here\n\n")
                silent = 0.0
            await arrivals.wait(LOOK_EVERY)
    return stream


def event(name: str, data: str) -> bytes:
    """One event as it goes over the wire. `data` is one line."""
    return f"event: {name}\ndata: {data}\n\n".encode()
