"""How search grows with the number of articles: `python -m benchmarks search-scale`.

The articles are made of the sentences of ours, mixed, with new compounds of our own words, so that the vocabulary grows
as well. Their vectors are those of our passages, moved a little at random: to compute real ones for 100,000 articles
would take a day, and what is measured is the comparing. A question's own vector is computed as in the service.
"""

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from benchmarks.search import QUESTIONS, KeptVectors, ours, read_questions
from knowledge import synonyms
from knowledge.articles import page_of
from knowledge.meanings import prepare
from knowledge.search import Index, Page, Passage, Question
from knowledge.vectors import Embedder, Vectors, find_embedder

SIZES = (100, 1_000, 10_000, 100_000)
ASKED = 150
FRESH_WORDS = 3
"""Compounds in each article that no other one has."""


def main(arguments: Sequence[str]) -> None:
    """Measure each size in a process of its own, for its memory, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks search-scale")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        _measure(options.one)
        return
    print(
        f"{'':>9}{'build':>9}{'memory':>10}{'words only':>22}{'with meanings':>22}{'one article':>14}\n"
        f"{'articles':>9}{'s':>9}{'MiB':>10}{'p50 ms':>11}{'p95 ms':>11}{'p50 ms':>11}{'p95 ms':>11}{'changed, ms':>14}"
    )
    for size in options.sizes:
        command = [sys.executable, "-m", "benchmarks", "search-scale", "--one", str(size)]
        subprocess.run(command, check=True)  # noqa: S603  # this very program


def _measure(size: int) -> None:
    embedder = find_embedder()
    chance = random.Random(1)  # noqa: S311  # the same articles in every run
    pages, vectors = _material(embedder)
    index = Index(embedder.width if embedder else 0)
    index.explain(synonyms.shipped())
    if embedder:
        prepare(index, embedder)
    before = time.perf_counter()
    for number in range(size):
        page, own = _made_up(number, pages, vectors, chance)
        index.put(page)
        if embedder:
            index.understand(page, own)
    built = time.perf_counter() - before
    asked = [one.text for one in read_questions(QUESTIONS / "tune.jsonl")][:ASKED]
    for text in asked[:3]:  # what is put off to the first question after a change
        index.find(Question(text))
    by_words = _times(index, asked, None)
    by_meaning = _times(index, asked, embedder) if embedder else [0.0, 0.0]
    changed = _change(index, *_made_up(1, pages, vectors, chance), asked[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:>9,}{built:>9.1f}{memory:>10.0f}{median(by_words):>11.2f}{quantiles(by_words, n=20)[-1]:>11.2f}"
        f"{median(by_meaning):>11.2f}{quantiles(by_meaning, n=20)[-1]:>11.2f}{changed:>14.1f}",
        flush=True,
    )


def _times(index: Index, asked: Sequence[str], embedder: Embedder | None) -> list[float]:
    """Milliseconds of each question, with what it takes to understand it."""
    times = []
    for text in asked:
        before = time.perf_counter()
        index.find(Question(text, embedder.question(text) if embedder else None))
        times.append((time.perf_counter() - before) * 1000)
    return times


def _change(index: Index, page: Page, vectors: Vectors, question: str) -> float:
    """Milliseconds until the first question after a change is answered from it."""
    before = time.perf_counter()
    index.put(page)
    index.understand(page, vectors)
    index.find(Question(question))
    return (time.perf_counter() - before) * 1000


def _material(embedder: Embedder | None) -> tuple[list[Page], list[Vectors]]:
    pages = [page_of(article) for article in ours() if article.language == "da"]
    if embedder is None:
        return pages, [np.zeros((len(page.meanings()), 0), np.float32) for page in pages]
    kept = KeptVectors(embedder, Path("build/vectors.npz"))
    vectors = [np.array([kept.vector(*one) for one in page.meanings()]) for page in pages]
    kept.save()
    return pages, vectors


def _made_up(
    number: int, pages: Sequence[Page], vectors: Sequence[Vectors], chance: random.Random
) -> tuple[Page, Vectors]:
    """An article in the shape of one of ours, with others' sentences and words of its own, and vectors near its own."""
    shape = number % len(pages)
    model = pages[shape]
    passages = tuple(Passage(p.heading, p.anchor, _mixed(p.text, number, pages, chance)) for p in model.passages)
    page = Page(f"a{number}", "da", model.title, model.region, model.keywords, model.questions, passages)
    moved = vectors[shape] + np.random.default_rng(number).normal(0, 0.02, vectors[shape].shape).astype(np.float32)
    return page, moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)


def _mixed(text: str, number: int, pages: Sequence[Page], chance: random.Random) -> str:
    sentences = [chance.choice(chance.choice(chance.choice(pages).passages).text.split(". ")) for _ in text.split(". ")]
    words = [word for word in text.split() if word.isalpha()] or ["ord"]
    fresh = [
        f"{chance.choice(words).lower()}{chance.choice(words).lower()}{number % 997}x"[:40] for _ in range(FRESH_WORDS)
    ]
    return ". ".join([*sentences, " ".join(fresh)])
