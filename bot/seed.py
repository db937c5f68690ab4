"""Fills an empty installation: the articles, and for trying out a made-up organisation."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import calendar
from knowledge import career_editing, synonyms
from knowledge.files import FOLDER, load_shipped
from storage.organisation import Department, Region, Staff, Unit, merge_all
from storage.placements import HostOffer

DEMO = Path(__file__).parent / "demo.toml"

_STAFF_DEFAULTS: dict[str, Any] = {
    "works_in": None, "reports_to": None, "deputy": None, "leads": [], "conflicts": [], "languages": [], "topics": [],
}  # fmt: skip


async def load_articles(db: AsyncSession, now: datetime) -> int:
    """Write the articles of this version that nobody has edited, and the first synonyms and career paths.

    How many articles were new.
    """
    await career_editing.load_shipped(db, now)
    await synonyms.load_shipped(db, now)
    return await load_shipped(db, FOLDER, now)


async def load_demo(db: AsyncSession, now: datetime) -> None:
    """Write the demo organisation, and when its advisors are at work."""
    demo = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    await merge_all(db, [Region(**row, demo=True) for row in demo["region"]])
    await merge_all(db, [Unit(**row, demo=True) for row in demo["unit"]])
    await merge_all(db, [Department(**row, demo=True) for row in demo["department"]])
    await merge_all(db, [Staff(**{**_STAFF_DEFAULTS, **row}, active=True, demo=True) for row in demo["staff"]])
    await merge_all(db, [HostOffer(**row, demo=True) for row in demo["host_offer"]])
    for advisor_id, hours in demo["hours"].items():
        if not (await calendar.rules_of(db, advisor_id, now.date())).week:  # somebody may have changed them
            await calendar.set_week(db, advisor_id, dict.fromkeys(range(5), calendar.read_spans(hours)), now)
    await calendar.offer_all(db, now)
