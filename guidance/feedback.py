"""Questions after a session and after a stay. Their answers are counted by month, apart from the case."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance.errors import NothingChosen
from storage import feedback as stored

QUESTIONS = {
    "helped": ("1", "2", "3", "4", "5"),
    "would_have_left": ("yes", "no", "unsure"),
    "learned": ("skills", "direction", "glad", "little"),
    "moved_on": ("yes", "perhaps", "no"),
    "stay_kept": ("yes", "no", "unsure"),
}
"""What is asked, and what can be answered. Key of texts."""


async def note(db: AsyncSession, question: str, answer: str, now: datetime) -> None:
    """Count an answer. Raises NothingChosen for one that cannot be given."""
    if answer not in QUESTIONS.get(question, ()):
        raise NothingChosen
    await stored.note(db, f"{now:%Y-%m}", question, answer)
