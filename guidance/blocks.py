"""Keeping somebody who abuses the service out for a while, without learning who it is."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases, chats
from guidance.errors import CaseClosed
from storage import blocks as stored

BLOCKED_FOR = timedelta(days=30)


async def end_and_block(db: AsyncSession, staff_id: str, case_id: str, now: datetime) -> date:
    """End the case; whoever is behind it can open no other one until the day returned.

    Raises NoSuchCase, CaseClosed.
    """
    case = await cases.staff_case(db, staff_id, case_id)
    if case.state != "open":
        raise CaseClosed
    until = (now + BLOCKED_FOR).date()
    await stored.put(db, case.owner_tag, until)
    await chats.end_by_staff(db, staff_id, case_id, now)
    return until


async def lift(db: AsyncSession, staff_id: str, case_id: str) -> None:
    """Let whoever is behind the case in again. Raises NoSuchCase."""
    await stored.lift(db, (await cases.staff_case(db, staff_id, case_id)).owner_tag)


async def is_blocked(db: AsyncSession, case: cases.Case) -> bool:
    """True if whoever is behind the case is kept out."""
    return await stored.has(db, case.owner_tag)
