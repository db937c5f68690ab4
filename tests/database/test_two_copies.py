"""Two copies of the service on one PostgreSQL: what holds for one holds for both together."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest
from cast import Employee
from sqlalchemy import func, select

from bot.channels.web import WebChannel
from bot.nudge import Nudge
from bot.outbox_worker import OutboxWorker
from bot.rendering.html import make_environment
from bot.rounds import Rounds
from bot.turns import Turns
from guidance import appointments, cases, chats
from guidance.appointments import Constraints
from guidance.errors import SlotTaken
from storage.appointments import Appointment, Slot
from storage.database import Database, DatabaseBusy, migrate
from storage.identities import participant_for
from storage.outbox import OutboxMessage
from storage.participants import Address

HERE = Constraints("hovedstaden")


class Copy:
    """One process, as far as it matters here."""

    def __init__(self, url, keyring, library, clock):
        self.database = Database(url, keyring, longest_wait=timedelta(seconds=10))
        self.nudge = Nudge()
        self.turns = Turns(self.database, library, clock, self.nudge)
        web = WebChannel(self.turns, keyring, make_environment(), clock, self.nudge, secure=False)
        chance = random.Random(1)
        self.worker = OutboxWorker(self.database, {"web": web}, clock, self.nudge, self.nudge, chance)


@pytest.fixture
async def two(postgres, keyring, library, clock):
    url = postgres.copy()
    copies = [Copy(url, keyring, library, clock) for _ in range(2)]
    yield copies
    for one in copies:
        await one.database.close()
    postgres.drop(url)


async def test_nobody_gets_a_time_that_somebody_has(two, clock):
    async with two[0].database.reading() as db:
        wanted = list(await db.scalars(select(Slot.id).where(Slot.starts_at > clock.now + timedelta(hours=3)).limit(5)))
    outcomes = Counter()

    async def attempt(number):
        database = two[number % 2].database
        person = participant_for(database.keyring, Address("web", f"person-{number}", {}))
        try:
            async with database.transaction() as db:
                slot = wanted[number % len(wanted)].hex
                await appointments.book(db, person, slot, HERE, topic="", locale="da", now=clock.now)
            outcomes["booked"] += 1
        except SlotTaken:
            outcomes["taken"] += 1

    await asyncio.gather(*(attempt(number) for number in range(60)))
    assert outcomes == {"booked": 5, "taken": 55}
    async with two[0].database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Appointment)) == 5


async def test_messages_of_one_case_keep_their_numbers(two, clock):
    amina = Employee("Amina Yusuf", two[0].turns, two[0].worker)
    await amina.books()
    person = participant_for(two[0].database.keyring, amina.address)
    async with two[0].database.reading() as db:
        (case,) = await cases.own_cases(db, person)

    async def say(number):
        async with two[number % 2].database.transaction() as db:
            return await chats.say(db, person, case.id.hex, f"besked {number}", clock.now)

    assert sorted(await asyncio.gather(*map(say, range(20)))) == list(range(1, 21))


async def test_a_repeated_activity_is_heard_once_whichever_copy_gets_it(two):
    first, second = (Employee("Amina Yusuf", one.turns, one.worker) for one in two)
    await first.says("book en tid")
    answers = await asyncio.gather(first.repeats(), second.sends(first.last))
    assert answers == ["", ""]
    inbound = first._inbound("text", text="hvad er snusepraktik?")
    answers = await asyncio.gather(first.sends(inbound), second.sends(inbound))
    assert sorted(map(bool, answers)) == [False, True]


async def test_a_notice_goes_out_once_and_reaches_the_other_copy_at_once(two, clock):
    poked = asyncio.Event()
    listening = asyncio.create_task(two[1].database.hear_copies(poked.set))
    async with asyncio.timeout(10):
        await poked.wait()  # it listens
    poked.clear()
    amina = Employee("Amina Yusuf", two[0].turns, two[0].worker)
    await amina.books()
    async with asyncio.timeout(2):
        await poked.wait()
    listening.cancel()
    taken = sum(await asyncio.gather(two[0].worker.work_once(), two[1].worker.work_once()))
    async with two[1].database.reading() as db:
        waiting = (await db.scalars(select(OutboxMessage.state))).all()
    assert taken == 1 and waiting == ["waiting"]


async def test_rounds_of_both_tell_once(two, clock):
    amina = Employee("Amina Yusuf", two[0].turns, two[0].worker)
    await amina.books()
    await amina.taps("Skriv til")
    await amina.says("Er du der?")
    clock.passes(hours=30)
    await asyncio.gather(*(Rounds(one.database, clock, one.nudge).go() for one in two))
    async with two[0].database.reading() as db:
        kinds = (await db.scalars(select(OutboxMessage.kind))).all()
    assert kinds.count("case_silent") == 1


async def test_who_waits_too_long_is_told_that_it_is_busy(two, keyring):
    impatient = Database(two[0].database.url, keyring, longest_wait=timedelta(milliseconds=200))
    async with two[1].database.transaction():
        with pytest.raises(DatabaseBusy):
            async with impatient.transaction():
                raise AssertionError("it must not get this far")
    async with impatient.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(Slot))
    await impatient.close()


def test_the_migrations_go_up_and_down_with_data_on_postgresql(postgres, keyring):
    url = postgres.copy()
    migrate(url, "0006")
    migrate(url)
    migrate(url, "base")
    migrate(url)
    postgres.drop(url)
