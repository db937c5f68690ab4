"""Questions that go on from the last answer: "og hvad med løn?" after an answer about a stay."""

import re
from datetime import datetime, timedelta

from knowledge.language import tokens

LASTS = timedelta(minutes=15)
"""How long somebody may think before going on."""
_MOST_WORDS = 9
_MOST_KEPT = 5000

_GOES_ON = re.compile(
    r"\W*(?:(?:og|men|så|and|but|so)\b|(?:hvad|hvordan|what|how)(?: så)? (?:med|about)\b|gælder det også|også )",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\b(?:det|den|dertil|derfor|så|imens|it|that|there|this)\W*$", re.IGNORECASE)


def goes_on(text: str) -> bool:
    """True if a short question reads as if it went on from something."""
    return 0 < len(tokens(text)) <= _MOST_WORDS and bool(_GOES_ON.match(text) or _POINTS_BACK.search(text))


class Topics:
    """What each conversation was last answered about: in this process only, and for a short time.

    Who only asks leaves nothing behind in the database, so another copy of the service, or this one after a restart,
    does not know; the question is then read as it stands.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, tuple[str, datetime]] = {}

    def note(self, conversation: bytes, article_id: str, now: datetime) -> None:
        """Remember the article of an answer."""
        self._last.pop(conversation, None)
        self._last[conversation] = (article_id, now)
        if len(self._last) > _MOST_KEPT:
            del self._last[next(iter(self._last))]

    def last(self, conversation: bytes, now: datetime) -> str:
        """The id of the article of the last answer; empty if there was none lately."""
        article_id, at = self._last.get(conversation, ("", now))
        return article_id if now - at <= LASTS else ""
