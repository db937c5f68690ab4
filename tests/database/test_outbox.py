"""Notices are delivered once, in order, with growing pauses, and given up late and openly."""

import asyncio
import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.channels import DeliveryError
from bot.outbox_worker import GIVEN_UP_AFTER, OutboxWorker, retry_given_up
from guidance import cases, chats
from storage import outbox
from storage.chats import Message
from storage.outbox import LEASE, OutboxMessage


class Line:
    """A channel that fails as it is told."""

    waits = False

    def __init__(self):
        self.errors = []
        self.sent = []
        self.tried = 0

    async def deliver(self, address, card):
        self.tried += 1
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(card.words)


def away(**more):
    return DeliveryError("away", permanent=False, **more)


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def sender(database, clock, nudge, line):
    return OutboxWorker(database, {"teams": line}, clock, nudge, nudge, random.Random(1))


@pytest.fixture
async def case(amina, bo, worker):
    """Amina, in Teams, has booked Bo."""
    await amina.from_teams().books()
    (case,) = await bo.cases()
    await bo.reads_news()
    return case.id.hex


async def notices(database, recipient):
    async with database.reading() as db:
        query = select(OutboxMessage).where(OutboxMessage.recipient.startswith(recipient)).order_by("number")
        return list(await db.scalars(query))


async def deliveries(database):
    async with database.reading() as db:
        return [(m.number, m.delivery) for m in await db.scalars(select(Message).order_by(Message.number))]


async def test_two_workers_and_one_wins(database, clock):
    async with database.transaction() as db:
        await outbox.put(db, "staff:bo", "case_erased", {"case_id": uuid.uuid4().hex, "alias": "x"}, clock())
    async with database.reading() as db:
        (seen_by_both,) = await outbox.due(db, clock())
    won = []
    for _ in range(2):
        async with database.transaction() as db:
            won.append(await outbox.claim(db, seen_by_both, clock()))
    assert won == [True, False]


async def test_two_workers_at_once_deliver_once(database, clock, nudge, line, case, bo):
    workers = [OutboxWorker(database, {"teams": line}, clock, nudge, nudge, random.Random(n)) for n in range(4)]
    await bo.answers(case, "Hej")
    await asyncio.gather(*(one.work_once() for one in workers))
    assert line.sent == ["Hej"]


async def test_a_lease_comes_back_when_its_worker_dies(database, clock):
    async with database.transaction() as db:
        await outbox.put(db, "staff:bo", "case_erased", {"case_id": uuid.uuid4().hex, "alias": "x"}, clock())
    async with database.transaction() as db:
        (message,) = await outbox.due(db, clock())
        assert await outbox.claim(db, message, clock())
    for wait, there in ((LEASE - timedelta(seconds=1), 0), (timedelta(seconds=1), 1)):
        clock.now += wait
        async with database.reading() as db:
            assert len(await outbox.due(db, clock())) == there


async def test_the_order_of_one_recipient_is_kept_and_others_are_not_held_up(
    clock, line, sender, case, bo, amina, carla
):
    await bo.answers(case, "et")
    await bo.answers(case, "to")
    line.errors = [away()]
    await sender.work_once()
    await amina.wishes()
    (wish,) = await carla.cases()
    await carla.answers(wish.id.hex, "fra Carla")
    while await sender.work_once():
        pass
    assert line.sent == ["fra Carla"], "to waits for et; Carla's case is another recipient"
    clock.passes(minutes=10)
    while await sender.work_once():
        pass
    assert line.sent == ["fra Carla", "et", "to"]


async def test_the_pauses_grow_to_a_limit(database, clock, line, sender, case, bo):
    await bo.answers(case, "Hej")
    for attempt in [*range(12), 2000]:
        if attempt == 2000:
            async with database.transaction() as db:
                await db.execute(update(OutboxMessage).values(attempts=attempt))
        line.errors = [away()]
        assert await sender.work_once() == 1
        (message,) = await notices(database, "case:")
        pause = (message.due_at - clock()).total_seconds()
        full = 2.0 ** min(attempt + 1, 10)
        assert min(full * 0.5, 300) <= pause <= min(full * 1.5, 300), attempt
        clock.now = message.due_at
    assert await sender.work_once() == 1 and line.sent == ["Hej"]


async def fails_for(days, sender, line, clock, error):
    """Every try fails, several times a day."""
    for _ in range(days * 4):
        line.errors = [error() for _ in range(5)]
        await sender.work_once()
        clock.passes(hours=6)
    line.errors = []


async def test_it_is_tried_over_a_weekend_and_then_given_up(database, clock, line, sender, case, bo):
    await bo.answers(case, "Hej")
    await fails_for(GIVEN_UP_AFTER.days, sender, line, clock, away)
    assert [(m.state, m.attempts) for m in await notices(database, "case:")] == [("pending", 12)]
    await fails_for(2, sender, line, clock, away)
    (message,) = await notices(database, "case:")
    assert message.state == "given_up" and message.last_error == "away"
    assert await deliveries(database) == [(1, "failed")]
    tried = line.tried
    clock.passes(days=1)
    assert await sender.work_once() == 0 and line.tried == tried


@pytest.mark.parametrize("code", ["no_token", "http_401"])
async def test_nothing_is_given_up_while_we_are_not_let_in_ourselves(database, clock, line, sender, case, bo, code):
    await bo.answers(case, "Hej")
    await fails_for(20, sender, line, clock, lambda: DeliveryError(code, permanent=False))
    line.errors = [away()]
    await sender.work_once()
    assert [m.state for m in await notices(database, "case:")] == ["pending"], "its days begin when we are let in"
    clock.passes(minutes=6)
    await sender.work_once()
    assert line.sent == ["Hej"] and await deliveries(database) == [(1, "delivered")]


async def test_what_was_given_up_is_sent_when_somebody_says_so(database, clock, line, sender, case, bo):
    await bo.answers(case, "et")
    await bo.answers(case, "to")
    line.errors = [DeliveryError("http_403", permanent=True)] * 2
    while await sender.work_once():
        pass
    assert await deliveries(database) == [(1, "failed"), (2, "failed")]
    clock.passes(days=5)
    assert await retry_given_up(database, clock()) == 2
    assert await deliveries(database) == [(1, "sent"), (2, "sent")]
    line.errors = [away()]
    await sender.work_once()
    assert {m.state for m in await notices(database, "case:")} == {"pending"}, "its days begin anew"
    clock.passes(minutes=6)
    while await sender.work_once():
        pass
    assert line.sent == ["et", "to"] and await deliveries(database) == [(1, "delivered"), (2, "delivered")]
    assert await retry_given_up(database, clock()) == 0


async def test_a_given_up_notice_does_not_hold_up_the_next(database, clock, line, sender, case, bo):
    await bo.answers(case, "et")
    await bo.answers(case, "to")
    line.errors = [DeliveryError("blocked", permanent=True)]
    while await sender.work_once():
        pass
    assert line.sent == ["to"] and await deliveries(database) == [(1, "failed"), (2, "delivered")]


async def test_retry_after_is_kept(database, clock, line, sender, case, bo):
    await bo.answers(case, "Hej")
    line.errors = [away(retry_after=1000)]
    await sender.work_once()
    clock.passes(seconds=1000)
    assert await sender.work_once() == 0
    clock.passes(seconds=100)
    assert await sender.work_once() == 1 and line.sent == ["Hej"]


async def test_a_fault_of_ours_is_given_up_too(database, clock, line, sender, case, bo):
    """Otherwise one notice that cannot be worded would hold up its recipient for ever."""
    await bo.answers(case, "et")
    await bo.answers(case, "to")
    for _ in range(6 * 4):
        line.errors = [KeyError("a name")]
        await sender.work_once()
        clock.passes(hours=6)
        if (await notices(database, "case:"))[0].state == "given_up":
            break
    line.errors = []
    await sender.work_once()
    assert line.sent == ["to"]
    assert [m.last_error for m in await notices(database, "case:")] == ["KeyError"]


class Silent(Line):
    """A channel that takes a notice and never answers."""

    def __init__(self):
        super().__init__()
        self.taken = asyncio.Event()

    async def deliver(self, address, card):
        self.tried += 1
        self.taken.set()
        await asyncio.Event().wait()


class Fetched(Line):
    """A channel whose recipients come and fetch."""

    waits = True


async def test_a_delivery_that_hangs_holds_up_nobody_else(database, clock, nudge, case, bo, dan):
    silent = Silent()
    worker = OutboxWorker(database, {"teams": silent, "web": Fetched()}, clock, nudge, nudge, random.Random(1))
    await bo.answers(case, "et")
    await bo.answers(case, "to")
    working = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        await silent.taken.wait()
        await dan.books()
        (other,) = [one for staff in ("bo", "sofie", "mikkel") for one in await the_cases(database, staff, not_=case)]
        async with database.transaction() as db:
            await chats.answer(db, other.staff_id, other.id.hex, "Hej Dan", clock())
        nudge.poke()
        while {m.state for m in await notices(database, "") if m.recipient != f"case:{uuid.UUID(case)}"} != {"waiting"}:
            await nudge.wait(0.05)
    assert silent.tried == 1, "to still waits for et"
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def the_cases(database, staff, not_):
    async with database.reading() as db:
        return [one for one in await cases.of_staff(db, staff) if one.id.hex != not_]


async def test_a_delivery_that_hangs_is_broken_off_and_tried_again(database, clock, nudge, case, bo):
    await bo.answers(case, "Hej")
    hurry = timedelta(seconds=0.05)
    silent = OutboxWorker(database, {"teams": Silent()}, clock, nudge, nudge, random.Random(1), patience=hurry)
    async with asyncio.timeout(10):
        assert await silent.work_once() == 1
    (message,) = await notices(database, "case:")
    assert (message.state, message.last_error, message.leased_until) == ("pending", "timeout", None)
    assert message.due_at > clock()


async def test_news_of_a_case_that_is_gone_are_dropped(database, line, sender, case, bo, amina):
    await bo.answers(case, "Hej")
    await amina.says("slet alt om mig")
    await amina.taps("Ja, slet alt")
    while await sender.work_once():
        pass
    assert line.sent == [] and await notices(database, "case:") == []


async def test_a_visitor_of_the_web_is_waited_for(database, worker, amina, bo, clock):
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Hej")
    while await worker.work_once():
        pass
    assert [m.state for m in await notices(database, "case:")] == ["waiting"]
    assert await deliveries(database) == [(1, "sent")]
    clock.passes(days=5)
    waiting = await amina.turns.waiting(amina.address)
    assert [one.card.words for one in waiting] == ["Hej"]
    await amina.turns.seen(amina.address, [waiting[0].id, uuid.uuid4()])
    assert await notices(database, "case:") == [], "what has arrived need not be kept"
    assert await deliveries(database) == [(1, "delivered")]


async def test_nobody_marks_anothers_news_as_seen(database, worker, amina, dan, bo):
    await amina.books()
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Hej")
    while await worker.work_once():
        pass
    (message,) = await notices(database, "case:")
    await dan.turns.seen(dan.address, [message.id])
    assert "Hej" in await amina.reads_news()


async def test_what_is_undone_is_not_told(database, clock):
    with pytest.raises(RuntimeError):
        async with database.transaction() as db:
            await outbox.put(db, "staff:bo", "case_erased", {"case_id": "0", "alias": "x"}, clock())
            raise RuntimeError
    assert await notices(database, "") == []


async def test_what_was_given_up_is_forgotten_and_what_waits_is_kept(database, clock):
    async with database.transaction() as db:
        for state in ("given_up", "waiting", "pending"):
            message = await outbox.put(db, f"staff:{state}", "case_erased", {"case_id": "0", "alias": "x"}, clock())
            message.state = state
    async with database.transaction() as db:
        assert await outbox.purge(db, clock().date()) == 0
        assert await outbox.purge(db, clock().date() + timedelta(days=1)) == 1
    assert {m.state for m in await notices(database, "")} == {"waiting", "pending"}


async def test_only_a_notice_that_is_yet_to_be_sent_has_a_time(database, clock, line, sender, case, bo):
    clock.passes(seconds=17.5)
    await bo.answers(case, "et")
    await bo.answers(case, "to")
    line.errors = [DeliveryError("blocked", permanent=True)]
    (told, *_), (first, second) = await notices(database, "staff:"), await notices(database, "case:")
    assert told.state == "waiting" and (told.due_at, told.leased_until) == (None, None)
    assert first.due_at == second.due_at == clock() - timedelta(seconds=17.5), "coarse, and due already"
    await sender.work_once()
    given_up, _ = await notices(database, "case:")
    assert given_up.state == "given_up" and (given_up.due_at, given_up.leased_until) == (None, None)
