"""Career paths: which posts there are, which steps lead from one to another, and what is known of each step.

The data are files in `career_paths/`, which HR keeps true; README.md there says how. What is not known is empty there,
and nothing here fills it in.
"""

import logging
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx  # shortest paths and, for the picture, the tree of what lies ahead: no need to write either again

from knowledge.career_names import Mention, Names

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "career_paths"

FACTS = ("education", "duration", "entry", "salary")
"""What can be known of a step, in the order in which people ask."""

GENERAL = "almen"
PAST = "afsluttet"
STATUSES = (GENERAL, "forslag", "anbefaling", "besluttet", PAST)
REGIONS = ("hovedstaden", "sjaelland", "midtjylland", "nordjylland", "syddanmark")
LANGUAGES = ("da", "en")

_POST_KEYS = {"id", "regions", "common", *LANGUAGES}
_NAME_KEYS = {"name", "others", "about", "endings", "not"}
_STEP_KEYS = {"from", "to", "status", "regions", "articles", "review_by", "checked_by_hr", *FACTS}


class CareerPathsUnreadable(Exception):
    """The files cannot be used. The message says for every mistake in which file and line it is, and what to do."""


@dataclass(frozen=True)
class Source:
    """Where a fact comes from, by language."""

    id: str
    name: Mapping[str, str]


@dataclass(frozen=True)
class Fact:
    """Something known of a step, by language, and where it comes from."""

    text: Mapping[str, str]
    source: Source


@dataclass(frozen=True)
class Post:
    """A job. Everything but the id is by language."""

    id: str
    name: Mapping[str, str]
    others: Mapping[str, Sequence[str]]
    about: Mapping[str, str]
    regions: Sequence[str]
    common: bool


@dataclass(frozen=True)
class PathStep:
    """One step from a post to another. A fact that is missing from `facts` is not known."""

    start: Post
    end: Post
    facts: Mapping[str, Fact]
    status: str
    regions: Sequence[str]
    """Where it is true; empty: everywhere."""
    articles: Sequence[str]
    """Ids of articles about the region's own offers on the way."""
    review_by: date
    checked_by_hr: bool

    @property
    def unknown(self) -> list[str]:
        """The names of what nobody has written down."""
        return [name for name in FACTS if name not in self.facts]

    @property
    def sources(self) -> list[Source]:
        """Where its facts come from, each once."""
        return list(dict.fromkeys(self.facts[name].source for name in FACTS if name in self.facts))

    @property
    def is_past(self) -> bool:
        """True if the offer that it describes is over."""
        return self.status == PAST


class CareerPaths:
    """All posts and steps."""

    def __init__(self, posts: Sequence[Post], steps: Sequence[PathStep], names: Names) -> None:
        self.posts = {post.id: post for post in posts}
        self.steps = steps
        self._names = names
        self.graph = nx.DiGraph()
        """Posts as nodes and steps as edges, for what a graph library can do."""
        self.graph.add_nodes_from(self.posts)
        self.graph.add_edges_from((step.start.id, step.end.id, {"step": step}) for step in steps)

    def ways_on(self, post_id: str) -> list[PathStep]:
        """The steps from this post, in the order of the files; what is over comes last."""
        return sorted((step for step in self.steps if step.start.id == post_id), key=lambda step: step.is_past)

    def ways_to(self, post_id: str) -> list[PathStep]:
        """The steps that end at this post, in the same order."""
        return sorted((step for step in self.steps if step.end.id == post_id), key=lambda step: step.is_past)

    def shortest_path(self, start_id: str, end_id: str) -> list[PathStep]:
        """The fewest steps from one post to another; empty if there is no way, or nothing to go."""
        if start_id not in self.posts or end_id not in self.posts or start_id == end_id:
            return []
        try:
            on_the_way = nx.shortest_path(self.graph, start_id, end_id)
        except nx.NetworkXNoPath:
            return []
        return [self.graph.edges[pair]["step"] for pair in nx.utils.pairwise(on_the_way)]

    def ahead(self, post_id: str, most: int) -> list[tuple[int, PathStep]]:
        """What lies ahead of a post, as a tree to draw: how deep each step is, and the step, parents before children.

        Two steps deep if that makes at most `most` posts, else one. A post stands in it once, as near as it can be.
        """
        depths = nx.single_source_shortest_path_length(self.graph, post_id, cutoff=2)
        deepest = 2 if len(depths) <= most else 1
        seen, tree = {post_id}, []
        for step in self.ways_on(post_id):
            tree.append((1, step))
            for after in self.ways_on(step.end.id) if deepest == 2 else ():
                if depths[after.end.id] == 2 and after.end.id not in seen:
                    seen.add(after.end.id)
                    tree.append((2, after))
        return tree

    def find(self, text: str) -> list[Mention]:
        """The posts that stand in free text, in order, however they are typed."""
        return self._names.find(text)

    def search(self, text: str) -> list[Post]:
        """The posts for a search box: those that are meant, then those whose names have words that begin so."""
        mentioned = [post_id for mention in self.find(text) for post_id in mention.posts]
        return [self.posts[post_id] for post_id in dict.fromkeys([*mentioned, *self._names.beginning(text)])]


class _Kept:
    """The paths as the files say now. A broken file leaves what was read before in force."""

    def __init__(self) -> None:
        self.stamp: tuple[tuple[str, int, int], ...] = ()
        self.paths: CareerPaths | None = None

    def current(self) -> CareerPaths:
        stamp = tuple(
            (path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(FOLDER.glob("*.toml"))
        )
        if stamp != self.stamp or self.paths is None:
            try:
                self.paths = read(FOLDER)
            except CareerPathsUnreadable as error:
                if self.paths is None:
                    raise
                log.error("career_paths_unreadable", extra={"code": str(error)})  # HR's files hold nothing personal
            self.stamp = stamp
        return self.paths


_kept = _Kept()


def career_paths() -> CareerPaths:
    """The career paths, read again when a file was changed. Raises CareerPathsUnreadable the first time only."""
    return _kept.current()


def read(folder: Path) -> CareerPaths:
    """Read and check all files of a folder. Raises CareerPathsUnreadable with every mistake at once."""
    reader = _Reader()
    for path in sorted(folder.glob("*.toml")):
        reader.open(path)
    paths = reader.finish()
    if reader.mistakes:
        raise CareerPathsUnreadable("\n".join(reader.mistakes))
    return paths


@dataclass(frozen=True)
class _Row:
    """One [[table]] of a file, and where it begins."""

    where: str
    data: dict[str, Any]


class _Reader:
    """Collects rows and mistakes. A mistake is written for the person who can put it right."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.rows: dict[str, list[_Row]] = {"post": [], "step": [], "source": []}
        self.seen: dict[str, str] = {}

    def open(self, path: Path) -> None:
        """Note the rows of a file."""
        text = path.read_text(encoding="utf-8")
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.mistakes.append(f"{path.name}: cannot be read: {error}. Look for a missing quotation mark there.")
            return
        for kind, rows in tables.items():
            if kind not in self.rows or not isinstance(rows, list):
                self.mistakes.append(f"{path.name}: [{kind}] is not known. Write [[post]], [[step]] or [[source]].")
                continue
            lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{kind}]]"]
            places = [f"{path.name}, line {lines[n] if n < len(lines) else '?'}" for n in range(len(rows))]
            self.rows[kind] += [_Row(place, data) for place, data in zip(places, rows, strict=True)]

    def finish(self) -> CareerPaths:
        """Everything that could be read."""
        sources = {source.id: source for source in map(self._source, self.rows["source"]) if source}
        posts = {post.id: post for post in map(self._post, self.rows["post"]) if post}
        steps = [step for row in self.rows["step"] for step in self._steps(row, posts, sources)]
        self._twice(steps)
        return CareerPaths(list(posts.values()), steps, self._names(posts))

    def _wrong(self, row: _Row, what: str) -> None:
        self.mistakes.append(f"{row.where}: {what}")

    def _keys(self, row: _Row, data: Mapping[str, Any], known: set[str], needed: set[str], where: str = "") -> bool:
        for key in sorted(set(data) - known):
            self._wrong(row, f"{where}{key} is not known. Take it out, or look for a slip in its spelling.")
        for key in sorted(needed - set(data)):
            self._wrong(row, f"{where}{key} is missing. Add it; what is not known is {{}} for a fact, [] for a list.")
        return needed <= set(data)

    def _source(self, row: _Row) -> Source | None:
        if not self._keys(row, row.data, {"id", *LANGUAGES}, {"id", *LANGUAGES}):
            return None
        self._once(row, "source")
        return Source(row.data["id"], _by_language(row.data))

    def _post(self, row: _Row) -> Post | None:
        data = row.data
        if not self._keys(row, data, _POST_KEYS, {"id", "regions", *LANGUAGES}):
            return None
        needed = {"name", "others", "about"}
        if not all([self._keys(row, data[lang], _NAME_KEYS, needed, f"{lang}.") for lang in LANGUAGES]):
            return None
        self._once(row, "post")
        self._regions(row)
        if not str(data["id"]).replace("-", "").isascii() or not str(data["id"]).replace("-", "").isalnum():
            self._wrong(row, f"id {data['id']!r} becomes an address: write it with a-z, digits and - only.")
        return Post(
            id=data["id"],
            name={lang: data[lang]["name"] for lang in LANGUAGES},
            others={lang: tuple(data[lang]["others"]) for lang in LANGUAGES},
            about={lang: data[lang]["about"] for lang in LANGUAGES},
            regions=tuple(data["regions"]),
            common=bool(data.get("common", False)),
        )

    def _steps(self, row: _Row, posts: Mapping[str, Post], sources: Mapping[str, Source]) -> Iterator[PathStep]:
        data = row.data
        if not self._keys(row, data, _STEP_KEYS, _STEP_KEYS):
            return
        self._regions(row)
        if data["status"] not in STATUSES:
            self._wrong(row, f"status {data['status']!r} is not known. Write one of: {', '.join(STATUSES)}.")
        if not isinstance(data["review_by"], date):
            self._wrong(row, "review_by is no day. Write it as 2027-05-23, without quotation marks.")
        for post_id in [*data["from"], data["to"]]:
            if post_id not in posts:
                self._wrong(row, f"there is no post {post_id!r}. Write its id, or add a [[post]] with this id.")
        facts = {name: fact for name in FACTS if (fact := self._fact(row, name, sources))}
        for start_id in data["from"]:
            if start_id in posts and data["to"] in posts:
                yield PathStep(
                    start=posts[start_id],
                    end=posts[data["to"]],
                    facts=facts,
                    status=data["status"],
                    regions=tuple(data["regions"]),
                    articles=tuple(data["articles"]),
                    review_by=data["review_by"],
                    checked_by_hr=bool(data["checked_by_hr"]),
                )

    def _fact(self, row: _Row, name: str, sources: Mapping[str, Source]) -> Fact | None:
        data = row.data[name]
        if data == {}:
            return None
        known = {"source", *LANGUAGES}
        if not isinstance(data, dict) or not self._keys(row, data, known, known, f"{name}."):
            self._wrong(row, f"{name} needs da, en and source. If it is not known, write {name} = {{}}.")
            return None
        if data["source"] not in sources:
            self._wrong(row, f"{name}.source {data['source']!r} does not stand in sources.toml. Add it there.")
            return None
        if not all(str(data[lang]).strip() for lang in LANGUAGES):
            self._wrong(row, f"{name} is empty in one language. Fill it in, or write {name} = {{}} if it is not known.")
            return None
        return Fact(_by_language(data), sources[data["source"]])

    def _regions(self, row: _Row) -> None:
        for region in row.data["regions"]:
            if region not in REGIONS:
                self._wrong(row, f"region {region!r} is not known. Write one of: {', '.join(REGIONS)}; or [] for all.")

    def _once(self, row: _Row, kind: str) -> None:
        before = self.seen.setdefault(f"{kind} {row.data['id']}", row.where)
        if before != row.where:
            self._wrong(row, f"the id {row.data['id']!r} is taken by {before}. Choose another one.")

    def _twice(self, steps: Sequence[PathStep]) -> None:
        seen: set[tuple[str, str]] = set()
        for step in steps:
            way = (step.start.id, step.end.id)
            if way in seen or step.start == step.end:
                self.mistakes.append(f"the step {way[0]} → {way[1]} stands twice or goes nowhere. Take one out.")
            seen.add(way)

    def _names(self, posts: Mapping[str, Post]) -> Names:
        names = Names()
        for data in (row.data for row in self.rows["post"] if row.data.get("id") in posts):
            for lang in LANGUAGES:
                part = data[lang]
                all_names = [part["name"], *part["others"]]
                names.learn(str(data["id"]), all_names, lang, part.get("endings", ()), part.get("not", ()))
        return names


def _by_language(data: Mapping[str, Any]) -> Mapping[str, str]:
    return _Hashable({lang: data[lang].strip() for lang in LANGUAGES})


class _Hashable(dict[str, str]):
    """Texts by language that never change, so that what holds them can be a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))
