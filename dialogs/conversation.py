"""How a conversation goes on: which question is open, what words or a tap mean for it, and what is said next."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogs import always, ask, career, safety
from dialogs.flow import Button, Flow, Pick, Plain, Reply, Say, State, Step, Turn
from dialogs.understanding import asks, marked_as_question, meanings, meant, promised, same_words
from dialogs.wording import line
from guidance.cases import own_cases
from guidance.errors import GuidanceError
from knowledge.career_paths import CareerPaths
from knowledge.language import fold, guess, tokens

ABOUT = frozenset({"privacy", "who_sees"})
"""Questions about the bot itself. No article answers them better."""

ALWAYS = ABOUT | {
    "help", "menu", "back", "cancel", "start_over", "danish", "english", "language", "erase",
    "my_appointments", "my_placements",
}  # fmt: skip
"""What is heard at every question that takes typed answers, if nothing else is said."""

WHILE_LISTENING = {"back": "back", "cancel": "chats.done", "start_over": "start_over"}
"""What is not passed on when the employee is writing to a person, and what is done instead."""

NOT = frozenset({"ikke", "aldrig", "ingen", "hverken", "not", "never", "no", "neither", "don't"})
NO = frozenset({"nej", "næ", "no", "nope"})
YES = frozenset({"ja", "jo", "jep", "ok", "okay", "yes", "yep", "sure"})


@dataclass(frozen=True)
class Spoken:
    """A reply, and the nonce of its buttons if they answer the open question."""

    reply: Reply
    card: str = ""


async def hear_text(turn: Turn) -> list[Spoken]:
    """Answer what somebody wrote."""
    _follow_language(turn)
    step = turn.state.open_step()
    if help_first := _help_first(turn):
        # Words to a person still reach that person: no message is lost.
        return help_first + (await _answer(turn, step) if step and step.listens else [])
    if step is None:
        return await _hear_when_idle(turn)
    return await _hear_in_flow(turn, step)


async def hear_press(turn: Turn, card: str, pick: int, fields: Mapping[str, str]) -> list[Spoken]:
    """Answer a tap under a question. A tap on the card that was just answered is a repetition: nothing is said."""
    state = turn.state
    step = state.open_step()
    if step is None or card != state.card or not 0 <= pick < len(state.picks):
        return [] if card and card == state.answered_card else await _old_card(turn)
    state.answered_card = card
    asked_for = {name: value for name, value in fields.items() if name in state.fields}  # a card can be forged
    turn.value = {**asked_for, **state.picks[pick].value}
    return _help_first(turn) + await _answer(turn, step)


async def hear_verb(turn: Turn, verb: str, args: Mapping[str, str]) -> list[Spoken]:
    """Answer a button that is safe at any time. Unknown verbs come from cards of another version."""
    if verb not in Flow.verbs and verb not in _MOVES:
        return await _old_card(turn)
    turn.value = dict(args)
    return await _begin(turn, verb)


async def hear_too_long(turn: Turn, length: int, longest: int) -> list[Spoken]:
    """Refuse what is longer than we read. The turn has both its ends: a cry for help may stand there all the same."""
    refused = Spoken(Reply("always.too_long", {"length": length, "longest": longest}))
    return [Spoken(_acute_help(turn)), refused] if safety.sounds_acute(turn.text) else [refused]


async def greet(turn: Turn) -> list[Spoken]:
    """Somebody has opened the conversation: welcome them, or take up where they were."""
    step = turn.state.open_step()
    if step is not None:
        return [Spoken(Reply("always.welcome_back")), await _ask(turn, step)]
    open_ones = [case for case in await own_cases(turn.db, turn.participant) if case.state == "open"]
    menu = await _begin(turn, "menu")
    if not open_ones:
        return menu
    names = ", ".join(case.alias for case in open_ones)
    return [Spoken(Reply("always.you_have_cases", {"count": len(open_ones), "names": names})), *menu]


async def refuse(turn: Turn, error: GuidanceError, card: str = "") -> list[Spoken]:
    """Say why something could not be done, and ask again: nothing that was entered is lost.

    `card` is the nonce that was tapped, if any: a second tap on it is a repetition.
    """
    step = turn.state.open_step()
    help_first = _help_first(turn)  # the refusal undid the turn, but not what the person wrote
    turn.state.answered_card = card or turn.state.answered_card
    if step is None or (error.ends_flow and not error.beside):
        turn.state.end()
        return [*help_first, Spoken(Reply(error.key, error.values, buttons=(menu_button(),)))]
    again = step if error.beside else step.if_refused or step
    return [*help_first, Spoken(Reply(error.key, error.values)), await _ask_or_end(turn, again)]


def menu_button() -> Button:
    """The way back to the beginning."""
    return Button(Say("button.menu"), do="menu")


def only_asks(state: State, text: str, paths: CareerPaths) -> bool:
    """True if the words can be nothing but a question to the articles: no answer to us, no wish, no cry for help."""
    if state.open_step() is not None or safety.sounds_acute(text):
        return False
    return not (meanings(text) or meant(text) or career.wanted(text, paths))


async def _hear_when_idle(turn: Turn) -> list[Spoken]:
    if not any(len(word) > 1 and word.isalpha() for word in tokens(turn.text)):
        return [Spoken(Reply("always.no_words", buttons=(menu_button(),)))]
    if len(two := [intent for intent in meanings(turn.text) if intent in always.ASKED_ABOUT]) > 1:
        return [Spoken(always.which(two))]
    intent = meant(turn.text)
    if intent:
        return await _begin(turn, intent)
    return await _begin(turn, "career.ask" if career.wanted(turn.text, turn.knowledge.career) else "ask.question")


async def _hear_in_flow(turn: Turn, step: Step) -> list[Spoken]:
    command = meant(turn.text, whole_only=True)
    if step.listens:
        pick = _exactly(turn.state.picks, turn.text)
        if pick is not None:
            turn.value = dict(turn.state.picks[pick].value)
            return await _answer(turn, step)
        verb = WHILE_LISTENING.get(command or "") or promised(turn.text)
        return await _begin(turn, verb) if verb else await _answer(turn, step)
    pick = _picked(turn.state.picks, turn.text)
    if pick is None and not step.takes_text:
        pick = _named(turn.state.picks, turn.text)
    if pick is not None:
        turn.value = dict(turn.state.picks[pick].value)
        return await _answer(turn, step)
    if command and command in ALWAYS:
        return await _begin(turn, command)
    intent = meant(turn.text)
    if intent in ABOUT:
        return await _begin(turn, intent)
    is_question = marked_as_question(turn.text) if step.takes_text else asks(turn.text)
    if is_question and career.wanted(turn.text, turn.knowledge.career):
        return await _begin(turn, "career.ask", typed=True)
    if is_question and (reply := await ask.sure_answer(turn)):
        return await _go_on(turn, reply)
    if step.takes_text or (step.reads and step.reads(turn.text)):
        return await _answer(turn, step)
    if intent:
        return await _begin(turn, intent, typed=True)
    if is_question:
        return await _begin(turn, "ask.question")
    return [Spoken(Reply("always.not_understood")), await _ask(turn, step)]


async def _answer(turn: Turn, step: Step) -> list[Spoken]:
    if step.on_answer is None:
        return await _old_card(turn)
    before = copy.deepcopy(turn.state.memory)
    return await _go_on(turn, await step.on_answer(turn), before)


async def _begin(turn: Turn, verb: str, *, typed: bool = False) -> list[Spoken]:
    """Do what an intent or a button says. What it leaves in the middle is parked; what only replies changes nothing.

    `typed`: it was read out of somebody's words, who hardly mean to begin again what they are in the middle of.
    """
    if verb in _MOVES:
        return await _MOVES[verb](turn)
    state = turn.state
    left = copy.copy(state)
    state.park()
    try:
        outcome = await Flow.verbs[verb](turn)
        if isinstance(outcome, Reply) and outcome.stay:
            state.step, state.memory, state.history, state.parked = left.step, left.memory, left.history, left.parked
        elif isinstance(outcome, Step):
            open_step = left.open_step()
            if typed and open_step and open_step.flow == outcome.flow:
                state.unpark()
                return [Spoken(Reply("always.already")), await _ask(turn, open_step)]
            state.drop_parked(outcome.flow)  # begun again on purpose
        return await _go_on(turn, outcome)
    except GuidanceError as error:
        error.beside = True
        raise


async def _back(turn: Turn) -> list[Spoken]:
    """One question back, with the draft as it was then."""
    state = turn.state
    step = state.open_step()
    if step is None:
        return await _begin(turn, "menu")
    if not state.history:
        return [Spoken(Reply("always.at_the_beginning")), await _ask(turn, step)]
    state.step, state.memory = state.history.pop()
    return [await _ask(turn, Flow.steps[state.step])]


async def _resume(turn: Turn) -> list[Spoken]:
    """Take up the flow that was left in the middle."""
    state = turn.state
    if not state.parked:
        return await greet(turn)
    state.unpark()
    return [await _ask_or_end(turn, Flow.steps[state.step])]


_MOVES = {"back": _back, "resume": _resume, "ask_again": greet}


async def _go_on(turn: Turn, outcome: Step | Reply, before: dict[str, Any] | None = None) -> list[Spoken]:
    if isinstance(outcome, Step):
        return [await _ask(turn, outcome, before)]
    if outcome.next_step is not None:
        return [Spoken(outcome), await _ask(turn, outcome.next_step, before)]
    if outcome.stay:
        step = turn.state.open_step()
        return [Spoken(outcome), await _ask(turn, step)] if step else [Spoken(outcome)]
    turn.state.end()
    if turn.state.parked:
        resume = Button(Say("button.resume"), do="resume")
        outcome = replace(outcome, buttons=(*outcome.buttons, resume))
    return [Spoken(outcome)]


async def _ask_or_end(turn: Turn, step: Step) -> Spoken:
    """Ask again. If even that is refused, its case is gone meanwhile: there is nothing left to go on with."""
    try:
        return await _ask(turn, step)
    except GuidanceError as error:
        turn.state.end()
        return Spoken(Reply(error.key, error.values, buttons=(menu_button(),)))


async def _ask(turn: Turn, step: Step, before: dict[str, Any] | None = None) -> Spoken:
    state = turn.state
    state.enter(step, before)
    reply = await step.ask(turn)
    if reply.fields and not any(button.value is not None for button in reply.buttons):
        reply = replace(reply, buttons=(Button(Say("button.continue"), value={}), *reply.buttons))
    choices = [(button.label, dict(button.value)) for button in reply.buttons if button.value is not None]
    if len(reply.fields) == 1:  # a choice can be typed as well
        name = reply.fields[0].name
        choices += [(label, {name: value}) for value, label in reply.fields[0].options]
    picks = [Pick(line(turn.locale, label), value, isinstance(label, Plain)) for label, value in choices]
    if not picks and not step.takes_text:
        state.end()  # the step found nothing to ask
        return Spoken(reply)
    return Spoken(reply, state.new_card(picks, [field.name for field in reply.fields]))


async def _old_card(turn: Turn) -> list[Spoken]:
    step = turn.state.open_step()
    if step is None:
        return [Spoken(Reply("always.old_card", buttons=(menu_button(),)))]
    return [Spoken(Reply("always.old_card")), await _ask(turn, step)]


def _help_first(turn: Turn) -> list[Spoken]:
    """Help before anything else, if what was written or filled in sounds acute."""
    step = turn.state.open_step()
    written = " . ".join([turn.text, *(value for value in turn.value.values() if isinstance(value, str))])
    acute = safety.sounds_acute(written, as_subject=step is not None and step.names_subject)
    return [Spoken(_acute_help(turn))] if acute else []


def _acute_help(turn: Turn) -> Reply:
    own = turn.knowledge.article("rs-01", turn.locale)
    article = (
        (Button(Say("acute.region_sjaelland"), do="ask.article", args={"id": "rs-01"}),)
        if own is not None and turn.state.region in ("", own.region_id)
        else ()
    )
    resume = (Button(Say("button.resume"), do="ask_again"),) if turn.state.step else ()
    advisor = Button(Say("button.advisor"), do="book")
    return Reply("acute.help", buttons=(*article, advisor, *resume), urgent=True, stay=True)


def _follow_language(turn: Turn) -> None:
    """Go over to the language somebody writes, until they have chosen one themselves."""
    if not turn.state.locale_chosen and not turn.state.step:
        turn.state.locale = guess(turn.text) or turn.state.locale


def _picked(picks: list[Pick], text: str) -> int | None:
    """The button that typed words mean: its number, its label, or a part that only one label has."""
    numbers = [str(place) for place in range(1, len(picks) + 1)]
    if text.strip() in numbers:
        return numbers.index(text.strip())
    exact = [place for place, pick in enumerate(picks) if same_words(pick.label, text)]
    if exact:
        return exact[0]
    words = tokens(text)
    if len(words) == 1 and words[0] in YES:
        return next((place for place, pick in enumerate(picks) if pick.value.get("yes")), None)
    part = [place for place, pick in enumerate(picks) if words and _holds(tokens(pick.label), words)]
    return part[0] if len(part) == 1 else None


def _exactly(picks: list[Pick], text: str) -> int | None:
    """The button whose whole label was typed, or the yes or no that it stands for: anything else is passed on."""
    said = tokens(text)
    for place, pick in enumerate(picks):
        short = {True: YES, False: NO}.get(bool(pick.value["yes"])) if "yes" in pick.value else None
        if same_words(pick.label, text) or (short and len(said) == 1 and said[0] in short):
            return place
    return None


def _named(picks: list[Pick], text: str) -> int | None:
    """The only pick whose name stands in a sentence: "jeg arbejder på Nordkysten". Not in a question or a denial."""
    words = set(map(fold, tokens(text)))
    if words & NOT or asks(text):
        return None
    names = {place: set(map(fold, tokens(pick.label))) for place, pick in enumerate(picks) if pick.is_name}
    counts = Counter(word for name in names.values() for word in name)
    found = [place for place, name in names.items() if any(counts[word] == 1 for word in name & words)]
    return found[0] if len(found) == 1 else None


def _holds(label: list[str], words: list[str]) -> bool:
    return any(label[start : start + len(words)] == words for start in range(len(label)))
