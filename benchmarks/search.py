"""How long it takes to index the articles and to answer a question, beside looking every passage through."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from statistics import median, quantiles

from knowledge.articles import index_of
from knowledge.files import FOLDER, as_article, read_file
from knowledge.search import Passage, split_passages

QUESTIONS = (
    "hvad er snusepraktik",
    "hvem betaler min løn under et ophold",
    "kan jeg fa karriereraadgivning uden min leder",
    "ret til fuld tid",
    "how do foreign nurses get a permanent job",
    "vagt planlægger uddannelse",
    "hvad skal vi have til frokost",
)
ROUNDS = 200


def main() -> None:
    """Measure, and print a table in milliseconds."""
    articles = [as_article(read_file(path), datetime.now(UTC)) for path in sorted(FOLDER.glob("*.md"))]
    passages = [
        Passage(article.id, article.language, article.title, *passage)
        for article in articles
        for passage in split_passages(article.body)
    ]
    building = [_milliseconds(lambda: index_of(articles)) for _ in range(5)]
    index = index_of(articles)
    rows = [
        ("the index", _ask_all(index.find)),
        ("baseline: count shared words in every passage", _ask_all(partial(_look_through, passages))),
    ]
    print(f"{len(articles)} articles, {len(passages)} passages; index built in {median(building):.0f} ms (median of 5)")
    print(f"{'one question (ms)':48} {'median':>8} {'p95':>8}")
    for name, times in rows:
        print(f"{name:48} {median(times):8.2f} {quantiles(times, n=20)[-1]:8.2f}")


def _ask_all(ask: Callable[[str], object]) -> list[float]:
    return [_milliseconds(partial(ask, question)) for _ in range(ROUNDS) for question in QUESTIONS]


def _look_through(passages: Sequence[Passage], question: str) -> Passage:
    words = set(question.lower().split())
    return max(passages, key=lambda passage: len(words & set(passage.text.lower().split())))


def _milliseconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000
