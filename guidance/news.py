"""News that wait at the desk until a member of staff looks."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import cases, organisation
from guidance.notices import Notice, read
from storage import outbox


@dataclass(frozen=True)
class News:
    """One notice to one member of staff."""

    id: uuid.UUID
    notice: Notice


async def for_staff(db: AsyncSession, staff_id: str) -> list[News]:
    """What this member of staff has not seen yet, in order. Nothing of a case that they may not have (any more)."""
    waiting = await outbox.waiting_for(db, [f"staff:{staff_id}"])
    found = [News(message.id, read(message.kind, message.ids)) for message in waiting]
    ties = await organisation.ties(db)
    about = {one.notice.case_id: await cases.by_id(db, one.notice.case_id) for one in found}
    return [
        one for one in found if (case := about[one.notice.case_id]) is None or cases.may_have(db, staff_id, case, ties)
    ]


async def seen(db: AsyncSession, staff_id: str, ids: Collection[uuid.UUID]) -> None:
    """The member of staff has seen these news. Others' news are left alone."""
    for news in await for_staff(db, staff_id):
        if news.id in ids:
            await outbox.finish(db, news.id, "done")
