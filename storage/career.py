"""Career paths as HR keeps them: posts, steps and sources, and every text that each of them ever had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base

KEPT = "kept"
REMOVED = "removed"


class CareerItem(Base):
    """A post, a step from one to another, or a source of facts, as it is now."""

    __tablename__ = "career_item"
    kind: Mapped[str] = mapped_column(primary_key=True)
    """source, post or step."""
    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    """The smaller, the earlier it is named among others of its kind."""
    content: Mapped[dict[str, Any]]
    """As in the files of `knowledge/career_paths/`, without the id; days as text."""
    state: Mapped[str]
    """kept, or removed: it can be brought back."""
    revision: Mapped[int]
    """Counts the times it was changed, so that two editors at once do not overwrite each other."""
    changed_by: Mapped[str]
    """Id of the editor, or empty for what came from a file."""
    changed_at: Mapped[datetime]


class CareerVersion(Base):
    """What one of them was after a change. Never changed."""

    __tablename__ = "career_version"
    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The revision that it was."""
    content: Mapped[dict[str, Any]]
    state: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


async def newest_change(db: AsyncSession) -> object:
    """Changes whenever anything of the career paths does, so that a running copy notices. Asked before each turn."""
    # Revisions only ever grow, so their sum differs after each change, at whatever moment it came.
    query = select(func.count(), func.sum(CareerItem.revision), func.max(CareerItem.changed_at))
    return tuple((await db.execute(query.select_from(CareerItem))).one())


async def items(db: AsyncSession) -> Sequence[CareerItem]:
    """Everything, the removed too, in the order in which it is named."""
    query = select(CareerItem).order_by(CareerItem.place, CareerItem.kind, CareerItem.id)
    return (await db.scalars(query.execution_options(populate_existing=True))).all()


async def get(db: AsyncSession, kind: str, item_id: str) -> CareerItem | None:
    """One of them, as it is in the database now."""
    return await db.get(CareerItem, (kind, item_id), populate_existing=True)


async def add(
    db: AsyncSession, kind: str, item_id: str, content: dict[str, Any], *, editor: str, now: datetime
) -> None:
    """Add one at the end, with its first version. The primary key refuses a second one."""
    last = await db.scalar(select(func.max(CareerItem.place)))
    item = CareerItem(
        kind=kind, id=item_id, place=(last or 0) + 1, content=content, state=KEPT, revision=1,
        changed_by=editor, changed_at=now,
    )  # fmt: skip
    db.add(item)
    db.add(_version(kind, item_id, 1, content, KEPT, editor, now))
    await db.flush()


async def change(
    db: AsyncSession, kind: str, item_id: str, revision: int, content: dict[str, Any], state: str, *,
    editor: str, now: datetime,
) -> bool:  # fmt: skip
    """Change one if it still is at this revision, and keep the version. False if somebody changed it meanwhile."""
    statement = (
        update(CareerItem)
        .where(CareerItem.kind == kind, CareerItem.id == item_id, CareerItem.revision == revision)
        .values(content=content, state=state, revision=revision + 1, changed_by=editor, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], await db.execute(statement)).rowcount != 1:
        return False
    db.add(_version(kind, item_id, revision + 1, content, state, editor, now))
    await db.flush()
    return True


async def versions(db: AsyncSession, kind: str, item_id: str) -> Sequence[CareerVersion]:
    """Every version of one of them, the newest first."""
    query = (
        select(CareerVersion)
        .where(CareerVersion.kind == kind, CareerVersion.id == item_id)
        .order_by(CareerVersion.number.desc())
    )
    return (await db.scalars(query)).all()


def _version(
    kind: str, item_id: str, number: int, content: dict[str, Any], state: str, editor: str, now: datetime
) -> CareerVersion:
    return CareerVersion(
        kind=kind, id=item_id, number=number, content=content, state=state, made_by=editor, made_at=now
    )
