"""The same script lived by two people, or by one and by nobody: what all others receive must be the same, to the byte.

Time stands still and chance is drawn from the same lot in both runs, step by step, so that any difference is one that
the person has made.
"""

import hashlib
import logging
import random
import re
import shutil
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from privacy.life import HER, does
from privacy.world import STAFF, Account, InTeams, a_world
from sqlalchemy import select

from guidance import cases
from storage.base import Base
from storage.identities import participant_for
from storage.participants import Address

OTHER = Account(
    name="Bo B.",
    upn="b@other.example",
    aad="0ddba11e-0000-4000-8000-000000000b0b",
    user="29:2b",
    conversation="a:2-another-and-a-much-longer-conversation-id-than-the-first",
    tenant=HER.tenant,
    place="sted2",
)
"""Somebody with nothing in common with her but the tenant and the workplace."""

DIFFERS = {
    ("guidance_case", "owner_tag"), ("identity_envelope", "sealed"), ("conversation", "tag"),
    ("conversation", "sealed"), ("heard", "tag"), ("block", "tag"),
}  # fmt: skip
"""All that may tell two people apart in the database, and only to who has the keys. A new column is not among them."""

MUST_NOT_NOTICE = ("mikkel", "hanne", "isak", "henrik", "dorte", "vera")
"""Who must not notice that she has booked: the advisor whose manager leads her workplace, HR, managers, hosts."""


class Chance:
    """Bytes that look drawn by lot, the same in each run, begun anew at each step."""

    def __init__(self):
        self.at("start")

    def at(self, step):
        self.step, self.drawn = step, 0

    def __call__(self, size):
        self.drawn += 1
        return hashlib.shake_128(f"{self.step} {self.drawn}".encode()).digest(size)


@contextmanager
def the_same_lot():
    chance = Chance()
    with patch("os.urandom", chance), patch.object(random, "_urandom", chance):
        yield chance


QUESTIONS = ("hvad er snusepraktik?", "hvad koster et ophold?", "kan jeg få fuld tid?", "hvordan er vejret?")
WORDS = ("Hej", "Jeg er træt af mit arbejde", "Må jeg spørge om noget mere?", "Tak for svaret " * 20)


class Script:
    """One life after a script. Steps that cannot be done just now are left out, in both runs alike."""

    def __init__(self, world, account, *, absent=False):
        self.world, self.absent = world, absent
        self.her = InTeams(world, account)
        self.address = Address("teams", f"{account.tenant}|{account.aad}".lower(), {})

    async def own(self, number):
        async with self.world.database.reading() as db:
            found = await cases.own_cases(db, participant_for(self.world.database.keyring, self.address))
            return found[number % len(found)].id.hex if found else ""

    async def any_case(self, number):
        """A case, and the desk of whoever has it."""
        async with self.world.database.reading() as db:
            found = sorted(await db.scalars(select(cases.Case)), key=lambda case: case.id)
        if not found:
            return None, ""
        case = found[number % len(found)]
        return await self.world.desk(case.staff_id), f"/advisor/cases/{case.id.hex}"

    async def step(self, name, number):
        if self.absent and name not in OF_THE_OFFICE:
            return
        with suppress(AssertionError):  # a button that is not there, a form that is refused
            await getattr(self, name)(number)

    async def asks(self, number):
        await self.her.says(QUESTIONS[number % len(QUESTIONS)])

    async def books(self, number):
        await self.her.starts_booking()
        ways = await self.her.taps("alle i orden")
        if "Hvordan vil du mødes" in ways:
            await self.her.taps(("Skriv sammen", "Telefon", "Mød op", "Skriv sammen")[number % 4])
        await self.her.taps(" kl. ")
        await self.her.taps("Book tiden")

    async def moves(self, number):
        await does(self.her, "appointments.move", case=await self.own(number))
        await self.her.taps(" kl. ")

    async def cancels(self, number):
        await does(self.her, "appointments.cancel", case=await self.own(number))
        await self.her.taps("Ja, aflys")

    async def notes(self, number):
        await does(self.her, "appointments.remark", case=await self.own(number))
        await self.her.taps("Gem noten", remark=WORDS[number % 3])

    async def is_reminded(self, number):
        await does(self.her, "appointments.remind", case=await self.own(number))
        await self.her.taps("Dagen før")

    async def writes(self, number):
        await does(self.her, "chats.reply", case=await self.own(number))
        await self.her.says(WORDS[number % len(WORDS)])
        await self.her.says("stop")

    async def wishes(self, number):
        await self.her.wishes("Børnepsykiatrien")

    async def ends(self, number):
        await does(self.her, "chats.end", case=await self.own(number))
        await self.her.taps("Ja, afslut")

    async def erases(self, number):
        await does(self.her, "chats.erase", case=await self.own(number))
        await self.her.taps("Ja, slet")

    async def erases_all(self, number):
        await self.her.says("slet alt om mig")
        await self.her.taps("Ja, slet alt")

    async def looks(self, number):
        await self.her.says(("mine aftaler", "mine ønsker", "hvad gemmer I om mig?", "menu")[number % 4])

    async def speaks_english(self, number):
        await self.her.says("English please" if number % 2 else "dansk tak")

    async def office(self, number, **form):
        desk, page = await self.any_case(number)
        if desk is not None:
            await desk.reads(page)
            await desk.sends(page, **form)
            await self.world.delivers()

    async def is_answered(self, number):
        await self.office(number, text=f"Svar {number}", once=f"form-{number:08}")

    async def office_notes(self, number):
        await self.office(number, do="note", note=f"Note {number}")

    async def office_hands_over(self, number):
        await self.office(number, do="hand_over", to=("", "bo", "sofie", "mikkel")[number % 4])

    async def office_declines(self, number):
        await self.office(number, do="decline")

    async def office_worries(self, number):
        await self.office(number, do="acute")

    async def office_closes(self, number):
        await self.office(number, do="close")

    async def office_blocks(self, number):
        await self.office(number, do="block")

    async def time_passes(self, number):
        self.world.clock.passes(hours=1 + number % 30, minutes=7)
        await self.world.goes_round()

    async def house_is_kept(self, number):
        await self.world.house.tidy()


STEPS = tuple(
    name for name in vars(Script) if not name.startswith("_") and name not in ("own", "any_case", "step", "office")
)
"""What a script is made of."""
OF_THE_OFFICE = frozenset(
    name for name in STEPS if name.startswith("office") or name in ("is_answered", "time_passes", "house_is_kept")
)

_ACCIDENTS = re.compile(rb"127\.0\.0\.1:\d+|Date: [^\n]*\n")
"""What differs between any two runs: the port of the test, and the clock on the wall."""


async def lives(script, seeded, keyring, account, *, absent=False, watching=STAFF):
    """What everybody received, what was logged, and all rows of the database, when the script is over."""
    folder = Path(mkdtemp())
    try:
        with the_same_lot() as chance:
            async with a_world(seeded, keyring, folder, level=logging.INFO) as world:
                one = Script(world, account, absent=absent)
                for place, (name, number) in enumerate(script):
                    chance.at(f"{place} {name}")
                    await one.step(name, number)
                    for staff in watching[place % len(watching) :][:1]:
                        chance.at(f"{place} looked at by {staff}")
                        await (await world.desk(staff)).reads("/advisor")
                async with world.database.reading() as db:
                    every = sorted(case.id.hex for case in await db.scalars(select(cases.Case)))
                for staff in watching:
                    chance.at(f"in the end {staff}")
                    desk = await world.desk(staff)
                    await desk.reads_news()
                    for path in ("/desk/times", "/desk/questions", "/desk/placements", "/desk/decisions"):
                        await desk.reads(path)
                    for case in () if absent or watching is not STAFF else every:
                        await desk.reads(f"/advisor/cases/{case}")
                        await desk.reads(f"/desk/placements/{case}")
                received = {who: _ACCIDENTS.sub(b"", b"\n".join(world.received[who])) for who in watching}
                logs = re.sub(rb'"at": "[^"]*"', b"", world.logs.getvalue())
                return received, logs, await rows_of(world.database)
    finally:
        shutil.rmtree(folder)


async def rows_of(database):
    """Every table as a list of rows, without the columns that may tell two people apart: of those only the length."""
    found = {}
    async with database.reading() as db:
        for name, table in Base.metadata.tables.items():
            rows = (await db.execute(select(table))).mappings().all()
            found[name] = sorted(
                repr({
                    column: f"{len(value)} bytes" if (name, column) in DIFFERS and value is not None else value
                    for column, value in row.items()
                })
                for row in rows
            )  # fmt: skip
    return found


_warmed = []


async def _warm(seeded, keyring):
    """The first app of a process builds the index of the articles, and says so in the log."""
    if not _warmed:
        _warmed.append(await lives([("asks", 0)], seeded, keyring, OTHER))


async def differences(script, seeded, keyring):
    """What tells the two people apart, other than that. Empty if nothing does."""
    await _warm(seeded, keyring)
    mine = await lives(script, seeded, keyring, HER)
    hers = await lives(script, seeded, keyring, OTHER)
    found = [f"{who} received something else" for who in STAFF if mine[0][who] != hers[0][who]]
    found += ["the log says something else"] if mine[1] != hers[1] else []
    found += [f"{name} has other rows" for name in mine[2] if mine[2][name] != hers[2][name]]
    return found


async def noticed(script, seeded, keyring):
    """Who could see that somebody used the service, among those who must not."""
    there = await lives(script, seeded, keyring, HER, watching=MUST_NOT_NOTICE)
    absent = await lives(script, seeded, keyring, replace(HER), absent=True, watching=MUST_NOT_NOTICE)
    return [who for who in MUST_NOT_NOTICE if there[0][who] != absent[0][who]]
