"""Who of the career office is at the desk, and how they get in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from storage import organisation as stored
from storage.database import keyring_of
from storage.organisation import SignInLink
from storage.organisation import Staff as Staff  # the desk may not import storage

EDITOR = "editor"
WITH_CASES = frozenset({"advisor", "coordinator"})
AT_THE_DESK = WITH_CASES | {EDITOR}
DECIDE = frozenset({"host", "manager"})
"""Who says yes or no to stays. They have a desk of one page."""

LINK_LASTS = timedelta(minutes=15)


class AccountTaken(Exception):
    """The work account is another person's, whose id this carries."""


async def desk_people(db: AsyncSession) -> Sequence[Staff]:
    """The active staff who have a desk, by name."""
    return [p for p in await stored.staff(db) if p.active and (AT_THE_DESK | DECIDE) & set(p.roles)]


async def at_desk(db: AsyncSession, staff_id: str) -> Staff | None:
    """The person, if they (still) have a desk."""
    return next((person for person in await desk_people(db) if person.id == staff_id), None)


def has_cases(person: Staff) -> bool:
    """True for those who may have cases; an editor has none."""
    return bool(WITH_CASES & set(person.roles))


def only_decides(person: Staff) -> bool:
    """True for hosts and managers who are nothing else at the desk."""
    return not AT_THE_DESK & set(person.roles)


async def with_account(db: AsyncSession, account: str, granted: frozenset[str]) -> Staff | None:
    """The active person with this work account, who from now on has just these roles at the desk.

    What they are beside the desk, such as somebody's manager, stays. None, and nothing is changed, if there is no such
    person: who has an account only is not yet of the career office.
    """
    person = await stored.staff_with_account(db, account)
    if person is None or not person.active or not AT_THE_DESK & granted:
        return None
    kept = [role for role in person.roles if role not in AT_THE_DESK]
    person.roles = [*kept, *sorted(AT_THE_DESK & granted)]
    return person


async def set_account(db: AsyncSession, staff_id: str, account: str) -> None:
    """Let this person in with this work account (an object id), or with none if it is empty.

    Raises LookupError for an unknown person, ValueError for what is no object id, AccountTaken.
    """
    person = await stored.staff_member(db, staff_id)
    if person is None:
        raise LookupError(staff_id)
    account = object_id(account) if account else ""
    other = await stored.staff_with_account(db, account) if account else None
    if other and other is not person:
        raise AccountTaken(other.id)
    person.account = account or None


def object_id(text: str) -> str:
    """An id of Microsoft Entra ID as we keep it. Raises ValueError if it is none."""
    plain = str(UUID(text))
    if plain != text.lower():  # UUID takes braces, and no hyphens, too
        raise ValueError(text)
    return plain


async def everybody(db: AsyncSession) -> Sequence[Staff]:
    """All active staff, with a desk or not, by name."""
    return [person for person in await stored.staff(db) if person.active]


async def make_link(db: AsyncSession, staff_id: str, now: datetime) -> str:
    """The secret of a link that lets this person in once. Raises LookupError for somebody without a desk."""
    if await at_desk(db, staff_id) is None:
        raise LookupError(staff_id)
    secret = secrets.token_urlsafe(24)
    tag = keyring_of(db).tag("sign-in", secret)
    db.add(SignInLink(tag=tag, staff_id=staff_id, expires_at=now + LINK_LASTS))
    return secret


async def use_link(db: AsyncSession, secret: str, now: datetime) -> Staff | None:
    """Who the link belongs to, and the link is used up. None if it is unknown, used or too old."""
    link = await stored.sign_in_link(db, keyring_of(db).tags("sign-in", secret))
    if link is None:
        return None
    await db.delete(link)
    return await at_desk(db, link.staff_id) if link.expires_at > now else None


async def forget_old_links(db: AsyncSession, now: datetime) -> None:
    """Remove links that nobody used in time."""
    await stored.forget_links(db, now)
