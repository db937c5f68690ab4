"""Keys are changed while people write: everything opens at every moment, and in the end the new key holds it all."""

import asyncio
import itertools
import json
import os
from datetime import date, timedelta

import pytest
from cast import Advisor, Employee
from sqlalchemy import LargeBinary, func, select, update

from bot.housekeeping import Housekeeping
from bot.turns import Turns
from guidance import blocks as blocking
from guidance import cases
from storage import asked, chats, key_files, rotation, slack, swaps
from storage.appointments import Appointment, write_remark
from storage.asked import AskedWords
from storage.base import Base
from storage.cases import Case, Envelope, KeptFrom, alias_is_free, keep_from, write_note
from storage.conversations import Conversation, Heard
from storage.database import Database
from storage.identities import address_behind
from storage.key_files import SEALING, TAGS, KeysMissing, KeyUnknown
from storage.placements import Placement, write_person, write_terms
from storage.rotation import StillNeeded
from storage.sealed_columns import NOT_SEALED, SEALED
from storage.sealing import Keyring, SealBroken


@pytest.fixture
def folder(tmp_path, keyring):
    """Key files with the keys of the tests, as they were written before keys could be changed."""
    where = tmp_path / "keys"
    where.mkdir()
    key_files.create(where / SEALING, key_files.KeyFile({1: key_files.Key(keyring.keys[1])}, 1))
    key_files.create(where / TAGS, key_files.KeyFile({1: key_files.Key(keyring.tag_root)}, 1))
    return where


@pytest.fixture
def in_files(database, folder):
    """The database with keys that lie in files, looked at without delay."""
    database.keyring = Keyring.load(folder)
    return database


@pytest.fixture(autouse=True)
def _no_delay(monkeypatch):
    monkeypatch.setattr("storage.sealing.LOOK_EVERY", 0.0)
    monkeypatch.setattr("storage.rotation.LOOK_EVERY", 0.0)


async def heads(database):
    """Of every sealed column: by which keys its values are sealed."""
    found = {}
    async with database.reading() as db:
        for one in SEALED:
            values = await db.scalars(select(one.column).where(one.column.is_not(None)))
            found[f"{one.table.name}.{one.column.name}"] = [value[1] for value in values]
    return found


async def fill(amina, bo, database, clock):
    """Something sealed in every column there is."""
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Hej, det er Bo")
    await amina.wishes()
    await amina.says("book en tid")  # leaves a conversation with an open question
    async with database.transaction() as db:
        case = await db.get_one(Case, case.id)
        keep_from(db, case, KeptFrom("nordkysten", ("carla",)))
        write_note(db, case, "Ringer torsdag")
        write_remark(db, (await db.scalars(select(Appointment))).one(), "Jeg hører dårligt")
        placement = (await db.scalars(select(Placement))).one()
        write_terms(db, placement, '{"first": "2027-01-12"}')
        write_person(db, placement, {"name": "Amina Yusuf"})
        await swaps.add(db, "h", clock().date(), clock().date(), [(placement.case_id, "b")], clock().date())
        await asked.count_words(db, date(2026, 11, 1), ("parkering",), ("parkering",))
        await slack.install(db, "T012AB3CD", slack.Tokens("xoxb", "xoxr", 0, "U1", "chat:write", 0))
        await slack.keep(db, [(bytes(range(32)), {"at": clock().timestamp(), "number": 1})])


async def everything_opens(database):
    async with database.reading() as db:
        for one in SEALED:
            for row in (await db.execute(select(one.table).where(one.column.is_not(None)))).mappings():
                database.keyring.open(one.purpose, one.context(row), row[one.column.name])


# -- the list --


def test_every_column_of_bytes_is_listed_as_sealed_or_as_not():
    listed = [one.column for one in SEALED] + [one.class_.__table__.c[one.key] for one in NOT_SEALED]
    there = [c for table in Base.metadata.tables.values() for c in table.columns if isinstance(c.type, LargeBinary)]
    assert {str(column) for column in there} == {str(column) for column in listed}
    assert len(listed) == len(set(map(str, listed)))


# -- sealing --


async def test_everything_is_sealed_again_in_every_column_and_as_long_as_before(amina, bo, in_files, folder, clock):
    await fill(amina, bo, in_files, clock)
    assert all(set(found) == {1} for found in (await heads(in_files)).values()), "each column has something"

    async def lengths():
        async with in_files.reading() as db:
            return {
                one.column: sorted(await db.scalars(select(func.length(one.column)).where(one.column.is_not(None))))
                for one in SEALED
            }

    before = await lengths()
    rotation.rotate_sealing(folder, clock())
    resealed = await rotation.finish(in_files)
    after = await heads(in_files)
    assert all(set(found) == {2} for found in after.values()), after
    assert resealed.done == sum(map(len, after.values())) and resealed.broken == 0
    assert await lengths() == before
    await everything_opens(in_files)
    assert (await rotation.reseal(in_files)).done == 0, "a second time there is nothing to do"


async def test_after_it_every_flipped_bit_and_every_swapped_row_is_refused(amina, bo, in_files, folder, clock):
    await fill(amina, bo, in_files, clock)
    await amina.books()
    rotation.rotate_sealing(folder, clock())
    await rotation.finish(in_files)
    ring = in_files.keyring
    async with in_files.reading() as db:
        for one in SEALED:
            rows = (await db.execute(select(one.table).where(one.column.is_not(None)))).mappings().all()
            row, sealed = rows[0], rows[0][one.column.name]
            for place, bit in itertools.product(range(0, len(sealed), 7), (0x01, 0x80)):
                broken = bytearray(sealed)
                broken[place] ^= bit
                with pytest.raises(SealBroken):
                    ring.open(one.purpose, one.context(row), bytes(broken))
            for wrong in [one.context(other) for other in rows[1:]] + [("another",)]:
                with pytest.raises(SealBroken):
                    ring.open(one.purpose, wrong, sealed)


async def test_two_rows_that_were_swapped_before_it_do_not_become_right_by_it(amina, bo, in_files, folder, clock):
    await amina.books()
    await amina.books()
    async with in_files.transaction() as db:
        one, other = (await db.execute(select(Envelope.case_id, Envelope.sealed))).all()
        for case_id, sealed in ((one.case_id, other.sealed), (other.case_id, one.sealed)):
            await db.execute(update(Envelope).where(Envelope.case_id == case_id).values(sealed=sealed))
    rotation.rotate_sealing(folder, clock())
    assert (await rotation.finish(in_files)).broken == 2
    async with in_files.reading() as db:
        for swapped in (one, other):
            with pytest.raises(SealBroken):
                await address_behind(db, swapped.case_id)
        assert await rotation.left_on(db, 1) == 2
    with pytest.raises(StillNeeded, match="2 values"):
        await rotation.drop_key(in_files, 1, clock() + timedelta(days=2))


async def test_what_is_written_meanwhile_is_not_overwritten(amina, bo, in_files, folder, clock, monkeypatch):
    await amina.books()
    (case,) = await bo.cases()
    async with in_files.transaction() as db:
        write_note(db, await db.get_one(Case, case.id), "Det gamle")
    rotation.rotate_sealing(folder, clock())
    replace = rotation._replace

    async def somebody_is_quicker(db, one, fresh):
        if one.purpose == "note":
            write_note(db, await db.get_one(Case, case.id), "Det nye")
            await db.flush()
        return await replace(db, one, fresh)

    monkeypatch.setattr(rotation, "_replace", somebody_is_quicker)
    await rotation.reseal(in_files)
    async with in_files.reading() as db:
        assert cases.note_of(db, await db.get_one(Case, case.id)) == "Det nye"


async def test_stopped_in_the_middle_it_goes_on_with_what_is_left(amina, bo, in_files, folder, clock, monkeypatch):
    await amina.books()
    (case,) = await bo.cases()
    async with in_files.transaction() as db:
        for number in range(40):
            await chats.add(db, case.id, "employee", f"Besked {number}", clock())
    rotation.rotate_sealing(folder, clock())
    replace, calls = rotation._replace, itertools.count()

    async def dies(db, one, fresh):
        if next(calls) == 3:
            raise OSError
        return await replace(db, one, fresh)

    monkeypatch.setattr(rotation, "_replace", dies)
    with pytest.raises(OSError):
        await rotation.reseal(in_files, batch=10)
    monkeypatch.setattr(rotation, "_replace", replace)
    async with in_files.reading() as db:
        left = await rotation.left_on(db, 1)
        assert 0 < left < 40
    assert (await rotation.reseal(in_files, batch=10)).done == left
    await everything_opens(in_files)


async def test_while_people_write_in_two_copies_nothing_fails_to_open(
    database_url, folder, library, clock, nudge, worker, monkeypatch
):
    """Two copies of the service on one database, each with its own keyring, and the job running in both of them."""
    copies = [Database(database_url, Keyring.load(folder)) for _ in range(2)]
    people, failures = [], []
    for number in range(8):
        person = Employee(f"Person {number}", Turns(copies[number % 2], library, clock, nudge), worker)
        people.append(person)
    over = asyncio.Event()
    opened = Keyring.open

    def counted(self, *arguments):
        try:
            return opened(self, *arguments)
        except SealBroken:
            failures.append(arguments[0])
            raise

    monkeypatch.setattr(Keyring, "open", counted)
    turns = itertools.count()

    async def talks(person):
        while not over.is_set():
            for words in ("book en tid", "tilbage", "hvad er snusepraktik?", "mine aftaler"):
                said = await person.says(words)
                assert "gik noget galt" not in said.lower()
                next(turns)

    for person in people:  # one after the other: at the same time they would choose the same time
        await person.books()
    talking = [asyncio.create_task(talks(person)) for person in people]
    await asyncio.sleep(1)
    for _ in range(3):
        rotation.rotate_sealing(folder, clock())
        await asyncio.gather(*(rotation.reseal(copy, batch=3) for copy in copies))
        await asyncio.sleep(0.5)
    over.set()
    await asyncio.gather(*talking)
    for copy in copies:
        await rotation.finish(copy)
    async with copies[0].reading() as db:
        found = await rotation.counts(db)
    assert failures == [] and next(turns) > 50
    assert set(found) == {4} and found[4]["identity_envelope.sealed"] == 8
    await everything_opens(copies[0])
    for copy in copies:
        await copy.close()


async def test_a_running_copy_takes_up_a_key_that_another_one_uses_already(in_files, folder, clock):
    there = Keyring.load(folder)
    there.seal("note", ("1",), b"")
    rotation.rotate_sealing(folder, clock())
    new = Keyring.load(folder).seal("note", ("1",), b"Hej")
    there._look_again = float("inf")  # it was not yet time to look at the files
    assert there.open("note", ("1",), new) == b"Hej"


async def test_a_key_that_is_only_prepared_seals_nothing_until_it_is_time(in_files, folder, clock):
    assert rotation.rotate_sealing(folder, clock(), only_prepare=True).active == 1
    assert in_files.keyring.seal("note", ("1",), b"Hej")[1] == 1
    assert rotation.rotate_sealing(folder, clock()).active == 2
    assert sorted(key_files.read(folder / SEALING).keys) == [1, 2], "the prepared one, and no third"
    assert in_files.keyring.seal("note", ("1",), b"Hej")[1] == 2


async def test_an_old_key_is_dropped_only_when_nothing_needs_it(amina, in_files, folder, clock):
    await amina.books()
    await in_files.adopt_keys()
    with pytest.raises(KeyUnknown, match="active"):
        await rotation.drop_key(in_files, 1, clock())
    rotation.rotate_sealing(folder, clock())
    await in_files.adopt_keys()
    with pytest.raises(StillNeeded, match="cookies"):
        await rotation.drop_key(in_files, 1, clock())
    clock.passes(days=2)
    with pytest.raises(StillNeeded, match="reseal"):
        await rotation.drop_key(in_files, 1, clock())
    await rotation.finish(in_files)
    await rotation.drop_key(in_files, 1, clock())
    assert sorted(key_files.read(folder / SEALING).keys) == [2]
    in_files.keyring.look()
    await in_files.check()
    await everything_opens(in_files)
    with pytest.raises(KeyUnknown, match="There are: 2"):
        await rotation.drop_key(in_files, 1, clock())


async def test_key_files_from_before_the_change_are_noticed(in_files, folder, clock):
    """Somebody puts an old copy of the keys back: with it the newest values could not be opened."""
    old = {name: (folder / name).read_bytes() for name in (SEALING, TAGS)}
    rotation.rotate_sealing(folder, clock())
    await in_files.adopt_keys()
    (folder / SEALING).write_bytes(old[SEALING])
    restarted = Database(in_files.url, Keyring.load(folder))
    with pytest.raises(KeysMissing, match="do not belong"):
        await restarted.check()
    await restarted.close()


async def test_housekeeping_goes_on_with_what_was_left(amina, in_files, folder, clock):
    await amina.books()
    rotation.rotate_sealing(folder, clock())
    await Housekeeping(in_files, clock).tidy()
    assert {number for found in (await heads(in_files)).values() for number in found} == {2}


@pytest.mark.parametrize("name", [SEALING, TAGS])
def test_whatever_happens_while_a_key_file_is_written_one_whole_file_is_there(folder, clock, monkeypatch, name):
    change = rotation.rotate_sealing if name == SEALING else rotation.rotate_tags
    before = (folder / name).read_text()

    def no_room(descriptor):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError):
        change(folder, clock())
    assert (folder / name).read_text() == before
    monkeypatch.undo()
    assert change(folder, clock()).active == 2, "what was left behind is not in the way"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert sorted(file.name for file in folder.iterdir()) == [SEALING, TAGS]


def test_files_from_before_keys_could_be_changed_are_read(tmp_path):
    made = Keyring.create(tmp_path / "new")
    text = json.loads((tmp_path / "new" / SEALING).read_text())
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / SEALING).write_text(json.dumps({"v": 1, "keys": {"1": {"k": text["keys"]["1"]["k"]}}}))
    tags = json.loads((tmp_path / "new" / TAGS).read_text())
    (tmp_path / "old" / TAGS).write_text(tags["keys"]["1"]["k"] + "\n")
    old = Keyring.load(tmp_path / "old")
    assert old.fingerprints() == made.fingerprints() and old.salt("receipt") == made.salt("receipt")


# -- tags --


async def test_with_a_new_root_everybody_finds_everything_again(amina, dan, bo, in_files, folder, clock):
    await amina.books()
    (case,) = await bo.cases()
    await amina.says("book en tid")  # an open question
    last, salt = amina.last, in_files.keyring.salt("receipt")
    rotation.rotate_tags(folder, clock())
    assert in_files.keyring.salt("receipt") == salt, "receipts still lead to the same visits"
    assert await amina.repeats() == "" and amina.last is last, "what was heard is known"
    await amina.taps("Fortsæt")  # the open question is still there
    async with in_files.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Conversation)) == 1
        assert not await alias_is_free(db, case.alias)
    assert case.alias in await amina.says("mine aftaler")
    assert "ingen" in (await dan.says("mine aftaler")).lower()


async def test_a_case_gets_a_new_tag_when_its_owner_looks_at_it_and_no_other_one_does(
    amina, bo, in_files, folder, clock
):
    await amina.books()
    await amina.books()

    async def stored():
        async with in_files.reading() as db:
            return {one.id: one for one in await db.scalars(select(Case))}

    (first,) = await bo.cases()
    (second,) = [one for one in (await stored()).values() if one.id != first.id]
    rotation.rotate_tags(folder, clock())
    await bo.answers(first.id.hex, "Hej")
    await amina.reads_news()
    await amina.says("mine aftaler")
    assert [one.tag_root for one in (await stored()).values()] == [1, 1], "a list tells nothing by what it changes"
    await amina.taps("Svar")
    after = await stored()
    assert after[first.id].tag_root == 2 and after[first.id].owner_tag != first.owner_tag
    assert after[second.id].tag_root == 1 and after[second.id].owner_tag == second.owner_tag
    await amina.says("Tak")
    assert (await bo.reads(first.id.hex))[-1] == "Tak"


async def test_who_is_kept_out_stays_out_and_can_be_let_in_again(amina, bo, in_files, folder, clock):
    await amina.books()
    (case,) = await bo.cases()
    async with in_files.transaction() as db:
        await blocking.end_and_block(db, "bo", case.id.hex, clock())
    rotation.rotate_tags(folder, clock())
    await amina.reads_news()

    async def blocked():
        async with in_files.reading() as db:
            return await blocking.is_blocked(db, await db.get_one(Case, case.id))

    assert await blocked()
    assert "lukket" in (await amina.books()).lower()
    async with in_files.transaction() as db:
        await cases.own_case(db, amina.turns._participant(amina.address), case.id.hex)
    assert (await bo.cases())[0].tag_root == 2 and await blocked()
    async with in_files.transaction() as db:
        await blocking.lift(db, "bo", case.id.hex)
    assert not await blocked()


async def test_words_are_counted_on_under_the_tag_they_have(in_files, folder, clock):
    for _ in range(2):
        async with in_files.transaction() as db:
            await asked.count_words(db, date(2026, 11, 1), ("parkering",), ("parkering",))
        if in_files.keyring.tagging.active == 1:
            rotation.rotate_tags(folder, clock())
    async with in_files.reading() as db:
        assert [row.askers for row in await db.scalars(select(AskedWords))] == [2]


async def test_an_old_root_is_dropped_only_when_nothing_stands_under_it(amina, bo, in_files, folder, clock):
    await amina.books()
    (case,) = await bo.cases()
    rotation.rotate_tags(folder, clock())
    await in_files.adopt_keys()
    with pytest.raises(StillNeeded, match="365 days"):
        await rotation.drop_root(in_files, 1, clock())
    clock.passes(days=366)
    with pytest.raises(StillNeeded, match="1 cases"):
        await rotation.drop_root(in_files, 1, clock())
    async with in_files.transaction() as db:
        await cases.own_case(db, amina.turns._participant(amina.address), case.id.hex)
    salt = in_files.keyring.salt("receipt")
    await rotation.drop_root(in_files, 1, clock())
    in_files.keyring.look()
    await in_files.check()
    assert in_files.keyring.salt("receipt") == salt
    assert case.alias in await amina.says("hvad gemmer I om mig")


async def test_a_notice_for_whoever_is_behind_a_case_arrives_whatever_was_changed(amina, bo, in_files, folder, clock):
    await amina.books()
    (case,) = await bo.cases()
    rotation.rotate_tags(folder, clock())
    rotation.rotate_sealing(folder, clock())
    await rotation.finish(in_files)
    await bo.answers(case.id.hex, "Vi ses")
    assert "Vi ses" in await amina.reads_news()
    assert isinstance(bo, Advisor)


async def test_heard_once_is_once_under_both_roots(in_files, folder, clock):
    from storage.conversations import hear_once

    async def hear():
        async with in_files.transaction() as db:
            return await hear_once(db, in_files.keyring.tags("heard", "x"), clock())

    assert await hear()
    rotation.rotate_tags(folder, clock())
    assert not await hear()
    async with in_files.reading() as db:
        assert len(list(await db.scalars(select(Heard)))) == 1
