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
    await db.merge(Block(tag=_tag(db, owner_tag), until=until))


async def lift(db: AsyncSession, owner_tag: bytes) -> None:
    """Let them in again."""
    await db.execute(delete(Block).where(Block.tag == _tag(db, owner_tag)))


async def has(db: AsyncSession, owner_tag: bytes) -> bool:
    """True if whoever has this tag is blocked."""
    return await db.get(Block, _tag(db, owner_tag)) is not None


async def until(db: AsyncSession, participant: Participant, today: date) -> date | None:
    """How long this person is blocked; None if they are not."""
    tags = [_tag(db, owner_tag) for owner_tag in participant.owner_tags]
    query = select(Block.until).where(Block.tag.in_(tags), Block.until >= today)
    return max(await db.scalars(query), default=None)


async def forget_old(db: AsyncSession, today: date) -> None:
    """Remove blocks that are over."""
    await db.execute(delete(Block).where(Block.until < today))


def _tag(db: AsyncSession, owner_tag: bytes) -> bytes:
    return keyring_of(db).tag("block", owner_tag.hex())
