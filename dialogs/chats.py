"""Writing to an advisor or coordinator through the bot, and reading what they wrote."""

from dialogs.flow import Button, Flow, Plain, Reply, Say, Step, Turn
from guidance import cases, chats
from guidance.errors import CaseClosed

writing = Flow("chats")

MOST_SHOWN = 6
"""Earlier messages that are shown when somebody begins to write."""


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
    done = (Button(Say("chat.done"), do="chats.done"),)
    # Who comes back has said nothing just now, and wants to read on.
    if turn.text and (sent := turn.memory.get("sent")):
        return Reply("chat.sent", {"number": sent, "alias": case.alias}, buttons=done)
    who = await cases.who_has(turn.db, case)
    # Whoever comes back from another browser, or after a day, reads here what was said.
    last = (await chats.thread(turn.db, case.id))[-MOST_SHOWN:]
    said_before = tuple((Say(f"chat.side_{one.side}", {"number": one.number}), one.text) for one in last)
    return Reply("chat.write", {"alias": case.alias, "name": who}, facts=said_before, buttons=done)


@say_something.answer
async def said(turn: Turn) -> Step:
    """Pass the message on."""
    turn.memory["sent"] = await chats.say(turn.db, turn.participant, turn.memory["case"], turn.text, turn.now)
    return say_something


@writing.verb("done")
async def done(turn: Turn) -> Reply:
    """No more messages for now."""
    turn.state.drop_parked(writing.name)
    return Reply("chat.finished", buttons=(Button(Say("button.menu"), do="menu"),))
