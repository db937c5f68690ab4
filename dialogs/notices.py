"""Notices in words: what the worker says to an employee, and what the desk shows the staff.

A notice is worded when it is delivered, from what is true then. None means that it no longer matters.
"""

import uuid
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.flow import Button, Reply, Say
from guidance import appointments, cases, chats, placements
from guidance import notices as kinds
from guidance.notices import Notice

Wording = Callable[[AsyncSession, Notice], Awaitable[Reply | None]]


async def word(db: AsyncSession, notice: Notice) -> Reply | None:
    """The notice as a reply in no particular language."""
    return await _WORDINGS[type(notice)](db, notice)


async def _message_to_employee(db: AsyncSession, notice: Notice) -> Reply | None:
    if not isinstance(notice, kinds.MessageToEmployee):
        return None
    case = await cases.by_id(db, notice.case_id)
    said = await chats.message(db, uuid.UUID(notice.case_id), notice.number)
    if case is None or said is None:
        return None
    values = {"alias": case.alias, "name": await cases.who_has(db, case), "number": notice.number}
    answer = Button(Say("button.answer"), do="chats.reply", args={"case": case.id.hex})
    return Reply("notice.message_to_employee", values, words=said.text, buttons=(answer,))


async def _message_to_staff(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    return Reply("notice.message_to_staff", {"alias": case.alias}) if case else None


async def _appointment(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    booked = await appointments.of_case(db, uuid.UUID(notice.case_id))
    if case is None or booked is None:
        return None
    topic = booked.appointment.topic
    values = {
        "alias": case.alias,
        "starts_at": booked.slot.starts_at,
        "topic": Say(f"topic.{topic}") if topic else Say("topic.none"),
    }
    return Reply(f"notice.{notice.kind}", values)


async def _case(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    return Reply(f"notice.{notice.kind}", {"alias": case.alias}) if case else None


async def _placement(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    sent = await placements.of_case(db, uuid.UUID(notice.case_id))
    if case is None or sent is None:
        return None
    return Reply(f"notice.{notice.kind}", {"alias": case.alias, "kind": Say(f"placement.{sent.wish.kind}")})


async def _erased(db: AsyncSession, notice: Notice) -> Reply | None:
    return Reply("notice.case_erased", {"alias": notice.alias}) if isinstance(notice, kinds.CaseErased) else None


_WORDINGS: dict[type[Notice], Wording] = {
    kinds.MessageToEmployee: _message_to_employee,
    kinds.MessageToStaff: _message_to_staff,
    kinds.AppointmentBooked: _appointment,
    kinds.AppointmentMoved: _appointment,
    kinds.AppointmentCancelled: _case,
    kinds.CaseErased: _erased,
    kinds.PlacementSubmitted: _placement,
    kinds.PlacementWithdrawn: _placement,
}
