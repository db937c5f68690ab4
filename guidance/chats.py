"""Written messages between an anonymous employee and the career office."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases
from guidance.errors import CaseClosed, MessageTooLong, NothingWritten
from guidance.masking import mask_cpr
from guidance.notices import MessageToEmployee, MessageToStaff
from storage import chats as stored
from storage.cases import Case
from storage.chats import Said
from storage.conversations import hear_once
from storage.database import keyring_of
from storage.participants import Participant

LONGEST_MESSAGE = 4000
"""Characters. Longer ones are refused with a sentence, never cut."""


async def say(db: AsyncSession, participant: Participant, case_id: str, text: str, now: datetime) -> int:
    """The employee writes: store the message and tell the staff. Its number in the case.

    Raises NoSuchCase, CaseClosed, StaffGone, MessageTooLong, NothingWritten.
    """
    case = await cases.own_case(db, participant, case_id)
    await cases.check_reachable(db, case)
    number = await _store(db, case, "employee", text, now)
    await cases.tell_staff(db, case, MessageToStaff(case.id.hex, number=number), now)
    return number


async def answer(
    db: AsyncSession, staff_id: str, case_id: str, text: str, now: datetime, *, once: str = ""
) -> int | None:
    """The staff writes: store the message and tell whoever is behind the case. Its number in the case.

    `once` names the form it was written in. The same words from the same form are a repetition (somebody clicked twice,
    or saw no answer and sent it again): nothing is done, and there is no number.
    Raises NoSuchCase, CaseClosed, MessageTooLong, NothingWritten.
    """
    case = await cases.staff_case(db, staff_id, case_id)
    if once and not await hear_once(db, keyring_of(db).tag("answered", case.id.hex, once, text), now):
        return None
    number = await _store(db, case, "staff", text, now)
    await cases.tell_employee(db, case, MessageToEmployee(case.id.hex, number=number), now)
    return number


async def thread(db: AsyncSession, case_id: uuid.UUID) -> Sequence[Said]:
    """All messages of a case, in order."""
    return await stored.thread(db, case_id)


async def deliveries(db: AsyncSession, staff_id: str) -> Sequence[tuple[uuid.UUID, int, str]]:
    """How far each message of a staff member's cases has come: case, number, delivery."""
    return await stored.deliveries(db, staff_id)


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
