"""How well the search answers, beside SQLite's full-text search and plain BM25: `python -m benchmarks search`.

The questions stand in benchmarks/questions. Thresholds were chosen on the tuning half; the test half is only measured.
"""

import argparse
import asyncio
import hashlib
import json
import math
import re
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import yaml

from knowledge import synonyms
from knowledge.articles import Found, Library
from knowledge.files import FOLDER, as_article, read_file
from knowledge.language import guess, is_stop_word, stem, tokens
from knowledge.meanings import prepare
from knowledge.search import split_passages
from knowledge.vectors import Embedder, Kind, Vector, embed, find_embedder
from storage.articles import Article

QUESTIONS = Path(__file__).parent / "questions"
FALSE_ANSWERS = 0.05
"""The share of unanswerable questions at which coverage is compared."""

Ranking = list[tuple[str, float]]
"""Articles, best first, with a confidence."""
Ask = Callable[["Asked"], Ranking]


@dataclass(frozen=True)
class Asked:
    """A question of a file and what is right."""

    text: str
    expected: frozenset[str]
    kind: str
    region: str
    answer: str


def main(arguments: Sequence[str]) -> None:
    """Measure, and print tables or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks search")
    parser.add_argument("--json", action="store_true", help="the figures of our search on the test half as JSON")
    parser.add_argument("--words-only", action="store_true", help="without comparing meanings")
    parser.add_argument("--articles", type=Path, help="another folder of Markdown files")
    parser.add_argument("--questions", type=Path, help="another file of questions, one JSON object a line")
    options = parser.parse_args(arguments)
    articles = _articles(options.articles) if options.articles else ours()
    files = {"all": options.questions} if options.questions else {h: QUESTIONS / f"{h}.jsonl" for h in ("tune", "test")}
    words_only = _library(articles, None)
    embedder = None if options.words_only else find_embedder()
    library = _library(articles, embedder) if embedder else words_only
    if options.json:
        print(json.dumps(_figures(library, read_questions(list(files.values())[-1]))))
        return
    systems: dict[str, Ask] = {
        "SQLite FTS5": _fts5(articles), "BM25, Danish Snowball": _bm25(articles),
        "Sporskifte, words only": _sporskifte(words_only),
    }  # fmt: skip
    if embedder:
        systems["Sporskifte"] = _sporskifte(library)
    for half, path in files.items():
        asked = read_questions(path)
        good = sum(bool(one.expected) for one in asked)
        print(f"\n{half}: {len(articles)} articles, {good} questions with an answer, {len(asked) - good} without")
        _print_ranking(systems, asked)
        for name, each in (("words only", words_only), ("with meanings", library))[: 2 if embedder else 1]:
            _print_outcomes(name, _figures(each, asked))


def _print_ranking(systems: dict[str, Ask], asked: Sequence[Asked]) -> None:
    kinds = [kind for kind, _ in Counter(one.kind for one in asked if one.expected).most_common()]
    print(
        f"{'hit@1':24}" + "".join(f"{kind:>10}" for kind in ("all", *kinds)) + f"{'hit@3':>8}{'MRR@10':>8}{'cover':>8}"
    )
    for name, ask in systems.items():
        answers = [(one, ask(one)) for one in asked]
        rows = [_hits(answers, kind) for kind in ("", *kinds)]
        print(f"{name:24}" + "".join(f"{row[0]:>10.2f}" for row in rows)
              + f"{rows[0][1]:>8.2f}{rows[0][2]:>8.2f}{_coverage(answers):>8.2f}")  # fmt: skip
    print(
        f"cover: right answers that could be given at {FALSE_ANSWERS:.0%} false ones, the threshold read off this half"
    )


def _print_outcomes(mode: str, figures: dict[str, float]) -> None:
    print(f"as people meet it, {mode}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))


def _figures(library: Library, asked: Sequence[Asked]) -> dict[str, float]:
    """What people meet: the right article at once, among those offered, or a human."""
    ranking = [(one, _sporskifte(library)(one)) for one in asked]
    met = []
    times = []
    for one in asked:
        before = time.perf_counter()
        locale = guess(one.text) or "da"
        question = asyncio.run(library.understand(one.text))
        found = library.ask(question, locale, one.region)
        near = [] if found else library.near(question, locale, one.region)
        times.append((time.perf_counter() - before) * 1000)
        met.append((one, found, near))
    good = [(one, found, near) for one, found, near in met if one.expected]
    bad = [found for one, found, _ in met if not one.expected]
    direct = [found for one, found, _ in good if found and not found.elsewhere]
    right = [
        (one, found) for one, found, _ in good if found and not found.elsewhere and found.article.id in one.expected
    ]
    within = sum(
        bool(one.expected & {a.id for a in (near or [found.article, *found.others] if found else near)[:4]})
        for one, found, near in good
    )
    shown = [one for one, found in right if any(_plain(one.answer) in _plain(text) for text in _shown(library, found))]
    hit1, hit3, mrr = _hits(ranking, "")
    figures = {
        "hit1": hit1, "hit3": hit3, "mrr10": mrr, "hit1_english": _hits(ranking, "english")[0],
        "right_direct": len(right) / max(1, len(good)), "precision_direct": len(right) / max(1, len(direct)),
        "false_direct": sum(bool(found and not found.elsewhere) for found in bad) / max(1, len(bad)),
        "right_within_3": within / max(1, len(good)), "answer_shown": len(shown) / max(1, len(right)),
        "p50_ms": median(times), "p95_ms": quantiles(times, n=20)[-1],
    }  # fmt: skip
    return {name: round(value, 3) for name, value in figures.items()}


def _shown(library: Library, found: Found) -> list[str]:
    """The passages shown, in Danish: what answers a question is written down in Danish only."""
    danish, own = library.article(found.article.id, "da"), split_passages(found.article.body)
    passages = split_passages(danish.body) if danish else own
    if len(passages) != len(own):
        passages = own
    anchors = {passage.anchor for passage in found.passages}
    return [text for (_, anchor, _), (_, _, text) in zip(own, passages, strict=True) if anchor in anchors]


def _hits(answers: Sequence[tuple[Asked, Ranking]], kind: str) -> tuple[float, float, float]:
    """hit@1, hit@3 and MRR@10 over the questions of a kind that have an answer."""
    ranks = [
        next((rank for rank, (found, _) in enumerate(ranking[:10], start=1) if found in one.expected), math.inf)
        for one, ranking in answers
        if one.expected and kind in ("", one.kind)
    ]
    count = max(1, len(ranks))
    return sum(r == 1 for r in ranks) / count, sum(r <= 3 for r in ranks) / count, sum(1 / r for r in ranks) / count


def _coverage(answers: Sequence[tuple[Asked, Ranking]]) -> float:
    """The share of right first articles above the threshold that lets FALSE_ANSWERS of the unanswerable through."""
    top = [(one, ranking[0] if ranking else ("", 0.0)) for one, ranking in answers]
    wrong = sorted(confidence for one, (_, confidence) in top if not one.expected)
    threshold = wrong[min(len(wrong) - 1, int(len(wrong) * (1 - FALSE_ANSWERS)))] if wrong else 0.0
    good = [(one, found, confidence) for one, (found, confidence) in top if one.expected]
    return sum(found in one.expected and confidence > threshold for one, found, confidence in good) / max(1, len(good))


# -- the systems --


def _sporskifte(library: Library) -> Ask:
    def ask(one: Asked) -> Ranking:
        hits = library.hits(asyncio.run(library.understand(one.text)), one.region, 10)
        return [(hit.page.id, hit.score) for hit in hits]

    return ask


def _fts5(articles: Sequence[Article]) -> Ask:
    """SQLite's own search as it comes, any word of the question."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, title, body)")
    db.executemany("INSERT INTO page VALUES (?, ?, ?)", [(a.id, a.title, a.body) for a in articles])

    def ask(one: Asked) -> Ranking:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(tokens(one.text)))
        if not words:
            return []
        rows = db.execute("SELECT id, -rank FROM page WHERE page MATCH ? ORDER BY rank LIMIT 20", (words,))
        return _once(rows.fetchall())

    return ask


def _bm25(articles: Sequence[Article]) -> Ask:
    """BM25 over Danish Snowball stems of title and body, without stop words."""
    bags = [Counter(_stems(f"{a.title} {a.body}")) for a in articles]
    lengths = [sum(bag.values()) for bag in bags]
    average = sum(lengths) / max(1, len(lengths))
    having = Counter(word for bag in bags for word in bag)

    def ask(one: Asked) -> Ranking:
        scores: dict[int, float] = defaultdict(float)
        for word in set(_stems(one.text)):
            rarity = math.log(1 + (len(bags) - having[word] + 0.5) / (having[word] + 0.5))
            for place, bag in enumerate(bags):
                if word in bag:
                    damping = 1.2 * (0.25 + 0.75 * lengths[place] / average)
                    scores[place] += rarity * bag[word] * 2.2 / (bag[word] + damping)
        return _once([(articles[place].id, score) for place, score in sorted(scores.items(), key=lambda row: -row[1])])

    return ask


def _stems(text: str) -> list[str]:
    return [stem(word, "da") for word in tokens(text) if not is_stop_word(word, "da")]


def _once(rows: Sequence[tuple[str, float]]) -> Ranking:
    best: dict[str, float] = {}
    for article_id, score in rows:
        best.setdefault(article_id, score)
    return list(best.items())


# -- the material --


def _library(articles: Sequence[Article], embedder: Embedder | None) -> Library:
    library = Library(embedder)
    library.hold(articles)
    library.index.explain(synonyms.shipped())
    if embedder:
        kept = KeptVectors(embedder, Path("build/vectors.npz"))
        prepare(library.index, embedder)
        for page in library.index.not_understood():
            library.index.understand(page, np.array([kept.vector(*one) for one in page.meanings()]))
        kept.save()
    return library


class KeptVectors:
    """Vectors of articles, kept from run to run: to compute them takes a minute, and nothing of it is measured here."""

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._path = path
        self._there = dict(np.load(path)) if path.exists() else {}

    def vector(self, text: str, kind: Kind) -> Vector:
        """The vector of a text of an article."""
        name = hashlib.sha256(f"{self._embedder.name} {kind} {text}".encode()).hexdigest()
        if name not in self._there:
            self._there[name] = embed(self._embedder, text, kind)
        vector: Vector = self._there[name]
        return vector

    def save(self) -> None:
        """Keep them for the next run."""
        self._path.parent.mkdir(exist_ok=True)
        np.savez(self._path, **self._there)


def ours() -> list[Article]:
    """The articles that we ship."""
    return [as_article(read_file(path), datetime.now(UTC)) for path in sorted(FOLDER.glob("*.md"))]


def _articles(folder: Path) -> list[Article]:
    """Any folder of Markdown: with a head of YAML or without, with a title in it or in the text."""
    found = []
    for path in sorted(folder.rglob("*.md")):
        head, body = _head(path.read_text(encoding="utf-8-sig"))
        heading = re.match(r"\s*#[ \t]+(.+)\n", body)
        body = body[heading.end() :] if heading else body
        name = re.sub(r"\.(da|en)$", "", path.stem)
        found.append(
            Article(
                id=str(head.get("id") or head.get("slug") or name),
                language=str(head.get("language") or guess(body) or "da")[:2],
                title=str(head.get("title") or (heading and heading[1]) or name.replace("-", " ")),
                region_id=str(head.get("region") or ""), status="besluttet", topic="", owner="", source="",
                keywords=_texts(head.get("keywords")), questions=_texts(head.get("questions")), related=[],
                reviewed=date.today(), body=body if split_passages(body) else name,
            )
        )  # fmt: skip
    return found


def _head(text: str) -> tuple[dict[str, Any], str]:
    found = re.match(r"---\s*\n(.*?)\n---\s*\n", text, re.DOTALL)
    head = yaml.safe_load(found[1]) if found else None
    return (head, text[found.end() :]) if found and isinstance(head, dict) else ({}, text)


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def read_questions(path: Path) -> list[Asked]:
    """The questions of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    return [
        Asked(row["q"], frozenset(row.get("expected") or ()), row.get("kind", "any"), row.get("asker", ""),
              row.get("answer", ""))
        for row in rows
    ]  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(tokens(text))
