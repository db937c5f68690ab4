"""Finds articles by their words: BM25 over stems, and every way to understand a word that somebody typed."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from knowledge.language import is_stop_word, stem, tokens
from knowledge.vocabulary import Vocabulary

_K1 = 1.2
_B = 0.7
_PART = 0.8  # a compound's part, in a text or in a question
_SLIP = 0.75  # a word that had to be corrected
_SYNONYM = 0.8
_RARE = 0.75  # of what a word is worth that no article has
_HARDLY = 0.05
_LONGEST_QUESTION = 60  # words; somebody pasted a letter, and the turn must not wait for it

_NOWHERE = np.empty(0, np.uint32)
_NOTHING = np.empty(0, np.float32)

Fits = npt.NDArray[np.float32]
"""One number for each place of the index."""
Bag = Mapping[str, float]
"""Stems, and what a mention of each counts."""
Synonyms = Mapping[tuple[str, ...], Sequence[str]]
"""What people type, as stems; and the words or phrases of the articles that mean the same."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand a typed word: the parts that must all be there, and how far to trust that."""

    parts: tuple[Bag, ...]
    weight: float = 1.0
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """How well each place fits each content word of a question."""

    worth: npt.NDArray[np.float32]
    """By word: how much it tells articles apart."""
    gains: npt.NDArray[np.float32]
    """By word and place: how much of its worth the article has."""
    highest: float
    """What a word is worth that no article has."""

    @property
    def coverage(self) -> Fits:
        """By place: the share of the question that the article covers, 0 to 1."""
        covered: Fits = self.gains.sum(axis=0) / np.float32(max(float(self.worth.sum()), 1e-6))
        return covered

    def at(self, place: int) -> tuple[float, int]:
        """The coverage of one place, and how many of the rarest words it does not have at all."""
        if not len(self.worth) or place >= self.gains.shape[1]:
            return 0.0, 0
        shares = self.gains[:, place] / np.maximum(self.worth, 1e-6)
        missing = (shares < _HARDLY) & (self.worth > _RARE * self.highest)
        return float(self.gains[:, place].sum() / self.worth.sum()), int(missing.sum())


class LexicalIndex:
    """The words of texts in one language. Each text has a place, a small number that the caller gives out."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._vocabulary = Vocabulary(language)
        self._stems: dict[str, str] = {}  # of words in texts; a stop word has none
        self._postings: defaultdict[str, tuple[array[int], array[float]]] = defaultdict(
            lambda: (array("I"), array("f"))
        )
        self._lengths = np.zeros(16, np.float32)
        self._total = 0.0
        self._count = 0
        self._damping: Fits | None = None

    # -- texts come and go --

    def put(self, place: int, fields: Iterable[tuple[str, float]]) -> None:
        """Add a text as fields, each with what a mention there counts."""
        weights, words, length = self._weigh(fields)
        self._vocabulary.add(words)
        for s, weight in weights.items():
            places, amounts = self._postings[s]
            places.append(place)
            amounts.append(weight)
        if place >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(max(place, len(self._lengths)), np.float32)])
        if length:
            self._lengths[place] = length
            self._total += length
            self._count += 1
            self._damping = None

    def drop(self, place: int, fields: Iterable[tuple[str, float]]) -> None:
        """Take a text out. Its fields must be those that were put."""
        weights, words, _ = self._weigh(fields)
        self._vocabulary.remove(words)
        for s in weights:
            places, amounts = self._postings[s]
            number = places.index(place)
            del places[number], amounts[number]
            if not places:
                del self._postings[s]
        if weights:
            self._total -= float(self._lengths[place])
            self._lengths[place] = 0
            self._count -= 1
            self._damping = None

    def _weigh(self, fields: Iterable[tuple[str, float]]) -> tuple[dict[str, float], set[str], int]:
        weights: defaultdict[str, float] = defaultdict(float)
        words: set[str] = set()
        length = 0
        for text, weight in fields:
            for word in tokens(text):
                if s := self._stem_of(word):
                    weights[s] += weight
                    words.add(word)
                    length += 1
        return weights, words, length

    def _stem_of(self, word: str) -> str:
        s = self._stems.get(word)
        if s is None:
            s = "" if is_stop_word(word, self._language) else stem(word, self._language)
            self._stems[word] = s
        return s

    # -- asking --

    def match(self, question: str, synonyms: Synonyms) -> Matches:
        """How well each text fits each content word of the question."""
        worth, gains = [], []
        for readings in self.read(question, synonyms):
            gain = np.zeros(len(self._lengths), np.float32)
            # What we merely take for a slip may as well be a word that no article has, and weighs as much.
            weighs = self._rarity(0) if all(reading.corrected for reading in readings) else 0.0
            for reading in readings:
                rarity, fit = self._fit(reading)
                weighs = max(weighs, rarity)
                np.maximum(gain, fit, out=gain)
            worth.append(weighs)
            gains.append(gain)
        return Matches(
            np.array(worth, np.float32), np.array(gains, np.float32).reshape(-1, len(self._lengths)), self._rarity(0)
        )

    def cover(self, question: str, synonyms: Synonyms, texts: Sequence[str]) -> Fits:
        """How much of the question each of a few texts has, to compare them: parts of a text in the index."""
        weighed = [self._weigh([(text, 1.0)]) for text in texts]
        covered = np.zeros(len(texts), np.float32)
        for readings in self.read(question, synonyms):
            gains = np.zeros(len(texts), np.float32)
            for reading in readings:
                rarities = [self._rarity(len(self._mentions(bag)[0])) for bag in reading.parts]
                share = reading.weight * min(1.0, self._rarity(0) / sum(rarities))
                for number, (weights, _, _) in enumerate(weighed):
                    mentions = [sum(weights.get(s, 0.0) * part for s, part in bag.items()) for bag in reading.parts]
                    fit = sum(r * m / (m + _K1) for r, m in zip(rarities, mentions, strict=True))
                    gains[number] = max(gains[number], share * fit)
            covered += gains
        return covered

    def _fit(self, reading: _Reading) -> tuple[float, Fits]:
        total = np.zeros(len(self._lengths), np.float32)
        whole = 0.0
        for bag in reading.parts:
            places, weights = self._mentions(bag)
            rarity = self._rarity(len(places))
            total[places] += rarity * weights / (weights + self._damp()[places])
            whole += rarity
        rarity = min(self._rarity(0), whole)
        total *= reading.weight * rarity / whole
        return rarity, total

    def _mentions(self, bag: Bag) -> tuple[npt.NDArray[np.intp], Fits]:
        """The places that have any of these stems, and how much each speaks of them."""
        known = [(*self._postings[s], share) for s, share in bag.items() if s in self._postings]
        if len(known) == 1:
            places, amounts, share = known[0]
            return np.frombuffer(places, np.uint32).astype(np.intp), np.frombuffer(amounts, np.float32) * share
        everywhere = np.concatenate([_NOWHERE, *(np.frombuffer(places, np.uint32) for places, _, _ in known)])
        shares = np.concatenate([_NOTHING, *(np.frombuffer(some, np.float32) * share for _, some, share in known)])
        total = np.bincount(everywhere, shares, len(self._lengths))
        having = np.flatnonzero(total)
        return having, total[having].astype(np.float32)

    def _damp(self) -> Fits:
        """BM25's k1, larger for longer texts: the first mentions count most."""
        if self._damping is None:
            average = max(1.0, self._total / max(1, self._count))
            self._damping = _K1 * (1 - _B + _B * self._lengths / np.float32(average))
        return self._damping

    def _rarity(self, having: int) -> float:
        """How much a word tells texts apart that so many have (IDF)."""
        return math.log(1 + (self._count - having + 0.5) / (having + 0.5))

    # -- reading a question --

    def read(self, question: str, synonyms: Synonyms) -> list[list[_Reading]]:
        """The ways to understand each content word of the question; none where a word is unknown."""
        typed = tokens(question)[:_LONGEST_QUESTION]
        meanings = self._look_up(typed, synonyms)
        read: dict[str, list[_Reading]] = {}
        for i, word in enumerate(typed):
            for verb in typed[max(0, i - 2) : i]:  # "sige op", "siger jeg op"
                if known := self._vocabulary.particle_verb(verb, word):
                    read[word + verb] = [_Reading((self._bag(known),))]
            if (is_stop_word(word) and i not in meanings) or word in read:
                continue
            readings = [] if is_stop_word(word) else self._readings(word)
            for first, second in pairwise(typed[max(0, i - 1) : i + 2]):
                if joined := self._vocabulary.joined(first, second):
                    readings.append(_Reading((self._bag(joined),)))
            readings += meanings.get(i, ())
            # A number that no article has is somebody's age or hours: it does not change what is asked.
            if readings or not word.isdigit():
                read[word] = readings
        return list(read.values())

    def _readings(self, word: str) -> list[_Reading]:
        readings = []
        if same := self._vocabulary.same(word):
            readings.append(_Reading((self._bag(same),)))
        if parts := self._vocabulary.parts(word):
            readings.append(_Reading(tuple(map(self._bag, parts)), _PART))
        if not readings and (near := self._vocabulary.near(word)):
            readings.append(_Reading((self._bag(near),), _SLIP, corrected=True))
        return readings

    def _bag(self, stems: Iterable[str]) -> Bag:
        bag = {}
        for s in stems:
            bag.update(dict.fromkeys(self._vocabulary.compounds(s), _PART))
        return {**bag, **dict.fromkeys(stems, 1.0)}

    def _look_up(self, typed: Sequence[str], synonyms: Synonyms) -> dict[int, list[_Reading]]:
        """What the synonyms say of the words typed, by position; a phrase goes before its single words."""
        found: dict[int, list[_Reading]] = {}
        for language in ("da", "en"):
            stems = [f"{language}:{stem(word, language)}" for word in typed]
            taken: set[int] = set()
            for length in (4, 3, 2, 1):
                for start in range(len(stems) - length + 1):
                    span = range(start, start + length)
                    means = synonyms.get(tuple(stems[start : start + length]))
                    if means and taken.isdisjoint(span):
                        taken.update(span)
                        readings = [reading for meaning in means for reading in self._meaning(meaning)]
                        for i in [i for i in span if not is_stop_word(typed[i])] or span[:1]:
                            found.setdefault(i, []).extend(readings)
        return found

    def _meaning(self, words: str) -> list[_Reading]:
        parts = [self._vocabulary.same(word) for word in tokens(words) if not is_stop_word(word, self._language)]
        return [_Reading(tuple(map(self._bag, parts)), _SYNONYM)] if parts and all(parts) else []
