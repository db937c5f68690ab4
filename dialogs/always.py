"""What can be said at any time: help, back, cancel, start over, the language."""

from collections.abc import Sequence

from dialogs.flow import Button, Flow, Plain, Reply, Say, Step, Turn
from guidance import appointments, placements
from guidance.cases import speak

always = Flow("always")


ASKED_ABOUT = {
    "book": "button.book",
    "placement": "button.placement",
    "my_appointments": "button.my_appointments",
    "my_placements": "button.my_placements",
    "write": "button.write_to_advisor",
    "erase": "button.erase",
}
"""What somebody may mean beside something else, and the text of its button."""


def which(intents: Sequence[str]) -> Reply:
    """Two wishes in one sentence: which one first?"""
    buttons = tuple(Button(Say(ASKED_ABOUT[intent]), do=intent) for intent in intents)
    return Reply("always.which", buttons=(*buttons, Button(Say("button.menu"), do="menu")), stay=True)


@always.intent("menu")
async def menu(turn: Turn) -> Reply:
    """What the bot can do, to tap."""
    buttons = [
        Button(Say("button.book"), do="book"),
        Button(Say("button.placement"), do="placement"),
        Button(Say("button.career"), do="career.ask"),
        Button(Say("button.mine"), do="always.mine"),
        Button(Say("button.privacy"), do="privacy"),
    ]
    if not turn.state.parked:  # else there is a button to go on with that, and a card has room for six
        buttons.append(Button(Say("button.other_language"), do="other_language"))
    return Reply("always.menu", buttons=buttons)


@always.verb("mine")
async def mine(turn: Turn) -> Step | Reply:
    """The appointments and wishes of the employee: those that there are, or one tap tells which."""
    has_wishes = bool(await placements.mine(turn.db, turn.participant))
    if has_wishes and await appointments.mine(turn.db, turn.participant, turn.now):
        wanted = ("my_appointments", "my_placements")
        buttons = tuple(Button(Say(ASKED_ABOUT[one]), do=one) for one in wanted)
        return Reply("always.which_of_mine", buttons=(*buttons, Button(Say("button.menu"), do="menu")), stay=True)
    return await Flow.verbs["my_placements" if has_wishes else "my_appointments"](turn)


@always.intent("help")
async def help_me(turn: Turn) -> Reply:
    """How to use the bot."""
    buttons = (Button(Say("button.advisor"), do="book"), Button(Say("button.menu"), do="menu"))
    return Reply("always.help", buttons=buttons, stay=True)


@always.intent("start_over")
async def start_over(turn: Turn) -> Reply:
    """Forget the drafts and what was said of the region, and begin again. Cases that were sent stay."""
    turn.state.end()
    turn.state.parked = []
    turn.state.region = ""
    return await menu(turn)


@always.intent("cancel")
async def cancel(turn: Turn) -> Reply:
    """Leave what was begun. It can be taken up again, should the word have slipped out."""
    return Reply("always.cancelled", buttons=(Button(Say("button.menu"), do="menu"),))


@always.intent("thanks")
async def thanks(turn: Turn) -> Reply:
    """A polite word gets a polite word."""
    return Reply("always.thanks", stay=True)


@always.intent("yes_or_no")
async def answer_to_nothing(turn: Turn) -> Reply:
    """A yes or no to a card that asks nothing of ours any more: who only asks leaves no trace of what was asked."""
    buttons = (Button(Say("button.advisor"), do="book"), Button(Say("button.menu"), do="menu"))
    return Reply("always.answer_to_what", buttons=buttons, stay=True)


@always.intent("language")
async def language(turn: Turn) -> Reply:
    """Which language?"""
    buttons = (Button(Plain("Dansk"), do="danish"), Button(Plain("English"), do="english"))
    return Reply("always.language", buttons=buttons, stay=True)


@always.intent("danish")
async def danish(turn: Turn) -> Reply:
    """Danish from now on."""
    return await _speak(turn, "da")


@always.intent("english")
async def english(turn: Turn) -> Reply:
    """English from now on."""
    return await _speak(turn, "en")


@always.intent("other_language")
async def other_language(turn: Turn) -> Reply:
    """The other of the two languages from now on."""
    return await _speak(turn, "en" if turn.locale == "da" else "da")


async def _speak(turn: Turn, locale: str) -> Reply:
    turn.state.locale, turn.state.locale_chosen = locale, True
    await speak(turn.db, turn.participant, locale)
    return Reply("always.language_changed", buttons=(Button(Say("button.menu"), do="menu"),), stay=True)
