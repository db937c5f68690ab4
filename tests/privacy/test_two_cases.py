"""Two cases of one person: nothing in the database tells that they belong together, and nothing stays of either."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from privacy.scanner import leaks
from sqlalchemy import select

from bot.channels import DeliveryError
from bot.outbox_worker import OutboxWorker
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
    "said_at", "since", "rests_until", "tag_root", "recipient", "attempts", "last_error", "topic",
    "region_id", "scheme", "flags", "rung", "minutes",
}  # fmt: skip
"""Columns in which two cases of one person may agree, because cases of two persons do as well. `said_at` is coarse."""

OF_NOBODY = {"article", "career_item", "career_version", "synonym", "slot", "sign_in_link"}
"""Tables with times that no employee causes."""


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
