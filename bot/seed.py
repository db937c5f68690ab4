"""Fills an empty installation: the articles, and for trying out a made-up organisation."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.wording import ZONE
from knowledge import career_editing, synonyms
from knowledge.files import FOLDER, load_shipped
from storage.appointments import Slot
from storage.organisation import Department, Region, Staff, Unit, merge_all
from storage.placements import HostOffer

DEMO = Path(__file__).parent / "demo.toml"

_STAFF_DEFAULTS: dict[str, Any] = {
    "works_in": None, "reports_to": None, "leads": [], "conflicts": [], "languages": [], "topics": [],
}  # fmt: skip


async def load_articles(db: AsyncSession, now: datetime) -> int:
    """Write the articles of this version that nobody has edited, and the first synonyms and career paths.

    How many articles were new.
    """
    await career_editing.load_shipped(db, now)
    await synonyms.load_shipped(db, now)
    return await load_shipped(db, FOLDER, now)


async def load_demo(db: AsyncSession, now: datetime) -> int:
    """Write the demo organisation, and free times for the coming weeks. How many times were added."""
    demo = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    await merge_all(db, [Region(**row, demo=True) for row in demo["region"]])
    await merge_all(db, [Unit(**row, demo=True) for row in demo["unit"]])
    await merge_all(db, [Department(**row, demo=True) for row in demo["department"]])
    await merge_all(db, [Staff(**{**_STAFF_DEFAULTS, **row}, active=True, demo=True) for row in demo["staff"]])
    await merge_all(db, [HostOffer(**row, demo=True) for row in demo["host_offer"]])
    there = {(slot.advisor_id, slot.starts_at) for slot in await db.scalars(select(Slot))}
    slots = [slot for slot in _demo_times(demo["times"], now) if (slot.advisor_id, slot.starts_at) not in there]
    db.add_all(slots)
    return len(slots)


def _demo_times(times: dict[str, Any], now: datetime) -> Iterator[Slot]:
    today = now.astimezone(ZONE).date()
    for ahead in range(1, times["days_ahead"] + 1):
        day = today + timedelta(days=ahead)
        if day.weekday() >= 5:
            continue
        for advisor, hours in times["hours"].items():
            for hour in hours:
                starts = datetime.combine(day, time(hour), ZONE)
                yield Slot(
                    id=uuid4(),
                    advisor_id=advisor,
                    starts_at=starts,
                    ends_at=starts + timedelta(minutes=times["minutes"]),
                    state="free",
                    demo=True,
                )
