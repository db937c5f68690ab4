"""People who may not write or book for a while. Only a tag of a case of theirs is known, and never who they are."""

from datetime import date

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.database import keyring_of
from storage.participants import Participant


class Block(Base):
    """A fingerprint of a tag of which the owner may open no case. Not the tag itself, which a later case may have."""

    __tablename__ = "block"
    __table_args__ = NO_SERIAL_NUMBER
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[date]


async def put(db: AsyncSession, owner_tag: bytes, until: date) -> None:
    """Block whoever has this tag."""
    await db.merge(Block(tag=_tags(db, owner_tag)[0], until=until))


async def lift(db: AsyncSession, owner_tag: bytes) -> None:
    """Let them in again."""
    await db.execute(delete(Block).where(Block.tag.in_(_tags(db, owner_tag))))


async def has(db: AsyncSession, owner_tag: bytes) -> bool:
    """True if whoever has this tag is blocked."""
    return await db.scalar(select(Block.tag).where(Block.tag.in_(_tags(db, owner_tag))).limit(1)) is not None


async def carry_over(db: AsyncSession, owner_tag: bytes, fresh: bytes) -> None:
    """Let a block of who had the one tag be a block of who has the other."""
    row = await db.scalar(select(Block).where(Block.tag.in_(_tags(db, owner_tag))))
    if row is not None:
        await lift(db, owner_tag)
        await put(db, fresh, row.until)


async def until(db: AsyncSession, participant: Participant, today: date) -> date | None:
    """How long this person is blocked; None if they are not."""
    tags = [tag for owner_tag in participant.all_tags for tag in _tags(db, owner_tag)]
    query = select(Block.until).where(Block.tag.in_(tags), Block.until >= today)
    return max(await db.scalars(query), default=None)


async def forget_old(db: AsyncSession, today: date) -> None:
    """Remove blocks that are over."""
    await db.execute(delete(Block).where(Block.until < today))


def _tags(db: AsyncSession, owner_tag: bytes) -> tuple[bytes, ...]:
    return keyring_of(db).tags("block", owner_tag.hex())
