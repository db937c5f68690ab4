"""Erased is gone: from the tables, from the file, from its log. What stays is what the text says that stays."""

import logging
from unittest.mock import patch

import pytest
import pytest_asyncio
from privacy.life import HER, begin, counts, does
from privacy.scanner import leaks
from privacy.world import a_world
from sqlalchemy import LargeBinary, Uuid, select, text

import storage.cases
import storage.database
from dialogs.wording import say
from guidance import blocks, retention
from storage.base import Base

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.sqlite]

STAYS = {
    "used_alias": "dæknavn",
    "heard": "beskeder, jeg har hørt",
    "block": "lukket ude",
}
"""Tables that keep a mark of hers, and the words of the text that say so."""

COUNTED = {"article_vote", "asked_words", "asked_count", "feedback"}
"""Counts that belong to nobody: the page about privacy says that they are only counted."""

NOT_LIVED = {"placement_decision", "disclosure", "swap_member"}
"""Tables without secrets of their own, and swaps, which take several people: tests/conversations/test_swaps.py."""

CALENDAR = {"slot"}
"""The office's own times, which are there with or without her."""


async def values_of(database, case_ids):
    """Every identifier, tag and sealed value in the rows of these cases, as bytes: what must be overwritten."""
    found = set()
    async with database.reading() as db:
        for name, table in Base.metadata.tables.items():
            key = table.c.get("id") if name == "guidance_case" else table.c.get("case_id")
            if key is None:
                continue
            for row in (await db.execute(select(table))).mappings():
                if row[key.name].hex not in case_ids:
                    continue
                for column in table.c:
                    value = row[column.name]
                    if isinstance(column.type, Uuid) and value is not None and not column.foreign_keys:
                        found.add((name, column.name, value.bytes))
                    elif isinstance(column.type, LargeBinary) and value is not None:
                        found.add((name, column.name, bytes(value)))
        for row in await db.execute(select(Base.metadata.tables["outbox"])):
            if row.ids.get("case_id") in case_ids:
                found.add(("outbox", "id", row.id.bytes))
    return found


def remnants(raw, values):
    """Those of the values that still stand in the files; ids as hexadecimal too, a sealed value by its middle."""
    left = set()
    for table, column, value in values:
        core = value[14:78] if len(value) > 100 else value
        if core in raw or core.hex().encode() in raw:
            left.add((table, column))
    return left


async def raw_of(world):
    files = await world.files()
    return b"\n".join(
        raw for name, raw in files.items() if name.startswith("sporskifte.db") or name in ("dump", "backup")
    )


@pytest_asyncio.fixture(loop_scope="module")
async def life(seeded, keyring, tmp_path):
    async with a_world(seeded, keyring, tmp_path, level=logging.WARNING) as world:
        life = await begin(world)
        await life.lives(until="time_passes")
        yield life


async def test_what_is_erased_is_gone_and_what_stays_is_said(life, seeded, tmp_path):
    world = life.world
    before = await values_of(world.database, set(life.cases.values()))
    lived_in = {name for name, column, _ in before}
    hangs_on_a_case = {name for name, table in Base.metadata.tables.items() if "case_id" in table.c}
    assert lived_in >= (hangs_on_a_case | {"guidance_case", "outbox"}) - NOT_LIVED
    assert remnants(await raw_of(world), before) >= {("message", "sealed"), ("identity_envelope", "sealed")}

    # One case: its values go, and those of the others stay.
    one = life.cases["place"]
    mine = await values_of(world.database, {one})
    await does(life.her, "chats.erase", case=one)
    await life.her.taps("Ja, slet")
    raw = await raw_of(world)
    assert remnants(raw, mine) == {("guidance_case", "id")}, (
        "the staff are told, by its id and its alias, that it is gone"
    )
    assert ("message", "sealed") in remnants(raw, before - mine)

    # The rest, by two people in two channels.
    desk, page = await life.staff_of("telephone")
    await desk.reads(page)
    await desk.sends(page, do="block")
    await world.delivers()
    for who in (life.her, life.home):
        await who.says("slet alt om mig")
        assert "Ja, slet alt" in who.shown
        await who.taps("Ja, slet alt")
    raw = await raw_of(world)
    assert remnants(raw, {value for value in before if value[0] != "guidance_case" or value[1] != "id"}) == set()
    assert leaks(raw, [*HER.marks, life.home.receipt, *life.secrets, *life.told], HER.marks) == []

    # All that is left beside the office's own rows, and that the text says so.
    rows, first = await counts(world.database), await _counts_of(seeded, world.database.keyring)
    changed = {name for name, number in rows.items() if number != first.get(name, 0)}
    assert changed == set(STAYS) | COUNTED | CALENDAR | {"outbox"} or changed == set(STAYS) | COUNTED | {"outbox"}
    what_stays = say("da", "privacy.what_stays")
    for words in STAYS.values():
        assert words in what_stays, words
    async with world.database.reading() as db:
        notices = (await db.execute(select(Base.metadata.tables["outbox"]))).mappings().all()
        taken = await db.scalar(text("SELECT count(*) FROM slot WHERE state = 'booked'"))
    assert {row["kind"] for row in notices} == {"case_erased"} and taken == 0
    assert {row["recipient"].partition(":")[0] for row in notices} == {"staff"}

    # And in the end these go, too.
    await world.delivers()
    for staff in ("bo", "sofie", "mikkel", "carla"):
        await (await world.desk(staff)).reads_news()
    for days in (8, blocks.BLOCKED_FOR.days, 366):
        world.clock.passes(days=days)
        await world.house.tidy()
    rows = await counts(world.database)
    assert {name: rows[name] for name in (*STAYS, "outbox", "asked_words")} == dict.fromkeys(
        (*STAYS, "outbox", "asked_words"), 0
    )
    assert remnants(await raw_of(world), before) == set()


async def _counts_of(seeded, keyring):
    database = storage.database.Database(f"sqlite+aiosqlite:///{seeded}", keyring)
    try:
        return await counts(database)
    finally:
        await database.close()


async def test_what_nobody_erases_goes_when_its_time_is_over(life):
    """Retention: closed by time, erased by time, and nothing of it is left in the files either."""
    world = life.world
    before = await values_of(world.database, set(life.cases.values()))
    for _ in range(9):
        world.clock.passes(days=retention.CLOSED_CASES_KEPT.days + 1)
        await world.house.tidy()
        await world.goes_round()
    rows = await counts(world.database)
    left = {name for name, table in Base.metadata.tables.items() if "case_id" in table.c and rows[name]}
    assert left == set() and rows["guidance_case"] == 0 and rows["conversation"] == 0
    assert remnants(await raw_of(world), before - {one for one in before if one[0] == "outbox"}) == set()
    assert leaks(await raw_of(world), [*HER.marks, life.home.receipt, *life.secrets, *life.told], HER.marks) == []


def not_from_the_log():
    return patch.object(storage.cases, "leave_no_trace", lambda db: None)


def not_overwritten():
    """As if SQLite only took erased rows out of its lists."""
    real = storage.database._tame_sqlite

    def tame(engine):
        real(engine)
        storage.database.event.listen(
            engine, "connect", lambda connection, record: connection.cursor().execute("PRAGMA secure_delete=OFF")
        )

    return patch.object(storage.database, "_tame_sqlite", tame)


@pytest.mark.parametrize("fault", [not_from_the_log, not_overwritten])
async def test_what_is_only_half_erased_is_noticed(seeded, keyring, tmp_path, fault):
    with fault():
        async with a_world(seeded, keyring, tmp_path, level=logging.WARNING) as world:
            life = await begin(world)
            await life.lives(until="books_in_writing")
            before = await values_of(world.database, set(life.cases.values()))
            await life.her.says("slet alt om mig")
            await life.her.taps("Ja, slet alt")
            assert remnants(await raw_of(world), before)
