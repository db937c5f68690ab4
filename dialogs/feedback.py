"""Two questions after a session, three after a stay, kept apart from the case. Each can be skipped."""

from dialogs.flow import Button, Flow, Reply, Say, Step, Turn
from guidance import feedback

after = Flow("feedback")


@after.verb("ask")
async def ask(turn: Turn) -> Step | Reply:
    """Ask, unless this case was rated before."""
    if not await turn.is_first(f"feedback {turn.value.get('case', '')}"):
        return Reply("feedback.again", buttons=(Button(Say("button.menu"), do="menu"),))
    return helped


@after.step()
async def helped(turn: Turn) -> Reply:
    """How much did it help?"""
    buttons = tuple(
        Button(Say(f"feedback.helped_{one}"), value={"helped": one}) for one in feedback.QUESTIONS["helped"]
    )
    return Reply("feedback.helped", buttons=(*buttons, Button(Say("button.skip"), value={})))


@helped.answer
async def helped_answered(turn: Turn) -> Step:
    """Count it."""
    if "helped" in turn.value:
        await feedback.note(turn.db, "helped", turn.value["helped"], turn.now)
    return would_have_left


@after.step()
async def would_have_left(turn: Turn) -> Reply:
    """Would you have looked for another job?"""
    buttons = tuple(
        Button(Say(f"feedback.left_{one}"), value={"left": one}) for one in feedback.QUESTIONS["would_have_left"]
    )
    return Reply("feedback.would_have_left", buttons=(*buttons, Button(Say("button.skip"), value={})))


@would_have_left.answer
async def left_answered(turn: Turn) -> Reply:
    """Count it, and thank."""
    if "left" in turn.value:
        await feedback.note(turn.db, "would_have_left", turn.value["left"], turn.now)
    return Reply("feedback.thanks", buttons=(Button(Say("button.menu"), do="menu"),))


@after.verb("ask_stay")
async def ask_stay(turn: Turn) -> Step | Reply:
    """Ask about a stay, unless it was rated before."""
    if not await turn.is_first(f"feedback {turn.value.get('case', '')}"):
        return Reply("feedback.again", buttons=(Button(Say("button.menu"), do="menu"),))
    return learned


@after.step()
async def learned(turn: Turn) -> Reply:
    """What did the stay give?"""
    return _question("learned", "feedback.learned")


@learned.answer
async def learned_answered(turn: Turn) -> Step:
    """Count it."""
    await _note(turn, "learned")
    return moved_on


@after.step()
async def moved_on(turn: Turn) -> Reply:
    """Will you go on there?"""
    return _question("moved_on", "feedback.moved_on")


@moved_on.answer
async def moved_on_answered(turn: Turn) -> Step:
    """Count it."""
    await _note(turn, "moved_on")
    return stay_kept


@after.step()
async def stay_kept(turn: Turn) -> Reply:
    """Would you otherwise have resigned?"""
    return _question("stay_kept", "feedback.stay_kept")


@stay_kept.answer
async def stay_kept_answered(turn: Turn) -> Reply:
    """Count it, and thank."""
    await _note(turn, "stay_kept")
    return Reply("feedback.thanks", buttons=(Button(Say("button.menu"), do="menu"),))


def _question(question: str, key: str) -> Reply:
    buttons = tuple(
        Button(Say(f"feedback.{question}_{one}"), value={"answer": one}) for one in feedback.QUESTIONS[question]
    )
    return Reply(key, buttons=(*buttons, Button(Say("button.skip"), value={})))


async def _note(turn: Turn, question: str) -> None:
    if "answer" in turn.value:
        await feedback.note(turn.db, question, turn.value["answer"], turn.now)
