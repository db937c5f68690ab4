"""Writing to an advisor or coordinator through the bot, and reading what they wrote."""

from dialogs.flow import Button, Field, Flow, Plain, Reply, Say, Step, Turn
from dialogs.second_look import signs_in
from dialogs.wording import line
from guidance import cases, chats
from guidance.errors import CaseClosed, NothingWritten

writing = Flow("chats")

MOST_SHOWN = 6
"""Earlier messages that are shown when somebody begins to write."""

SHORTEST_REPEATED = 12
"""Characters. Shorter words, such as "ja tak", are said twice on purpose."""

LONGEST_FACT = 80
"""Characters of a name or a number that somebody tells of themselves."""


@writing.intent("write")
async def write(turn: Turn) -> Step | Reply:
    """Somebody wants to write: in which case?"""
    open_ones = [case for case in await cases.own_cases(turn.db, turn.participant) if case.state == "open"]
    if not open_ones:
        return Reply("chat.nobody_yet", buttons=(Button(Say("button.book"), do="book"),), stay=True)
    if len(open_ones) == 1:
        turn.memory["case"] = open_ones[0].id.hex
        return say_something
    buttons = tuple(Button(Plain(case.alias), do="chats.reply", args={"case": case.id.hex}) for case in open_ones)
    return Reply("chat.which", buttons=buttons, stay=True)


@writing.verb("reply")
async def reply(turn: Turn) -> Step:
    """Write in one case."""
    case = await cases.own_case(turn.db, turn.participant, str(turn.value.get("case", "")))
    if case.state != "open":
        raise CaseClosed  # said before anybody writes in vain
    turn.memory["case"] = case.id.hex
    return say_something


@writing.step(listens=True)
async def say_something(turn: Turn) -> Reply:
    """Every message from now on goes to the person, until the employee is done."""
    case = await cases.own_case(turn.db, turn.participant, turn.memory["case"])
    arg = {"case": case.id.hex}
    done = Button(Say("chat.done"), do="chats.done")
    # Who comes back has said nothing just now, and wants to read on.
    if turn.text and (sent := turn.memory.get("sent")):
        return Reply("chat.sent", {"number": sent, "alias": case.alias}, buttons=(done,))
    who = await cases.who_has(turn.db, case)
    # Whoever comes back from another browser, or after a day, reads here what was said.
    last = (await chats.thread(turn.db, case.id))[-MOST_SHOWN:]
    said_before = tuple((Say(f"chat.side_{one.side}", {"number": one.number}), one.text) for one in last)
    elsewhere = (Button(Say("chat.private"), do="private.offer", args=arg),) if turn.copied else ()
    buttons = (
        done,
        *elsewhere,
        Button(Say("chat.reveal"), do="chats.reveal", args=arg),
        Button(Say("chat.end"), do="chats.end", args=arg),
        Button(Say("chat.erase"), do="chats.erase", args=arg),
    )
    return Reply("chat.write", {"alias": case.alias, "name": who}, facts=said_before, buttons=buttons)


@say_something.answer
async def said(turn: Turn) -> Step:
    """Pass the message on, unless it looks as if it named its writer: then it waits for a second look."""
    if await signs_in(turn, turn.text):
        turn.memory.update(held=turn.text, sent=None)
        return really_send
    if turn.copied and await _came_twice(turn):
        turn.memory.update(held=turn.text, sent=None)
        return really_again
    turn.memory["sent"] = await chats.say(turn.db, turn.participant, turn.memory["case"], turn.text, turn.now)
    return say_something


async def _came_twice(turn: Turn) -> bool:
    """True if the same words came within the last minute or two.

    Teams sometimes delivers a message again minutes later, under another id (see docs/architecture.md).
    """
    words = " ".join(turn.text.split()).casefold()
    if len(words) < SHORTEST_REPEATED:
        return False
    minute = int(turn.now.timestamp()) // 60
    marks = [f"said {turn.memory['case']} {when} {words}" for when in (minute - 1, minute)]
    return not all([await turn.is_first(mark) for mark in marks])


@writing.step(listens=True)
async def really_again(turn: Turn) -> Reply:
    """It was written just now already. Nothing has been sent a second time."""
    buttons = (
        Button(Say("chat.send_again"), value={"yes": True}),
        Button(Say("chat.do_not_send_again"), value={"yes": False}),
    )
    return Reply("chat.really_again", words=turn.memory["held"], buttons=buttons)


@writing.step(listens=True)
async def really_send(turn: Turn) -> Reply:
    """It may tell who is writing. Nothing has been sent."""
    turn.memory["signs"] = await signs_in(turn, turn.memory["held"]) or turn.memory["signs"]
    buttons = (
        Button(Say("chat.send_anyway"), value={"yes": True}),
        Button(Say("chat.do_not_send"), value={"yes": False}),
    )
    return Reply("chat.really_send", {"signs": turn.memory["signs"]}, words=turn.memory["held"], buttons=buttons)


@really_again.answer
@really_send.answer
async def really_sent(turn: Turn) -> Step | Reply:
    """Send it as it is, drop it, or take what was typed now instead."""
    held = turn.memory.pop("held")
    if "yes" not in turn.value:
        return await said(turn)
    if not turn.value["yes"]:
        turn.memory["sent"] = None
        return Reply("chat.not_sent", next_step=say_something)
    number = await chats.say(turn.db, turn.participant, turn.memory["case"], held, turn.now)
    return Reply("chat.sent_after_all", {"number": number}, next_step=say_something)


@writing.verb("reveal")
async def reveal(turn: Turn) -> Step:
    """Tell the advisor who one is, on purpose."""
    case = await cases.own_case(turn.db, turn.participant, str(turn.value.get("case", "")))
    turn.memory["case"] = case.id.hex
    return what_to_reveal


@writing.step()
async def what_to_reveal(turn: Turn) -> Reply:
    """What to say, and that it cannot be taken back."""
    case = await cases.own_case(turn.db, turn.participant, turn.memory["case"])
    fields = (
        Field("name", "text", Say("chat.your_name"), longest=LONGEST_FACT, value=turn.memory.get("name", "")),
        Field("phone", "text", Say("chat.your_phone"), longest=LONGEST_FACT, value=turn.memory.get("phone", "")),
    )
    buttons = (Button(Say("button.continue"), value={}), Button(Say("button.cancel"), do="cancel"))
    return Reply("chat.what_to_reveal", {"name": await cases.who_has(turn.db, case)}, fields=fields, buttons=buttons)


@what_to_reveal.answer
async def reveal_filled_in(turn: Turn) -> Step:
    """Read it back before anything is sent."""
    told = {name: str(turn.value.get(name, "")).strip()[:LONGEST_FACT] for name in ("name", "phone")}
    if not any(told.values()):
        raise NothingWritten
    turn.memory.update(told)
    return really_reveal


@writing.step()
async def really_reveal(turn: Turn) -> Reply:
    """What the advisor will read."""
    case = await cases.own_case(turn.db, turn.participant, turn.memory["case"])
    buttons = (
        Button(Say("chat.reveal_yes"), value={"yes": True}),
        Button(Say("chat.reveal_no"), value={"yes": False}),
    )
    values = {"name": await cases.who_has(turn.db, case)}
    return Reply("chat.really_reveal", values, words=_revealed(turn), buttons=buttons)


@really_reveal.answer
async def reveal_answered(turn: Turn) -> Reply:
    """Tell, or stay unknown."""
    again = Button(Say("button.write_to_advisor"), do="chats.reply", args={"case": turn.memory["case"]})
    buttons = (again, Button(Say("button.menu"), do="menu"))
    if not turn.value["yes"]:
        return Reply("chat.not_revealed", buttons=buttons)
    await chats.say(turn.db, turn.participant, turn.memory["case"], _revealed(turn), turn.now)
    return Reply("chat.revealed", buttons=buttons)


def _revealed(turn: Turn) -> str:
    told = [Say(f"chat.i_{name}", {"told": turn.memory[name]}) for name in ("name", "phone") if turn.memory.get(name)]
    return " ".join([line(turn.locale, Say("chat.i_reveal")), *(line(turn.locale, one) for one in told)])


@writing.verb("end")
async def end(turn: Turn) -> Step:
    """End the case, after one more question."""
    turn.memory["case"] = (await cases.own_case(turn.db, turn.participant, str(turn.value.get("case", "")))).id.hex
    return really_end


@writing.step()
async def really_end(turn: Turn) -> Reply:
    """Are you sure?"""
    buttons = (Button(Say("chat.end_yes"), value={"yes": True}), Button(Say("chat.end_no"), value={"yes": False}))
    return Reply("chat.really_end", buttons=buttons)


@really_end.answer
async def end_answered(turn: Turn) -> Reply:
    """End it, or go on."""
    if not turn.value["yes"]:
        return Reply("chat.not_ended", buttons=_on_with(turn))
    case = await chats.end(turn.db, turn.participant, turn.memory["case"], turn.now)
    buttons = (
        Button(Say("feedback.button"), do="feedback.ask", args={"case": case.id.hex}),
        Button(Say("chat.erase"), do="chats.erase", args={"case": case.id.hex}),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("chat.ended", {"alias": case.alias}, buttons=buttons)


@writing.verb("erase")
async def erase(turn: Turn) -> Step:
    """Erase the case, after one more question."""
    turn.memory["case"] = (await cases.own_case(turn.db, turn.participant, str(turn.value.get("case", "")))).id.hex
    return really_erase


@writing.step()
async def really_erase(turn: Turn) -> Reply:
    """What goes, and: are you sure?"""
    buttons = (Button(Say("chat.erase_yes"), value={"yes": True}), Button(Say("chat.erase_no"), value={"yes": False}))
    return Reply("chat.really_erase", buttons=buttons)


@really_erase.answer
async def erase_answered(turn: Turn) -> Reply:
    """Erase it, or leave it."""
    if not turn.value["yes"]:
        return Reply("chat.not_erased", buttons=_on_with(turn))
    alias = await cases.erase_one(turn.db, turn.participant, turn.memory["case"], turn.now)
    return Reply("chat.erased", {"alias": alias}, buttons=(Button(Say("button.menu"), do="menu"),))


def _on_with(turn: Turn) -> tuple[Button, ...]:
    write = Button(Say("button.write_to_advisor"), do="chats.reply", args={"case": turn.memory["case"]})
    return write, Button(Say("button.menu"), do="menu")


@writing.verb("done")
async def done(turn: Turn) -> Reply:
    """No more messages for now."""
    turn.state.drop_parked(writing.name)
    return Reply("chat.finished", buttons=(Button(Say("button.menu"), do="menu"),))
