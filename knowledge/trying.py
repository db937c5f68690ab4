"""Trying questions out: how the search ranks and why, and whether a change would break what was answered before."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.articles import MOST_OTHERS, Found, Library
from knowledge.search import Hit, Index, Page, Question, confidence, is_sure
from storage import kept_questions as stored
from storage.kept_questions import KeptQuestion as KeptQuestion  # the desk may not import storage

MOST_SHOWN = 6
MOST_KEPT = 500
LONGEST = 300


class QuestionUnusable(Exception):
    """The question cannot be kept. `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Outcome(IntEnum):
    """What somebody meets who asks, from bad to good."""

    MISSED = 0
    OFFERED = 1
    RIGHT = 2


@dataclass(frozen=True)
class Tried:
    """How a question fares."""

    found: Found | None
    """What would be answered."""
    hits: Sequence[Hit]
    sureness: float
    """Of the first, to be compared with what it needs."""


@dataclass(frozen=True)
class Checked:
    """A kept question and what somebody meets who asks it now."""

    kept: KeptQuestion
    outcome: Outcome


async def try_out(library: Library, text: str, locale: str, region: str) -> Tried:
    """Ask as an employee would. Nothing is counted or kept."""
    question = await library.understand(text[:LONGEST])
    hits = library.hits(question, region)
    own = [hit for hit in hits if hit.nearby]
    return Tried(library.ask(question, locale, region), hits[:MOST_SHOWN], confidence(own))


# -- kept questions --


async def keep(db: AsyncSession, question: str, region_id: str, article_id: str, kept_by: str, now: datetime) -> None:
    """Keep a question with the article that should answer it; an empty one if none should. Raises QuestionUnusable."""
    text = " ".join(question.split())
    if not text:
        raise QuestionUnusable("trying.no_question")
    if len(text) > LONGEST:
        raise QuestionUnusable("trying.too_long")
    if len(await stored.all_of_them(db)) >= MOST_KEPT:
        raise QuestionUnusable("trying.too_many")
    await db.merge(
        KeptQuestion(question=text, region_id=region_id, article_id=article_id, kept_by=kept_by, kept_at=now)
    )


async def forget(db: AsyncSession, question: str, region_id: str) -> None:
    """Take a kept question out, if it is there."""
    row = await db.get(KeptQuestion, (question, region_id))
    if row is not None:
        await db.delete(row)


async def kept(db: AsyncSession) -> Sequence[KeptQuestion]:
    """All kept questions, the newest first."""
    return await stored.all_of_them(db)


async def check(library: Library, questions: Sequence[KeptQuestion]) -> list[Checked]:
    """How all kept questions fare now."""
    asked = [await library.understand(one.question) for one in questions]
    outcomes = await asyncio.to_thread(_outcomes, library.index, questions, asked)
    return [Checked(one, outcome) for one, outcome in zip(questions, outcomes, strict=True)]


async def what_breaks(library: Library, page: Page, questions: Sequence[KeptQuestion]) -> list[Checked]:
    """The kept questions that would fare worse if the article read like this, and how."""
    asked = [await library.understand(one.question) for one in questions]
    vectors = await library.vectors_of(page)

    def compare() -> list[Checked]:
        before = _outcomes(library.index, questions, asked)
        with library.index.instead(page, vectors):
            after = _outcomes(library.index, questions, asked)
        return [Checked(one, then) for one, now, then in zip(questions, before, after, strict=True) if then < now]

    return await asyncio.to_thread(compare)


def _outcomes(index: Index, kept: Sequence[KeptQuestion], asked: Sequence[Question]) -> list[Outcome]:
    return [_outcome(index, one, question) for one, question in zip(kept, asked, strict=True)]


def _outcome(index: Index, kept: KeptQuestion, question: Question) -> Outcome:
    hits = [hit for hit in index.find(question, kept.region_id) if hit.nearby]
    sure = is_sure(hits)
    if not kept.article_id:
        return Outcome.MISSED if sure else Outcome.RIGHT
    if sure:
        return Outcome.RIGHT if hits[0].page.id == kept.article_id else Outcome.MISSED
    offered = [hit.page.id for hit in hits if hit.is_near][:MOST_OTHERS]
    return Outcome.OFFERED if kept.article_id in offered else Outcome.MISSED
