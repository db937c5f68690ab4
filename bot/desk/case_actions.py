"""What an advisor or coordinator can do with a case, beside writing: hand it over, propose times, note, end."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from guidance import appointments, blocks, cases, chats, handover
from guidance.errors import NothingChosen

Action = Callable[[AsyncSession, str, str, Mapping[str, str], datetime], Awaitable[object]]
"""Given who, which case, the form and the time."""


async def _hand_over(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await handover.hand_over(db, who, case, form.get("to", ""), now)


async def _decline(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await handover.decline(db, who, case, now)


async def _propose(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    chosen = [form[name] for name in ("first", "second", "third") if form.get(name)]
    if not chosen:
        raise NothingChosen
    await appointments.propose(db, who, case, list(dict.fromkeys(chosen)), now)


async def _note(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await cases.write_note(db, who, case, form.get("note", ""))


async def _acute(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await chats.send_acute_help(db, who, case, now)


async def _close(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await chats.end_by_staff(db, who, case, now)


async def _block(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await blocks.end_and_block(db, who, case, now)


async def _lift(db: AsyncSession, who: str, case: str, form: Mapping[str, str], now: datetime) -> None:
    await blocks.lift(db, who, case)


ACTIONS: dict[str, Action] = {
    "hand_over": _hand_over,
    "decline": _decline,
    "propose": _propose,
    "note": _note,
    "acute": _acute,
    "close": _close,
    "block": _block,
    "lift": _lift,
}
GIVES_AWAY = frozenset({"hand_over", "decline"})
"""After these the case is no longer theirs."""
