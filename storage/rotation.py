"""Changing the keys while people write: a new one seals, everything is sealed again, and the old one can go.

Roots of tags are changed by reading both: a tag of the old root is replaced when its owner comes, since nobody else
knows whose it is. `python -m bot` has the commands.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, LargeBinary, bindparam, delete, func, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, key_files
from storage.cases import ALIAS_REST
from storage.database import Database, KeyCheck
from storage.key_files import SEALING, TAGS, KeyFile, KeyUnknown
from storage.sealed_columns import SEALED, SealedColumn
from storage.sealing import LOOK_EVERY, SealBroken, fingerprint, keep_salts

BATCH = 500
"""Rows that are sealed again in one transaction: some hundredths of a second, in which turns wait."""

RESTS_FIRST = timedelta(days=1)
"""How long a key has sealed nothing before it can be dropped. Cookies of the web chat and of the desk live hours."""

TAGS_REST_FIRST = ALIAS_REST
"""How long two roots are read. The aliases that rest are kept longest of what nobody's visit renews."""


class StillNeeded(Exception):
    """The key cannot be dropped yet. The text says why."""


# -- sealing --


def rotate_sealing(folder: Path, now: datetime, *, only_prepare: bool = False) -> KeyFile:
    """Seal with a new key from now on, or only lay it ready for the next call. Raises KeysMissing, KeyUnknown."""
    with key_files.changing(folder):
        keys = key_files.read(folder / SEALING)
        changed = keys.prepared(now) if only_prepare else keys.rotated(now)
        key_files.replace_with(folder / SEALING, changed)
    return changed


async def counts(db: AsyncSession) -> dict[int, dict[str, int]]:
    """How many values each key has sealed, by column."""
    found: dict[int, dict[str, int]] = {}
    for one in SEALED:
        number = _number(one)
        query = select(number, func.count()).where(one.column.is_not(None)).group_by(number)
        for head, count in await db.execute(query):
            found.setdefault(bytes(head)[0] if head else 0, {})[f"{one.table.name}.{one.column.name}"] = count
    return found


async def left_on(db: AsyncSession, number: int) -> int:
    """How many values are still sealed with this key."""
    return sum((await counts(db)).get(number, {}).values())


@dataclass(frozen=True)
class Resealed:
    """What came of it: how many values are under the active key now, and how many do not open at all."""

    done: int
    broken: int


async def reseal(database: Database, batch: int = BATCH) -> Resealed:
    """Seal with the active key whatever is sealed with another one.

    Beside the turns, and beside others who do the same: a value is replaced only if it still is what was read.
    Stopped at any moment it has lost nothing; the next call goes on with what is left.
    """
    done = broken = 0
    for one in SEALED:
        last: tuple[Any, ...] = ()
        while True:
            began = time.monotonic()
            async with database.reading() as db:
                rows = await _others(db, one, database.keyring.active, last, batch)
            if not rows:
                break
            last = tuple(rows[-1][part.name] for part in one.key)
            fresh = []
            for row in rows:
                try:
                    sealed = database.keyring.reseal(one.purpose, one.context(row), row[one.column.name])
                    which = {f"its_{part.name}": row[part.name] for part in one.key}
                    fresh.append({**which, "as_read": row[one.column.name], "fresh": sealed})
                except SealBroken:
                    broken += 1
            if fresh:
                async with database.transaction() as db:
                    done += await _replace(db, one, fresh)
            await asyncio.sleep(time.monotonic() - began)  # turns get at least as much time as this does
    if done:
        await database.truncate_log()  # what was sealed with the old key still stands there
    return Resealed(done, broken)


async def finish(database: Database) -> Resealed:
    """reseal() until nothing is left, also of what running copies sealed before they saw the new key."""
    await asyncio.sleep(1.5 * LOOK_EVERY)
    done = 0
    while (resealed := await reseal(database)).done:
        done += resealed.done
    return Resealed(done, resealed.broken)


async def drop_key(database: Database, number: int, now: datetime) -> None:
    """Forget a key that opens nothing any more. Raises KeyUnknown, StillNeeded, KeysMissing."""
    folder = _folder(database)
    with key_files.changing(folder):
        keys = key_files.read(folder / SEALING)
        rest, key = keys.without(number), keys.keys[number]
        if key.rested is not None and key.rested + RESTS_FIRST > now:
            raise StillNeeded(
                f"Key {number} has sealed until {key.rested:%Y-%m-%d %H:%M} UTC, and cookies that it sealed are still "
                f"in use. Come back a day later."
            )
        async with database.transaction() as db:
            if left := await left_on(db, number):
                raise StillNeeded(f"Key {number} is still needed by {left} values. Run: python -m bot reseal")
            await _forget(db, fingerprint("seal", key.secret))
        key_files.replace_with(folder / SEALING, rest)


# -- tags --


def rotate_tags(folder: Path, now: datetime) -> KeyFile:
    """Make tags with a new root from now on, and go on finding those of the old one. Raises KeysMissing, KeyUnknown."""
    with key_files.changing(folder):
        roots = keep_salts(key_files.read(folder / TAGS)).rotated(now)
        key_files.replace_with(folder / TAGS, roots)
    return roots


async def drop_root(database: Database, number: int, now: datetime) -> None:
    """Forget a root under which nothing is kept any more. Raises KeyUnknown, StillNeeded, KeysMissing."""
    folder = _folder(database)
    with key_files.changing(folder):
        roots = key_files.read(folder / TAGS)
        rest, root = roots.without(number), roots.keys[number]
        if root.rested is not None and root.rested + TAGS_REST_FIRST > now:
            raise StillNeeded(
                f"Root {number} has made tags until {root.rested:%Y-%m-%d}, and some are kept for "
                f"{TAGS_REST_FIRST.days} days. Come back on {root.rested + TAGS_REST_FIRST:%Y-%m-%d}."
            )
        async with database.transaction() as db:
            if left := await cases.count_under(db, number):
                raise StillNeeded(
                    f"{left} cases still stand under root {number}: their owners have not looked at them since. "
                    "They could never find them again."
                )
            await _forget(db, fingerprint("tag", root.secret))
        key_files.replace_with(folder / TAGS, rest)


# -- both --


def _folder(database: Database) -> Path:
    folder = database.keyring.folder
    if folder is None:
        raise KeyUnknown("These keys do not lie in files.")
    return folder


async def _forget(db: AsyncSession, remembered: bytes) -> None:
    await db.execute(delete(KeyCheck).where(KeyCheck.fingerprint == remembered))


def _number(one: SealedColumn) -> Any:
    """The byte of a sealed value that says which key opens it."""
    return func.substr(one.column, 2, 1, type_=LargeBinary)


async def _others(
    db: AsyncSession, one: SealedColumn, active: int, last: tuple[Any, ...], batch: int
) -> Sequence[dict[str, Any]]:
    wanted = {column.name: column for column in (*one.key, one.column, *(one.table.c[part.key] for part in one.ids))}
    query = select(*wanted.values()).where(
        one.column.is_not(None), _number(one) != literal(bytes([active]), LargeBinary)
    )
    if last:
        passed = [literal(value, part.type) for value, part in zip(last, one.key, strict=True)]
        query = query.where(tuple_(*one.key) > tuple_(*passed))
    return [dict(row) for row in (await db.execute(query.order_by(*one.key).limit(batch))).mappings()]


async def _replace(db: AsyncSession, one: SealedColumn, fresh: Sequence[dict[str, Any]]) -> int:
    statement = (
        update(one.table)
        .where(*(part == bindparam(f"its_{part.name}") for part in one.key), one.column == bindparam("as_read"))
        .values({one.column.name: bindparam("fresh")})
    )
    connection = await db.connection()
    count = cast(CursorResult[Any], await connection.execute(statement, list(fresh))).rowcount
    return count if count >= 0 else len(fresh)  # not every driver counts
