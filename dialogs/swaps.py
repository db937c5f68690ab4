"""Changing places with somebody: saying that one would, and answering when there is a chance."""

from collections.abc import Iterator

from dialogs.flow import Button, Field, Flow, Line, Plain, Reply, Say, Step, Turn
from guidance import organisation, placement_steps, swap_sets
from guidance.errors import NothingChosen, NotPossibleNow

swapping = Flow("swaps")


@swapping.verb("offer")
async def offer(turn: Turn) -> Step:
    """Would you change places with somebody?"""
    stay = await placement_steps.own(turn.db, turn.participant, str(turn.value.get("case", "")))
    turn.memory.update(case=stay.case.id.hex, region=stay.placement.region_id)
    return choose_unit


@swapping.step()
async def choose_unit(turn: Turn) -> Reply:
    """What it means, and at which hospital or centre?"""
    places = await organisation.places(turn.db, turn.memory["region"])
    units = dict.fromkeys((place.unit_id, place.unit) for place in places)
    options = tuple((unit_id, Plain(name)) for unit_id, name in units)
    field = Field("unit", "choice", Say("appointment.workplace_label"), options, value=turn.memory.get("unit", ""))
    return Reply("swap.what_it_means", fields=(field,))


@choose_unit.answer
async def unit_chosen(turn: Turn) -> Step:
    """Remember it for a moment."""
    turn.memory["unit"] = str(turn.value.get("unit", ""))
    return choose_places


@swapping.step()
async def choose_places(turn: Turn) -> Reply:
    """Which department would somebody come to, and where would you go?"""
    places = await organisation.places(turn.db, turn.memory["region"])
    homes = tuple((place.id, Plain(place.name)) for place in places if place.unit_id == turn.memory["unit"])
    named: Iterator[tuple[str, Line]] = (
        (one, Plain(one.capitalize())) for one in sorted({place.specialty for place in places})
    )
    specialties = (("", Say("swap.no_more")), *named)
    told = turn.memory.get("wishes", ["", "", ""])
    fields = (
        Field("home", "choice", Say("stay.home_label"), homes, value=turn.memory.get("home", "")),
        *(
            Field(f"wish{place}", "choice", Say(f"swap.wish_{place}"), specialties, value=was)
            for place, was in enumerate(told, 1)
        ),
    )
    buttons = (Button(Say("swap.offer_yes"), value={}), Button(Say("button.cancel"), do="cancel"))
    return Reply("swap.choose_places", fields=fields, buttons=buttons)


@choose_places.answer
async def places_chosen(turn: Turn) -> Reply:
    """Be ready to change places."""
    wishes = [str(turn.value.get(f"wish{place}", "")) for place in range(1, swap_sets.MOST_WISHES + 1)]
    turn.memory.update(home=str(turn.value.get("home", "")), wishes=wishes)
    if not any(wishes):
        raise NothingChosen
    case, home = turn.memory["case"], turn.memory["home"]
    await swap_sets.offer(turn.db, turn.participant, case, home, [one for one in wishes if one], turn.now)
    stop = Button(Say("swap.stop"), do="swaps.stop", args={"case": case})
    look = Button(Say("stay.look"), do="stays.detail", args={"case": case})
    return Reply("swap.ready", buttons=(look, stop, Button(Say("button.menu"), do="menu")))


@swapping.verb("stop")
async def stop(turn: Turn) -> Reply:
    """Change places with nobody after all."""
    case = str(turn.value.get("case", ""))
    await swap_sets.stop(turn.db, turn.participant, case)
    look = Button(Say("stay.look"), do="stays.detail", args={"case": case})
    return Reply("swap.stopped", buttons=(look, Button(Say("button.menu"), do="menu")), stay=True)


@swapping.verb("look")
async def look(turn: Turn) -> Step:
    """Look at the chance to change places."""
    case = str(turn.value.get("case", ""))
    if await swap_sets.asked(turn.db, turn.participant, case) is None:
        raise NotPossibleNow
    turn.memory["case"] = case
    return would_you


@swapping.step()
async def would_you(turn: Turn) -> Reply:
    """Specialty, hospital and days, and nothing about the others."""
    found = await swap_sets.asked(turn.db, turn.participant, turn.memory["case"])
    if found is None:
        raise NotPossibleNow
    swap, host = found
    turn.memory["swap"] = swap.id.hex
    place = next(one for one in await organisation.places(turn.db) if one.id == host)
    facts = (
        (Say("swap.specialty"), Plain(place.specialty.capitalize())),
        (Say("swap.hospital"), Plain(place.unit)),
        (Say("fact.first_day"), swap.first),
        (Say("fact.last_day"), swap.last),
    )
    buttons = (Button(Say("swap.yes"), value={"yes": True}), Button(Say("swap.no"), value={"yes": False}))
    return Reply("swap.would_you", facts=facts, buttons=buttons)


@would_you.answer
async def answered(turn: Turn) -> Reply:
    """Yes or no. Nobody learns of a no."""
    yes = bool(turn.value["yes"])
    case, swap = turn.memory["case"], turn.memory["swap"]
    everybody = await swap_sets.answer(turn.db, turn.participant, case, swap, yes, turn.now)
    buttons = (Button(Say("stay.look"), do="stays.detail", args={"case": case}), Button(Say("button.menu"), do="menu"))
    return Reply("swap.everybody" if everybody else "swap.you_said_yes" if yes else "swap.you_said_no", buttons=buttons)
