"""Who of the career office is at the desk, and how they get in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from storage import organisation as stored
from storage.database import keyring_of
from storage.organisation import SignInLink
from storage.organisation import Staff as Staff  # the desk may not import storage

EDITOR = "editor"
AT_THE_DESK = frozenset({"advisor", "coordinator", EDITOR})

LINK_LASTS = timedelta(minutes=15)


async def desk_people(db: AsyncSession) -> Sequence[Staff]:
    """The active staff who have a desk, by name."""
    return [person for person in await stored.staff(db) if person.active and AT_THE_DESK & set(person.roles)]


async def at_desk(db: AsyncSession, staff_id: str) -> Staff | None:
    """The person, if they (still) have a desk."""
    return next((person for person in await desk_people(db) if person.id == staff_id), None)


async def make_link(db: AsyncSession, staff_id: str, now: datetime) -> str:
    """The secret of a link that lets this person in once. Raises LookupError for somebody without a desk."""
    if await at_desk(db, staff_id) is None:
        raise LookupError(staff_id)
    secret = secrets.token_urlsafe(24)
    db.add(SignInLink(tag=_tag(db, secret), staff_id=staff_id, expires_at=now + LINK_LASTS))
    return secret


async def use_link(db: AsyncSession, secret: str, now: datetime) -> Staff | None:
    """Who the link belongs to, and the link is used up. None if it is unknown, used or too old."""
    link = await db.get(SignInLink, _tag(db, secret))
    if link is None:
        return None
    await db.delete(link)
    return await at_desk(db, link.staff_id) if link.expires_at > now else None


async def forget_old_links(db: AsyncSession, now: datetime) -> None:
    """Remove links that nobody used in time."""
    await stored.forget_links(db, now)


def _tag(db: AsyncSession, secret: str) -> bytes:
    return keyring_of(db).tag("sign-in", secret)
