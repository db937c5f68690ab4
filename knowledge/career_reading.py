"""Career paths as rows: read from files or typed at the desk, checked by the same rules, and written as a file again.

A mistake is written for the person who can put it right: here in English for who keeps files, and by its key in the
desk's own words for who fills in a form.
"""

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.career_names import Names
from knowledge.career_paths import FACTS, LANGUAGES, REGIONS, STATUSES, CareerPaths, Fact, PathStep, Post, Source
from knowledge.language import tokens

FOLDER = Path(__file__).parent / "career_paths"

KINDS = ("source", "post", "step")
"""Each may name those of the kinds before it."""

LONGEST_NAME = 80
LONGEST_TEXT = 600
MOST_NAMES = 60

_ID = re.compile(r"[a-z0-9-]{1,140}")

_TEXTS = {"da": str, "en": str}
_SHAPES: Mapping[str, Mapping[str, type]] = {
    "source": _TEXTS,
    "post": {"regions": list, "common": bool, "da": dict, "en": dict},
    "name": {"name": str, "others": list, "about": str, "endings": list, "not": list},
    "step": {
        "from": list, "to": str, "status": str, "regions": list, "articles": list, "review_by": object,
        "checked_by_hr": bool, **dict.fromkeys(FACTS, dict),
    },
    "fact": {**_TEXTS, "source": str},
}  # fmt: skip
_MAY_BE_MISSING = {"post": {"common"}, "name": {"endings", "not"}}

_SAID = {
    "unreadable": "cannot be read: {error}. Look for a missing quotation mark there.",
    "unknown_table": "[{table}] is not known. Write [[post]], [[step]] or [[source]].",
    "unknown_key": "{name} is not known. Take it out, or look for a slip in its spelling.",
    "missing_key": "{name} is missing. Add it; what is not known is {{}} for a fact, [] for a list.",
    "wrong_shape": "{name} must be {shape}. If a fact is not known, write {{}}.",
    "taken": "the id {id!r} is taken by {where}. Choose another one.",
    "bad_id": "id {id!r} becomes an address: write it with a-z, digits and - only.",
    "empty": "{name} is empty. Write something.",
    "too_long": "{name} is too long. There is room for {longest} characters.",
    "too_many": "{name} has too many. There is room for {most}, each of {longest} characters at most.",
    "no_region": "region {region!r} is not known. Write one of: {regions}; or [] for all.",
    "no_status": "status {status!r} is not known. Write one of: {statuses}.",
    "no_day": "review_by is no day. Write it as 2027-05-23, without quotation marks.",
    "no_post": "there is no post {post!r}. Write its id, or add a [[post]] with this id.",
    "no_start": "from is empty. Write the id of a post.",
    "no_source": "{name}.source {source!r} is not known. Write its id, or add a [[source]] with this id.",
    "one_language": "{name} is empty in one language. Fill it in, or write {name} = {{}} if it is not known.",
    "twice": "the step {start} → {end} stands twice. Take one out.",
    "nowhere": "the step {start} → {end} goes nowhere. Take one out.",
    "no_article": "there are no articles {ids}.",
}
_SHAPE_NAMES = {str: "text", list: "a list of texts", dict: "a table", bool: "true or false"}


class CareerPathsUnreadable(Exception):
    """The files cannot be used. The message says for every mistake in which file and line it is, and what to do."""


@dataclass(frozen=True)
class Row:
    """A post, a step or a source as it stands in a file or a form: not checked yet."""

    kind: str
    id: str
    data: Mapping[str, Any]
    """Without the id. A day is a date, or what stands there instead of one."""
    where: str = ""
    """File and line, for rows of files."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong in one field of a row, or with a whole file."""

    row: Row | None
    field: str
    """As in the files: "to", "education", "da.name"."""
    key: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    where: str = ""

    def __str__(self) -> str:
        where = self.where or (self.row.where or f"{self.row.kind} {self.row.id}" if self.row else "")
        return f"{where}: {_SAID[self.key].format(**{'name': self.field} | dict(self.values))}"


# -- files --


def read_folder(folder: Path) -> tuple[list[Row], list[Mistake]]:
    """The rows of all files of a folder, and what is wrong with the files as such."""
    rows: list[Row] = []
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            mistakes.append(Mistake(None, "", "unreadable", {"error": error}, where=path.name))
            continue
        for kind, found in tables.items():
            if kind not in KINDS or not isinstance(found, list):
                mistakes.append(Mistake(None, "", "unknown_table", {"table": kind}, where=path.name))
                continue
            lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{kind}]]"]
            for n, data in enumerate(found):
                rows.append(_row(kind, data, f"{path.name}, line {lines[n] if n < len(lines) else '?'}"))
    return rows, mistakes


def read(folder: Path) -> CareerPaths:
    """Read and check all files of a folder. Raises CareerPathsUnreadable with every mistake at once."""
    rows, of_files = read_folder(folder)
    paths, mistakes = build(rows)
    if of_files or mistakes:
        raise CareerPathsUnreadable("\n".join(map(str, [*of_files, *mistakes])))
    return paths


@cache
def shipped() -> CareerPaths:
    """Those that come with this version."""
    return read(FOLDER)


def written(rows: Iterable[Row]) -> str:
    """The rows as a file, which reads back as the same rows."""
    return "\n".join(_table(row) for row in rows)


def _row(kind: str, data: Mapping[str, Any], where: str) -> Row:
    starts, end = data.get("from"), data.get("to")
    derived = step_id(starts[0], end) if isinstance(starts, list) and starts and isinstance(end, str) else ""
    own = data.get("id", derived if kind == "step" else "")
    return Row(kind, str(own), {name: value for name, value in data.items() if name != "id"}, where)


def step_id(start: object, end: str) -> str:
    """What a step is called that has no id of its own."""
    return f"{start}--{end}"


def _table(row: Row) -> str:
    data = {"id": row.id, **row.data}
    if row.kind == "step" and row.id == _row("step", row.data, "").id:
        del data["id"]  # it is what it would be called anyway
    flat = {name: value for name, value in data.items() if not (isinstance(value, dict) and value)}
    deep = {name: value for name, value in data.items() if name not in flat}
    lines = [f"[[{row.kind}]]", *(f"{name} = {_value(value)}" for name, value in flat.items())]
    for name, table in deep.items():
        lines += [f"[{row.kind}.{name}]", *(f"{part} = {_value(value)}" for part, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)  # JSON's texts, lists and truth values are TOML's too


# -- rules --


def build(rows: Iterable[Row]) -> tuple[CareerPaths, list[Mistake]]:
    """Everything that is right in the rows, and what is wrong."""
    builder = _Builder(rows)
    return builder.finish(), builder.mistakes


class _Builder:
    """Collects what is right, and mistakes."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.mistakes: list[Mistake] = []
        self._rows: dict[str, list[Row]] = {kind: [] for kind in KINDS}
        self._names = Names()
        taken: dict[tuple[str, str], str] = {}
        for row in rows:
            before = taken.setdefault((row.kind, row.id), row.where)
            if before != row.where and row.id:
                self._wrong(row, "id", "taken", id=row.id, where=before)
            self._rows[row.kind].append(row)

    def finish(self) -> CareerPaths:
        """Everything that could be read."""
        sources = {source.id: source for source in map(self._source, self._rows["source"]) if source}
        posts = {post.id: post for post in map(self._post, self._rows["post"]) if post}
        steps: dict[tuple[str, str], PathStep] = {}
        for row in self._rows["step"]:
            for step in self._steps(row, posts, sources):
                way = {"start": step.start.name["da"], "end": step.end.name["da"]}
                if step.start == step.end:
                    self._wrong(row, "from", "nowhere", **way)
                elif (step.start.id, step.end.id) in steps:
                    self._wrong(row, "from", "twice", **way)
                else:
                    steps[step.start.id, step.end.id] = step
        return CareerPaths(list(posts.values()), list(steps.values()), self._names)

    def _wrong(self, row: Row, name: str, key: str, **values: Any) -> None:
        self.mistakes.append(Mistake(row, name, key, values))

    def _source(self, row: Row) -> Source | None:
        if not self._has_shape(row, row.data, "source"):
            return None
        self._id(row)
        for lang in LANGUAGES:
            self._text(row, lang, row.data[lang], LONGEST_TEXT, may_be_empty=False)
        return Source(row.id, _by_language(row.data))

    def _post(self, row: Row) -> Post | None:
        data = row.data
        if not self._has_shape(row, data, "post"):
            return None
        if not all([self._has_shape(row, data[lang], "name", f"{lang}.") for lang in LANGUAGES]):
            return None
        self._id(row)
        self._regions(row)
        for lang in LANGUAGES:
            self._text(row, f"{lang}.about", data[lang]["about"], LONGEST_TEXT)
            self._text(row, f"{lang}.name", data[lang]["name"], LONGEST_NAME, may_be_empty=False)
            for name in ("others", "endings", "not"):
                self._list(row, f"{lang}.{name}", data[lang].get(name, []))
        if not all(tokens(data[lang]["name"]) for lang in LANGUAGES):
            return None  # without a name there is nothing to find or to show
        for lang in LANGUAGES:
            part = data[lang]
            names = [one for one in [part["name"], *part["others"]] if tokens(one)]
            self._names.learn(row.id, names, lang, filter(tokens, part.get("endings", ())), part.get("not", ()))
        return Post(
            id=row.id,
            name={lang: data[lang]["name"].strip() for lang in LANGUAGES},
            others={lang: tuple(data[lang]["others"]) for lang in LANGUAGES},
            about={lang: data[lang]["about"].strip() for lang in LANGUAGES},
            regions=tuple(data["regions"]),
            common=data.get("common", False),
        )

    def _steps(self, row: Row, posts: Mapping[str, Post], sources: Mapping[str, Source]) -> Iterator[PathStep]:
        data = row.data
        if not self._has_shape(row, data, "step"):
            return
        self._id(row)
        self._regions(row)
        if data["status"] not in STATUSES:
            self._wrong(row, "status", "no_status", status=data["status"], statuses=", ".join(STATUSES))
        is_day = type(data["review_by"]) is date  # and no moment, which is a date too
        if not is_day:
            self._wrong(row, "review_by", "no_day")
        if not data["from"]:
            self._wrong(row, "from", "no_start")
        for name, post_id in [*(("from", start) for start in data["from"]), ("to", data["to"])]:
            if post_id not in posts:
                self._wrong(row, name, "no_post", post=post_id)
        facts = {name: fact for name in FACTS if (fact := self._fact(row, name, sources))}
        for start_id in dict.fromkeys(data["from"]):
            if start_id in posts and data["to"] in posts and is_day:
                yield PathStep(
                    id=row.id,
                    start=posts[start_id],
                    end=posts[data["to"]],
                    facts=facts,
                    status=data["status"],
                    regions=tuple(data["regions"]),
                    articles=tuple(data["articles"]),
                    review_by=data["review_by"],
                    checked_by_hr=data["checked_by_hr"],
                )

    def _fact(self, row: Row, name: str, sources: Mapping[str, Source]) -> Fact | None:
        data = row.data[name]
        if data == {} or not self._has_shape(row, data, "fact", f"{name}."):
            return None
        for lang in LANGUAGES:
            self._text(row, name, data[lang], LONGEST_TEXT)
        if not all(data[lang].strip() for lang in LANGUAGES):
            self._wrong(row, name, "one_language")
            return None
        if data["source"] not in sources:
            self._wrong(row, name, "no_source", source=data["source"])
            return None
        return Fact(_by_language(data), sources[data["source"]])

    # -- what every row has --

    def _has_shape(self, row: Row, data: Mapping[str, Any], shape: str, where: str = "") -> bool:
        """True if all keys are there with values that can be worked with. One that nobody knows is a mistake too."""
        known = _SHAPES[shape]
        before = len(self.mistakes)
        for name in sorted(known.keys() - data.keys() - _MAY_BE_MISSING.get(shape, set())):
            self._wrong(row, where + name, "missing_key")
        for name in sorted(known.keys() & data.keys()):
            texts = data[name] if known[name] is list and isinstance(data[name], list) else ()
            if not isinstance(data[name], known[name]) or not all(isinstance(one, str) for one in texts):
                self._wrong(row, where + name, "wrong_shape", shape=_SHAPE_NAMES[known[name]])
        can_be_read = len(self.mistakes) == before
        for name in sorted(data.keys() - known.keys()):
            self._wrong(row, where + name, "unknown_key")
        return can_be_read

    def _id(self, row: Row) -> None:
        if not row.id:
            self._wrong(row, "id", "missing_key")
        elif not _ID.fullmatch(row.id):
            self._wrong(row, "id", "bad_id", id=row.id)

    def _regions(self, row: Row) -> None:
        for region in row.data["regions"]:
            if region not in REGIONS:
                self._wrong(row, "regions", "no_region", region=region, regions=", ".join(REGIONS))

    def _text(self, row: Row, name: str, text: str, longest: int, *, may_be_empty: bool = True) -> None:
        if not may_be_empty and not tokens(text):
            self._wrong(row, name, "empty")
        if len(text) > longest:
            self._wrong(row, name, "too_long", longest=longest)

    def _list(self, row: Row, name: str, texts: Sequence[str]) -> None:
        if len(texts) > MOST_NAMES or any(len(one) > LONGEST_NAME for one in texts):
            self._wrong(row, name, "too_many", most=MOST_NAMES, longest=LONGEST_NAME)


def _by_language(data: Mapping[str, Any]) -> Mapping[str, str]:
    return {lang: data[lang].strip() for lang in LANGUAGES}
