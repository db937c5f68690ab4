"""Finds the articles that a question may be about, by words and by meaning, and says what speaks for each."""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from knowledge.language import guess, stem, tokens
from knowledge.lexical import LexicalIndex, Synonyms
from knowledge.vectors import Kind, Vector, VectorIndex, Vectors, best

_TITLE = 2.0
_HEADING = 1.5
_KEYWORD = 1.5
_QUESTION = 1.5
_BODY = 1.0

# What the nearest passage, the nearest example question and all of them on the average count beside the words.
_MEANING = 0.3
_ASKED = 0.5
_WHOLE = 0.5
_COVER = 0.7  # among the passages of one article meaning tells more than words, of which they share many

# Chosen in November 2026 on the tuning half of benchmarks/questions and the harder ones of tests/rules/test_search.py:
# of those 139 questions that no article answers 5 % reach the first. Measured with 60, 40 and 25 of the articles they
# moved by a tenth at most, so they are no matter of how many articles there are. What counts is the score, and by how
# much it leads the next article's.
_SURE = 0.92
_SURE_WITHOUT_QUESTIONS = 0.62  # an article for which nobody wrote example questions
_SURE_BY_WORDS = 0.54  # as long as there are no meanings to compare
_MISSING = 0.15
_NEAR = 0.19  # the share of it from which an article is worth offering

_CANDIDATES = 64
"""Articles that are looked at closely, of those with the fitting words and of those with the nearest meaning."""
_MEANT_BY_WORDS = 0.7
"""How close in meaning an article is taken to be that has no vector yet, a share of how far its words fit."""

_WHAT_IS = re.compile(
    r"\s*(hvad er|hvad betyder|hvad vil det sige|what is|what are|what does)\b(?!.*\b(for|til|med)\b)", re.IGNORECASE
)

Key = tuple[str, str]
"""Of an article in one language: its id and the language."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What an article says under one heading."""

    heading: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the search reads of an article in one language."""

    id: str
    language: str
    title: str
    region: str
    keywords: tuple[str, ...]
    questions: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.id, self.language

    def fields(self, language: str) -> Iterator[tuple[str, float]]:
        """Its texts in a language, and what a mention in each counts. A Danish article may expect English questions."""
        for question in self.questions:
            if self._spoken(question) == language:
                yield question, _QUESTION
        if language == self.language:
            yield self.title, _TITLE
            for keyword in self.keywords:
                yield keyword, _KEYWORD
            for passage in self.passages:
                yield passage.heading, _HEADING
                yield passage.text, _BODY

    def meanings(self) -> list[tuple[str, Kind]]:
        """Its texts as they are understood, passages first: with the headings that they stand under."""
        passages = [". ".join(filter(None, (self.title, one.heading, one.text))) for one in self.passages]
        return [
            *((text, Kind.passage(self.language)) for text in passages),
            *((text, Kind.question(self._spoken(text))) for text in self.questions),
        ]

    def _spoken(self, question: str) -> str:
        return guess(question) or self.language


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks."""

    text: str
    vector: Vector | None = None
    """Its meaning, if it has been computed."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a question may be about, and what speaks for it."""

    page: Page
    score: float
    """How sure it is that the article answers. Only to be compared with others of the same index and mode."""
    coverage: float
    """The share of the question's words that it has, the rare ones counting most, 0 to 1."""
    missing: int
    """How many of the question's rarest words it does not have at all."""
    meaning: float
    """How close its nearest passage is in meaning, -1 to 1."""
    asked: float
    """How close the nearest of its example questions is."""
    whole: float = 0.0
    """How close all its passages and example questions are on the average."""
    needed: float = _SURE_BY_WORDS
    """What the score and its lead must come to for a sure answer."""
    nearby: bool = True
    """False for an article of another region than the asker's."""

    @property
    def is_near(self) -> bool:
        """True if the article is worth offering, beside an answer or where none is sure."""
        return self.score >= _NEAR * self.needed


class Index:
    """All published articles, ready to be asked. Articles come and go one at a time, in any thread."""

    def __init__(self, width: int = 0) -> None:
        self._places: dict[Key, int] = {}
        self._pages: dict[int, Page] = {}
        self._free: list[int] = []
        self._words = {language: LexicalIndex(language) for language in ("da", "en")}
        self._vectors = VectorIndex(width)
        self._synonyms: Synonyms = {}
        self._lock = threading.RLock()

    # -- articles come and go --

    def put(self, page: Page) -> None:
        """Add an article, or replace it."""
        with self._lock:
            self.drop(page.key)
            place = self._free.pop() if self._free else len(self._places)
            self._places[page.key] = place
            self._pages[place] = page
            for language, words in self._words.items():
                words.put(place, page.fields(language))

    def drop(self, key: Key) -> None:
        """Take an article out, if it is there."""
        with self._lock:
            place = self._places.pop(key, None)
            if place is not None:
                page = self._pages.pop(place)
                for language, words in self._words.items():
                    words.drop(place, page.fields(language))
                self._vectors.drop(place)
                self._free.append(place)

    def understand(self, page: Page, vectors: Vectors) -> None:
        """Add the vectors of page.meanings(), if the article still reads so."""
        with self._lock:
            place = self._places.get(page.key)
            if place is not None and self._pages[place] == page:
                self._vectors.put(place, vectors, [kind for _, kind in page.meanings()])

    def learn_question(self, vector: Vector, language: str) -> None:
        """Learn from an example what questions of a language have in common."""
        with self._lock:
            self._vectors.learn(vector[None], [Kind.question(language)])

    def not_understood(self) -> list[Page]:
        """The articles whose vectors are still to be computed."""
        with self._lock:
            return [page for place, page in self._pages.items() if place not in self._vectors]

    @contextmanager
    def instead(self, page: Page, vectors: Vectors | None) -> Iterator[None]:
        """For a moment, hold this text of an article instead of its own. Everybody else who asks waits for the end."""
        with self._lock:
            place = self._places.get(page.key)
            own = self._pages[place] if place is not None else None
            own_vectors = self._vectors.of(place) if place is not None else None
            self.put(page)
            if vectors is not None:
                self.understand(page, vectors)
            try:
                yield
            finally:
                self.drop(page.key)
                if own is not None:
                    self.put(own)
                    if own_vectors is not None:
                        self.understand(own, own_vectors)

    def explain(self, synonyms: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Set what people's words mean: by language of the word, the words and phrases of articles."""
        self._synonyms = {
            tuple(f"{language}:{stem(word, language)}" for word in tokens(term)): means
            for language, terms in synonyms.items()
            for term, means in terms.items()
        }

    def pages(self) -> list[Page]:
        """All articles."""
        with self._lock:
            return list(self._pages.values())

    # -- asking --

    def find(self, question: Question, region: str = "", limit: int = 10, without: Collection[str] = ()) -> list[Hit]:
        """The articles that fit best, each in the language that fits best; never those in `without`.

        Those of the asker's own region come first, if it is known.
        """
        with self._lock:
            matches = [words.match(question.text, self._synonyms) for words in self._words.values()]
            # While most articles have no vectors, those that have would win only by having them.
            vector = question.vector if 2 * len(self._vectors) > len(self._pages) else None
            places = {int(place) for match in matches for place in best(match.coverage, _CANDIDATES)}
            if vector is not None:
                places.update(map(int, self._vectors.nearest(vector, _CANDIDATES)))
            hits: dict[str, Hit] = {}
            for place in places:
                page = self._pages.get(place)
                if page and page.id not in without:
                    best_read = max((match.at(place) for match in matches), key=lambda read: read[0])
                    hit = self._judge(page, place, *best_read, vector, region)
                    if page.id not in hits or hit.score > hits[page.id].score:
                        hits[page.id] = hit
        return sorted(hits.values(), key=lambda hit: (not hit.nearby, -hit.score, hit.page.id))[:limit]

    def _judge(self, page: Page, place: int, coverage: float, missing: int, vector: Vector | None, region: str) -> Hit:
        nearby = region in ("", page.region) or not page.region
        if vector is None:
            return Hit(page, coverage, coverage, missing, 0.0, 0.0, nearby=nearby)
        if place in self._vectors:
            passages, questions = self._vectors.likeness(vector, place)
            meaning = float(passages.max())
            asked = float(questions.max()) if len(questions) else meaning
            whole = float(np.concatenate([passages, questions]).mean())
        else:
            meaning = asked = whole = _MEANT_BY_WORDS * coverage
        score = coverage + _MEANING * meaning + _ASKED * asked + _WHOLE * whole
        needed = _SURE if page.questions else _SURE_WITHOUT_QUESTIONS
        return Hit(page, score, coverage, missing, meaning, asked, whole, needed, nearby)

    def passages(self, page: Page, question: Question, most: int = 2) -> list[Passage]:
        """The passages of an article that answer best, the best first."""
        with self._lock:
            place = self._places.get(page.key)
            texts = [f"{passage.heading}\n{passage.text}" for passage in page.passages]
            scores = self._words[page.language].cover(question.text, self._synonyms, texts)
            if _WHAT_IS.match(question.text) and not page.passages[0].heading:
                scores[0] += 1  # who asks what a thing is, is told there, whatever heading names it most
            if question.vector is not None and place is not None and place in self._vectors:
                scores = _COVER * _spread(scores) + _spread(self._vectors.likeness(question.vector, place)[0])
        return [page.passages[number] for number in np.argsort(-scores, kind="stable")[:most]]


def confidence(hits: Sequence[Hit]) -> float:
    """How well the first article fits, and how much better than the next; less for each rare word that it lacks."""
    if not hits:
        return 0.0
    score = hits[0].score
    lead = score - (hits[1].score if len(hits) > 1 else 0.0)
    # A lead is worth half a score at most: to be the only one that shares a word with a question is no answer.
    return score + min(lead, score / 2) - _MISSING * hits[0].missing


def is_sure(hits: Sequence[Hit]) -> bool:
    """True if the first article may be given as the answer."""
    return bool(hits) and confidence(hits) >= hits[0].needed


def _spread(scores: Vector) -> Vector:
    """The scores on a scale on which others can be added to them."""
    spread: Vector = (scores - scores.mean()) / (scores.std() + 1e-6)
    return spread


# -- cutting an article into passages --


def split_passages(body_markdown: str) -> list[tuple[str, str, str]]:
    """An article's opening and its sections, each as heading, anchor and text."""
    opening, *rest = re.split(r"^##[ \t]+(.+?)[ \t#]*$", body_markdown, flags=re.MULTILINE)
    passages = [("", "top", opening.strip())] if opening.strip() else []
    taken = {"top"}
    for heading, text in zip(rest[::2], rest[1::2], strict=True):
        anchor = _free(_slug(heading), taken)
        taken.add(anchor)
        passages.append((heading.strip(), anchor, text.strip()))
    return passages


def _slug(heading: str) -> str:
    # Not fold(): links to a passage must outlive changes in how words are searched for.
    spelled = heading.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"


def _free(slug: str, taken: set[str]) -> str:
    number = 2
    candidate = slug
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate
