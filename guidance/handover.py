"""A case goes to somebody else: by choice, because the rules want it, or because somebody has left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import appointments, cases, organisation
from guidance.errors import NobodyAllowed
from guidance.notices import AdvisorChanged, CaseHandedOver, CaseSilent, NobodyLeft, SomebodyWaits, TimesAreFree
from storage import cases as stored
from storage import chats as stored_chats
from storage import outbox
from storage.cases import Case, KeptFrom
from storage.conversations import hear_once
from storage.database import keyring_of
from storage.organisation import Staff, staff_member

ROLE = {"appointment": "advisor", "waiting": "advisor", "placement": "coordinator"}
"""Who takes a case of each kind."""


async def who_could(db: AsyncSession, person: Staff, case: Case) -> Sequence[Staff]:
    """Everybody of the region who takes cases of this kind. Whether they may have this one is left out on purpose."""
    everybody = await organisation.with_role(db, ROLE[case.kind])
    return [one for one in everybody if one.id != person.id and one.region_id == person.region_id]


async def colleagues(db: AsyncSession, case: Case) -> Sequence[Staff]:
    """Who else may take the case, by name."""
    ties = await organisation.ties(db)
    now_with = await staff_member(db, case.staff_id)
    return [
        person
        for person in await organisation.with_role(db, ROLE[case.kind])
        if person.id != case.staff_id
        and (now_with is None or person.region_id == now_with.region_id)
        and cases.may_have(db, person.id, case, ties)
    ]


async def hand_over(db: AsyncSession, staff_id: str, case_id: str, wish: str, now: datetime) -> None:
    """Give the case to a colleague: to the one wished for, if they may have it, else to another who may.

    Who got it is not told: it would tell whom the employee is tied to or has ruled out. Raises NoSuchCase,
    NobodyAllowed.
    """
    case = await cases.staff_case(db, staff_id, case_id)
    if case.state != "open":
        raise NobodyAllowed
    person = next((one for one in await colleagues(db, case) if one.id == wish), None)
    if person is not None:
        await _give(db, case, person, now)
    elif not await _find_somebody(db, case, now):
        raise NobodyAllowed


async def decline(db: AsyncSession, staff_id: str, case_id: str, now: datetime) -> None:
    """Pass the case on without a reason. From then on it is closed to who declined. Raises NoSuchCase."""
    case = await cases.staff_case(db, staff_id, case_id)
    if case.state != "open":
        raise NobodyAllowed
    kept_from = stored.kept_from(db, case)
    stored.keep_from(db, case, KeptFrom(kept_from.workplace, (*kept_from.ruled_out, staff_id)))
    if not await _find_somebody(db, case, now):
        raise NobodyAllowed


async def rescue(db: AsyncSession, now: datetime) -> int:
    """Find somebody else for cases whose member of staff has left or may not have them any more. How many cases."""
    ties, role_of = await organisation.ties(db), {}
    for role in set(ROLE.values()):
        role_of[role] = {person.id for person in await organisation.with_role(db, role)}
    office = role_of["coordinator"] | role_of["advisor"]
    stranded = [
        case
        for case in await stored.open_ones(db)
        if case.staff_id not in (office if case.kind == "waiting" else role_of[ROLE[case.kind]] | office)
        or not cases.may_have(db, case.staff_id, case, ties)
    ]
    for case in stranded:
        if await _find_somebody(db, case, now):
            continue
        # Nobody may see it, so nobody can help: the employee is told once, and somebody is looked for each minute.
        if await hear_once(db, keyring_of(db).tags("nobody-left", case.id.hex, case.staff_id), now):
            await cases.tell_employee(db, case, NobodyLeft(case.id.hex), now)
    return len(stranded)


async def tell_who_waits(db: AsyncSession, now: datetime) -> None:
    """Tell everybody on the waiting list, once, when there are times for them."""
    for case in await stored.open_ones(db):
        if case.kind != "waiting" or not await appointments.times_for(db, case, now):
            continue
        if await hear_once(db, keyring_of(db).tags("times-free", case.id.hex), now):
            await cases.tell_employee(db, case, TimesAreFree(case.id.hex), now)


async def remind(db: AsyncSession, now: datetime, remind_after: timedelta, escalate_after: timedelta) -> None:
    """Remind staff of employees who have had no answer, and tell the office if it stays so. Once for each message."""
    ties = await organisation.ties(db)
    for case in await stored.open_ones(db):
        waits = await waiting_since(db, case)
        if waits is None:
            continue
        number, since = waits
        notice = CaseSilent(case.id.hex, number=number)
        tags = keyring_of(db).tags
        if now - since >= remind_after and await hear_once(db, tags("reminded", case.id.hex, str(number)), now):
            await cases.tell_staff(db, case, notice, now)
        if now - since >= escalate_after and await hear_once(db, tags("escalated", case.id.hex, str(number)), now):
            for person in await organisation.with_role(db, "coordinator"):
                if person.id != case.staff_id and cases.may_have(db, person.id, case, ties):
                    await outbox.put(db, f"staff:{person.id}", notice.kind, notice.ids, due_at=now)


async def waiting_since(db: AsyncSession, case: Case) -> tuple[int, datetime] | None:
    """The first message of the employee that nobody has answered, and its (coarse) time. None if there is none."""
    unanswered = None
    for said in await stored_chats.sides(db, case.id):
        if said.side == "staff":
            unanswered = None
        elif said.side == "employee" and unanswered is None:
            unanswered = (said.number, said.said_at)
    return unanswered


async def _find_somebody(db: AsyncSession, case: Case, now: datetime) -> bool:
    """Give the case to the colleague with the fewest; with none left, to the office, where it waits.

    False if there is nobody there either.
    """
    possible = await colleagues(db, case)
    if possible:
        best = await cases.least_loaded(db, [person.id for person in possible])
        await _give(db, case, next(person for person in possible if person.id == best), now)
        return True
    before = await staff_member(db, case.staff_id)
    office = await appointments.office(db, stored.kept_from(db, case), before.region_id if before else "")
    if office is not None and office.id != case.staff_id:
        if case.kind == "appointment":
            case.kind = "waiting"
        await _give(db, case, office, now)
        return True
    return False


async def _give(db: AsyncSession, case: Case, person: Staff, now: datetime) -> None:
    """The one before hears nothing more of the case. The appointment moves along if the new one is free then."""
    await outbox.erase_for(db, f"staff:{case.staff_id}", case.id)
    booked = await appointments.of_case(db, case.id)
    case.staff_id = person.id
    await db.flush()
    if booked is not None and booked.slot.ends_at > now:
        await appointments.move_along(db, booked, person.id, now)
    told = SomebodyWaits(case.id.hex) if case.kind == "waiting" else CaseHandedOver(case.id.hex)
    await cases.tell_staff(db, case, told, now)
    await cases.tell_employee(db, case, AdvisorChanged(case.id.hex), now)
