"""What people call things, and what the articles call them. Kept by HR, and used by the search."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.language import tokens
from storage import articles as stored
from storage.articles import Synonym

FILE = Path(__file__).with_name("synonyms.toml")

LANGUAGES = ("da", "en")
MOST_WORDS = 4
"""Words of a phrase that people type: the search looks for phrases of this length."""
LONGEST = 60
MOST_MEANINGS = 8

Synonyms = Mapping[str, Mapping[str, Sequence[str]]]
"""By language of what people type: the word or phrase, and what it means in Danish."""


class SynonymUnusable(Exception):
    """What was typed is no synonym. `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@cache
def shipped() -> Synonyms:
    """Those that come with this version."""
    with FILE.open("rb") as file:
        return tomllib.load(file)


async def load_shipped(db: AsyncSession, now: datetime) -> int:
    """Fill an empty table. What HR has changed or taken out since stays so. How many were written."""
    if await stored.synonyms(db):
        return 0
    rows = [
        Synonym(language=language, term=term, means=list(means), changed_at=now)
        for language, terms in shipped().items()
        for term, means in terms.items()
    ]
    db.add_all(rows)
    return len(rows)


async def all_of_them(db: AsyncSession) -> Synonyms:
    """What HR has in its list."""
    found: dict[str, dict[str, Sequence[str]]] = {language: {} for language in LANGUAGES}
    for row in await stored.synonyms(db):
        found[row.language][row.term] = row.means
    return found


async def put(db: AsyncSession, language: str, term: str, means: str, now: datetime) -> str:
    """Add a synonym or replace it, from what an editor typed: meanings parted by commas. Returns the term as kept.

    Raises SynonymUnusable.
    """
    words = " ".join(tokens(term))
    meanings = list(dict.fromkeys(filter(None, (" ".join(one.split()) for one in means.split(",")))))
    if language not in LANGUAGES or not words:
        raise SynonymUnusable("synonym.no_word")
    if len(tokens(term)) > MOST_WORDS or len(words) > LONGEST:
        raise SynonymUnusable("synonym.too_long")
    if not meanings or not all(tokens(one) for one in meanings):
        raise SynonymUnusable("synonym.no_meaning")
    if len(meanings) > MOST_MEANINGS or max(map(len, meanings)) > LONGEST:
        raise SynonymUnusable("synonym.too_many")
    await db.merge(Synonym(language=language, term=words, means=meanings, changed_at=now))
    return words


async def remove(db: AsyncSession, language: str, term: str) -> None:
    """Take a synonym out, if it is there."""
    row = await db.get(Synonym, (language, term))
    if row is not None:
        await db.delete(row)
