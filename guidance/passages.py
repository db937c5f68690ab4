"""Privat tilstand: a case leaves Teams or Slack and goes on in the web chat, where no employer keeps a copy."""

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases
from guidance.errors import PassageGone, TooManyOpenCases
from storage import cases as stored_cases
from storage import passages as stored
from storage.cases import Case
from storage.participants import Participant

LONGEST_SECRET = 64


async def open_passage(db: AsyncSession, participant: Participant, case_id: str, now: datetime) -> str:
    """A secret with which whoever brings it within a quarter of an hour takes the case over. Raises NoSuchCase."""
    case = await cases.own_case(db, participant, case_id)
    secret = secrets.token_urlsafe(24)
    await stored.put(db, case.id, secret, now)
    return secret


async def take_over(db: AsyncSession, participant: Participant, secret: str, now: datetime) -> Case:
    """Make the case the participant's own, and nobody else's: its notices come to them from now on.

    Raises PassageGone, TooManyOpenCases.
    """
    case = await stored.take(db, secret, now) if len(secret) <= LONGEST_SECRET else None
    if case is None:
        raise PassageGone
    try:
        await stored_cases.give_to(db, case, participant)
    except stored_cases.TooManyCases as error:
        raise TooManyOpenCases(most=cases.MOST_OPEN_CASES) from error
    return case
