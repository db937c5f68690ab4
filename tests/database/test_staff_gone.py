"""An advisor who has left: nobody writes to them in vain, and nothing is lost."""

import pytest
from sqlalchemy import select, update

from guidance import appointments
from guidance.errors import StaffGone
from storage.appointments import Appointment
from storage.chats import Message
from storage.organisation import Staff
from storage.outbox import OutboxMessage


@pytest.fixture
async def left(amina, bo, database):
    """Amina has booked Bo, and Bo leaves."""

    async def leave():
        async with database.transaction() as db:
            await db.execute(update(Staff).where(Staff.id == bo.id).values(active=False))

    await amina.books()
    return leave


async def told(database):
    async with database.reading() as db:
        return [m.kind for m in await db.scalars(select(OutboxMessage).order_by(OutboxMessage.number))]


async def test_writing_to_them_says_what_to_do_instead(amina, database, left):
    await amina.taps("Skriv til rådgiveren")
    await left()
    said = await amina.says("Er du der?")
    assert "Bo Lindgaard er her ikke længere" in said and "Book en ny tid" in said
    async with database.reading() as db:
        assert (await db.scalars(select(Message))).all() == []
    assert await told(database) == ["appointment_booked"]


async def test_moving_to_their_times_says_so_and_keeps_the_appointment(amina, clock, database, left):
    await amina.says("mine aftaler")
    await left()
    assert "ikke længere" in await amina.taps("Flyt aftalen")
    async with database.reading() as db:
        (kept,) = await db.scalars(select(Appointment))
        case_id, slot_id = kept.case_id.hex, kept.slot_id.hex
    assert kept.status == "active"
    participant = amina.turns._participant(amina.address)
    with pytest.raises(StaffGone):
        async with database.transaction() as db:
            await appointments.move(db, participant, case_id, slot_id, clock())


async def test_a_card_shown_before_they_left_does_not_move_it(amina, database, left):
    await amina.says("mine aftaler")
    await amina.taps("Flyt aftalen")
    await left()
    assert "ikke længere" in await amina.taps("kl.")
    assert await told(database) == ["appointment_booked"]


async def test_cancelling_and_reading_still_work(amina, database, left, bo):
    (case,) = await bo.cases()
    await bo.answers(case.id.hex, "Held og lykke")
    await left()
    assert "Held og lykke" in await amina.reads_news()
    await amina.says("mine aftaler")
    await amina.taps("Aflys aftalen")
    assert "aflyst" in await amina.taps("Ja, aflys")


async def test_the_next_booking_is_with_somebody_else(amina, left, bo):
    await left()
    await amina.books()
    assert len(await bo.cases()) == 1
