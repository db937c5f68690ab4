"""Booking, moving, cancelling, leave, conflicts and handing over in any order: nobody meets who must not, or twice."""

import asyncio
import random
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from conftest import A_MONDAY, url_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from bot.nudge import Nudge
from bot.rounds import Rounds
from guidance import appointments, calendar, cases, chats, handover, organisation
from guidance.appointments import Constraints
from guidance.errors import GuidanceError
from storage.appointments import Appointment, Slot
from storage.cases import Case
from storage.chats import Message
from storage.database import Database
from storage.identities import participant_for
from storage.organisation import Staff
from storage.participants import Address

ADVISORS = ("bo", "sofie", "mikkel")
WORKPLACES = ("", "nordkysten", "soeerne", "psykiatri-oest", "medicin-og-logistik")
DEPARTMENTS = (None, "nordkysten-akut", "soeerne-kirurgi", "psykiatri-oest-akut", "karrierekontoret")
PEOPLE = st.integers(0, 3)
STAFF = st.sampled_from(ADVISORS)


class Sessions(RuleBasedStateMachine):
    """The career office over a few weeks. Each step is a transaction that may be refused, but never half done."""

    seeded: Path
    keyring: object

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(mkdtemp())
        shutil.copy(self.seeded, self.folder / "a.db")
        self.database = Database(url_of(self.folder / "a.db"), self.keyring)
        self.now = A_MONDAY
        self.chance = random.Random(1)
        self.written = {}
        """Messages by case, as their writers were told that they were taken."""

    def teardown(self):
        self.loop.run_until_complete(self.database.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self):
        self.rounds = Rounds(self.database, lambda: self.now, Nudge())

    def does(self, work):
        """One transaction; a refusal undoes it."""

        async def run():
            try:
                async with self.database.transaction() as db:
                    return await work(db)
            except GuidanceError:
                return None

        return self.loop.run_until_complete(run())

    def person(self, number):
        return participant_for(self.keyring, Address("web", f"person-{number}", {}))

    async def one_of(self, db, number):
        owned = [case for case in await cases.own_cases(db, self.person(number)) if case.state == "open"]
        return self.chance.choice(owned).id.hex if owned else ""

    @rule(number=PEOPLE, workplace=st.sampled_from(WORKPLACES), ruled_out=st.sets(STAFF, max_size=2))
    def book(self, number, workplace, ruled_out):
        wanted = Constraints("hovedstaden", workplace or None, tuple(sorted(ruled_out)))

        async def work(db):
            times = await appointments.free_times(db, wanted, self.now)
            if not times:
                return await appointments.wait(db, self.person(number), wanted, locale="da", now=self.now)
            slot = self.chance.choice(times)
            return await appointments.book(
                db, self.person(number), slot.id.hex, wanted, topic="", locale="da", now=self.now
            )

        self.does(work)

    @rule(number=PEOPLE)
    def move(self, number):
        async def work(db):
            case_id = await self.one_of(db, number)
            times = await appointments.other_times(db, self.person(number), case_id, self.now)
            if times:
                slot = self.chance.choice(times)
                await appointments.move(db, self.person(number), case_id, slot.id.hex, self.now)

        self.does(work)

    @rule(number=PEOPLE)
    def cancel(self, number):
        async def work(db):
            await appointments.cancel(db, self.person(number), await self.one_of(db, number), self.now)

        self.does(work)

    @rule(number=PEOPLE)
    def write(self, number):
        async def work(db):
            case_id = await self.one_of(db, number)
            return case_id, await chats.say(db, self.person(number), case_id, "Hej", self.now)

        if told := self.does(work):
            self.written.setdefault(told[0], []).append(told[1])

    @rule(advisor=STAFF, wish=STAFF)
    def hand_over(self, advisor, wish):
        async def work(db):
            for case in (await cases.of_staff(db, advisor))[:1]:
                await handover.hand_over(db, advisor, case.id.hex, wish, self.now)

        self.does(work)

    @rule(advisor=STAFF)
    def decline(self, advisor):
        async def work(db):
            for case in (await cases.of_staff(db, advisor))[:1]:
                await handover.decline(db, advisor, case.id.hex, self.now)

        self.does(work)

    @rule(advisor=STAFF, department=st.sampled_from(DEPARTMENTS), active=st.booleans())
    def becomes(self, advisor, department, active):
        async def work(db):
            person = await db.get(Staff, advisor)
            person.works_in, person.active = department, active

        self.does(work)

    @rule(advisor=STAFF, first=st.integers(0, 9), days=st.integers(0, 5))
    def is_away(self, advisor, first, days):
        day = self.now.date() + timedelta(days=first)
        self.does(lambda db: calendar.add_leave(db, advisor, day, day + timedelta(days=days), self.now))

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def goes_round(self):
        self.loop.run_until_complete(self.rounds.go())

        async def nobody_is_kept_who_must_not_be(db):
            ties = await organisation.ties(db)
            for case in await db.scalars(select(Case).where(Case.state == "open")):
                possible = [
                    p for p in await organisation.with_role(db, "advisor") if cases.may_have(db, p.id, case, ties)
                ]
                person = await db.get(Staff, case.staff_id)
                if possible:
                    assert person.active and cases.may_have(db, person.id, case, ties)

        self.looks(nobody_is_kept_who_must_not_be)

    def looks(self, work):
        async def run():
            async with self.database.reading() as db:
                await work(db)

        self.loop.run_until_complete(run())

    @invariant()
    def a_time_has_one_appointment_and_an_appointment_its_time(self):
        async def work(db):
            active = list(await db.scalars(select(Appointment).where(Appointment.status == "active")))
            slots = {slot.id: slot for slot in await db.scalars(select(Slot).where(Slot.state == "booked"))}
            open_cases = {case.id: case for case in await db.scalars(select(Case).where(Case.state == "open"))}
            taken = [one.slot_id for one in active]
            assert len(taken) == len(set(taken))
            assert set(slots) == set(taken)
            for one in active:  # a session that is over was held by whoever had the case then
                slot = slots[one.slot_id]
                assert slot.ends_at <= self.now or slot.advisor_id == open_cases[one.case_id].staff_id

        self.looks(work)

    @invariant()
    def nobody_sees_a_case_that_they_may_not_have(self):
        async def work(db):
            ties = await organisation.ties(db)
            for person in await organisation.everybody(db):
                for case in await cases.of_staff(db, person.id):
                    assert cases.may_have(db, person.id, case, ties)

        self.looks(work)

    @invariant()
    def no_message_is_lost_and_their_order_is_kept(self):
        async def work(db):
            for case_id, numbers in self.written.items():
                case = await cases.by_id(db, case_id)
                query = select(Message.number).where(Message.case_id == case.id, Message.side == "employee")
                assert list(await db.scalars(query.order_by(Message.number))) == numbers

        self.looks(work)


@pytest.fixture(autouse=True)
def _stands_on(seeded, keyring):
    Sessions.seeded, Sessions.keyring = seeded, keyring


TestSessions = Sessions.TestCase
TestSessions.pytestmark = pytest.mark.timeout(300)  # some orders make many times, and the machine may be busy
TestSessions.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
