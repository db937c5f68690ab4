"""What may tell who is writing, looked for before it is sent or kept."""

from dialogs.flow import Say, Turn
from dialogs.wording import line
from guidance import organisation
from guidance.identifying import signs


async def signs_in(turn: Turn, text: str) -> str:
    """What in the words may name their writer, as a list for people; empty if nothing does."""
    workplaces = await organisation.names_of_workplaces(turn.db)
    found = signs(text, turn.own_name, workplaces, names_post=bool(turn.knowledge.career.find(text)))
    return ", ".join(line(turn.locale, Say(f"chat.sign_{sign}")) for sign in found)
