"""What the tests stand on: a real database made by the real migrations, a clock that stands still, and the cast."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import netguard
import pytest
from cast import Advisor, Employee
from hypothesis import settings
from postgres import Server, server

from bot.channels.web import WebChannel
from bot.nudge import Nudge
from bot.outbox_worker import OutboxWorker
from bot.rendering.html import make_environment
from bot.seed import load_articles, load_demo
from bot.turns import Turns
from knowledge.articles import Library
from storage.database import Database, migrate
from storage.sealing import Keyring

# A busy machine is no fault of the code: nothing here is tested by the clock on the wall.
settings.register_profile("sporskifte", deadline=None)
settings.load_profile("sporskifte")

netguard.install()

HERE = Path(__file__).parent
A_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """The time, which passes when a test says so."""

    def __init__(self, now: datetime = A_MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(autouse=True)
def _nobody_is_looked_up() -> Iterator[None]:
    """No test may reach another machine: the service needs none to answer, and a look-up leaves a trace."""
    before = len(netguard.refused)
    yield
    assert netguard.refused[before:] == []


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring({1: bytes(range(32))}, bytes(reversed(range(32))))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Path:
    """A database file with all articles and the demo organisation, to copy."""
    path = tmp_path_factory.mktemp("seeded") / "sporskifte.db"
    migrate(url_of(path))
    asyncio.run(_seed(Database(url_of(path), keyring)))
    return path


async def _seed(database: Database) -> None:
    await database.adopt_keys()
    async with database.transaction() as db:
        await load_articles(db, A_MONDAY)
        await load_demo(db, A_MONDAY)
    await database.truncate_log()
    await database.close()


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


ON_BOTH = ("database", "conversations", "privacy")
"""Folders whose tests run on PostgreSQL as well, with `--databases both`. Those about SQLite's own files are marked."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", choices=("sqlite", "both"), default="sqlite", help="what the tests stand on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each database that it is about."""
    if "database_url" not in metafunc.fixturenames:
        return
    folder = metafunc.definition.path.relative_to(HERE).parts[0]
    both = metafunc.config.getoption("--databases") == "both" and folder in ON_BOTH
    only_sqlite = metafunc.definition.get_closest_marker("sqlite") is not None
    metafunc.parametrize(
        "database_url", ["sqlite", "postgresql"] if both and not only_sqlite else ["sqlite"], indirect=True
    )


@pytest.fixture(scope="session")
def postgres(keyring: Keyring) -> Iterator[Server]:
    """A PostgreSQL of this process's own, seeded as the SQLite file is."""
    with server() as running:

        def fill(url: str) -> None:
            migrate(url)
            asyncio.run(_seed(Database(url, keyring)))

        running.seed(fill)
        yield running


@pytest.fixture
def database_url(request: pytest.FixtureRequest, seeded: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own."""
    if request.param == "postgresql":
        running: Server = request.getfixturevalue("postgres")
        url = running.copy()
        yield url
        running.drop(url)
        return
    shutil.copy(seeded, tmp_path / "sporskifte.db")
    yield url_of(tmp_path / "sporskifte.db")


@pytest.fixture
async def database(database_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    database = Database(database_url, keyring)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def library() -> Library:
    """Shared: it notices by itself that a test's articles are the same as the last one's."""
    return Library()


@pytest.fixture
def nudge() -> Nudge:
    return Nudge()


@pytest.fixture
def turns(database: Database, library: Library, clock: Clock, nudge: Nudge) -> Turns:
    return Turns(database, library, clock, nudge)


@pytest.fixture
def worker(database: Database, turns: Turns, clock: Clock, nudge: Nudge, keyring: Keyring) -> OutboxWorker:
    """A worker that delivers to visitors of the web chat."""
    web = WebChannel(turns, keyring, make_environment(), clock, nudge, secure=False)
    return OutboxWorker(database, {"web": web}, clock, nudge, nudge, random.Random(1))


@pytest.fixture
def employee(turns: Turns, worker: OutboxWorker) -> Callable[[str], Employee]:
    """Somebody with an account of their own."""
    return lambda name: Employee(name, turns, worker)


@pytest.fixture
def amina(employee: Callable[[str], Employee]) -> Employee:
    """Amina asks. She is a nurse at Hospitalet Nordkysten."""
    return employee("Amina Yusuf")


@pytest.fixture
def dan(employee: Callable[[str], Employee]) -> Employee:
    """Dan has no business with Amina's affairs. He is her manager."""
    return employee("Dan Poulsen")


@pytest.fixture
def advisor(database: Database, worker: OutboxWorker, clock: Clock) -> Callable[[str], Advisor]:
    return lambda staff_id: Advisor(staff_id, database, worker, clock)


@pytest.fixture
def bo(advisor: Callable[[str], Advisor]) -> Advisor:
    """Bo advises. He may not advise people from Hospitalet Søerne."""
    return advisor("bo")


@pytest.fixture
def carla(advisor: Callable[[str], Advisor]) -> Advisor:
    """Carla coordinates stays."""
    return advisor("carla")
