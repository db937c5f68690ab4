"""One's own requests for stays: where each stands, who is told what, and the yes that only the employee can say."""

from collections.abc import Sequence
from typing import Any

from dialogs.flow import Button, Field, Flow, Line, Plain, Reply, Say, Step, Turn
from dialogs.placements import wish_facts
from dialogs.wording import say
from guidance import disclosures, organisation, placement_steps, placements
from guidance.errors import NoSuchCase, NotPossibleNow
from guidance.placement_steps import Stay
from guidance.placement_terms import RESPONSIBILITIES, Terms
from guidance.placement_workflow import ENDED, decisions
from guidance.placements import Submitted

own = Flow("stays")


@own.intent("my_placements")
async def my_placements(turn: Turn) -> Reply:
    """The employee's own wishes with their status."""
    mine = await placements.mine(turn.db, turn.participant)
    if not mine:
        return Reply("placement.none", buttons=(Button(Say("button.placement"), do="placement"),), stay=True)
    if len(mine) == 1:
        return await _detail(turn, mine[0])
    buttons = tuple(
        Button(
            Say("placement.one_of_mine", {"what": one.wish.what[:60], "status": Say(f"placement_status.{one.status}")}),
            do="stays.detail",
            args={"case": one.case.id.hex},
        )
        for one in mine
    )
    return Reply("placement.mine", buttons=buttons, stay=True)


@own.verb("detail")
async def detail(turn: Turn) -> Reply:
    """One wish."""
    mine = await placements.mine(turn.db, turn.participant)
    one = next((one for one in mine if one.case.id.hex == turn.value.get("case")), None)
    return await _detail(turn, one) if one else await my_placements(turn)


async def _detail(turn: Turn, one: Submitted) -> Reply:
    stay = await placement_steps.own(turn.db, turn.participant, one.case.id.hex)
    facts = (
        (Say("fact.alias"), one.case.alias),
        (Say("fact.status"), Say(f"placement_status.{one.status}")),
        *(await terms_facts(turn, stay.terms) if stay.terms and stay.state != "submitted" else ()),
        *wish_facts(one.wish),
    )
    next_step = Say(f"stay_next.{one.status}")
    return Reply("placement.detail", facts=facts, closing=next_step, buttons=_buttons(stay), stay=True)


def _buttons(stay: Stay) -> tuple[Button, ...]:
    case = {"case": stay.case.id.hex}
    can = decisions(stay.state, "employee")
    found = []
    if "accept" in can:
        first = "ask_host" if stay.state == "offered" else "ask_manager"
        found.append(Button(Say(f"stay.{first}"), do=f"stays.{first}", args=case))
    if "refuse" in can:
        found.append(Button(Say("stay.refuse"), do="stays.refuse", args=case))
    if "take_back" in can:
        found.append(Button(Say("stay.take_back"), do="stays.take_back", args=case))
    if stay.state == "submitted" and stay.placement.kind == placements.EXCHANGE:
        found.append(Button(Say("swap.offer"), do="swaps.offer", args=case))
    if stay.case.state == "open":
        found.append(Button(Say("button.write_to_coordinator"), do="chats.reply", args=case))
    found.append(Button(Say("stay.log"), do="stays.log", args=case))
    if "withdraw" in can:
        found.append(Button(Say("button.withdraw"), do="stays.withdraw", args=case))
    else:
        found.append(Button(Say("button.placement"), do="placement"))
    return tuple(found)


async def terms_facts(turn: Turn, terms: Terms) -> tuple[tuple[Line, Any], ...]:
    """Where and when, and who is responsible, as rows of a card."""
    names = await organisation.names(turn.db)
    responsible = ((Say(f"responsible.{one}"), Plain(getattr(terms, one))) for one in RESPONSIBILITIES)
    return (
        (Say("fact.host"), Plain(names.get(terms.host, ""))),
        (Say("fact.first_day"), terms.first),
        (Say("fact.last_day"), terms.last),
        *responsible,
    )


# --- Asking the host -------------------------------------------------------------------------------------------------


@own.verb("ask_host")
async def ask_host(turn: Turn) -> Step:
    """Let the host be asked, after a look at what it will read."""
    await _begin(turn, "offered")
    return really_ask_host


@own.step()
async def really_ask_host(turn: Turn) -> Reply:
    """Word for word what the host learns, and what not."""
    stay, terms = await _in_hand(turn)
    sent = await placements.of_case(turn.db, stay.case.id)
    facts = host_facts(sent.wish) if sent else ()
    buttons = (Button(Say("stay.ask_host_yes"), value={"yes": True}), Button(Say("stay.not_now"), value={"yes": False}))
    values = {"host": (await organisation.names(turn.db)).get(terms.host, "")}
    shown = (*facts, (Say("fact.first_day"), terms.first), (Say("fact.last_day"), terms.last))
    return Reply("stay.really_ask_host", values, facts=shown, buttons=buttons)


def host_facts(wish: placements.Wish) -> Sequence[tuple[Line, Any]]:
    """What a host reads of whoever would come: the wish without its reason, and no name."""
    return [row for row in wish_facts(wish) if row[0] not in (Say("fact.why"), Say("fact.starts"))]


@really_ask_host.answer
async def host_asked(turn: Turn) -> Reply:
    """Ask, or leave it as it is."""
    if not turn.value["yes"]:
        return await my_placements(turn)
    about = bytes.fromhex(turn.memory["about"])
    stay = await placement_steps.accept_host(turn.db, turn.participant, turn.memory["case"], about, turn.now)
    return _taken(stay)


# --- Asking one's own manager ----------------------------------------------------------------------------------------


@own.verb("ask_manager")
async def ask_manager(turn: Turn) -> Step:
    """Let one's own manager be asked: the first time that they learn anything."""
    await _begin(turn, "host_ready")
    return choose_unit


@own.step()
async def choose_unit(turn: Turn) -> Reply:
    """At which hospital or centre?"""
    region = await _region(turn)
    units = dict.fromkeys((place.unit_id, place.unit) for place in await organisation.places(turn.db, region))
    options = tuple((unit_id, Plain(name)) for unit_id, name in units)
    field = Field("unit", "choice", Say("appointment.workplace_label"), options, value=turn.memory.get("unit", ""))
    return Reply("stay.choose_unit", fields=(field,))


@choose_unit.answer
async def unit_chosen(turn: Turn) -> Step:
    """Remember it for a moment."""
    turn.memory["unit"] = str(turn.value.get("unit", ""))
    return choose_home


@own.step()
async def choose_home(turn: Turn) -> Reply:
    """In which department, and under which name?"""
    region = await _region(turn)
    places = [place for place in await organisation.places(turn.db, region) if place.unit_id == turn.memory["unit"]]
    options = tuple((place.id, Plain(place.name)) for place in places)
    fields = (
        Field("home", "choice", Say("stay.home_label"), options, value=turn.memory.get("home", "")),
        Field("name", "text", Say("chat.your_name"), value=turn.memory.get("name", ""), longest=80, required=True),
    )
    buttons = (Button(Say("button.continue"), value={}), Button(Say("button.cancel"), do="cancel"))
    return Reply("stay.choose_home", fields=fields, buttons=buttons)


@choose_home.answer
async def home_chosen(turn: Turn) -> Step:
    """Read it back before anybody is told."""
    turn.memory["home"] = str(turn.value.get("home", ""))
    turn.memory["name"] = placement_steps.check_name(str(turn.value.get("name", "")))
    return really_ask_manager


@own.step()
async def really_ask_manager(turn: Turn) -> Reply:
    """Word for word what the manager learns."""
    _, terms = await _in_hand(turn)
    names = await organisation.names(turn.db)
    people = await organisation.deciders(turn.db, turn.memory["home"])
    facts = (
        (Say("fact.name"), Plain(turn.memory["name"])),
        (Say("fact.home"), Plain(names.get(turn.memory["home"], ""))),
        *await terms_facts(turn, terms),
    )
    buttons = (
        Button(Say("stay.ask_manager_yes"), value={"yes": True}),
        Button(Say("stay.not_now"), value={"yes": False}),
    )
    if not people:
        return Reply("stay.really_ask_unknown_manager", facts=facts, buttons=buttons)
    return Reply("stay.really_ask_manager", {"manager": people[0].name}, facts=facts, buttons=buttons)


@really_ask_manager.answer
async def manager_asked(turn: Turn) -> Reply:
    """Ask, or leave it as it is."""
    if not turn.value["yes"]:
        return await my_placements(turn)
    told = turn.memory
    stay = await placement_steps.accept_manager(
        turn.db, turn.participant, told["case"], bytes.fromhex(told["about"]), told["name"], told["home"], turn.now
    )
    return _taken(stay)


# --- No, back, and out -----------------------------------------------------------------------------------------------


@own.verb("refuse")
async def refuse(turn: Turn) -> Step:
    """Say no to what was proposed, after one more question."""
    return await _sure(turn, "refuse")


@own.verb("take_back")
async def take_back(turn: Turn) -> Step:
    """Take consent back, after one more question."""
    return await _sure(turn, "take_back")


@own.verb("withdraw")
async def withdraw(turn: Turn) -> Step:
    """Take a wish back, after one more question."""
    return await _sure(turn, "withdraw")


async def _sure(turn: Turn, decision: str) -> Step:
    stay = await placement_steps.own(turn.db, turn.participant, str(turn.value.get("case", "")))
    if decision not in decisions(stay.state, "employee"):
        raise NoSuchCase if stay.state in ENDED else NotPossibleNow
    turn.memory.update(case=stay.case.id.hex, decision=decision)
    return really


@own.step()
async def really(turn: Turn) -> Reply:
    """Are you sure?"""
    decision = turn.memory["decision"]
    buttons = (
        Button(Say(f"stay.{decision}_yes"), value={"yes": True}),
        Button(Say("stay.leave_it"), value={"yes": False}),
    )
    return Reply(f"stay.really_{decision}", buttons=buttons)


@really.answer
async def really_answered(turn: Turn) -> Reply:
    """Do it, or leave it as it is."""
    if not turn.value["yes"]:
        return await my_placements(turn)
    case, decision = turn.memory["case"], turn.memory["decision"]
    stay = await placement_steps.employee_decides(turn.db, turn.participant, case, decision, turn.now)
    if decision == "withdraw":
        return Reply(
            "placement.withdrawn", {"alias": stay.case.alias}, buttons=(Button(Say("button.menu"), do="menu"),)
        )
    return _taken(stay)


# --- Who has been told what ------------------------------------------------------------------------------------------


@own.verb("log")
async def log(turn: Turn) -> Reply:
    """Everything that was ever told of this request, to whom, and when."""
    stay = await placement_steps.own(turn.db, turn.participant, str(turn.value.get("case", "")))
    case = {"case": stay.case.id.hex}
    told = await disclosures.log(turn.db, stay.case.id)
    facts = tuple(
        (
            Say("stay.told_on", {"on": one.on, "told": one.told}),
            Say("stay.told_back") if one.taken_back else Plain(", ".join(_fact(turn, fact) for fact in one.facts)),
        )
        for one in told
    )
    names = (Button(Say("stay.release_name"), do="stays.release", args=case),) if stay.state not in ENDED else ()
    back = Button(Say("stay.back_to_it"), do="stays.detail", args=case)
    return Reply(
        "stay.log_text" if told else "stay.log_empty",
        {"alias": stay.case.alias} if told else {},
        facts=facts,
        buttons=(*names, back),
        stay=True,
    )


def _fact(turn: Turn, fact: str) -> str:
    return say(turn.locale, f"told.{fact}")


@own.verb("release")
async def release(turn: Turn) -> Step:
    """Tell the coordinator one's name."""
    stay = await placement_steps.own(turn.db, turn.participant, str(turn.value.get("case", "")))
    turn.memory["case"] = stay.case.id.hex
    return say_name


@own.step(takes_text=True)
async def say_name(turn: Turn) -> Reply:
    """Which name? It cannot be taken back."""
    field = Field("name", "text", Say("chat.your_name"), value=turn.memory.get("name", ""), longest=80, required=True)
    buttons = (Button(Say("stay.release_yes"), value={}), Button(Say("button.cancel"), do="cancel"))
    return Reply("stay.say_name", fields=(field,), buttons=buttons)


@say_name.answer
async def name_said(turn: Turn) -> Reply:
    """Tell it."""
    name = str(turn.value.get("name", turn.text))
    stay = await placement_steps.release_name(turn.db, turn.participant, turn.memory["case"], name, turn.now)
    return _taken(stay, "stay.released")


async def _begin(turn: Turn, state: str) -> None:
    stay = await placement_steps.own(turn.db, turn.participant, str(turn.value.get("case", "")))
    if stay.state != state or stay.terms is None:
        raise NotPossibleNow
    turn.memory.update(case=stay.case.id.hex, about=stay.terms.fingerprint.hex())


async def _in_hand(turn: Turn) -> tuple[Stay, Terms]:
    """The request with its terms, as long as they are those that the employee began to read."""
    stay = await placement_steps.own(turn.db, turn.participant, turn.memory["case"])
    return stay, placement_steps.current_terms(stay, bytes.fromhex(turn.memory["about"]))


async def _region(turn: Turn) -> str:
    stay = await placement_steps.own(turn.db, turn.participant, turn.memory["case"])
    return stay.placement.region_id


def _taken(stay: Stay, key: str = "stay.taken") -> Reply:
    look = Button(Say("stay.look"), do="stays.detail", args={"case": stay.case.id.hex})
    values = {"alias": stay.case.alias, "next": Say(f"stay_next.{stay.state}")}
    return Reply(key, values, buttons=(look, Button(Say("button.menu"), do="menu")))
