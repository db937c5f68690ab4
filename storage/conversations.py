"""Where a conversation stands, sealed, and which activities were heard.

Both carry days, not times: the exact time of a turn would tie a conversation to the cases that it touched.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, LargeBinary, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.database import keyring_of

HEARD_FOR = timedelta(days=7)
"""How long a repeated activity is recognised. Channels try again for hours, not for weeks."""


class Conversation(Base):
    """One conversation with the bot. What it is about is sealed; the tag cannot be traced to a person."""

    __tablename__ = "conversation"
    __table_args__ = NO_SERIAL_NUMBER
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes]
    touched_on: Mapped[date]


class Heard(Base):
    """An activity, or a press of a button, that has taken effect."""

    __tablename__ = "heard"
    __table_args__ = NO_SERIAL_NUMBER
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    forget_on: Mapped[date]


async def hear_once(db: AsyncSession, tags: Sequence[bytes], now: datetime) -> bool:
    """Note that this was heard. False if it had been heard before. The first tag is noted, any counts."""
    tag, *older = tags
    if older and await db.scalar(select(Heard.tag).where(Heard.tag.in_(older)).limit(1)) is not None:
        return False
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Heard).values(tag=tag, forget_on=(now + HEARD_FOR).date()).on_conflict_do_nothing()
    return cast(CursorResult[Any], await db.execute(statement)).rowcount == 1


async def load(db: AsyncSession, tags: Sequence[bytes], *, lock: bool = True) -> dict[str, Any] | None:
    """The state of a conversation, locked until the end of the transaction. None if there is none.

    It lies under one of the tags: under the first since it was last saved, or under one of an older root.
    """
    query = select(Conversation).where(Conversation.tag.in_(tags))
    rows = {row.tag: row for row in await db.scalars(query.with_for_update() if lock else query)}
    row = next((rows[tag] for tag in tags if tag in rows), None)
    if row is None:
        return None
    state: dict[str, Any] = json.loads(keyring_of(db).open("conversation", (row.tag.hex(),), row.sealed))
    return state


async def save(db: AsyncSession, tags: Sequence[bytes], state: dict[str, Any], now: datetime) -> None:
    """Keep the state until the next turn, under the first tag."""
    tag, *older = tags
    if older:
        await forget(db, older)
    sealed = keyring_of(db).seal("conversation", (tag.hex(),), json.dumps(state).encode(), 1024)
    await db.merge(Conversation(tag=tag, sealed=sealed, touched_on=now.date()))


async def forget(db: AsyncSession, tags: Sequence[bytes]) -> None:
    """Forget where the conversation stands."""
    await db.execute(delete(Conversation).where(Conversation.tag.in_(tags)))


async def purge(db: AsyncSession, now: datetime, idle: timedelta) -> int:
    """Forget what was heard long ago and conversations that have been idle, in whole days. How many rows went."""
    heard = await db.execute(delete(Heard).where(Heard.forget_on < now.date()))
    idle_ones = await db.execute(delete(Conversation).where(Conversation.touched_on < (now - idle).date()))
    return sum(cast(CursorResult[Any], result).rowcount for result in (heard, idle_ones))
