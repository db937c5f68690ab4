"""A person whose every mark is a canary goes through everything. None of it is found where it must not be."""

import base64
import codecs
import hashlib
import logging
import random
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cast import as_json
from sqlalchemy import select

from bot.channels import DeliveryError
from bot.outbox_worker import OutboxWorker
from bot.rendering.adaptive import render
from guidance import appointments, cases, chats, placements
from storage.base import Base
from storage.database import Database
from storage.identities import address_behind
from storage.outbox import LEASE
from storage.participants import Address

NAME = "Kanariesen Ærtebjerg"
AAD = "c0ffee00-feed-4bad-8ace-5ca1ab1e0001"
USER = "29:1kanariefugl-bruger"
CONVERSATION = "a:1kanariefugl-samtale"
IDENTITY = (NAME, AAD, USER, CONVERSATION)
WORDS = ("kanariebekymring", "kanarieophold", "kanariegrund", "kanariesvar")

SHARED = {
    "staff_id", "opened_on", "closed_on", "locale", "state", "kind", "status", "side", "delivery", "number",
    "said_at", "since", "rests_until", "recipient", "attempts", "last_error", "topic",
    "region_id", "scheme", "flags", "rung", "minutes",
}  # fmt: skip
"""Columns in which two cases of one person may agree, because cases of two persons do as well. `said_at` is coarse."""

OF_NOBODY = {"article", "career_item", "career_version", "synonym", "slot", "sign_in_link"}
"""Tables with times that no employee causes."""


def spellings(canary: str) -> dict[str, bytes]:
    """Every form in which a careless line could leave the canary in a file."""
    raw = canary.encode()
    found = {"utf-8": raw, "utf-16-le": canary.encode("utf-16-le"), "utf-16-be": canary.encode("utf-16-be")}
    found["hex"] = raw.hex().encode()
    found["HEX"] = raw.hex().upper().encode()
    found["url"] = quote(canary, safe="").encode()
    found["json"] = codecs.encode(canary, "unicode_escape")
    found["lower"] = canary.lower().encode()
    for offset in range(3):
        # The first and last characters depend on what stands beside it, so they are left out.
        whole = base64.b64encode(bytes(offset) + raw)
        found[f"base64-{offset}"] = whole[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, raw, usedforsecurity=False)
        found[name], found[f"{name} in hex"] = digest.digest(), digest.hexdigest().encode()
    return found


def leaks(haystack: bytes, canaries: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which canaries stand in it, and how."""
    return [(c, how) for c in canaries for how, written in spellings(c).items() if written in haystack]


def raw_files(database: Database) -> bytes:
    path = Path(database.url.split("///")[1])
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


class Teams:
    """Takes what is delivered to Teams; fails first, so that errors are logged too."""

    waits = False

    def __init__(self):
        self.cards = []
        self.failed = 0

    async def deliver(self, address, card):
        if not self.failed:
            self.failed += 1
            raise DeliveryError("connector_500", permanent=False)
        self.cards.append((address, card))


@pytest.fixture
def loud(caplog):
    """Everything is logged that any library has to say. Stands before the story in the list of a test."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
async def story(employee, advisor, database, clock, nudge):
    """She asks, books, writes, gets an answer, wishes for a stay and looks at what is kept of her."""
    teams = Teams()
    worker = OutboxWorker(database, {"teams": teams}, clock, nudge, nudge, random.Random(1))
    her = employee(NAME)
    her.worker = worker
    reference = {"service_url": "http://localhost:1", "conversation": CONVERSATION, "user": USER, "bot": "28:bot"}
    her.address = Address("teams", f"tenant|{AAD}", reference)
    await her.says("hvad er snusepraktik?")
    await her.taps("Ja, det hjalp")
    await her.books()
    await her.taps("Skriv til rådgiveren")
    await her.says(WORDS[0])
    await her.says("stop")
    await her.wishes(WORDS[1])
    await her.says("jeg vil gerne snuse")
    await her.taps("Snusepraktik")
    await her.says(f"{WORDS[1]} igen")
    await her.taps("Fortsæt", starts="", length="1_day")
    await her.says(WORDS[2])
    for staff in ("bo", "sofie", "mikkel", "carla"):
        for case in await advisor(staff).cases():
            await advisor(staff).answers(case.id.hex, WORDS[3])
    for _ in range(3):
        while await worker.work_once():
            pass
        clock.passes(minutes=5)
    await her.says("hvad gemmer I om mig?")
    return her, teams


async def test_the_story_happened(story, database):
    _, teams = story
    assert [card.words for _, card in teams.cards] == [WORDS[3]] * 2
    assert {address.subject for address, _ in teams.cards} == {f"tenant|{AAD}"}
    async with database.reading() as db:
        owned = list(await db.scalars(select(Base.metadata.tables["guidance_case"].c.id)))
        addresses = [await address_behind(db, case_id) for case_id in owned]
    assert len(owned) == 2 and {a.reference["user"] for a in addresses if a} == {USER}, "the envelope does hold her"


@pytest.mark.sqlite
async def test_the_raw_database_holds_nothing_of_her(story, database):
    raw = raw_files(database)
    assert len(raw) > 100_000 and b"hovedstaden" in raw, "the scanner reads the right files"
    assert leaks(raw, (*IDENTITY, f"tenant|{AAD}", *WORDS)) == []


@pytest.mark.sqlite
async def test_the_scanner_finds_a_planted_leak(database):
    for number, (how, written) in enumerate(spellings(NAME).items()):
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql(f"CREATE TABLE leak{number} (x BLOB)")
            await connection.exec_driver_sql(f"INSERT INTO leak{number} VALUES (?)", (b"\x07" + written + b"\x07",))
        assert (NAME, how) in leaks(raw_files(database), IDENTITY), how


@pytest.mark.parametrize("beside", [b"", b"a", b"ab"])
def test_the_scanner_finds_base64_at_every_offset(beside):
    for canary in (*IDENTITY, *WORDS):
        assert leaks(base64.b64encode(beside + canary.encode() + b"xyz"), (canary,)), canary


@pytest.mark.sqlite
async def test_logs_hold_nothing_of_her(loud, story):
    records = loud.get_records("setup")  # the story is told by a fixture
    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in records)
    assert "INSERT INTO outbox" in said, "the libraries do log"
    assert leaks(said.encode(), (*IDENTITY, *WORDS)) == []


async def test_cards_carry_nothing_of_her_but_her_own_words(story):
    her, _ = story
    carried = as_json(her.cards) + str([render(card, "http://localhost") for card in her.cards])
    assert leaks(carried.encode(), IDENTITY) == []


async def test_what_the_staff_see_holds_her_words_and_nothing_of_her(story, advisor, database):
    pages = []
    async with database.reading() as db:
        for staff in ("bo", "sofie", "mikkel", "carla"):
            for case in await cases.of_staff(db, staff):
                pages.append(str({k: v for k, v in vars(case).items() if not k.startswith("_")}))
                pages.append(repr(await chats.thread(db, case.id)))
                pages.append(repr(await placements.of_case(db, case.id)))
                pages.append(repr(await appointments.of_case(db, case.id)))
    for staff in ("bo", "sofie", "mikkel", "carla"):
        pages += await advisor(staff).reads_news()
    shown = "\n".join(pages)
    assert WORDS[0] in shown and WORDS[1] in shown, "the advisors do read her words"
    assert leaks(shown.encode(), IDENTITY) == []


async def test_two_cases_of_hers_share_nothing(story, database):
    """Whoever has the database alone cannot see that two rows belong to one person."""
    async with database.reading() as db:
        ids = sorted(await db.scalars(select(Base.metadata.tables["guidance_case"].c.id)))
        assert len(ids) == 2
        values = []
        for case_id in ids:
            mine = defaultdict(set)
            for name, table in Base.metadata.tables.items():
                key = table.c.get("id") if name == "guidance_case" else table.c.get("case_id")
                if key is None:
                    continue
                for row in (await db.execute(select(table).where(key == case_id))).mappings():
                    for column, value in row.items():
                        if value not in (None, "", True, False):
                            mine[column].add(bytes(value) if isinstance(value, bytes) else str(value))
            values.append(mine)
    one, other = values
    assert {"owner_tag", "alias", "sealed"} <= set(one) & set(other)
    shared = {column for column in set(one) & set(other) if one[column] & other[column]}
    assert shared <= SHARED, shared - SHARED
    everything = [{v for column, found in mine.items() if column not in SHARED for v in found} for mine in values]
    assert everything[0] & everything[1] == set(), "nor does one's value stand in another column of the other"


async def times(database):
    """Every point in time in a row that somebody's turn has left."""
    async with database.reading() as db:
        return [
            (column, value)
            for name, table in Base.metadata.tables.items()
            if name not in OF_NOBODY
            for row in (await db.execute(select(table))).mappings()
            for column, value in row.items()
            if isinstance(value, datetime)
        ]


async def test_no_row_tells_the_moment_of_a_turn(employee, advisor, database, clock, nudge):
    """Two rows with the same exact time would belong together: a conversation and its case, or two cases."""
    on_the_hour = clock()
    clock.passes(minutes=3, seconds=17.123456)
    her = employee(NAME).from_teams()
    await her.books()
    await her.taps("Skriv til rådgiveren")
    await her.says(WORDS[0])
    await her.says("stop")
    await her.says("book en tid")  # so that a draft is left, too
    for staff in ("bo", "sofie", "mikkel"):
        for case in await advisor(staff).cases():
            await advisor(staff).answers(case.id.hex, WORDS[3])
    written = await times(database)
    assert {column for column, _ in written} == {"said_at", "due_at"}
    assert {value for _, value in written} == {on_the_hour}, "all in the same step of five minutes"

    class Slow(Teams):
        async def deliver(self, address, card):
            nonlocal written
            written = await times(database)
            await super().deliver(address, card)

    worker = OutboxWorker(database, {"teams": Slow()}, clock, nudge, nudge, random.Random(1))
    await worker.work_once()
    leases = [value for column, value in written if column == "leased_until"]
    assert leases and all(value.timestamp() % 60 == 0 for value in leases), "nor while it is sent"
    (again,) = {value for column, value in await times(database) if column == "due_at"} - {on_the_hour}
    assert again - clock() not in (timedelta(0), LEASE), "nor when it is to be sent again: pauses are drawn by lot"


async def test_conversations_and_what_was_heard_know_days_only(story, database):
    async with database.reading() as db:
        for name in ("conversation", "heard"):
            rows = (await db.execute(select(Base.metadata.tables[name]))).mappings().all()
            assert rows and not [value for row in rows for value in row.values() if isinstance(value, datetime)], name


async def test_another_language_changes_no_case_in_vain(story, database):
    """What changes in the same transaction can be tied together by comparing two copies of the database."""
    her, _ = story
    await her.says("mine aftaler")
    await her.taps("Aflys aftalen")
    await her.taps("Ja, aflys")
    await her.says("English please")
    async with database.reading() as db:
        table = Base.metadata.tables["guidance_case"]
        spoken = {(row.state, row.locale) for row in await db.execute(select(table))}
    assert spoken == {("closed", "da"), ("open", "en")}


async def test_sealed_columns_of_her_cases_are_equally_long(story, database):
    async with database.reading() as db:
        envelope, placement = (Base.metadata.tables[name].c.sealed for name in ("identity_envelope", "placement"))
        lengths = [{len(value) for value in await db.scalars(select(column))} for column in (envelope, placement)]
        messages = {len(v) for v in await db.scalars(select(Base.metadata.tables["message"].c.sealed))}
    assert all(len(found) == 1 for found in lengths) and len(messages) == 1


@pytest.mark.sqlite
async def test_after_deleting_only_what_names_nobody_is_left(story, database):
    her, _ = story
    async with database.reading() as db:
        table = Base.metadata.tables["guidance_case"]
        before = [(row.id.hex, row.alias, bytes(row.owner_tag)) for row in await db.execute(select(table))]
    await her.says("slet alt om mig")
    await her.taps("Ja, slet alt")  # and at once, without waiting for housekeeping:
    async with database.reading() as db:
        counts = {
            name: len((await db.execute(select(table))).all())
            for name, table in Base.metadata.tables.items()
            if name in ("guidance_case", "identity_envelope", "message", "appointment", "placement", "conversation")
        }
        notices = (await db.execute(select(Base.metadata.tables["outbox"]))).mappings().all()
    assert set(counts.values()) == {0}, counts
    assert sorted(row["kind"] for row in notices) == ["case_erased"] * 2
    raw = raw_files(database)
    assert leaks(raw, (*IDENTITY, *WORDS)) == []
    for case_id, alias, owner_tag in before:
        assert owner_tag not in raw and bytes.fromhex(case_id) not in raw
        stands_in = sum(alias in str(dict(row)) and case_id in str(dict(row)) for row in notices)
        assert stands_in == 1, "one notice to the staff names the alias"
