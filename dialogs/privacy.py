"""What do you store about me? And: delete it."""

from dialogs.flow import Button, Flow, Line, Plain, Reply, Say, State, Step, Turn
from dialogs.own_data import own_data, parts
from guidance import cases, organisation

data = Flow("privacy")

FILE = "/chat/data.json"
"""Where the web chat gives a visitor the file."""


@data.intent("privacy")
async def what_is_stored(turn: Turn) -> Reply:
    """Everything that is kept about this person, in plain words."""
    kept = await cases.kept_about(turn.db, turn.participant)
    names = await organisation.region_names(turn.db)
    region = names.get(turn.state.region)
    rows: tuple[tuple[Line, Line], ...] = tuple(
        (
            Plain(one.case.alias),
            Say(
                f"privacy.kept_{one.case.kind}",
                {"state": Say(f"case_state.{one.case.state}"), "opened": one.case.opened_on, "messages": one.messages},
            ),
        )
        for one in kept
    )
    has_draft = turn.state.step or turn.state.parked  # what is open is parked while this is answered
    facts: tuple[tuple[Line, Line], ...] = (
        (Say("fact.language"), Say("word.this_language")),
        (Say("fact.region"), Plain(region) if region else Say("privacy.not_known")),
        (Say("fact.draft"), Say("privacy.draft" if has_draft else "privacy.no_draft")),
        *rows,
    )
    as_file = Say("privacy.as_file")
    buttons = (
        Button(as_file, do="privacy.file") if turn.copied else Button(as_file, url=FILE),
        Button(Say("button.erase"), do="erase"),
        Button(Say("button.read_more"), url=f"/privacy?lang={turn.locale}"),
        Button(Say("button.menu"), do="menu"),
    )
    key = "privacy.stored" if kept else "privacy.stored_nothing"
    return Reply(key, facts=facts, buttons=buttons, stay=True)


@data.verb("file")
async def as_file(turn: Turn) -> Reply:
    """The file, a part at a time: in Teams and Slack a link to it would be a key that others could use."""
    pieces = parts(await own_data(turn.db, turn.participant, turn.state, turn.now))
    asked = str(turn.value.get("part", "1"))
    place = min(int(asked), len(pieces)) if asked.isdecimal() and asked != "0" else 1
    more = Button(Say("privacy.next_part"), do="privacy.file", args={"part": str(place + 1)})
    buttons = (*((more,) if place < len(pieces) else ()), Button(Say("button.menu"), do="menu"))
    values = {"part": place, "parts": len(pieces)}
    return Reply("privacy.file", values, words=pieces[place - 1], buttons=buttons, stay=True)


@data.intent("who_sees")
async def who_sees(turn: Turn) -> Reply:
    """Who learns what: the promise, in the words that stand before a booking."""
    buttons = (
        Button(Say("button.read_more"), url=f"/privacy?lang={turn.locale}"),
        Button(Say("button.privacy"), do="privacy"),
    )
    return Reply("appointment.promise", buttons=buttons, stay=True)


@data.intent("erase")
async def erase(turn: Turn) -> Step:
    """Delete everything, after one more question."""
    return really_erase


@data.step()
async def really_erase(turn: Turn) -> Reply:
    """What is deleted, what that means, and: are you sure?"""
    kept = await cases.kept_about(turn.db, turn.participant)
    buttons = (
        Button(Say("privacy.erase_yes"), value={"yes": True}),
        Button(Say("privacy.erase_no"), value={"yes": False}),
    )
    return Reply("privacy.really_erase", {"cases": len(kept)}, buttons=buttons)


@really_erase.answer
async def erase_answered(turn: Turn) -> Reply:
    """Delete, or leave everything as it is."""
    if not turn.value["yes"]:
        return Reply("privacy.nothing_erased", buttons=(Button(Say("button.menu"), do="menu"),))
    erased = await cases.erase_all(turn.db, turn.participant, turn.now)
    blank = State(locale=turn.locale)
    for name in blank.__dataclass_fields__:
        setattr(turn.state, name, getattr(blank, name))
    return Reply("privacy.erased", {"cases": erased}, closing=Say("privacy.what_stays"))
