"""Articles as Markdown files with a head of YAML: read, written and checked, without losing anything on the way."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing
from knowledge.editing import LANGUAGES, Content, content_of
from storage import article_drafts, articles
from storage.articles import Article

FOLDER = Path(__file__).parent / "articles"
STATES = ("published", "retired")

_HEAD = re.compile(r"\A---\n(?P<head>.*?)^---\n\n?(?P<body>.*)\Z", re.MULTILINE | re.DOTALL)
_OPTIONAL: dict[str, Any] = {"questions": [], "expires_on": "", "state": "published"}
_LISTS = frozenset({"audience", "keywords", "questions", "related"})
_DATES = frozenset({"reviewed", "review_by", "expires_on"})


class ArticleUnreadable(Exception):
    """An article file cannot be used. The message names the file, the line and what to do."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")


@dataclass(frozen=True)
class ArticleFile:
    """What stands in one file."""

    name: str
    id: str
    language: str
    state: str
    content: Content
    digest: str
    """Of the whole file, to know it again."""


@dataclass(frozen=True)
class Report:
    """What came of a folder: how many articles were new or changed, how many were so already, and what is wrong."""

    written: int
    unchanged: int
    bad: Sequence[str]


def read_file(path: Path) -> ArticleFile:
    """One article file. Raises ArticleUnreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleUnreadable(path.name, 1, "save the file as UTF-8") from error
    found = _HEAD.match(text)
    if found is None:
        raise ArticleUnreadable(path.name, 1, "begin with a line ---, then the keys, then a line --- and the text")
    head = _head(path.name, found["head"])
    body = found["body"].removesuffix("\n")
    values = {
        name: _value(path.name, found["head"], name, head[name]) for name in head if name not in ("id", "language")
    }
    content = Content(
        region_id=values.pop("region"), body=body, **{name: value for name, value in values.items() if name != "state"}
    )
    return ArticleFile(
        path.name, str(head["id"]), head["language"], values["state"], content,
        hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def written(article_id: str, language: str, state: str, content: Content) -> str:
    """The article as a file, which reads back as the same article."""
    values = asdict(content)
    body, region = values.pop("body"), values.pop("region_id")
    values |= {name: date.fromisoformat(values[name]) for name in _DATES if values[name]}
    head = {"id": article_id, "language": language, "state": state, "title": values.pop("title"), "region": region}
    front = yaml.safe_dump(head | values, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{body}\n"


async def export_folder(db: AsyncSession, folder: Path) -> int:
    """Write every article that is or was published into a folder. How many."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # on the command line only
    everything = await articles.all_of_them(db)
    for article in everything:
        text = written(article.id, article.language, article.state, content_of(article))
        (folder / f"{article.id}.{article.language}.md").write_text(text, encoding="utf-8")
    return len(everything)


async def import_folder(db: AsyncSession, folder: Path, now: datetime) -> Report:
    """Publish the articles of a folder; what they replace is kept as a version. A bad file never stops the others."""
    good, bad = _read_all(folder)
    known = {file.id for file in good} | {article.id for article in await articles.all_of_them(db)}
    done = unchanged = 0
    for file in good:
        mistakes = [problem for problem in editing.problems(file.content, sorted(known)) if problem.stops]
        if mistakes:
            bad.append(f"{file.name}: {', '.join(f'{one.field} ({one.key})' for one in mistakes)}")
        elif await _replace(db, file, now):
            done += 1
        else:
            unchanged += 1
    return Report(done, unchanged, bad)


async def load_shipped(db: AsyncSession, folder: Path, now: datetime) -> int:
    """Load the articles that came with this version, but for those that were edited here. How many were written.

    Raises ArticleUnreadable: a version that ships a bad file is broken.
    """
    done = 0
    for path in sorted(folder.glob("*.md")):  # noqa: ASYNC240  # at start-up and in tests only
        file = read_file(path)
        there = await articles.get(db, file.id, file.language)
        if there is None or (there.file_digest and there.file_digest != file.digest):
            await db.merge(_row(file, now, file.digest))
            done += 1
    return done


def as_article(file: ArticleFile, now: datetime) -> Article:
    """The article of a file, for those who need no database."""
    return _row(file, now, file.digest)


def _read_all(folder: Path) -> tuple[list[ArticleFile], list[str]]:
    good: list[ArticleFile] = []
    bad: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue  # it tells people about the folder, as that of the career paths does
        try:
            file = read_file(path)
        except ArticleUnreadable as error:
            bad.append(str(error))
            continue
        if other := seen.get((file.id, file.language)):
            bad.append(f"{file.name}: {other} is the same article in the same language; give one another id")
            continue
        seen[file.id, file.language] = file.name
        good.append(file)
    return good, bad


async def _replace(db: AsyncSession, file: ArticleFile, now: datetime) -> bool:
    there = await articles.get(db, file.id, file.language)
    if there is not None and content_of(there) == file.content and there.state == file.state:
        return False
    if there is not None and not await article_drafts.versions(db, file.id, file.language):
        await article_drafts.add_version(
            db, file.id, file.language, asdict(content_of(there)), there.state, editor="", now=there.changed_at
        )
    await db.merge(_row(file, now, ""))
    await article_drafts.add_version(db, file.id, file.language, asdict(file.content), file.state, editor="", now=now)
    return True


def _row(file: ArticleFile, now: datetime, digest: str) -> Article:
    return editing.as_article(file.id, file.language, file.content, now, state=file.state, file_digest=digest)


def _head(name: str, text: str) -> dict[str, Any]:
    try:
        head = yaml.safe_load(text)
    except yaml.YAMLError as error:
        # Where the thing began that is not finished, such as a quotation; else where reading stopped.
        mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        raise ArticleUnreadable(name, line, f"cannot be read: {getattr(error, 'problem', error)}") from error
    if not isinstance(head, dict):
        raise ArticleUnreadable(name, 2, "the head must be lines of the form key: value")
    head = _OPTIONAL | head
    expected = {"id", "language", "region", "state"} | {field.name for field in fields(Content)} - {"region_id", "body"}
    if missing := expected - set(head):
        raise ArticleUnreadable(name, 2, f"the head lacks {', '.join(sorted(missing))}")
    if unknown := set(head) - expected:
        key = str(sorted(map(str, unknown))[0])
        raise ArticleUnreadable(name, _line_of(text, key), f"{key} is not a key that articles have")
    if head["language"] not in LANGUAGES:
        raise ArticleUnreadable(name, _line_of(text, "language"), f"language must be one of {', '.join(LANGUAGES)}")
    if head["state"] not in STATES:
        raise ArticleUnreadable(name, _line_of(text, "state"), f"state must be one of {', '.join(STATES)}")
    if not isinstance(head["id"], str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", head["id"]):
        raise ArticleUnreadable(name, _line_of(text, "id"), "id must be small letters, digits and hyphens")
    return head


def _value(file: str, text: str, name: str, value: Any) -> Any:
    """A value of the head in the form in which editors write it."""
    if name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ArticleUnreadable(file, _line_of(text, name), f"{name} must be a list of texts")
        return value
    if name in _DATES and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value is None and name == "expires_on":
        return ""
    if not isinstance(value, str):
        raise ArticleUnreadable(file, _line_of(text, name), f"{name} must be text; put it in quotation marks")
    if name in _DATES and value and not editing.is_date(value):
        raise ArticleUnreadable(file, _line_of(text, name), f"{name} must be a date, such as 2027-01-31")
    return value


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), start=2):
        if line.startswith(f"{key}:"):
            return number
    return 2
