"""The real app on a real port of this machine, for tests that come from outside."""

import base64
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import web
from cast import Employee
from conftest import Clock, url_of

from bot.app import make_app
from bot.nudge import Nudge
from bot.settings import Settings
from bot.turns import Turns
from knowledge.articles import Library
from storage.database import Database
from storage.sealing import Keyring


@dataclass(frozen=True)
class Served:
    """Where the app answers, and its database seen from the side."""

    url: str
    database: Database
    clock: Clock

    def employee(self, name: str) -> Employee:
        """Somebody who talks to the bot beside the web, which is quicker where their pages do not matter."""
        return Employee(name, Turns(self.database, Library(), self.clock, Nudge()), worker=None)


@asynccontextmanager
async def serving(seeded: Path, keyring: Keyring, folder: Path, clock: Clock, **chosen: Any) -> AsyncIterator[Served]:
    """The app in development on a copy of the seeded database, with other settings if they are chosen."""
    shutil.copy(seeded, folder / "sporskifte.db")
    write_keys(keyring, folder / "keys")
    url = url_of(folder / "sporskifte.db")
    door = socket.create_server(("127.0.0.1", 0))
    public_url = f"http://127.0.0.1:{door.getsockname()[1]}"
    own = {"database_url": url, "keys": folder / "keys", "public_url": public_url}
    settings = Settings(**{"development": True, "meanings": False, **own, **chosen})
    database = Database(settings.database_url, keyring)
    with patch("bot.app.Library", lambda embedder: _library):
        app = await make_app(settings, clock)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    await web.SockSite(runner, door).start()
    yield Served(public_url, database, clock)
    await runner.cleanup()
    await database.close()


_library = Library()
"""Of all apps in turn: it notices what is different in the next one's database, and need not index it all again."""


def write_keys(keyring: Keyring, folder: Path) -> None:
    """The keyring as the files that the app reads."""
    folder.mkdir()
    ring = {"v": 1, "keys": {str(number): {"k": _text(key)} for number, key in keyring.keys.items()}}
    for name, content in (("keyring.json", json.dumps(ring)), ("tagroot.key", _text(keyring.tag_root))):
        (folder / name).write_text(content)
        (folder / name).chmod(0o600)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
