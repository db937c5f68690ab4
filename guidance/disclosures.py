"""Who may see what of whoever asks for a stay. Nothing is shown that they have not agreed to, audience by audience.

The log is only added to. What somebody has read cannot be unread, and the texts say so.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import organisation
from storage import placements as stored
from storage.placements import Disclosure, Placement

WORDING = "2026-11"
"""Version of the texts that employees agree to. It changes with them."""

ABOUT = ("profession", "specialty", "tenure", "wish", "period")
"""What a host learns before it has said yes: enough to decide, and no name."""

NAME = ("name",)

FACTS: dict[str, tuple[str, ...]] = {
    "coordinator": NAME,
    "host": ABOUT,
    "host_approved": (*NAME, "home"),
    "swap": ("home",),
    "manager": (*NAME, "host", "period"),
}
"""What each consent shows to whom. `host_approved` is agreed to with `manager` and comes true with the approval; by
`swap` the coordinator learns where somebody works who would change places."""


@dataclass(frozen=True)
class Told:
    """One line of the log, for the employee."""

    audience: str
    told: str
    """In words: a department or a person."""
    facts: Sequence[str]
    taken_back: bool
    on: date


async def agree(
    db: AsyncSession, placement: Placement, audience: str, told: str, now: datetime, *, consent: str = ""
) -> None:
    """The employee agrees that `told` (a department's or a person's id) sees the facts of this audience."""
    if await is_live(db, placement, audience, told, FACTS[consent or audience]):
        return
    row = Disclosure(
        audience=audience, told=told, facts=list(FACTS[consent or audience]), taken_back=False, wording=WORDING,
        made_on=now.date(),
    )  # fmt: skip
    await stored.note_disclosure(db, placement, row)


async def take_back(db: AsyncSession, placement: Placement, audience: str, now: datetime) -> None:
    """From now on nobody of this audience is shown anything."""
    for told in sorted(await _live_ones(db, placement, audience)):
        row = Disclosure(audience=audience, told=told, facts=[], taken_back=True, wording=WORDING, made_on=now.date())
        await stored.note_disclosure(db, placement, row)


async def is_live(db: AsyncSession, placement: Placement, audience: str, told: str, facts: Sequence[str]) -> bool:
    """True if the employee agrees, now, that `told` sees these facts."""
    live: set[str] = set()
    for row in await stored.disclosures(db, placement.case_id):
        if row.audience == audience and row.told == told:
            live = set() if row.taken_back else live | set(row.facts)
    return set(facts) <= live


async def name_for(db: AsyncSession, placement: Placement, audience: str, told: str) -> str:
    """The employee's name, if they agree that `told` sees it; else empty. The only way to the name."""
    if not await is_live(db, placement, audience, told, NAME):
        return ""
    return stored.person_of(db, placement).get("name", "")


async def log(db: AsyncSession, case_id: uuid.UUID) -> list[Told]:
    """Who was told what, in order, for the employee to read."""
    names = await organisation.names(db)
    return [
        Told(row.audience, names.get(row.told, row.told), row.facts, row.taken_back, row.made_on)
        for row in await stored.disclosures(db, case_id)
    ]


async def _live_ones(db: AsyncSession, placement: Placement, audience: str) -> set[str]:
    live: set[str] = set()
    for row in await stored.disclosures(db, placement.case_id):
        if row.audience == audience:
            live = live - {row.told} if row.taken_back else live | {row.told}
    return live
