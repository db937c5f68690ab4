"""Slack's own tables: the workspaces that the bot is installed in, and what they sent that is not heard yet.

Both are sealed. What was sent lies here from before Slack is told that it arrived until it has taken effect, usually
for less than a second: whatever happens to the process in between, nobody's message is lost.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from sqlalchemy import CursorResult, LargeBinary, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NO_SERIAL_NUMBER, Base
from storage.database import keyring_of
from storage.sealing import SealBroken

TOKENS_BLOCK = 1024
EVENT_BLOCK = 1024


class SlackInstallation(Base):
    """A workspace with its tokens, sealed for this row. `revision` catches two who renew the tokens at once."""

    __tablename__ = "slack_installation"
    team: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    sealed: Mapped[bytes]


class SlackEvent(Base):
    """Something that Slack sent. The tag, made of its id, keeps a repetition out; there is no time and no order."""

    __tablename__ = "slack_event"
    __table_args__ = NO_SERIAL_NUMBER
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes]


@dataclass(frozen=True)
class Tokens:
    """What an installation gave us. Times are seconds since 1970."""

    bot_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float
    """When `bot_token` ends; 0 for never."""
    bot_user: str
    scopes: str
    installed_at: float


@dataclass(frozen=True)
class Installation:
    """An installed workspace."""

    team: str
    revision: int
    tokens: Tokens


async def installed(db: AsyncSession, team: str) -> bool:
    """True if the bot is installed in this workspace."""
    return await db.scalar(select(SlackInstallation.team).where(SlackInstallation.team == team)) is not None


async def installation(db: AsyncSession, team: str) -> Installation | None:
    """The installation of a workspace. Raises SealBroken."""
    row = await db.scalar(select(SlackInstallation).where(SlackInstallation.team == team))
    if row is None:
        return None
    plain = keyring_of(db).open("slack_tokens", (team,), row.sealed)
    return Installation(team, row.revision, Tokens(**json.loads(plain)))


async def install(db: AsyncSession, team: str, tokens: Tokens) -> None:
    """Keep a new installation in the place of the workspace's earlier one."""
    last = await db.scalar(select(SlackInstallation.revision).where(SlackInstallation.team == team))
    sealed = _seal(db, team, tokens)
    if last is None:
        db.add(SlackInstallation(team=team, revision=1, sealed=sealed))
        await db.flush()
    else:
        await renew(db, Installation(team, last, tokens), tokens)


async def renew(db: AsyncSession, old: Installation, tokens: Tokens) -> bool:
    """Put new tokens in the place of old ones. False if somebody else was quicker."""
    as_read = (SlackInstallation.team == old.team, SlackInstallation.revision == old.revision)
    values = {"revision": old.revision + 1, "sealed": _seal(db, old.team, tokens)}
    return await _count(db, update(SlackInstallation).where(*as_read).values(values)) == 1


async def uninstall(db: AsyncSession, team: str) -> bool:
    """Forget a workspace. False if it was not there."""
    return await _count(db, delete(SlackInstallation).where(SlackInstallation.team == team)) == 1


async def keep(db: AsyncSession, events: Iterable[tuple[bytes, dict[str, Any]]]) -> set[bytes]:
    """Keep what was sent until it is heard. The tags of those that were not kept already."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = set()
    for tag, event in events:
        sealed = keyring_of(db).seal("slack_event", (tag.hex(),), json.dumps(event).encode(), EVENT_BLOCK)
        statement = insert(SlackEvent).values(tag=tag, sealed=sealed).on_conflict_do_nothing()
        if await _count(db, statement):
            new.add(tag)
    return new


async def kept(db: AsyncSession) -> Sequence[tuple[bytes, dict[str, Any]]]:
    """Everything that has not been heard yet. What does not open is left alone: it must not stop the others."""
    keyring, found = keyring_of(db), []
    for row in (await db.scalars(select(SlackEvent))).all():
        with suppress(SealBroken):
            found.append((row.tag, json.loads(keyring.open("slack_event", (row.tag.hex(),), row.sealed))))
    return found


async def forget_old(db: AsyncSession, before: float) -> None:
    """Forget what came before this time, in seconds since 1970, and was never heard: nobody waits for an answer now."""
    for tag, event in await kept(db):
        if event["at"] < before:
            await heard(db, tag)


async def heard(db: AsyncSession, tag: bytes) -> None:
    """It has taken effect."""
    await db.execute(delete(SlackEvent).where(SlackEvent.tag == tag))


def _seal(db: AsyncSession, team: str, tokens: Tokens) -> bytes:
    return keyring_of(db).seal("slack_tokens", (team,), json.dumps(asdict(tokens)).encode(), TOKENS_BLOCK)


async def _count(db: AsyncSession, statement: Any) -> int:
    return cast(CursorResult[Any], await db.execute(statement)).rowcount
