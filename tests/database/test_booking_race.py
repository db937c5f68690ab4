"""Many people take the same time at the same moment, each in a turn of their own, on a real file."""

import asyncio

import pytest
from cast import spelled
from sqlalchemy import func, select

from storage.appointments import Appointment, Slot
from storage.cases import Case


async def up_to_confirm(who):
    await who.says("book en tid")
    await who.taps("Fortsæt")
    await who.taps("Spring over")
    await who.taps("Region Hovedstaden")
    await who.taps("Fortsæt", workplace="medicin-og-logistik")
    await who.accepts_all_advisors()
    return await who.taps("kl.")


async def counted(database):
    async with database.reading() as db:
        slots = dict((await db.execute(select(Slot.state, func.count()).group_by(Slot.state))).all())
        active = await db.scalar(select(func.count()).select_from(Appointment).where(Appointment.status == "active"))
        people = await db.scalar(select(func.count()).select_from(Case))
    return slots.get("free", 0), slots.get("booked", 0), active, people


@pytest.mark.parametrize("many", [2, 12])
async def test_one_gets_it_and_the_others_are_shown_the_next(employee, database, many):
    all_of_them, *_ = await counted(database)
    crowd = [employee(f"Sygeplejerske {number}") for number in range(many)]
    shown = [await up_to_confirm(one) for one in crowd]
    assert len(set(shown)) == 1, "everybody looks at the same time"
    said = await asyncio.gather(*(one.taps("Book tiden") for one in crowd))
    assert sum("Du hedder" in one for one in said) == 1
    losers = [one for one, told in zip(crowd, said, strict=True) if "Du hedder" not in told]
    for one in losers:
        assert "lige blevet taget af en anden" in spelled(one.cards[-2])
        assert "Hvornår passer det dig?" in spelled(one.cards[-1]) and one.button("kl.")
    assert await counted(database) == (all_of_them - 1, 1, 1, 1)


async def test_everybody_gets_a_time_in_the_end(employee, database):
    all_of_them, *_ = await counted(database)
    crowd = [employee(f"Portør {number}") for number in range(6)]
    for one in crowd:
        await up_to_confirm(one)
    waiting = crowd
    for _ in crowd:
        said = await asyncio.gather(*(one.taps("Book tiden") for one in waiting))
        waiting = [one for one, told in zip(waiting, said, strict=True) if "Du hedder" not in told]
        await asyncio.gather(*(one.taps("kl.") for one in waiting))
    assert waiting == []
    assert await counted(database) == (all_of_them - 6, 6, 6, 6)


async def test_moving_to_the_same_time(employee, database):
    all_of_them, *_ = await counted(database)
    crowd = [employee(f"Læge {number}") for number in range(3)]
    for one in crowd:
        await up_to_confirm(one)
        await one.taps("Book tiden")
        await one.says("mine aftaler")
        await one.taps("Flyt aftalen")
    await asyncio.gather(*(one.taps("kl.") for one in crowd))
    free, booked, active, people = await counted(database)
    assert (free + booked, booked, active, people) == (all_of_them, 3, 3, 3)


async def test_a_taken_time_is_refused_by_the_database_itself(amina, dan, database):
    """Should the code above ever forget to look."""
    from sqlalchemy.exc import IntegrityError

    await amina.books()
    async with database.transaction() as db:
        row = await db.scalar(select(Appointment))
    with pytest.raises(IntegrityError):
        async with database.transaction() as db:
            db.add(Appointment(slot_id=row.slot_id, case_id=row.case_id, topic=""))
