"""How career paths change: at the desk or from files, checked before they count, and every version kept."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.career_paths import CareerPaths
from knowledge.career_reading import FOLDER, Mistake, Row, build, read_folder, shipped, written
from storage import articles
from storage import career as stored
from storage.career import KEPT, REMOVED, CareerItem, CareerVersion

log = logging.getLogger(__name__)

FILE = "career-paths.toml"
"""What is written into a folder with all the rest."""


class CareerError(Exception):
    """A change could not be made, for a reason that the editor should read. `key` names the text."""

    key = "career_desk.error"


class NoSuchItem(CareerError):
    """There is no such post, step, source or version."""

    key = "career_desk.no_such_item"


class ChangedMeanwhile(CareerError):
    """Somebody changed it after this editor opened it."""

    key = "career_desk.conflict"


class NotRight(CareerError):
    """It has mistakes that must be put right first."""

    key = "career_desk.not_right"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class InUse(CareerError):
    """It cannot be removed while others name it."""

    key = "career_desk.in_use"

    def __init__(self, users: Sequence[Row]) -> None:
        super().__init__(", ".join(row.id for row in users))
        self.users = users


@dataclass(frozen=True)
class Item:
    """A post, step or source, and how it stands."""

    row: Row
    revision: int
    """0: it is not there yet."""
    removed: bool = False
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Report:
    """What came of files: how many rows were new or changed, how many were so already, and what is wrong."""

    written: int
    unchanged: int
    bad: Sequence[str]


# -- what is there --


async def newest_change(db: AsyncSession) -> object:
    """Changes whenever the career paths do."""
    return await stored.newest_change(db)


async def paths_now(db: AsyncSession) -> CareerPaths:
    """The career paths as they are now. Before anything was ever written, those that come with this version."""
    there = await items(db)
    if not there:
        return shipped()
    paths, mistakes = build(_kept(there))
    if mistakes:  # nothing gets in unchecked, so the rules became stricter or somebody was in the database by hand
        log.error("career_paths_not_right", extra={"code": "; ".join(map(str, mistakes))})  # HR's: nothing personal
    return paths


async def items(db: AsyncSession) -> list[Item]:
    """Everything, the removed too, in the order in which it is named."""
    return [_item(one) for one in await stored.items(db)]


async def find(db: AsyncSession, kind: str, item_id: str) -> Item:
    """One of them. Raises NoSuchItem."""
    found = await stored.get(db, kind, item_id)
    if found is None:
        raise NoSuchItem
    return _item(found)


async def history(db: AsyncSession, kind: str, item_id: str) -> list[tuple[CareerVersion, Row]]:
    """Every version with what it said, the newest first."""
    return [(one, _row(one.kind, one.id, one.content)) for one in await stored.versions(db, kind, item_id)]


async def mistakes_in(db: AsyncSession, row: Row) -> list[Mistake]:
    """What keeps this row from being saved, by the rules that the files have too."""
    there = await items(db)
    others = [one for one in _kept(there) if (one.kind, one.id) != (row.kind, row.id)]
    _, mistakes = build([*others, row])  # the last: what stands twice is its mistake and not another's
    before = next((one.row for one in there if (one.row.kind, one.row.id) == (row.kind, row.id)), None)
    return [*(one for one in mistakes if one.row is row), *await _articles_gone(db, row, before)]


# -- changing it --


async def save(db: AsyncSession, row: Row, revision: int, *, editor: str, now: datetime) -> None:
    """Add a row, if `revision` is 0, or change it. What was removed is there again.

    Raises ChangedMeanwhile and NotRight.
    """
    # Whoever changed it meanwhile is told first: what is wrong may be wrong because of that.
    there = await stored.get(db, row.kind, row.id)
    if (there.revision if there else 0) != revision:
        raise ChangedMeanwhile
    if mistakes := await mistakes_in(db, row):
        raise NotRight(mistakes)
    if there is not None and there.state == KEPT and _item(there).row.data == row.data:
        return  # a version that changes nothing would only hide those that do
    if revision == 0:
        await stored.add(db, row.kind, row.id, _content(row), editor=editor, now=now)
    elif not await stored.change(db, row.kind, row.id, revision, _content(row), KEPT, editor=editor, now=now):
        raise ChangedMeanwhile


async def remove(db: AsyncSession, kind: str, item_id: str, revision: int, *, editor: str, now: datetime) -> None:
    """Take one away. It can be brought back. Raises ChangedMeanwhile, InUse and NoSuchItem."""
    item = await find(db, kind, item_id)
    if item.removed or item.revision != revision:
        raise ChangedMeanwhile
    rows = _kept(await items(db))
    before = {str(one) for one in build(rows)[1]}
    left = [row for row in rows if (row.kind, row.id) != (kind, item_id)]
    users = {one.row.id: one.row for one in build(left)[1] if one.row and str(one) not in before}
    if users:
        raise InUse(list(users.values()))
    if not await stored.change(db, kind, item_id, revision, _content(item.row), REMOVED, editor=editor, now=now):
        raise ChangedMeanwhile


async def bring_back(
    db: AsyncSession, kind: str, item_id: str, number: int, revision: int, *, editor: str, now: datetime
) -> None:
    """Let an old version count again. Raises ChangedMeanwhile, NoSuchItem and NotRight."""
    wanted = next((row for version, row in await history(db, kind, item_id) if version.number == number), None)
    if wanted is None:
        raise NoSuchItem
    await save(db, wanted, revision, editor=editor, now=now)


# -- files --


async def load_shipped(db: AsyncSession, now: datetime) -> int:
    """Fill an empty table. What HR has changed or removed since stays so. How many rows were written."""
    if await stored.items(db):
        return 0
    rows, _ = read_folder(FOLDER)
    shipped()  # raises CareerPathsUnreadable: a version that ships a bad file is broken
    for row in rows:
        await stored.add(db, row.kind, row.id, _content(row), editor="", now=now)
    return len(rows)


async def import_folder(db: AsyncSession, folder: Path, now: datetime) -> Report:
    """Take in the rows of a folder's files; what they replace is kept as a version. What they do not name stays.

    Rows name each other, so a mistake in one keeps all of them out.
    """
    rows, of_files = read_folder(folder)
    there = {(one.row.kind, one.row.id): one for one in await items(db)}
    named = {(row.kind, row.id) for row in rows}
    untouched = [one.row for key, one in there.items() if key not in named and not one.removed]
    mistakes = [*of_files, *(one for one in build([*untouched, *rows])[1] if one.row is None or one.row.where)]
    if mistakes:
        return Report(0, 0, list(map(str, mistakes)))
    done = 0
    for row in rows:
        before = there.get((row.kind, row.id))
        if before is None:
            await stored.add(db, row.kind, row.id, _content(row), editor="", now=now)
        elif before.removed or before.row.data != row.data:
            await stored.change(db, row.kind, row.id, before.revision, _content(row), KEPT, editor="", now=now)
        else:
            continue
        done += 1
    return Report(done, len(rows) - done, [])


async def export_folder(db: AsyncSession, folder: Path) -> int:
    """Write all career paths into one file of a folder. How many rows."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # on the command line only
    rows = _kept(await items(db))
    (folder / FILE).write_text(written(rows), encoding="utf-8")
    return len(rows)


# -- rows in the database --


def _kept(there: Sequence[Item]) -> list[Row]:
    return [one.row for one in there if not one.removed]


def _item(item: CareerItem) -> Item:
    row = _row(item.kind, item.id, item.content)
    return Item(row, item.revision, item.state == REMOVED, item.changed_by, item.changed_at)


def _row(kind: str, item_id: str, content: Mapping[str, Any]) -> Row:
    data = dict(content)
    if "review_by" in data:
        data["review_by"] = day(data["review_by"])
    return Row(kind, item_id, data)


def _content(row: Row) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.data.items()}


def day(text: str) -> date | str:
    """The day that is written so, else what is written."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


async def _articles_gone(db: AsyncSession, row: Row, before: Row | None) -> list[Mistake]:
    """An article that is named now must exist. One that was named before may have been retired since."""
    kept = before.data.get("articles", []) if before else []
    new = [one for one in row.data.get("articles", []) if one not in kept]
    if not new:
        return []
    known = {article.id for article in await articles.all_of_them(db)}
    gone = [one for one in new if one not in known]
    return [Mistake(row, "articles", "no_article", {"ids": ", ".join(gone)})] if gone else []
