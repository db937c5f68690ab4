"""What people ask, counted so that HR sees what is missing and nobody sees who asked.

A question is taken apart into its content words. Each word, and each pair of words, is counted once a conversation;
what fewer than ENOUGH have used is never shown, because a rare word may be a name or a rare illness.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.language import guess, is_stop_word, stem, tokens
from storage import articles
from storage import asked as stored

Outcome = Literal["answered", "offered", "nothing"]

ENOUGH = 5
"""Conversations that must share a word before it is shown. The same number as for departments in placements."""
MOST_WORDS = 6
KEPT = timedelta(days=200)
"""Long enough for a half-yearly look at what is missing."""

_SHORTEST, _LONGEST = 3, 30


@dataclass(frozen=True)
class Missing:
    """Something that people ask about: a word, in how many conversations of a month, and what was asked with it."""

    word: str
    askers: int
    beside: Sequence[str]


@dataclass(frozen=True)
class Helped:
    """How often somebody said that an article helped, or that it did not."""

    article_id: str
    title: str
    yes: int
    no: int


@dataclass(frozen=True)
class Week:
    """How the questions of one week ended. A number below ENOUGH is None: too few to be shown."""

    monday: date
    topic: str
    outcome: str
    questions: int | None


def gist(question: str) -> dict[str, str]:
    """The content words of a question, by stem: enough to see what it is about, too little to quote it."""
    language = guess(question) or "da"
    words = [
        word
        for word in tokens(question)
        if word.isalpha() and _SHORTEST <= len(word) <= _LONGEST and not is_stop_word(word)
    ]
    return dict(list({stem(word, language): word for word in reversed(words)}.items())[::-1][:MOST_WORDS])


async def count(
    db: AsyncSession,
    question: str,
    outcome: Outcome,
    topic: str,
    now: datetime,
    is_first: Callable[[str], Awaitable[bool]],
) -> None:
    """Count a question. `is_first` says whether this conversation does something for the first time this week."""
    monday = now.date() - timedelta(days=now.weekday())
    await stored.count_question(db, monday, topic, outcome)
    if outcome == "answered":
        return
    month = now.date().replace(day=1)
    words = sorted(gist(question).items())
    for group in (*combinations(words, 1), *combinations(words, 2)):
        stems, forms = zip(*group, strict=True)
        if await is_first(f"asked {' '.join(stems)}"):
            await stored.count_words(db, month, stems, forms)


async def missing(db: AsyncSession, now: datetime) -> list[Missing]:
    """What people ask about and get no answer to, most askers first, like with like."""
    since = (now.date() - KEPT).replace(day=1)
    enough = await stored.words_of_at_least(db, ENOUGH, since)
    words = {one.stems[0]: one for one in reversed(enough) if len(one.stems) == 1}  # the month with the most askers
    pairs = [one.stems for one in enough if len(one.stems) == 2]
    found = [
        Missing(one.forms[0], one.askers, [words[other].forms[0] for other in _beside(stemmed, pairs)])
        for stemmed, one in words.items()
    ]
    return _without_repetition(sorted(found, key=lambda one: (-one.askers, one.word)))


async def weeks(db: AsyncSession, now: datetime, back: int = 12) -> list[Week]:
    """How the questions of the last weeks ended, by topic."""
    since = now.date() - timedelta(days=now.weekday(), weeks=back - 1)
    return [
        Week(row.week, row.topic, row.outcome, row.questions if row.questions >= ENOUGH else None)
        for row in await stored.counts(db, since)
    ]


async def helpfulness(db: AsyncSession, now: datetime) -> list[Helped]:
    """How often each article helped and did not, since about half a year. Articles without votes are left out."""
    titles = {article.id: article.title for article in reversed(await articles.all_of_them(db))}  # Danish last
    counts: dict[str, dict[bool, int]] = {}
    for article_id, helped, votes in await articles.votes(db, f"{now - KEPT:%Y-%m}"):
        counts.setdefault(article_id, {})[helped] = votes
    return [
        Helped(article_id, titles[article_id], votes.get(True, 0), votes.get(False, 0))
        for article_id, votes in counts.items()
        if article_id in titles
    ]


async def forget_old(db: AsyncSession, now: datetime) -> None:
    """Forget the words of long ago."""
    await stored.forget(db, now.date() - KEPT)


def _beside(stemmed: str, pairs: Sequence[tuple[str, ...]]) -> list[str]:
    """The stems that stood in questions beside this one. Who shares a pair shares each of its words."""
    return list(dict.fromkeys(other for pair in pairs if stemmed in pair for other in pair if other != stemmed))


def _without_repetition(found: list[Missing]) -> list[Missing]:
    """Leave out a word that always comes with a more frequent one, which shows it already."""
    kept: list[Missing] = []
    for one in found:
        if not any(one.word in other.beside and one.askers <= other.askers for other in kept):
            kept.append(one)
    return kept
