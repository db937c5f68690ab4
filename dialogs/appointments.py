"""Booking an advisor without the manager knowing, and moving or cancelling what was booked."""

from datetime import datetime, timedelta

from dialogs.flow import Button, Field, Flow, Plain, Reply, Say, Step, Turn
from dialogs.region import RegionQuestion
from guidance import appointments, organisation
from guidance.appointments import TOPICS, Booked, Constraints
from guidance.errors import NoSuchCase, NothingChosen

booking = Flow("appointments")


@booking.intent("book")
async def book(turn: Turn) -> Step:
    """Somebody wants to talk to an advisor."""
    return promise


@booking.step()
async def promise(turn: Turn) -> Reply:
    """What happens to the employee's data, before they say anything."""
    buttons = (
        Button(Say("button.continue"), value={"yes": True}),
        Button(Say("button.read_more"), url=f"/privacy?lang={turn.locale}"),
        Button(Say("button.cancel"), do="cancel"),
    )
    return Reply("appointment.promise", buttons=buttons)


@promise.answer
async def promised(turn: Turn) -> Step:
    """The employee goes on."""
    return choose_topic


@booking.step()
async def choose_topic(turn: Turn) -> Reply:
    """What it is about, if the employee wants to say."""
    topics = tuple(Button(Say(f"topic.{topic}"), value={"topic": topic}) for topic in TOPICS)
    return Reply("appointment.choose_topic", buttons=(*topics, Button(Say("button.skip"), value={"topic": ""})))


@choose_topic.answer
async def topic_chosen(turn: Turn) -> Step | Reply:
    """Remember the topic; ask where the employee works, unless they have said so."""
    turn.memory["topic"] = turn.value["topic"]
    return await region.next_step(turn)


async def _workplace(turn: Turn) -> Step:
    return choose_workplace


region = RegionQuestion(booking, "advice", _workplace)


@booking.step()
async def choose_workplace(turn: Turn) -> Reply:
    """Which hospital or centre, so that nobody from there becomes the advisor. Kept in the draft only."""
    here = [unit for unit in await organisation.workplaces(turn.db) if unit.region == turn.state.region]
    options = tuple((unit.id, Plain(unit.name)) for unit in here)
    field = Field("workplace", "choice", Say("appointment.workplace_label"), options, required=True)
    buttons = (
        Button(Say("button.continue"), value={}),
        Button(Say("appointment.workplace_secret"), value={"secret": True}),
    )
    return Reply("appointment.choose_workplace", fields=(field,), buttons=buttons)


@choose_workplace.answer
async def workplace_chosen(turn: Turn) -> Step:
    """Remember the workplace until the booking is made or dropped. Only who says so keeps it to themselves."""
    workplace = "" if turn.value.get("secret") else str(turn.value.get("workplace", ""))
    known = {unit.id for unit in await organisation.workplaces(turn.db)}
    if not turn.value.get("secret") and workplace not in known:
        raise NothingChosen
    turn.memory["workplace"] = workplace
    turn.memory["ruled_out"] = []
    return rule_out


@booking.step()
async def rule_out(turn: Turn) -> Reply:
    """Is there an advisor whom the employee does not want to talk to?"""
    advisors = await appointments.possible_advisors(turn.db, _constraints(turn))
    if not advisors:
        return _nobody()
    homes = [(advisor, await organisation.name_of_home(turn.db, advisor)) for advisor in advisors]
    not_them = tuple(
        Button(Say("appointment.not_this_one", {"name": advisor.name}), value={"not": advisor.id})
        for advisor, _ in homes[:4]
    )
    facts = tuple((Plain(advisor.name), Plain(home)) for advisor, home in homes)
    all_fine = Button(Say("appointment.all_fine"), value={"yes": True})
    return Reply("appointment.rule_out", facts=facts, buttons=(all_fine, *not_them))


@rule_out.answer
async def ruled_out(turn: Turn) -> Step:
    """Leave one advisor out and ask again, or go on to the times."""
    if "mend" in turn.value:
        return choose_workplace
    if "not" not in turn.value:
        turn.memory["after"] = ""
        return choose_time
    turn.memory["ruled_out"] = [*turn.memory["ruled_out"], turn.value["not"]]
    return rule_out


@booking.step()
async def choose_time(turn: Turn) -> Reply:
    """The next free times of the advisors who are left."""
    constraints = _constraints(turn)
    after = _after(turn)
    times = await appointments.free_times(turn.db, constraints, turn.now, after)
    if not times:
        return _no_more_times() if after else _nobody()
    names = {advisor.id: advisor.name for advisor in await appointments.possible_advisors(turn.db, constraints)}
    buttons = tuple(
        Button(
            Say("appointment.time", {"starts_at": slot.starts_at, "advisor": names[slot.advisor_id]}),
            value={"slot": slot.id.hex, "at": slot.starts_at.isoformat(), "advisor": names[slot.advisor_id]},
        )
        for slot in times
    )
    later = Button(Say("appointment.later_times"), value={"after": times[-1].starts_at.isoformat()})
    return Reply("appointment.choose_time", buttons=(*buttons, later))


@choose_time.answer
async def time_chosen(turn: Turn) -> Step:
    """Go on with the time that was tapped, or show later ones."""
    if "mend" in turn.value:
        return choose_workplace
    if "after" in turn.value:
        turn.memory["after"] = turn.value["after"]
        return choose_time
    turn.memory.update(slot=turn.value["slot"], at=turn.value["at"], advisor=turn.value["advisor"])
    return confirm


@booking.step()
async def confirm(turn: Turn) -> Reply:
    """Everything once more before it is sent."""
    topic = turn.memory["topic"]
    facts = (
        (Say("fact.time"), datetime.fromisoformat(turn.memory["at"])),
        (Say("fact.advisor"), turn.memory["advisor"]),
        (Say("fact.topic"), Say(f"topic.{topic}") if topic else Say("topic.none")),
        (Say("fact.meeting"), Say("appointment.in_writing")),
    )
    buttons = (
        Button(Say("appointment.book_it"), value={"yes": True}),
        Button(Say("appointment.another_time"), value={"yes": False}),
        Button(Say("button.cancel"), do="cancel"),
    )
    return Reply("appointment.confirm", facts=facts, buttons=buttons)


@confirm.answer
async def confirmed(turn: Turn) -> Step | Reply:
    """Book, and say under which name. If somebody was quicker, the times are asked again."""
    if not turn.value["yes"]:
        return choose_time
    booked = await appointments.book(
        turn.db,
        turn.participant,
        turn.memory["slot"],
        _constraints(turn),
        topic=turn.memory["topic"],
        locale=turn.locale,
        now=turn.now,
    )
    return _booked("appointment.booked", booked)


confirm.if_refused = choose_time


@booking.intent("my_appointments")
async def my_appointments(turn: Turn) -> Reply:
    """The appointments to come, and what can be done with them."""
    booked = await appointments.mine(turn.db, turn.participant, turn.now)
    if not booked:
        return Reply("appointment.none", buttons=(Button(Say("button.book"), do="book"),), stay=True)
    if len(booked) == 1:
        return _detail(booked[0])
    buttons = tuple(
        Button(
            Say("appointment.one_of_mine", {"starts_at": one.slot.starts_at, "alias": one.case.alias}),
            do="appointments.detail",
            args={"case": one.case.id.hex},
        )
        for one in booked
    )
    return Reply("appointment.mine", buttons=buttons, stay=True)


@booking.verb("detail")
async def detail(turn: Turn) -> Reply:
    """One appointment."""
    booked = await appointments.mine(turn.db, turn.participant, turn.now)
    one = next((one for one in booked if one.case.id.hex == turn.value.get("case")), None)
    return _detail(one) if one else await my_appointments(turn)


@booking.verb("cancel")
async def cancel(turn: Turn) -> Step:
    """Cancel an appointment, after one more question."""
    case_id = str(turn.value.get("case", ""))
    if case_id not in [one.case.id.hex for one in await appointments.mine(turn.db, turn.participant, turn.now)]:
        raise NoSuchCase
    turn.memory["case"] = case_id
    return really_cancel


@booking.step()
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


@booking.verb("move")
async def move(turn: Turn) -> Step:
    """Move an appointment to another time of the same advisor."""
    turn.memory.update(case=str(turn.value.get("case", "")), after="")
    return choose_new_time


@booking.step()
async def choose_new_time(turn: Turn) -> Reply:
    """Other free times of the same advisor."""
    after = _after(turn)
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
    return _booked("appointment.moved", booked)


def _constraints(turn: Turn) -> Constraints:
    return Constraints(turn.state.region, turn.memory.get("workplace") or None, tuple(turn.memory.get("ruled_out", ())))


def _after(turn: Turn) -> datetime | None:
    after = turn.memory.get("after")
    return datetime.fromisoformat(after) + timedelta(seconds=1) if after else None


def _booked(key: str, booked: Booked) -> Reply:
    buttons = (
        Button(Say("button.write_to_advisor"), do="chats.reply", args={"case": booked.case.id.hex}),
        Button(Say("button.my_appointments"), do="my_appointments"),
        Button(Say("button.menu"), do="menu"),
    )
    values = {"alias": booked.case.alias, "starts_at": booked.slot.starts_at}
    return Reply(key, values, buttons=buttons, keep=True)


def _detail(booked: Booked) -> Reply:
    case = {"case": booked.case.id.hex}
    topic = booked.appointment.topic
    facts = (
        (Say("fact.time"), booked.slot.starts_at),
        (Say("fact.alias"), booked.case.alias),
        (Say("fact.topic"), Say(f"topic.{topic}") if topic else Say("topic.none")),
    )
    buttons = (
        Button(Say("button.write_to_advisor"), do="chats.reply", args=case),
        Button(Say("button.move"), do="appointments.move", args=case),
        Button(Say("button.cancel_appointment"), do="appointments.cancel", args=case),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("appointment.detail", facts=facts, buttons=buttons, stay=True)


def _nobody() -> Reply:
    buttons = (
        Button(Say("appointment.ask_again_workplace"), value={"mend": True}),
        Button(Say("button.start_booking_again"), do="book"),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("appointment.nobody", buttons=buttons)


def _no_more_times() -> Reply:
    return Reply("appointment.no_more_times", buttons=(Button(Say("appointment.from_the_first"), value={"after": ""}),))
