"""Waiting for a nudge ends at the poke, after its time, or when the service stops."""

import asyncio

import pytest

from bot.nudge import Nudge


async def begin_waiting(nudge):
    task = asyncio.create_task(nudge.wait(60))
    await asyncio.sleep(0)
    return task


async def test_a_poke_wakes_everybody(nudge):
    waiting = [await begin_waiting(nudge), await begin_waiting(nudge)]
    nudge.poke()
    await asyncio.gather(*waiting)


async def test_nobody_waits_longer_than_they_said(nudge):
    await nudge.wait(0.01)


@pytest.mark.parametrize("rounds", range(4))
async def test_who_is_cancelled_at_the_moment_of_a_poke_stops(rounds):
    """The worker would work on for ever, and the service never stop."""
    nudge = Nudge()
    task = await begin_waiting(nudge)
    await asyncio.sleep(0)
    nudge.poke()
    for _ in range(rounds):
        await asyncio.sleep(0)
    if not task.done():
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
