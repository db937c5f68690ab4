"""Privat tilstand: taking a case out of Teams or Slack, over to the web chat."""

from dialogs.flow import Button, Flow, Plain, Reply, Say, Step, Turn
from guidance import cases, passages
from guidance.errors import PassageGone

private = Flow("private")

PASSAGE = "/chat?lang={locale}#privat={secret}"
"""The secret stands behind the #, so that no server on the way, nor a program that looks at links, gets to see it."""


@private.intent("private")
async def go_private(turn: Turn) -> Step | Reply:
    """Somebody wants to go on where nobody keeps a copy: with which case?"""
    if not turn.copied:
        return Reply("private.already", buttons=(Button(Say("button.menu"), do="menu"),), stay=True)
    own = await cases.own_cases(turn.db, turn.participant)
    if not own:
        return Reply("private.no_case", buttons=(Button(Say("private.web_chat"), url=f"/chat?lang={turn.locale}"),))
    if len(own) == 1:
        turn.memory["case"] = own[0].id.hex
        return really_go
    buttons = tuple(Button(Plain(case.alias), do="private.offer", args={"case": case.id.hex}) for case in own)
    return Reply("private.which", buttons=buttons, stay=True)


@private.verb("offer")
async def offer(turn: Turn) -> Step:
    """Take one case out."""
    turn.memory["case"] = (await cases.own_case(turn.db, turn.participant, str(turn.value.get("case", "")))).id.hex
    return really_go


@private.step()
async def really_go(turn: Turn) -> Reply:
    """What it means, and: do you want to?"""
    case = await cases.own_case(turn.db, turn.participant, turn.memory["case"])
    buttons = (
        Button(Say("private.make_link"), value={"yes": True}),
        Button(Say("private.stay_here"), value={"yes": False}),
    )
    return Reply("private.really_go", {"alias": case.alias}, buttons=buttons)


@really_go.answer
async def go_answered(turn: Turn) -> Reply:
    """A link that works once, or everything as it was."""
    write = Button(Say("button.write_to_advisor"), do="chats.reply", args={"case": turn.memory["case"]})
    if not turn.value["yes"]:
        return Reply("private.stayed", buttons=(write, Button(Say("button.menu"), do="menu")))
    secret = await passages.open_passage(turn.db, turn.participant, turn.memory["case"], turn.now)
    turn.state.drop_parked("chats")  # nothing is to be written here any more
    link = Button(Say("private.open_link"), url=PASSAGE.format(locale=turn.locale, secret=secret))
    return Reply("private.link", buttons=(link, Button(Say("button.menu"), do="menu")))


@private.verb("arrive")
async def arrive(turn: Turn) -> Reply:
    """Somebody has come through the link. From now on the case is theirs, here, and nowhere else."""
    if turn.copied:  # whoever copies the link's secret into a card in Teams would bring the case back there
        raise PassageGone
    case = await passages.take_over(turn.db, turn.participant, str(turn.value.get("secret", "")), turn.now)
    buttons = (
        Button(Say("button.write_to_advisor"), do="chats.reply", args={"case": case.id.hex}),
        Button(Say("button.my_appointments"), do="my_appointments"),
        Button(Say("button.privacy"), do="privacy"),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("private.arrived", {"alias": case.alias}, buttons=buttons, keep=True, stay=True)
