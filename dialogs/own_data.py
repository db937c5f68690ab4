"""The file with everything that is stored about a person, in their own words and ours."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.flow import State
from dialogs.wording import say
from guidance.cases import Participant
from guidance.own_data import everything

LONGEST_PART = 3000
"""Characters of one part, where the file is shown in a chat: a card of Teams holds them."""

_NOT_SHOWN = ("card", "answered_card", "fields", "history")
"""What the conversation remembers only to know an old button from a new one, or to go back a question."""


async def own_data(db: AsyncSession, participant: Participant, state: State, now: datetime) -> str:
    """The file, as JSON that a person can read: two spaces, Danish letters as they are."""
    remembered = {name: value for name, value in state.dump().items() if name not in _NOT_SHOWN}
    data: dict[str, Any] = {
        "about": say(state.locale, "privacy.file_about"),
        "what_stays": say(state.locale, "privacy.what_stays"),
        "conversation": remembered,
        **await everything(db, participant, now.date()),
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def parts(file: str) -> list[str]:
    """The file in parts that a card can show, broken between lines where that is possible."""
    found = [""]
    for line in file.splitlines(keepends=True):
        for piece in (line[start : start + LONGEST_PART] for start in range(0, len(line), LONGEST_PART)):
            if len(found[-1]) + len(piece) > LONGEST_PART:
                found.append("")
            found[-1] += piece
    return found
