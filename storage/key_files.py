"""The key files: read, and changed so that a power cut leaves either the old or the new one.

`keyring.json` holds the keys that seal, `tagroot.key` those that tags are made with. One key of each is active; the
others only read what was made before. Files from before keys could be changed hold one key and are still read.
"""

import base64
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

KEY_BYTES = 32
MOST_KEYS = 255
"""A sealed value says its key's number in one byte."""

SEALING, TAGS = "keyring.json", "tagroot.key"


class KeysMissing(Exception):
    """The key files are not where the settings say, or are not those of this database."""


class KeyUnknown(Exception):
    """There is no key of this number, or it is the active one, which cannot be dropped."""


@dataclass(frozen=True)
class Key:
    """One key. `made` and `rested` (when it ceased to be the active one) are empty where nobody noted it."""

    secret: bytes = field(repr=False)
    made: datetime | None = None
    rested: datetime | None = None


@dataclass(frozen=True)
class KeyFile:
    """The keys of one file by number, which of them is active, and salts that outlive the root they came from."""

    keys: Mapping[int, Key]
    active: int
    salts: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def prepared(self, now: datetime) -> "KeyFile":
        """With one more key, which only reads for now."""
        number = max(self.keys) + 1
        if number > MOST_KEYS:
            raise KeyUnknown(f"There can be {MOST_KEYS} keys, and the last number is used.")
        return replace(self, keys={**self.keys, number: Key(os.urandom(KEY_BYTES), made=now)})

    def rotated(self, now: datetime) -> "KeyFile":
        """With the newest key as the active one: one that was prepared, or else a new one."""
        ready = self if max(self.keys) > self.active else self.prepared(now)
        newest = max(ready.keys)
        resting = replace(ready.keys[self.active], rested=now)
        woken = replace(ready.keys[newest], rested=None)
        return replace(ready, keys={**ready.keys, self.active: resting, newest: woken}, active=newest)

    def without(self, number: int) -> "KeyFile":
        """Without a key that is not the active one. Raises KeyUnknown."""
        if number not in self.keys:
            raise KeyUnknown(f"There is no key {number}. There are: {', '.join(map(str, sorted(self.keys)))}.")
        if number == self.active:
            raise KeyUnknown(f"Key {number} is the active one.")
        return replace(self, keys={other: key for other, key in self.keys.items() if other != number})


def new_key() -> KeyFile:
    """One new key."""
    return KeyFile({1: Key(os.urandom(KEY_BYTES))}, 1)


def read(path: Path) -> KeyFile:
    """The keys of a file. Raises KeysMissing."""
    try:
        text = path.read_text()
        if not text.lstrip().startswith("{"):
            return KeyFile({1: Key(_whole(text))}, 1)
        return _parsed(json.loads(text))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysMissing(f"No readable keys in {path.parent}. Restore {SEALING} and {TAGS}.") from error


def _parsed(data: dict[str, Any]) -> KeyFile:
    keys = {int(number): _key(key) for number, key in data["keys"].items()}
    if not keys or not all(0 < number <= MOST_KEYS for number in keys):
        raise ValueError("no keys")
    active = [int(number) for number, key in data["keys"].items() if key.get("state") == "active"]
    if len(active) > 1:
        raise ValueError("which key is active?")
    salts = {name: _whole(salt) for name, salt in data.get("salts", {}).items()}
    return KeyFile(keys, active[0] if active else max(keys), salts)


def _key(data: dict[str, str]) -> Key:
    def when(name: str) -> datetime | None:
        return datetime.fromisoformat(data[name]) if data.get(name) else None

    return Key(_whole(data["k"]), when("made"), when("rested"))


def _whole(text: str) -> bytes:
    """A key from its file. Raises ValueError when it is cut or damaged."""
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("not a whole key")
    return key


def create(path: Path, keys: KeyFile) -> None:
    """Write a new file that only its owner can read. Never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, keys)
    sync_folder(path.parent)


def replace_with(path: Path, keys: KeyFile) -> None:
    """Put a file in the place of the old one. At every moment one of both is there, and whole."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)  # left behind by who died here; only one at a time comes here, see changing()
    _write(beside, keys)
    beside.replace(path)
    sync_folder(path.parent)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Let nobody else change the keys of this folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Let a new or renamed file of the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, keys: KeyFile) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(_as_json(keys), indent=1))
        file.flush()
        os.fsync(file.fileno())


def _as_json(keys: KeyFile) -> dict[str, Any]:
    entries = {}
    for number, key in sorted(keys.keys.items()):
        dates = {"made": key.made, "rested": key.rested}
        entries[str(number)] = {
            "k": base64.b64encode(key.secret).decode(),
            "state": "active" if number == keys.active else "decrypt",
            **{name: moment.isoformat() for name, moment in dates.items() if moment is not None},
        }
    salts = {name: base64.b64encode(salt).decode() for name, salt in keys.salts.items()}
    return {"v": 2, "keys": entries, **({"salts": salts} if salts else {})}
