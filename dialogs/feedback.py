"""Two questions after a session, kept apart from the case. Each can be skipped."""

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
