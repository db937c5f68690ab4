"""Finds the passage that answers a question, and says how sure it is."""

import math
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from knowledge.language import Vocabulary, is_stop_word, stem, tokens

# Measured on the tuning half of benchmarks/questions (November 2026): at this confidence 43 % of the questions that an
# article answers are answered directly and rightly, 92 % of the direct answers are right, and none of the 75 questions
# that no article answers is answered. It belongs to these articles: measure it again when they change.
ANSWERS = 0.36

_K1 = 1.2
_B = 0.6
_TITLE = 2.0
_HEADING = 1.5
_KEYWORD = 1.5
_BODY = 1.0
_REST = 0.3  # what the article says under its other headings
_PART = 0.6  # a compound's part, in a text or in a question
_SLIP = 0.75  # a word that had to be corrected
_SYNONYM = 0.8
_LONGEST_QUESTION = 100  # words; somebody pasted a letter, and the turn must not wait for it
_WHAT_IS = re.compile(
    r"\s*(hvad er|hvad betyder|hvad vil det sige|what is|what are|what does)\b(?!.*\b(for|til|med)\b)", re.IGNORECASE
)
_OWN_REGION = 10.0  # the asker's own region comes first: another region's scheme is not theirs


@dataclass(frozen=True, slots=True)
class Passage:
    """What an article says under one heading."""

    article_id: str
    language: str
    title: str
    heading: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its rank among the others (score) and how much of the question it covers (confidence, 0-1)."""

    passage: Passage
    score: float
    confidence: float


class Index:
    """All passages of the published articles, ready to be asked."""

    def __init__(
        self,
        passages: Sequence[Passage],
        keywords: Mapping[str, Sequence[str]],
        regions: Mapping[str, str] | None = None,
    ) -> None:
        self._regions = regions or {}
        self._openings = {(p.article_id, p.language): p for p in passages if not p.heading}
        by_language: defaultdict[str, list[Passage]] = defaultdict(list)
        for passage in passages:
            by_language[passage.language].append(passage)
        self._shelves = {language: _Shelf(language, own, keywords) for language, own in by_language.items()}

    def find(
        self, question: str, *, region: str | None = None, limit: int = 4, languages: Sequence[str] = ("da", "en")
    ) -> list[Hit]:
        """The best passage of each article that has something to say, best first."""
        best: dict[str, Hit] = {}
        for language in languages:
            if language not in self._shelves:
                continue
            for passage, confidence in self._shelves[language].ask(question):
                is_own = region is not None and self._regions.get(passage.article_id) == region
                hit = Hit(passage, confidence * (_OWN_REGION if is_own else 1), confidence)
                if passage.article_id not in best or hit.score > best[passage.article_id].score:
                    best[passage.article_id] = hit
        hits = sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.article_id))[:limit]
        return [self._opened(hit) for hit in hits] if _WHAT_IS.match(question) else hits

    def passages(self, question: str, best: Passage) -> list[Passage]:
        """The best passage and the second best of the same article, in the order in which they stand there.

        With one passage the words that answer were in what is shown for half of the questions; with two for far more.
        """
        found = self._shelves[best.language].ask(question)
        beside = [
            (score, passage) for passage, score in found if passage.article_id == best.article_id and passage != best
        ]
        chosen = [best, *(passage for _, passage in sorted(beside, key=lambda one: -one[0])[:1])]
        return sorted(chosen, key=self._shelves[best.language].place)

    def _opened(self, hit: Hit) -> Hit:
        """The same article by its opening: who asks what a thing is, is told there, whatever heading names it most."""
        opening = self._openings.get((hit.passage.article_id, hit.passage.language), hit.passage)
        return replace(hit, passage=opening)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand a typed word: what each of its parts may stand for, and how far to trust that."""

    parts: tuple[frozenset[str], ...]
    weight: float
    corrected: bool = False


class _Shelf:
    """The passages of one language. Each language has its own, because a word's rarity is a matter of its language."""

    def __init__(self, language: str, passages: Sequence[Passage], keywords: Mapping[str, Sequence[str]]) -> None:
        self._language = language
        self._passages = passages
        self._places = {passage: place for place, passage in enumerate(passages)}
        self._synonyms = _synonyms() if language == "da" else {}
        labels = [self._label_words(passage, keywords.get(passage.article_id, ())) for passage in passages]
        bodies = [self._content_words(passage.text) for passage in passages]
        self._vocabulary = Vocabulary(
            (word for label, body in zip(labels, bodies, strict=True) for word in (*label, *body)), language
        )
        weighed = self._weigh(labels, bodies)
        self._rarity, self._highest_rarity = self._rarities(weighed)
        self._fits = self._saturate(weighed, [len(body) for body in bodies])

    # -- building --

    def _content_words(self, text: str) -> list[str]:
        return [word for word in tokens(text) if not is_stop_word(word, self._language)]

    def _label_words(self, passage: Passage, keywords: Iterable[str]) -> dict[str, float]:
        """The words of title, heading and keywords, each with its weight."""
        weights: defaultdict[str, float] = defaultdict(float)
        for text, weight in ((passage.title, _TITLE), (passage.heading, _HEADING), (" ".join(keywords), _KEYWORD)):
            for word in set(self._content_words(text)):
                weights[word] += weight
        return weights

    def _weigh(self, labels: Sequence[Mapping[str, float]], bodies: Sequence[Sequence[str]]) -> list[dict[str, float]]:
        """How much each passage speaks of each stem."""
        stems_of = cache(self._stems_of)
        article: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for passage, body in zip(self._passages, bodies, strict=True):
            for word in body:
                for s, share in stems_of(word):
                    article[passage.article_id][s] += share * _REST
        weighed = []
        for passage, label, body in zip(self._passages, labels, bodies, strict=True):
            weights = defaultdict(float, article[passage.article_id])
            for word, weight in (*label.items(), *((word, _BODY - _REST) for word in body)):
                for s, share in stems_of(word):
                    weights[s] += weight * share
            weighed.append(dict(weights))
        return weighed

    def _stems_of(self, word: str) -> list[tuple[str, float]]:
        parts = self._vocabulary.parts(word)
        return [(stem(word, self._language), 1.0), *((s, _PART) for part in parts for s in part)]

    def _rarities(self, weighed: Sequence[Mapping[str, float]]) -> tuple[dict[str, float], float]:
        """How much each stem tells articles apart (IDF), and how much one would that none of them has."""
        articles: defaultdict[str, set[str]] = defaultdict(set)
        for passage, weights in zip(self._passages, weighed, strict=True):
            for s in weights:
                articles[s].add(passage.article_id)
        count = len({passage.article_id for passage in self._passages})

        def rarity(having: int) -> float:
            return math.log(1 + (count - having + 0.5) / (having + 0.5))

        return {s: rarity(len(having)) for s, having in articles.items()}, rarity(0)

    def _saturate(
        self, weighed: Sequence[Mapping[str, float]], lengths: Sequence[int]
    ) -> dict[str, list[tuple[int, float]]]:
        """BM25's answer to "how well does this passage fit this stem": 0 to 1, the first mentions count most.

        BM25's constant factor k1 + 1 is left out, so that rarity times fit, over rarity, is a share as it stands.
        """
        average = max(1.0, sum(lengths) / max(1, len(lengths)))
        fits: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (weights, length) in enumerate(zip(weighed, lengths, strict=True)):
            damping = _K1 * (1 - _B + _B * length / average)
            for s, weight in weights.items():
                fits[s].append((number, weight / (weight + damping)))
        return dict(fits)

    # -- asking --

    def place(self, passage: Passage) -> int:
        """Where the passage stands among all."""
        return self._places[passage]

    def ask(self, question: str) -> list[tuple[Passage, float]]:
        """Every passage that shares a word with the question, and how much of the question it covers (0-1)."""
        found: defaultdict[int, float] = defaultdict(float)
        asked_for = 0.0
        for readings in self._read(question):
            gains: dict[int, float] = {}
            # What we merely take for a slip may as well be a word that no article has, and weighs as much.
            worth = self._highest_rarity if all(reading.corrected for reading in readings) else 0.0
            for reading in readings:
                rarity = self._rarity_of(reading)
                worth = max(worth, rarity)
                for number, gain in self._gains(reading, rarity).items():
                    gains[number] = max(gain, gains.get(number, 0.0))
            asked_for += worth
            for number, gain in gains.items():
                found[number] += gain
        return [(self._passages[number], gain / asked_for) for number, gain in found.items()]

    def _rarity_of(self, reading: _Reading) -> float:
        return min(self._highest_rarity, sum(max(self._rarity[s] for s in part) for part in reading.parts))

    def _gains(self, reading: _Reading, rarity: float) -> dict[int, float]:
        gains: defaultdict[int, float] = defaultdict(float)
        whole = sum(max(self._rarity[s] for s in part) for part in reading.parts)
        for part in reading.parts:
            fits: dict[int, float] = {}
            for s in part:
                for number, fit in self._fits[s]:
                    fits[number] = max(self._rarity[s] * fit, fits.get(number, 0.0))
            for number, fit in fits.items():
                gains[number] += reading.weight * rarity * fit / whole
        return gains

    def _read(self, question: str) -> list[list[_Reading]]:
        """The ways to understand each content word of the question; none where a word is unknown."""
        typed = tokens(question)[:_LONGEST_QUESTION]
        meanings = self._look_up(typed)
        read: dict[str, list[_Reading]] = {}
        for i, word in enumerate(typed):
            for verb in typed[max(0, i - 2) : i]:  # "sige op", "siger jeg op"
                if known := self._vocabulary.particle_verb(verb, word):
                    read[word + verb] = [_Reading((frozenset(known),), 1.0)]
            if (is_stop_word(word) and i not in meanings) or word in read:
                continue
            readings = [] if is_stop_word(word) else self._readings(word)
            for first, second in pairwise(typed[max(0, i - 1) : i + 2]):
                if joined := self._vocabulary.joined(first, second):
                    readings.append(_Reading((frozenset(joined),), 1.0))
            readings += meanings.get(i, ())
            # A number that no article has is somebody's age or hours: it does not change what is asked.
            if readings or not word.isdigit():
                read[word] = readings
        return list(read.values())

    def _readings(self, word: str) -> list[_Reading]:
        readings = []
        if same := self._vocabulary.same(word):
            readings.append(_Reading((frozenset(same),), 1.0))
        if parts := self._vocabulary.parts(word):
            readings.append(_Reading(parts, _PART))
        if not readings and (near := self._vocabulary.near(word)):
            readings.append(_Reading((frozenset(near),), _SLIP, corrected=True))
        return readings

    def _look_up(self, typed: Sequence[str]) -> dict[int, list[_Reading]]:
        """What the synonyms say of the words typed, by position; a phrase goes before its single words."""
        found: dict[int, list[_Reading]] = {}
        for language in ("da", "en"):
            stems = [(language, stem(word, language)) for word in typed]
            taken: set[int] = set()
            for length in (3, 2, 1):
                for start in range(len(stems) - length + 1):
                    span = range(start, start + length)
                    means = self._synonyms.get(tuple(stems[start : start + length]))
                    if means and taken.isdisjoint(span):
                        taken.update(span)
                        readings = [reading for meaning in means for reading in self._meaning(meaning)]
                        for i in span:
                            found.setdefault(i, []).extend(readings)
        return found

    def _meaning(self, words: str) -> list[_Reading]:
        """A word or phrase of the articles: all of it must be there."""
        parts = [self._vocabulary.same(word) for word in tokens(words) if not is_stop_word(word, self._language)]
        return [_Reading(tuple(map(frozenset, parts)), _SYNONYM)] if parts and all(parts) else []


@cache
def _synonyms() -> dict[tuple[tuple[str, str], ...], list[str]]:
    """What people type, as stems of its language, with the words and phrases that our articles use for it."""
    with Path(__file__).with_name("synonyms.toml").open("rb") as file:
        tables: dict[str, dict[str, list[str]]] = tomllib.load(file)
    return {
        tuple((language, stem(word, language)) for word in tokens(term)): means
        for language, terms in tables.items()
        for term, means in terms.items()
    }


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
