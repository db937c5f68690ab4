"""Versions of the model of stays, one row each. They are only added."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class SchemeVersion(Base):
    """The figures of one region from one day on."""

    __tablename__ = "scheme_version"
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    made_on: Mapped[date]
    figures: Mapped[dict[str, str]] = mapped_column(JSON)


async def newest(db: AsyncSession, region: str) -> SchemeVersion | None:
    """The version that holds now."""
    query = select(SchemeVersion).where(SchemeVersion.region_id == region)
    return await db.scalar(query.order_by(SchemeVersion.number.desc()).limit(1))


async def all_of(db: AsyncSession, region: str) -> Sequence[SchemeVersion]:
    """Every version, the newest first."""
    query = select(SchemeVersion).where(SchemeVersion.region_id == region)
    return (await db.scalars(query.order_by(SchemeVersion.number.desc()))).all()


async def get(db: AsyncSession, region: str, number: int) -> SchemeVersion | None:
    """One version."""
    return await db.get(SchemeVersion, (region, number))


async def add(
    db: AsyncSession, region: str, number: int, author_id: str, day: date, figures: dict[str, str]
) -> SchemeVersion:
    """Write a version."""
    row = SchemeVersion(region_id=region, number=number, author_id=author_id, made_on=day, figures=figures)
    db.add(row)
    await db.flush()
    return row
