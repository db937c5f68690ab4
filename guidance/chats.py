"""Written messages between an anonymous employee and the career office."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import appointments, cases
from guidance.errors import CaseClosed, MessageTooLong, NothingWritten, TooManyMessages
from guidance.masking import mask_cpr
from guidance.notices import AcuteHelp, CaseEnded, CaseEndedByEmployee, MessageToEmployee, MessageToStaff
from storage import chats as stored
from storage.cases import Case
from storage.chats import Said
from storage.conversations import hear_once
from storage.database import keyring_of
from storage.participants import Participant

MOST_AN_HOUR = 30
AN_HOUR = timedelta(hours=1)

ACUTE_HELP = "112 · Livslinien 70 201 201"
"""What stands in the chat when the staff sent help: it says the same in every language."""

LONGEST_MESSAGE = 4000
"""Characters. Longer ones are refused with a sentence, never cut."""


async def say(db: AsyncSession, participant: Participant, case_id: str, text: str, now: datetime) -> int:
    """The employee writes: store the message and tell the staff. Its number in the case.

    Raises NoSuchCase, CaseClosed, StaffGone, TooManyMessages, MessageTooLong, NothingWritten.
    """
    case = await cases.own_case(db, participant, case_id)
    await cases.check_reachable(db, case)
    lately = [one for one in await stored.sides(db, case.id) if one.side == "employee" and one.said_at > now - AN_HOUR]
    if len(lately) >= MOST_AN_HOUR:
        raise TooManyMessages(most=MOST_AN_HOUR)
    number = await _store(db, case, "employee", text, now)
    await cases.tell_staff(db, case, MessageToStaff(case.id.hex, number=number), now)
    return number


async def end(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> Case:
    """The employee ends the case. A session to come is cancelled. Raises NoSuchCase, CaseClosed."""
    case = await cases.own_case(db, participant, case_id)
    if case.state != "open":
        raise CaseClosed
    await cases.tell_staff(db, case, CaseEndedByEmployee(case.id.hex), now)
    await appointments.end_case(db, case, now)
    return case


async def end_by_staff(db: AsyncSession, staff_id: str, case_id: str, now: datetime) -> None:
    """The staff ends the case, and the employee is told. Raises NoSuchCase, CaseClosed."""
    case = await cases.staff_case(db, staff_id, case_id)
    if case.state != "open":
        raise CaseClosed
    await cases.tell_employee(db, case, CaseEnded(case.id.hex), now)
    await appointments.end_case(db, case, now)


async def send_acute_help(db: AsyncSession, staff_id: str, case_id: str, now: datetime) -> None:
    """The staff fear for the employee's life: show them where help is, and ask if they want to be called.

    That it was sent stands in the chat. Nobody learns who it is. Raises NoSuchCase, CaseClosed.
    """
    case = await cases.staff_case(db, staff_id, case_id)
    if case.state != "open":
        raise CaseClosed
    await stored.add(db, case.id, "bot", ACUTE_HELP, now)
    await cases.tell_employee(db, case, AcuteHelp(case.id.hex), now)


async def answer(
    db: AsyncSession, staff_id: str, case_id: str, text: str, now: datetime, *, once: str = ""
) -> int | None:
    """The staff writes: store the message and tell whoever is behind the case. Its number in the case.

    `once` names the form it was written in. The same words from the same form are a repetition (somebody clicked twice,
    or saw no answer and sent it again): nothing is done, and there is no number.
    Raises NoSuchCase, CaseClosed, MessageTooLong, NothingWritten.
    """
    case = await cases.staff_case(db, staff_id, case_id)
    if once and not await hear_once(db, keyring_of(db).tags("answered", case.id.hex, once, text), now):
        return None
    number = await _store(db, case, "staff", text, now)
    await cases.tell_employee(db, case, MessageToEmployee(case.id.hex, number=number), now)
    return number


async def thread(db: AsyncSession, case_id: uuid.UUID) -> Sequence[Said]:
    """All messages of a case, in order."""
    return await stored.thread(db, case_id)


async def deliveries(db: AsyncSession, staff_id: str) -> Sequence[tuple[uuid.UUID, int, str]]:
    """How far each message of a staff member's cases has come: case, number, delivery."""
    theirs = {case.id for case in await cases.of_staff(db, staff_id)}
    return [row for row in await stored.deliveries(db, staff_id) if row[0] in theirs]


async def message(db: AsyncSession, case_id: uuid.UUID, number: int) -> Said | None:
    """One message of a case."""
    return await stored.one(db, case_id, number)


async def arrived(db: AsyncSession, case_id: uuid.UUID, number: int, delivery: str) -> None:
    """Note that a message was delivered or has failed, for its sender to see."""
    await stored.mark(db, case_id, number, delivery)


async def _store(db: AsyncSession, case: Case, side: str, text: str, now: datetime) -> int:
    if case.state != "open":
        raise CaseClosed
    words = mask_cpr(text)[0].strip()
    if not words:
        raise NothingWritten
    if len(words) > LONGEST_MESSAGE:
        raise MessageTooLong(longest=LONGEST_MESSAGE, length=len(words))
    return await stored.add(db, case.id, side, words, now)
