"""The commands about keys: keys · rotate-keys · reseal · drop-key · rotate-tags · drop-root."""

import argparse
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from bot.settings import Settings
from bot.the_database import open_database
from storage import cases, rotation
from storage.database import Database
from storage.key_files import KeyFile

Command = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, None]]

BACKUPS = "Backups from before {day} can then be read only with the keys that you have kept elsewhere."


def add_to(commands: Any) -> None:
    """Say what there is."""
    commands.add_parser("keys", help="list the keys, how old they are and how much each still holds")
    rotate = commands.add_parser("rotate-keys", help="seal with a new key from now on, and everything again")
    rotate.add_argument("--prepare", action="store_true", help="only lay the new key ready, for copies elsewhere")
    commands.add_parser("reseal", help="seal again what is still sealed with an old key (`serve` does it too)")
    commands.add_parser("rotate-tags", help="make tags with a new root from now on, and go on finding the old ones")
    for name, said in (
        ("drop-key", "forget an old key that seals nothing any more"),
        ("drop-root", "forget an old root of tags under which nothing is kept any more"),
    ):
        drop = commands.add_parser(name, help=said)
        drop.add_argument("number", type=int)
        drop.add_argument("--yes", action="store_true", help="I have read what it says about backups")


async def _keys(settings: Settings, _: argparse.Namespace) -> None:
    database, now = await open_database(settings), _now()
    async with database.reading() as db:
        left = await rotation.counts(db)
        roots = database.keyring.tagging
        under = {number: await cases.count_under(db, number) for number in roots.keys}
    sealing = database.keyring.sealing
    await database.close()
    print("Keys that seal (keyring.json):")
    _list(sealing, now, {number: f"{sum(left.get(number, {}).values())} values" for number in sealing.keys})
    print("Roots of tags (tagroot.key):")
    _list(roots, now, {number: f"{count} cases" for number, count in under.items()})
    if lost := set(left) - set(sealing.keys):
        values = sum(sum(left[number].values()) for number in lost)
        print(f"{values} values are sealed with keys that are not here: {', '.join(map(str, sorted(lost)))}.")


def _list(keys: KeyFile, now: datetime, held: dict[int, str]) -> None:
    for number, key in sorted(keys.keys.items()):
        age = f"{(now - key.made).days} days old" if key.made else "age not noted"
        rested = f"rests since {key.rested:%Y-%m-%d}" if key.rested else "prepared"
        state = "active" if number == keys.active else rested
        print(f"  {number:>3}  {state:<23}  {age:<15}  {held[number]}")


async def _rotate_keys(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    keys = rotation.rotate_sealing(settings.keys, _now(), only_prepare=arguments.prepare)
    await _remember(database)
    if arguments.prepare:
        print(f"Key {max(keys.keys)} lies ready. Bring {settings.keys}/keyring.json to every copy, then: rotate-keys")
    else:
        print(f"Key {keys.active} seals from now on. Save keyring.json again, apart from the database.", flush=True)
        await _finish(database)
    await database.close()


async def _reseal(settings: Settings, _: argparse.Namespace) -> None:
    database = await open_database(settings)
    await _finish(database)
    await database.close()


async def _finish(database: Database) -> None:
    resealed = await rotation.finish(database)
    print(f"{resealed.done} values were sealed again.")
    if resealed.broken:
        print(f"{resealed.broken} values do not open with any key that is here; they were left as they are.")


async def _drop_key(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    await _drop(database, database.keyring.sealing, arguments, rotation.drop_key)
    await database.close()


async def _rotate_tags(settings: Settings, _: argparse.Namespace) -> None:
    database = await open_database(settings)
    roots = rotation.rotate_tags(settings.keys, _now())
    await _remember(database)
    await database.close()
    print(f"Root {roots.active} makes tags from now on. Save tagroot.key again, apart from the database.")
    print("A case gets a new tag when its owner next looks at it; until then the old root is needed.")


async def _drop_root(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    await _drop(database, database.keyring.tagging, arguments, rotation.drop_root)
    await database.close()


async def _drop(
    database: Database,
    keys: KeyFile,
    arguments: argparse.Namespace,
    drop: Callable[[Database, int, datetime], Awaitable[None]],
) -> None:
    key = keys.keys.get(arguments.number)
    if key is not None and not arguments.yes:
        print(BACKUPS.format(day=f"{key.rested or _now():%Y-%m-%d}"))
        print("Throw those backups away, or keep this key where they are not. Then add: --yes")
        return
    await drop(database, arguments.number, _now())
    print(f"{arguments.number} is forgotten here.")


async def _remember(database: Database) -> None:
    database.keyring.look()
    await database.adopt_keys()


def _now() -> datetime:
    return datetime.now(UTC)


COMMANDS: dict[str, Command] = {
    "keys": _keys,
    "rotate-keys": _rotate_keys,
    "reseal": _reseal,
    "drop-key": _drop_key,
    "rotate-tags": _rotate_tags,
    "drop-root": _drop_root,
}
