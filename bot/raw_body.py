"""Reading what strangers send: so much, for so long, and no further."""

import asyncio

import aiohttp

SECONDS = 10.0
"""Senders of platforms send at once; aiohttp 3.14 itself waits for ever on a broken chunk."""


class TooLong(Exception):
    """More came than we agreed to read."""


async def read_at_most(stream: aiohttp.StreamReader, limit: int) -> bytes:
    """All of `stream`, or TooLong. Reads one byte more than `limit`, to see that there is more, and no further."""
    body = bytearray()
    while chunk := await stream.read(limit + 1 - len(body)):
        body += chunk
        if len(body) > limit:
            raise TooLong
    return bytes(body)


async def read_in_time(stream: aiohttp.StreamReader, limit: int) -> bytes:
    """The same within some seconds. Raises TooLong, TimeoutError, and what a torn connection raises."""
    async with asyncio.timeout(SECONDS):
        return await read_at_most(stream, limit)
