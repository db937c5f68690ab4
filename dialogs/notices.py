"""Notices in words: what the worker says to an employee, and what the desk shows the staff.

A notice is worded when it is delivered, from what is true then. None means that it no longer matters.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.flow import Button, Reply, Say
from guidance import appointments, cases, chats, handover, placements
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


async def _reminder(db: AsyncSession, notice: Notice) -> Reply | None:
    """Worded from what is true now: of an appointment that was cancelled meanwhile nobody is reminded."""
    reply = await _appointment(db, notice)
    if reply is None:
        return None
    return replace(reply, buttons=(Button(Say("button.my_appointments"), do="my_appointments"),))


async def _advisor_changed(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None:
        return None
    booked = await appointments.of_case(db, case.id)
    write = Button(Say("button.write_to_advisor"), do="chats.reply", args={"case": case.id.hex})
    values: dict[str, Any] = {"alias": case.alias, "name": await cases.who_has(db, case)}
    if case.kind == "waiting":
        mine = Button(Say("button.my_appointments"), do="my_appointments")
        return Reply("notice.back_on_the_list", values, buttons=(mine,))
    if booked is not None:
        values |= {"starts_at": booked.slot.starts_at}
        return Reply("notice.advisor_changed_same_time", values, buttons=(write,))
    if case.kind == "placement":
        return Reply("notice.advisor_changed", values, buttons=(write,))
    choose = Button(Say("appointment.look_for_times"), do="appointments.move", args={"case": case.id.hex})
    return Reply("notice.advisor_changed_no_time", values, buttons=(choose, write))


async def _times_proposed(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None or not isinstance(notice, kinds.TimesProposed):
        return None
    times = await appointments.still_free(db, notice.slots)
    values = {"alias": case.alias, "name": await cases.who_has(db, case)}
    others = Button(Say("appointment.look_for_times"), do="appointments.move", args={"case": case.id.hex})
    buttons = tuple(
        Button(
            Say("appointment.plain_time", {"starts_at": slot.starts_at}),
            do="appointments.accept",
            args={"case": case.id.hex, "slot": slot.id.hex},
        )
        for slot in times
    )
    key = "notice.times_proposed" if times else "notice.proposed_times_taken"
    return Reply(key, values, buttons=(*buttons, others))


async def _times_are_free(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None or case.kind != "waiting" or case.state != "open":
        return None
    look = Button(Say("appointment.look_for_times"), do="appointments.move", args={"case": case.id.hex})
    return Reply("notice.times_are_free", {"alias": case.alias}, buttons=(look,))


async def _silent(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None or case.state != "open" or await handover.waiting_since(db, case) is None:
        return None
    return Reply("notice.case_silent", {"alias": case.alias})


async def _acute_help(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None:
        return None
    arg = {"case": case.id.hex}
    buttons = (
        Button(Say("notice.give_number"), do="chats.reveal", args=arg),
        Button(Say("button.answer"), do="chats.reply", args=arg),
    )
    return Reply("notice.acute_help", {"name": await cases.who_has(db, case)}, buttons=buttons, urgent=True)


async def _ended(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None:
        return None
    rate = Button(Say("feedback.button"), do="feedback.ask", args={"case": case.id.hex})
    return Reply("notice.case_ended", {"alias": case.alias}, buttons=(rate, Button(Say("button.menu"), do="menu")))


async def _case(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    return Reply(f"notice.{notice.kind}", {"alias": case.alias}) if case else None


async def _placement(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    sent = await placements.of_case(db, uuid.UUID(notice.case_id))
    if case is None or sent is None:
        return None
    return Reply(f"notice.{notice.kind}", {"alias": case.alias, "kind": Say(f"placement.{sent.wish.kind}")})


async def _placement_moved(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None or not isinstance(notice, kinds.PlacementMoved):
        return None
    values = {"alias": case.alias, "status": Say(f"placement_status.{notice.state}"), "why": _why(notice.why)}
    return Reply("notice.placement_moved_why" if notice.why else "notice.placement_moved", values)


async def _stay_news(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None or not isinstance(notice, kinds.StayNews):
        return None
    values = {"alias": case.alias, "next": Say(f"stay_next.{notice.state}"), "why": _why(notice.why)}
    look = Button(Say("stay.look"), do="stays.detail", args={"case": case.id.hex})
    return Reply("notice.stay_news_why" if notice.why else "notice.stay_news", values, buttons=(look,))


def _why(reason: str) -> Say:
    return Say(f"reason.{reason or 'other'}")


async def _stay_over(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None:
        return None
    rate = Button(Say("feedback.button"), do="feedback.ask_stay", args={"case": case.id.hex})
    return Reply("notice.stay_over", {"alias": case.alias}, buttons=(rate, Button(Say("button.menu"), do="menu")))


async def _swap_asked(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None:
        return None
    look = Button(Say("swap.look"), do="swaps.look", args={"case": case.id.hex})
    return Reply("notice.swap_asked", {"alias": case.alias}, buttons=(look,))


async def _swap_news(db: AsyncSession, notice: Notice) -> Reply | None:
    case = await cases.by_id(db, notice.case_id)
    if case is None:
        return None
    look = Button(Say("stay.look"), do="stays.detail", args={"case": case.id.hex})
    return Reply(f"notice.{notice.kind}", {"alias": case.alias}, buttons=(look,))


async def _decisions_wait(db: AsyncSession, notice: Notice) -> Reply | None:
    return Reply("notice.decisions_wait", {"count": notice.count}) if isinstance(notice, kinds.DecisionsWait) else None


async def _erased(db: AsyncSession, notice: Notice) -> Reply | None:
    return Reply("notice.case_erased", {"alias": notice.alias}) if isinstance(notice, kinds.CaseErased) else None


_WORDINGS: dict[type[Notice], Wording] = {
    kinds.MessageToEmployee: _message_to_employee,
    kinds.MessageToStaff: _message_to_staff,
    kinds.AppointmentBooked: _appointment,
    kinds.AppointmentMoved: _appointment,
    kinds.AppointmentCancelled: _case,
    kinds.AppointmentReminder: _reminder,
    kinds.RemarkWritten: _case,
    kinds.AcuteHelp: _acute_help,
    kinds.AdvisorChanged: _advisor_changed,
    kinds.TimesProposed: _times_proposed,
    kinds.TimesAreFree: _times_are_free,
    kinds.CaseSilent: _silent,
    kinds.CaseHandedOver: _case,
    kinds.NobodyLeft: _case,
    kinds.WaitsNoLonger: _case,
    kinds.CaseEnded: _ended,
    kinds.CaseEndedByEmployee: _case,
    kinds.SomebodyWaits: _case,
    kinds.CaseErased: _erased,
    kinds.PlacementSubmitted: _placement,
    kinds.PlacementMoved: _placement_moved,
    kinds.StayNews: _stay_news,
    kinds.StayOver: _stay_over,
    kinds.DecisionAsked: _case,
    kinds.DecisionsWait: _decisions_wait,
    kinds.DecisionLate: _case,
    kinds.StayOff: _case,
    kinds.StayApproved: _case,
    kinds.SwapAsked: _swap_asked,
    kinds.SwapOff: _swap_news,
    kinds.SwapNone: _swap_news,
    kinds.SwapReady: _case,
}
