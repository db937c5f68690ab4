"""Booking an advisor without the manager knowing."""

from dataclasses import replace
from datetime import datetime

from dialogs.appointments import after_last, booked_reply
from dialogs.flow import Button, Field, Flow, Line, Plain, Reply, Say, Step, Turn
from dialogs.region import RegionQuestion
from dialogs.times import read_times
from dialogs.wording import line
from guidance import appointments, organisation
from guidance.appointments import ANONYMOUS_WAYS, TOPICS, WAYS, Constraints
from guidance.errors import NothingChosen

booking = Flow("booking")

MOST_NAMED = 5
"""Advisors who get a button each: a card has six."""


@booking.intent("book")
async def book(turn: Turn) -> Step:
    """Somebody wants to talk to an advisor. When and how they said so is remembered."""
    turn.memory["wanted"] = read_times(turn.text)
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
    facts = tuple((Plain(advisor.name), Plain(_profile(home, advisor.about))) for advisor, home in homes)
    all_fine = Button(Say("appointment.all_fine"), value={"yes": True})
    if len(advisors) > MOST_NAMED:
        options = tuple((advisor.id, Plain(advisor.name)) for advisor in advisors)
        field = Field("not", "choice", Say("appointment.rule_out_label"), options)
        leave_out = Button(Say("appointment.leave_out"), value={})
        return Reply("appointment.rule_out", facts=facts, fields=(field,), buttons=(all_fine, leave_out))
    not_them = tuple(
        Button(Say("appointment.not_this_one", {"name": advisor.name}), value={"not": advisor.id})
        for advisor in advisors
    )
    return Reply("appointment.rule_out", facts=facts, buttons=(all_fine, *not_them))


def _profile(home: str, about: str) -> str:
    return f"{home}. {about}" if about else home


@rule_out.answer
async def ruled_out(turn: Turn) -> Step | Reply:
    """Leave one advisor out and ask again, or go on to the times."""
    if "mend" in turn.value:
        return choose_workplace
    if "wait" in turn.value:
        return await _wait(turn)
    if turn.value.get("yes"):
        turn.memory["after"] = ""
        return await _ask_way_or_time(turn)
    if not turn.value.get("not"):
        raise NothingChosen
    turn.memory["ruled_out"] = [*turn.memory["ruled_out"], turn.value["not"]]
    return rule_out


@booking.step()
async def choose_way(turn: Turn) -> Reply:
    """How to meet, and who can learn what in each way."""
    ways = await _ways(turn)
    facts = tuple((Say(f"way.{way}"), Say(f"way.{way}_who")) for way in ways)
    buttons = tuple(Button(Say(f"way.{way}"), value={"way": way}) for way in ways)
    return Reply("appointment.choose_way", facts=facts, buttons=buttons)


@choose_way.answer
async def way_chosen(turn: Turn) -> Step:
    """Look for times with those who meet in this way."""
    turn.memory["wanted"] = {**turn.memory.get("wanted", {}), "way": turn.value["way"]}
    return choose_time


async def _ask_way_or_time(turn: Turn) -> Step:
    """The only way, if it is anonymous, is taken; any other is said before it is chosen."""
    ways = await _ways(turn)
    if len(ways) > 1 or not ANONYMOUS_WAYS.issuperset(ways):
        return choose_way
    turn.memory["wanted"] = {**turn.memory.get("wanted", {}), "way": ways[0] if ways else "chat"}
    return choose_time


async def _ways(turn: Turn) -> list[str]:
    """The ways in which the possible advisors meet people; only the one that was asked for, if there is such."""
    offered = {way for advisor in await appointments.possible_advisors(turn.db, _who(turn)) for way in advisor.ways}
    asked_for = turn.memory.get("wanted", {}).get("way")
    return [way for way in WAYS if way in offered and asked_for in (None, way)] or [w for w in WAYS if w in offered]


@booking.step(reads=read_times)
async def choose_time(turn: Turn) -> Reply:
    """The next free times of the advisors who are left; days and hours can be typed."""
    constraints = _constraints(turn)
    after = after_last(turn)
    times = await appointments.free_times(turn.db, constraints, turn.now, after)
    if not times:
        return await _no_times(turn, after)
    names = {advisor.id: advisor.name for advisor in await appointments.possible_advisors(turn.db, constraints)}
    buttons = tuple(
        Button(
            Say("appointment.time", {"starts_at": slot.starts_at, "advisor": names[slot.advisor_id]}),
            value={"slot": slot.id.hex, "at": slot.starts_at.isoformat(), "advisor": names[slot.advisor_id]},
        )
        for slot in times
    )
    later = Button(Say("appointment.later_times"), value={"after": times[-1].starts_at.isoformat()})
    key = "appointment.choose_time_wanted" if _is_picky(turn) else "appointment.choose_time"
    return Reply(key, _wanted_in_words(turn), buttons=(*buttons, later))


@choose_time.answer
async def time_chosen(turn: Turn) -> Step | Reply:
    """Go on with the time that was tapped, show later ones, or those of the day and hour that was typed."""
    if "mend" in turn.value:
        return choose_workplace
    if "wait" in turn.value:
        return await _wait(turn)
    if "any" in turn.value:
        turn.memory.update(after="", wanted={k: v for k, v in turn.memory.get("wanted", {}).items() if k == "way"})
        return choose_time
    if "slot" not in turn.value and "after" not in turn.value:
        way = {k: v for k, v in turn.memory.get("wanted", {}).items() if k == "way"}
        turn.memory.update(after="", wanted=way | read_times(turn.text))
        return choose_time
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
        (Say("fact.meeting"), Say(f"way.{_way(turn)}")),
        (Say("fact.who_learns"), Say(f"way.{_way(turn)}_who")),
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
    return await booked_reply(turn, "appointment.booked", booked)


confirm.if_refused = choose_time


def _who(turn: Turn) -> Constraints:
    """Who may advise, whenever and however."""
    return Constraints(turn.state.region, turn.memory.get("workplace") or None, tuple(turn.memory.get("ruled_out", ())))


def _constraints(turn: Turn) -> Constraints:
    wanted = turn.memory.get("wanted", {})
    return replace(
        _who(turn),
        way=_way(turn),
        language=wanted.get("language", ""),
        weekdays=tuple(wanted.get("weekdays", ())),
        from_minute=wanted.get("from_minute", 0),
        to_minute=wanted.get("to_minute", 24 * 60),
    )


def _way(turn: Turn) -> str:
    return str(turn.memory.get("wanted", {}).get("way", "chat"))


def _is_picky(turn: Turn) -> bool:
    return bool({"weekdays", "from_minute", "language"} & set(turn.memory.get("wanted", {})))


def _wanted_in_words(turn: Turn) -> dict[str, Line]:
    """What the times were chosen by, to be read back."""
    if not _is_picky(turn):
        return {}
    wanted = turn.memory["wanted"]
    words: list[str] = [line(turn.locale, Say(f"weekday.{number}")) for number in wanted.get("weekdays", ())]
    if "from_minute" in wanted:
        first, last = wanted["from_minute"], wanted["to_minute"]
        key = "until" if first <= 0 else "from" if last >= 24 * 60 else "between"
        words.append(line(turn.locale, Say(f"appointment.{key}", {"first": _clock(first), "last": _clock(last)})))
    if "language" in wanted:
        words.append(line(turn.locale, Say(f"appointment.in_{wanted['language']}")))
    return {"wanted": Plain(", ".join(words))}


def _clock(minute: int) -> str:
    return f"{minute // 60}.{minute % 60:02d}"


async def _wait(turn: Turn) -> Reply:
    """Put the employee on the waiting list."""
    case = await appointments.wait(turn.db, turn.participant, _who(turn), locale=turn.locale, now=turn.now)
    arg = {"case": case.id.hex}
    buttons = (
        Button(Say("button.write_to_office"), do="chats.reply", args=arg),
        Button(Say("button.my_appointments"), do="my_appointments"),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("appointment.on_the_list", {"alias": case.alias}, buttons=buttons, keep=True)


async def _no_times(turn: Turn, after: datetime | None) -> Reply:
    """No time is left: say why, and what can be done."""
    if after:
        first = Button(Say("appointment.from_the_first"), value={"after": ""})
        return Reply("appointment.no_more_times", buttons=(first, _list()))
    if _is_picky(turn):
        any_time = Button(Say("appointment.any_time"), value={"any": True})
        return Reply("appointment.none_wanted", _wanted_in_words(turn), buttons=(any_time, _list()))
    return _nobody()


def _list() -> Button:
    return Button(Say("appointment.wait"), value={"wait": True})


def _nobody() -> Reply:
    buttons = (
        _list(),
        Button(Say("appointment.ask_again_workplace"), value={"mend": True}),
        Button(Say("button.start_booking_again"), do="book"),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("appointment.nobody", buttons=buttons)
