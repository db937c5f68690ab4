"""All or nothing, also for whoever leaves in the middle; and the next one can write at once."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text

from storage.database import Database, DatabaseBusy
from storage.organisation import Region


@pytest.fixture
async def hasty(database):
    """The same database, for people who wait a moment only."""
    other = Database(database.url, database.keyring, longest_wait=timedelta(seconds=0.2))
    yield other
    await other.close()


async def rename(database, name):
    """Two statements that belong together."""
    async with database.transaction() as db:
        await db.execute(text("UPDATE region SET name = :name WHERE id = 'hovedstaden'"), {"name": name})
        await asyncio.sleep(0)
        await db.execute(text("UPDATE region SET name = :name WHERE id <> 'hovedstaden'"), {"name": name})


async def names(database):
    async with database.reading() as db:
        return set(await db.scalars(select(Region.name)))


@pytest.mark.parametrize("warm", [False, True])
async def test_whoever_leaves_at_any_point_leaves_all_or_nothing_and_no_lock(database, warm, caplog):
    """Cancelled after 0, 1, 2 … steps of the event loop, until it is too late to be cancelled."""
    before, cancelled = "nobody", 0
    await rename(database, before)
    for steps in range(2000):
        if not warm:
            await database.engine.dispose()  # so that connecting is interrupted, too
        name = f"after {steps} steps"
        leaving = asyncio.create_task(rename(database, name))
        for _ in range(steps):
            await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait({leaving})
        async with asyncio.timeout(2):
            (found,) = await names(database)
            assert found in (before, name)
            if not leaving.cancelled():
                break
            cancelled += 1
            before = found
            await rename(database, before)
    assert cancelled > 10 and found == name
    assert database.engine.pool.checkedout() == 0
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("times", [1, 3])
async def test_a_commit_that_has_begun_comes_to_its_end(database, times):
    async def insists():
        for _ in range(times):
            leaving.cancel()
            await asyncio.sleep(0)

    def committing(_):
        asyncio.get_running_loop().create_task(insists())

    leaving = asyncio.create_task(rename(database, "committed"))
    event.listen(database.engine.sync_engine, "commit", committing, once=True)
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await names(database) == {"committed"}
    await rename(database, "next")


async def test_a_writer_who_is_stuck_is_noticed(hasty):
    async with hasty.transaction():
        with pytest.raises(DatabaseBusy):
            await rename(hasty, "in vain")
    await rename(hasty, "afterwards")
    assert await names(hasty) == {"afterwards"}


async def test_whoever_leaves_the_queue_does_not_hold_it_up(database):
    async with database.transaction():
        waiting = [asyncio.create_task(rename(database, str(number))) for number in range(3)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        waiting[1].cancel()
    async with asyncio.timeout(2):
        await asyncio.wait(waiting)
    assert [one.cancelled() for one in waiting] == [True, True, False]
    assert await names(database) == {"2"}


async def test_readers_who_leave_give_back_their_connections(database):
    async def look():
        async with database.reading() as db:
            await db.execute(select(Region))

    for steps in range(60):
        leaving = asyncio.create_task(look())
        for _ in range(steps):
            await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait({leaving})
    assert database.engine.pool.checkedout() == 0
    await rename(database, "afterwards")
