"""The connection to the database, with one writer at a time: SQLite made like a server, and PostgreSQL like SQLite."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, func, make_url, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.sealing import Keyring, KeysMissing

MIGRATIONS = Path(__file__).parent / "migrations"

LONGEST_WAIT = timedelta(seconds=20)
"""How long a writer waits for its turn. A turn takes milliseconds, so by then somebody is stuck."""

ONE_WRITER = 20_261_123
"""The number of PostgreSQL's advisory lock under which all copies of the service write."""

COPIES = "sporskifte"
"""The channel on which copies tell each other that there is something new. Never what."""

LISTEN_AGAIN = 1.0
"""Seconds after which a lost connection for listening is made again."""

BUSY_TIMEOUT = 5000
"""Milliseconds for which SQLite itself waits for another process."""


class KeyCheck(Base):
    """The fingerprints of the keys that this database is written with, a row for each."""

    __tablename__ = "key_check"
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="tag", server_default="tag")
    """seal or tag: what the key is for."""


class SchemaOutdated(Exception):
    """The database has not the tables that this code needs."""


class DatabaseBusy(Exception):
    """Another writer has not come to an end. Nothing was written: it can be tried again."""


class Database:
    """One database with its keys. Hands out transactions; keeps nothing in between."""

    def __init__(self, url: str, keyring: Keyring, longest_wait: timedelta = LONGEST_WAIT) -> None:
        self.url = url
        self.keyring = keyring
        self._longest_wait = longest_wait.total_seconds()
        # Parameters never appear in error texts: they may be somebody's words.
        self.engine = create_async_engine(url, hide_parameters=True)
        # One write at a time, in the order of asking: SQLite lets no more and leaves it to luck who is next, and on
        # PostgreSQL those who wait should not each hold a connection.
        self._writing = asyncio.Lock()
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        if self._is_sqlite:
            _tame_sqlite(self.engine.sync_engine)
        self._log_holds_erased = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block and undoes everything on an error.

        Whoever is cancelled in the block has changed nothing; whoever is cancelled at its end has changed everything.
        Raises DatabaseBusy.
        """
        async with self._turn_to_write():
            async with self._session() as db:
                if not self._is_sqlite:
                    await self._turn_among_copies(db)
                yield db
                self._log_holds_erased |= _ERASED in db.info
                if _NEWS in db.info and not self._is_sqlite:
                    await db.execute(select(func.pg_notify(COPIES, "")))  # heard when, and only if, it is committed
                await _to_the_end(db.commit())
            if self._log_holds_erased:
                await _to_the_end(self._empty_log())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for looking only. It does not wait for writers."""
        async with self._session() as db:
            await db.connection(execution_options={"sporskifte_reading": True})
            db.info[_LOOKS] = True
            yield db

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._longest_wait):
                await self._writing.acquire()
        except TimeoutError as error:
            raise DatabaseBusy from error
        try:
            yield
        finally:
            self._writing.release()

    async def _turn_among_copies(self, db: AsyncSession) -> None:
        """Wait until no other copy of the service writes: what is read from now on stays true until the end.

        So every rule that holds on SQLite, where there is one writer, holds here. A transaction takes milliseconds.
        """
        milliseconds = int(self._longest_wait * 1000)
        try:
            await db.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
            await db.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
        except DBAPIError as error:
            raise DatabaseBusy from error

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        db = AsyncSession(self.engine, expire_on_commit=False, info={"keyring": self.keyring})
        try:
            yield db
        except asyncio.CancelledError:
            await _to_the_end(db.invalidate())  # its statement may still be running: nobody else may get the connection
            raise
        finally:
            await _to_the_end(db.close())

    async def check(self) -> None:
        """Refuse to run on a database of another version or with other keys. Raises SchemaOutdated, KeysMissing."""
        async with self.engine.connect() as connection:
            found = await connection.run_sync(_current_revision)
            if found != newest_revision():
                raise SchemaOutdated(
                    f"The database is at version {found}, the code needs {newest_revision()}. "
                    "Run: python -m bot migrate"
                )
            rows = (await connection.execute(select(KeyCheck.kind, KeyCheck.fingerprint))).all()
            known = set(self.keyring.fingerprints().values())
            # Fewer keys here than there: what the missing ones sealed could not be opened, whose it is not be found.
            if "tag" not in {kind for kind, _ in rows} or any(fingerprint not in known for _, fingerprint in rows):
                raise KeysMissing("The keys do not belong to this database. Restore the keys that were saved with it.")

    async def adopt_keys(self) -> None:
        """Remember whose keys the database is written with. Raises KeysMissing if it knows other ones."""
        if await self.knows_keys():
            await self.check()
        async with self.transaction() as db:
            for (kind, _), fingerprint in self.keyring.fingerprints().items():
                await db.merge(KeyCheck(fingerprint=fingerprint, kind=kind))
        await self.check()

    async def knows_keys(self) -> bool:
        """True if the database was written with keys before."""
        async with self.reading() as db:
            return await db.scalar(select(KeyCheck.fingerprint)) is not None

    async def truncate_log(self) -> None:
        """Empty SQLite's write-ahead log: what was erased still stands there until then. Raises DatabaseBusy."""
        async with self._turn_to_write():
            await self._empty_log()

    async def _empty_log(self) -> None:
        """What has been committed is safe, so a failure is no error: the next transaction tries again."""
        if self._is_sqlite:
            try:
                async with self.engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    # Not through SQLAlchemy, which would begin a transaction.
                    emptied = await _checkpoint(raw.driver_connection)
            except (SQLAlchemyError, sqlite3.Error):
                return
            if not emptied:
                return
        self._log_holds_erased = False

    async def hear_copies(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever another copy of the service has written something that somebody waits for.

        Until cancelled. On SQLite there are no copies. A connection that is lost is made again, and until then those
        who wait look by themselves after a while.
        """
        address = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._is_sqlite:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(address)
                try:
                    await _listen(connection, heard)
                finally:
                    connection.terminate()
            await asyncio.sleep(LISTEN_AGAIN)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def _listen(connection: Any, heard: Callable[[], None]) -> None:
    """Until the connection is lost."""
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    await connection.add_listener(COPIES, lambda *_: heard())
    heard()  # something may have come before anybody listened
    await lost.wait()


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Do the work to its end even when cancelled meanwhile, and only then be cancelled.

    A browser that leaves cancels its request: half a commit, or a write lock that nobody gives back, would be left.
    """
    task, cancelled = asyncio.create_task(work), None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # looked at, so that nobody reports it; to be cancelled is the stronger news
        raise cancelled
    task.result()


async def _checkpoint(driver: Any) -> bool:
    """False if a reader was in the way. It is not waited for long: somebody waits for the answer to their turn."""
    await driver.execute("PRAGMA busy_timeout=200")
    try:
        cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        was_busy, *_ = await cursor.fetchone()
    finally:
        await driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    return not was_busy


_ERASED = "erased"
_LOOKS = "looks"


def only_looks(db: AsyncSession) -> bool:
    """True in a session for looking only: nothing can be written in passing."""
    return _LOOKS in db.info


_NEWS = "news"


def tell_copies(db: AsyncSession) -> None:
    """Say that somebody may be waiting, at another copy of the service, for what this transaction writes."""
    db.info[_NEWS] = True


def leave_no_trace(db: AsyncSession) -> None:
    """Say that this transaction erases something that must not stay in the write-ahead log either."""
    db.info[_ERASED] = True


def keyring_of(db: AsyncSession) -> Keyring:
    """The keys that came with this session."""
    keyring: Keyring = db.info["keyring"]
    return keyring


def newest_revision() -> str | None:
    """The schema version that the code is written for."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`, creating it if need be. Blocking; for the command line and tests."""
    if (path := make_url(url).database) and url.startswith("sqlite"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    down = revision == "base" or revision.startswith("-")
    (command.downgrade if down else command.upgrade)(config, revision)


def _current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _tame_sqlite(engine: Engine) -> None:
    """Let SQLAlchemy, not the driver, say when a transaction begins, and take the write lock at its start.

    Otherwise savepoints do not undo, and two writers that have both read meet in an error instead of a queue.
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a message that was acknowledged survives a power cut
            "secure_delete=ON",  # what is erased is overwritten
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT}",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("sporskifte_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
