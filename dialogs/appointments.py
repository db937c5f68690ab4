"""One's own appointments: see, move, cancel, be reminded, and stand on the waiting list."""

from datetime import datetime, timedelta

from dialogs.flow import Button, Field, Flow, Line, Plain, Reply, Say, Step, Turn
from dialogs.second_look import signs_in
from guidance import appointments, cases, reminders
from guidance.appointments import Booked
from guidance.calendar import ZONE
from guidance.errors import NoSuchCase, WishTooLong
from guidance.quiet_hours import BEFORE

mine = Flow("appointments")


@mine.intent("my_appointments")
async def my_appointments(turn: Turn) -> Reply:
    """The appointments to come, and what can be done with them."""
    booked = await appointments.mine(turn.db, turn.participant, turn.now)
    if not booked and (waiting := await _waiting(turn)):
        return waiting
    if not booked:
        return Reply("appointment.none", buttons=(Button(Say("button.book"), do="book"),), stay=True)
    if len(booked) == 1:
        return await _detail(turn, booked[0])
    buttons = tuple(
        Button(
            Say("appointment.one_of_mine", {"starts_at": one.slot.starts_at, "alias": one.case.alias}),
            do="appointments.detail",
            args={"case": one.case.id.hex},
        )
        for one in booked
    )
    return Reply("appointment.mine", buttons=buttons, stay=True)


@mine.verb("detail")
async def detail(turn: Turn) -> Reply:
    """One appointment."""
    booked = await appointments.mine(turn.db, turn.participant, turn.now)
    one = next((one for one in booked if one.case.id.hex == turn.value.get("case")), None)
    return await _detail(turn, one) if one else await my_appointments(turn)


@mine.verb("cancel")
async def cancel(turn: Turn) -> Step:
    """Cancel an appointment, after one more question."""
    case_id = str(turn.value.get("case", ""))
    if case_id not in [one.case.id.hex for one in await appointments.mine(turn.db, turn.participant, turn.now)]:
        raise NoSuchCase
    turn.memory["case"] = case_id
    return really_cancel


@mine.step()
async def really_cancel(turn: Turn) -> Reply:
    """Are you sure?"""
    buttons = (
        Button(Say("appointment.cancel_yes"), value={"yes": True}),
        Button(Say("appointment.cancel_no"), value={"yes": False}),
    )
    return Reply("appointment.really_cancel", buttons=buttons)


@really_cancel.answer
async def cancel_answered(turn: Turn) -> Reply:
    """Cancel, or leave it as it is."""
    if not turn.value["yes"]:
        return await my_appointments(turn)
    booked = await appointments.cancel(turn.db, turn.participant, turn.memory["case"], turn.now)
    again = (Button(Say("button.book_again"), do="book"), Button(Say("button.menu"), do="menu"))
    return Reply("appointment.cancelled", {"alias": booked.case.alias}, buttons=again)


@mine.verb("move")
async def move(turn: Turn) -> Step:
    """Move an appointment to another time of the same advisor."""
    turn.memory.update(case=str(turn.value.get("case", "")), after="")
    return choose_new_time


@mine.step()
async def choose_new_time(turn: Turn) -> Reply:
    """Other free times of the same advisor."""
    after = after_last(turn)
    times = await appointments.other_times(turn.db, turn.participant, turn.memory["case"], turn.now, after)
    if not times:
        return Reply(
            "appointment.no_other_times", buttons=(Button(Say("button.my_appointments"), do="my_appointments"),)
        )
    buttons = tuple(
        Button(Say("appointment.plain_time", {"starts_at": slot.starts_at}), value={"slot": slot.id.hex})
        for slot in times
    )
    later = Button(Say("appointment.later_times"), value={"after": times[-1].starts_at.isoformat()})
    return Reply("appointment.choose_new_time", buttons=(*buttons, later))


@choose_new_time.answer
async def new_time_chosen(turn: Turn) -> Step | Reply:
    """Move to the time that was tapped, or show later ones."""
    if "after" in turn.value:
        turn.memory["after"] = turn.value["after"]
        return choose_new_time
    booked = await appointments.move(turn.db, turn.participant, turn.memory["case"], turn.value["slot"], turn.now)
    return await booked_reply(turn, "appointment.moved", booked)


@mine.verb("accept")
async def accept(turn: Turn) -> Reply:
    """Take a time that the advisor proposed."""
    case_id, slot_id = str(turn.value.get("case", "")), str(turn.value.get("slot", ""))
    booked = await appointments.move(turn.db, turn.participant, case_id, slot_id, turn.now)
    return await booked_reply(turn, "appointment.moved", booked)


@mine.verb("remind")
async def remind(turn: Turn) -> Step:
    """Be reminded of an appointment, or not."""
    await appointments.own_to_come(turn.db, turn.participant, str(turn.value.get("case", "")), turn.now)
    turn.memory["case"] = str(turn.value["case"])
    return choose_reminder


@mine.step()
async def choose_reminder(turn: Turn) -> Reply:
    """How long before."""
    choices = (*BEFORE, "")
    buttons = tuple(Button(Say(f"reminder.{one or 'none'}"), value={"before": one}) for one in choices)
    return Reply("reminder.choose", buttons=buttons)


@choose_reminder.answer
async def reminder_chosen(turn: Turn) -> Reply:
    """Remember it with the appointment."""
    before = turn.value["before"]
    moment = await reminders.choose(turn.db, turn.participant, turn.memory["case"], before, turn.now)
    buttons = (Button(Say("button.my_appointments"), do="my_appointments"), Button(Say("button.menu"), do="menu"))
    return Reply("reminder.set" if moment else "reminder.off", {"at": moment} if moment else {}, buttons=buttons)


@mine.verb("remark")
async def remark(turn: Turn) -> Step:
    """Note something for the advisor to know beforehand."""
    await appointments.own_to_come(turn.db, turn.participant, str(turn.value.get("case", "")), turn.now)
    turn.memory["case"] = str(turn.value["case"])
    return write_remark


@mine.step(takes_text=True, names_subject=True)
async def write_remark(turn: Turn) -> Reply:
    """What should the advisor know?"""
    booked = await appointments.own_to_come(turn.db, turn.participant, turn.memory["case"], turn.now)
    before = turn.memory.get("held", appointments.remark_of(turn.db, booked))
    longest = appointments.LONGEST_REMARK
    field = Field("remark", "long_text", Say("appointment.remark_label"), value=before, longest=longest)
    buttons = [Button(Say("appointment.remark_keep"), value={}), Button(Say("button.cancel"), do="cancel")]
    if before:
        buttons.insert(1, Button(Say("appointment.remark_remove"), value={"remark": ""}))
    return Reply("appointment.write_remark", fields=(field,), buttons=tuple(buttons))


@write_remark.answer
async def remark_written(turn: Turn) -> Step | Reply:
    """Keep it, unless it looks as if it named its writer: then it waits for a second look."""
    words = str(turn.value.get("remark", turn.text)).strip()
    if len(words) > appointments.LONGEST_REMARK:
        raise WishTooLong(length=len(words), longest=appointments.LONGEST_REMARK)
    if await signs_in(turn, words):
        turn.memory["held"] = words
        return really_keep
    return await _keep_remark(turn, words)


@mine.step()
async def really_keep(turn: Turn) -> Reply:
    """It may tell who is writing."""
    found = await signs_in(turn, turn.memory["held"])
    buttons = (
        Button(Say("appointment.remark_anyway"), value={"yes": True}),
        Button(Say("appointment.remark_again"), value={"yes": False}),
    )
    return Reply("appointment.really_keep", {"signs": found}, words=turn.memory["held"], buttons=buttons)


@really_keep.answer
async def kept_after_all(turn: Turn) -> Step | Reply:
    """Keep it as it is, or write it again."""
    return await _keep_remark(turn, turn.memory["held"]) if turn.value["yes"] else write_remark


async def _keep_remark(turn: Turn, words: str) -> Reply:
    booked = await appointments.write_remark(turn.db, turn.participant, turn.memory["case"], words, turn.now)
    buttons = (Button(Say("button.my_appointments"), do="my_appointments"), Button(Say("button.menu"), do="menu"))
    key = "appointment.remark_kept" if words else "appointment.remark_removed"
    return Reply(key, {"alias": booked.case.alias}, buttons=buttons)


@mine.verb("leave_list")
async def leave_list(turn: Turn) -> Reply:
    """Wait no longer."""
    await appointments.stop_waiting(turn.db, turn.participant, str(turn.value.get("case", "")), turn.now)
    again = (Button(Say("button.book"), do="book"), Button(Say("button.menu"), do="menu"))
    return Reply("appointment.waits_no_longer", buttons=again)


def after_last(turn: Turn) -> datetime | None:
    """Times later than those that were shown last, if somebody wants to see them."""
    after = turn.memory.get("after")
    return datetime.fromisoformat(after) + timedelta(seconds=1) if after else None


async def booked_reply(turn: Turn, key: str, booked: Booked) -> Reply:
    """What was booked or moved, and under which name."""
    case = {"case": booked.case.id.hex}
    buttons = (
        Button(Say("button.write_to_advisor"), do="chats.reply", args=case),
        Button(Say("reminder.button"), do="appointments.remind", args=case),
        *((Button(Say("chat.private"), do="private.offer", args=case),) if turn.copied else ()),
        Button(Say("button.my_appointments"), do="my_appointments"),
        Button(Say("button.menu"), do="menu"),
    )
    values = {"alias": booked.case.alias, "starts_at": booked.slot.starts_at}
    return Reply(key, values, facts=await _meeting(turn, booked), buttons=buttons, keep=True)


async def _meeting(turn: Turn, booked: Booked) -> tuple[tuple[Line, Line], ...]:
    """How they meet, and where or at which number."""
    way = booked.appointment.way
    where = await appointments.where(turn.db, booked)
    facts: tuple[tuple[Line, Line], ...] = ((Say("fact.meeting"), Say(f"way.{way}")),)
    return (*facts, (Say(f"way.{way}_where"), Plain(where))) if where else facts


async def _waiting(turn: Turn) -> Reply | None:
    """Where the employee stands on the waiting list, if they do."""
    owned = await cases.own_cases(turn.db, turn.participant)
    case = next((one for one in owned if one.kind == "waiting" and one.state == "open"), None)
    if case is None:
        return None
    arg = {"case": case.id.hex}
    buttons = (
        Button(Say("appointment.look_for_times"), do="appointments.move", args=arg),
        Button(Say("button.write_to_office"), do="chats.reply", args=arg),
        Button(Say("appointment.wait_no_longer"), do="appointments.leave_list", args=arg),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("appointment.you_wait", {"alias": case.alias, "opened": case.opened_on}, buttons=buttons, stay=True)


def calendar_file(booked: Booked) -> str:
    """The address of the appointment as a file for a calendar. It says when and nothing else, so it needs no secret."""
    starts = booked.slot.starts_at.astimezone(ZONE)
    minutes = int((booked.slot.ends_at - booked.slot.starts_at).total_seconds() // 60)
    return f"/calendar/{starts:%Y%m%dT%H%M}-{minutes}.ics"


async def _detail(turn: Turn, booked: Booked) -> Reply:
    case = {"case": booked.case.id.hex}
    topic = booked.appointment.topic
    facts = (
        (Say("fact.time"), booked.slot.starts_at),
        (Say("fact.alias"), booked.case.alias),
        (Say("fact.topic"), Say(f"topic.{topic}") if topic else Say("topic.none")),
        *await _meeting(turn, booked),
        (Say("reminder.button"), booked.appointment.remind_at or Say("reminder.not_set")),
        *(((Say("appointment.remark"), Plain(noted)),) if (noted := appointments.remark_of(turn.db, booked)) else ()),
    )
    buttons = (
        Button(Say("button.write_to_advisor"), do="chats.reply", args=case),
        Button(Say("appointment.remark"), do="appointments.remark", args=case),
        Button(Say("button.move"), do="appointments.move", args=case),
        Button(Say("button.cancel_appointment"), do="appointments.cancel", args=case),
        Button(Say("reminder.button"), do="appointments.remind", args=case),
        Button(Say("appointment.calendar_file"), url=calendar_file(booked)),
    )
    return Reply("appointment.detail", facts=facts, buttons=buttons, stay=True)
