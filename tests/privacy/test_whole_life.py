"""A person whose every mark is a canary lives through all that the service can do: nobody learns who she is.

Each word of hers is a canary too, with a list of who may read it: whoever has the case, or whom she told.
"""

import hashlib
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from unittest.mock import patch

import pytest
import pytest_asyncio
from privacy import life as lived
from privacy.life import HER, begin
from privacy.scanner import leaks, planted
from privacy.world import STAFF, a_world
from sqlalchemy import inspect

import bot.turns
from bot.turns import Turns
from dialogs.wording import say
from guidance import cases, chats
from storage.base import Base
from storage.sealing import Keyring

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.sqlite]


@dataclass
class Outcome:
    """What everybody has got to see when it is over."""

    marks: tuple
    told: dict
    secrets: list
    received: dict
    files: dict
    posts: list
    cards_on_the_web: list
    rows: dict


async def the_outcome(seeded, keyring, folder):
    async with a_world(seeded, keyring, folder) as world:
        life = await begin(world)
        await life.lives()
        return Outcome(
            marks=(*HER.marks, life.home.receipt),
            told={word: readers for word, (_, readers) in life.told.items()},
            secrets=life.secrets,
            received={who: b"\n".join(parts) for who, parts in world.received.items()},
            files=await world.files(),
            posts=[post for posts in world.connector.posted.values() for post in posts],
            cards_on_the_web=life.home.heard,
            rows=await lived.counts(world.database),
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcome(seeded, keyring, tmp_path_factory):
    return await the_outcome(seeded, keyring, tmp_path_factory.mktemp("life"))


def forbidden(outcome, who):
    """What must not be found in what this person received."""
    others = [word for word, readers in outcome.told.items() if who not in readers]
    return [*outcome.marks, *outcome.secrets, *others]


@pytest.mark.parametrize("who", [*STAFF, "anybody", "stranger"])
async def test_nobody_receives_more_than_they_may(outcome, who):
    assert len(outcome.received[who]) > 10_000
    assert leaks(outcome.received[who], forbidden(outcome, who), outcome.marks) == []


async def test_everybody_who_may_read_a_word_has_read_one(outcome):
    """Otherwise the test above would hold for a service in which nothing happens."""
    read = {
        word: [who for who in STAFF if word.encode() in outcome.received[who]]
        for word, readers in outcome.told.items()
        if readers
    }
    unread = [word for word, who in read.items() if not who]
    assert unread == [], "each word that was said reached somebody who may read it"
    assert {who for found in read.values() for who in found} >= {"carla", "henrik", "vera"}
    assert len(read) > 15 and len(outcome.secrets) > 10


async def test_nothing_of_her_lies_on_the_disk(outcome):
    files = outcome.files
    assert {"sporskifte.db", "sporskifte.db-wal", "sporskifte.db-shm", "dump", "backup", "log"} <= set(files)
    assert b"INSERT INTO outbox" in files["everything that libraries log"] and len(files["sporskifte.db-wal"]) > 10_000
    for name, raw in files.items():
        assert leaks(raw, forbidden(outcome, "the disk"), outcome.marks) == [], name


async def test_cards_carry_nothing_by_which_a_platform_knows_her(outcome):
    cards = [str(post["attachments"]).encode() for post in outcome.posts]
    assert len(cards) > 100
    assert leaks(b"\n".join(cards), outcome.marks) == []
    assert {post["summary"] for post in outcome.posts} == {say("da", "notice.preview"), say("en", "notice.preview")}
    assert leaks("\n".join(outcome.cards_on_the_web).encode(), outcome.marks) == []


UNUSED = {"article_draft", "article_version", "kept_question", "passage_vector", "scheme_version", "sign_in_link",
          "other_hours", "leave", "slack_installation", "slack_event", "swap_set", "swap_member"}  # fmt: skip
"""Tables in which her life leaves nothing: of HR, of the office's own times, of Slack, and of several who swap."""


async def test_the_life_leaves_rows_in_every_table(outcome):
    """A new table must be lived in (a new step in life.py), or named here as one that no employee's turn writes to."""
    assert set(Base.metadata.tables) | {"alembic_version"} == set(outcome.rows)
    assert {name for name, rows in outcome.rows.items() if not rows} <= UNUSED
    assert not {name for name in UNUSED if _hangs_on_a_case(name)} - {"swap_member"}


def _hangs_on_a_case(name):
    return "case_id" in inspect(Base.metadata.tables[name]).c


# --- The tests above can fail ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [*STAFF, "anybody", "the disk"])
async def test_whatever_is_planted_is_found(outcome, where):
    """In each place, in every spelling, between what really stands there."""
    around = outcome.files["sporskifte.db"][:200_000] if where == "the disk" else outcome.received[where][:100_000]
    for canary in (HER.name, HER.aad):
        for how, written in planted(canary).items():
            raw = around[:5000] + b"\x07" + written + b"\x07" + around[5000:20000]
            assert canary in [found for found, _ in leaks(raw, [canary], [canary])], (where, how)


@asynccontextmanager
async def faulty(seeded, keyring, folder, *, until):
    """Her life up to a step, after which all of the staff look at her cases."""
    async with a_world(seeded, keyring, folder, level=logging.INFO) as world:
        life = await begin(world)
        await life.lives(until=until)
        for staff in STAFF:
            desk = await world.desk(staff)
            for case in life.cases.values():
                await desk.reads(f"/advisor/cases/{case}")
        yield life, world


async def test_a_case_page_that_is_open_to_others_is_noticed(seeded, keyring, tmp_path):
    async def anybodys(db, staff_id, case_id):
        return await cases.by_id(db, case_id)

    with patch.object(cases, "staff_case", anybodys):
        async with faulty(seeded, keyring, tmp_path, until="notes_something_for_the_advisor") as (life, world):
            others = [(word, who) for word, (_, readers) in life.told.items() for who in STAFF if who not in readers]
            assert any(word.encode() in b"".join(world.received[who]) for word, who in others)


def names_the_writer():
    """Every message to an advisor has the account of who wrote it."""
    honest, real = bot.turns.participant_for, chats.say

    def named(ring, address):
        participant = honest(ring, address)
        object.__setattr__(participant, "account", address.subject)
        return participant

    async def says(db, participant, case_id, words, now):
        return await real(db, participant, case_id, f"{words} {participant.account}", now)

    return patch.multiple("bot.turns", participant_for=named), patch.object(chats, "say", says)


async def test_an_account_that_slips_into_a_message_is_noticed(seeded, keyring, tmp_path):
    named, says = names_the_writer()
    with named, says:
        async with faulty(seeded, keyring, tmp_path, until="writes_and_is_answered") as (_, world):
            assert {who for who in STAFF if leaks(b"".join(world.received[who]), [HER.aad])} & {"bo", "sofie", "mikkel"}


def unsealed_envelope():
    real = Keyring.seal

    def seal(self, purpose, context, plain, block=256):
        return real(self, purpose, context, plain, block) + (plain if purpose == "identity" else b"")

    return patch.object(Keyring, "seal", seal)


def unkeyed_tag():
    real = Keyring.tags

    def tags(self, purpose, *parts):
        plain = purpose == "conversation"
        return (hashlib.sha256(parts[1].encode()).digest(),) if plain else real(self, purpose, *parts)

    return patch.object(Keyring, "tags", tags)


def name_in_the_log():
    real = Turns._hear

    async def hear(self, inbound):
        logging.getLogger("bot.turns").info(inbound.name)
        return await real(self, inbound)

    return patch.object(Turns, "_hear", hear)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (unsealed_envelope, {("dump", HER.aad), ("backup", HER.user), ("sporskifte.db-wal", HER.conversation)}),
        (unkeyed_tag, {("dump", HER.conversation), ("backup", HER.conversation)}),
        (name_in_the_log, {("log", HER.name), ("everything that libraries log", HER.name)}),
    ],
)
async def test_a_fault_in_what_is_kept_is_noticed(seeded, keyring, tmp_path, fault, expected):
    with fault():
        async with faulty(seeded, keyring, tmp_path, until="books_in_writing") as (_, world):
            files = await world.files()
    assert expected <= {(name, mark) for name, raw in files.items() for mark, _ in leaks(raw, HER.marks, HER.marks)}
