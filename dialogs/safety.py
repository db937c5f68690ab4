"""Notices when somebody writes that they may take or hurt their life, so that help is shown before anything else.

The words are in phrases/crisis.toml, which explains itself. It is a net, not a judgement: who is caught sees phone
numbers and goes on, and nothing of it is kept. So in doubt it catches.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

_FILE = Path(__file__).with_name("phrases") / "crisis.toml"

_SPELLINGS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"})
_MOST_FILLERS = 3
_INVISIBLE_OR_APOSTROPHE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff'’‘´`]")
_ABBREVIATION = re.compile(r"\b(?:f\.\s?eks|bl\.a|ca|evt|osv|nr|kl|e\.g|i\.e)\.")
"""Their dot does not end a sentence."""
_DIE = re.compile(r"\bd(?:oe)+\b")
_WORD = re.compile(r"[a-z0-9]+")
_ENDS_CLAUSE = re.compile(r"[^\s\-'\"»«]")
_ENDS_SENTENCE = re.compile(r"(?<!\.)\.(?!\.)|[!?]|\n\s*\n")


def sounds_acute(text: str, *, as_subject: bool = False) -> bool:
    """True if the text, in Danish or English, sounds as if somebody's life or body is in danger by their own hand.

    `as_subject`: the words answer "what do you want to know more about?", where a bare "selvskade" is a subject.
    """
    return _RULES.sounds_acute(f"emne: {text}" if as_subject else text)


def _fold(text: str) -> str:
    """The text as if everybody typed alike: without capitals, accents, apostrophes and double letters.

    æ, ae and ä become e; ø, oe and ö become o; å and aa become a. So "doed", "dööd" and "DØD" are one word. Only the
    word "dø" is kept apart from "do", which would be the English verb.
    """
    text = _INVISIBLE_OR_APOSTROPHE.sub("", unicodedata.normalize("NFKC", text)).lower().translate(_SPELLINGS)
    text = _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), text)
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = _DIE.sub("dqe", text).replace("ae", "e").replace("oe", "o")
    return re.sub(r"([a-z])\1+", r"\1", text)


class _Token(NamedTuple):
    """One word as it was folded, and what comes after it."""

    word: str
    ends_clause: bool
    ends_sentence: bool


class _Piece(NamedTuple):
    """One place in a phrase."""

    group: int
    """Which group of words fits here."""
    gap: int
    """How many other words may come before it."""
    careful: bool
    """True if those words must not be about other people or about work."""
    optional: bool


@dataclass(frozen=True)
class _Phrase:
    first: int
    rest: tuple[_Piece, ...]
    to_end_of_clause: bool


@dataclass
class _Groups:
    """Which words fit which place. Looking up a word takes as long as the word is long, not as the file is."""

    whole: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    beginnings: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    nearly: list[tuple[str, bool, int]] = field(default_factory=list)

    def add(self, group: int, words: list[str]) -> None:
        """Let these words fit this group, as they are written in the file: "word", "begin*", "~misspelt"."""
        for written in words:
            stem, any_end = _fold(written.strip("~*")), written.endswith("*")
            (self.beginnings if any_end else self.whole)[stem].add(group)
            if written.startswith("~"):
                self.nearly.append((stem, any_end, group))

    def of(self, word: str) -> frozenset[int]:
        """All groups that the word fits."""
        found = set(self.whole.get(word, ()))
        for end in range(1, len(word) + 1):
            found |= self.beginnings.get(word[:end], set())
        found |= {group for stem, any_end, group in self.nearly if _is_slip(word, stem, any_end=any_end)}
        return frozenset(found)


class _Rules:
    """The phrases of crisis.toml, ready to be compared with a text."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._classes: dict[str, list[str]] = {name: words.split() for name, words in data["words"].items()}
        self._groups = _Groups()
        self._numbers: dict[str, int] = {}
        self._others = self._group("<others>")
        self._stop = self._group("<stop>")
        self._and = self._group("<and>")
        self._filler = self._group("<filler>")
        self._verb = self._group("<verb>")
        self._always = self._index(data["always"]["phrases"])
        self._harmless = self._index(data["harmless"]["phrases"])
        self._acute = self._index(data["acute"]["phrases"])
        self._joined = {tuple(_fold(pair).split()) for pair in data["joined"]}

    def sounds_acute(self, text: str) -> bool:
        """The three steps: what always counts, then without the harmless, what is left."""
        tokens = self._tokens(text)
        known: dict[str, frozenset[int]] = {token.word: frozenset() for token in tokens}
        for word in known:
            known[word] = self._groups.of(word)
        fits = [known[token.word] for token in tokens]
        if any(True for _ in self._matches(self._always, tokens, fits)):
            return True
        gone: set[int] = set()
        for start, end in self._matches(self._harmless, tokens, fits, harmless=True):
            gone.update(range(start, end))
        fits = [frozenset() if at in gone else groups for at, groups in enumerate(fits)]
        return any(True for _ in self._matches(self._acute, tokens, fits))

    def _matches(
        self,
        phrases: dict[int, list[_Phrase]],
        tokens: list[_Token],
        fits: list[frozenset[int]],
        *,
        harmless: bool = False,
    ) -> Iterator[tuple[int, int]]:
        """Where phrases begin and end. Each word starts few phrases, and each phrase looks a few words ahead."""
        for start, groups in enumerate(fits):
            for group in groups & phrases.keys():
                for phrase in phrases[group]:
                    ends = {start + 1}
                    for piece in phrase.rest:
                        found = {
                            at + 1
                            for end in ends
                            for at in self._reach(tokens, fits, end, piece, harmless=harmless)
                            if piece.group in fits[at]
                        }
                        ends = found | ends if piece.optional else found
                    if phrase.to_end_of_clause:
                        ends = {end for end in ends if self._ends_clause(tokens, fits, end)}
                    if ends:
                        end = min(ends)
                        yield start, self._and_the_like(tokens, fits, end) if harmless else end

    def _reach(
        self, tokens: list[_Token], fits: list[frozenset[int]], at: int, piece: _Piece, *, harmless: bool
    ) -> Iterator[int]:
        """The places that the next word of the phrase may have."""
        never = {self._stop} if harmless else {self._others} if piece.careful else set()
        left = piece.gap
        for place in range(at, min(at + piece.gap + _MOST_FILLERS + 1, len(tokens))):
            if tokens[place - 1].ends_sentence:
                return
            if harmless and tokens[place - 1].ends_clause:
                never = {self._stop, self._verb}  # "kursus i ledelse, har selvmordstanker" begins anew
            yield place
            left -= self._filler not in fits[place]
            if left < 0 or fits[place] & never:
                return

    def _ends_clause(self, tokens: list[_Token], fits: list[frozenset[int]], end: int) -> bool:
        for place in range(end - 1, min(end + _MOST_FILLERS, len(tokens))):
            if tokens[place].ends_clause:
                return True
            if place + 1 < len(tokens) and self._filler not in fits[place + 1]:
                return False
        return False

    def _and_the_like(self, tokens: list[_Token], fits: list[frozenset[int]], end: int) -> int:
        """In "et kursus i selvskade og selvmord" both are harmless."""
        while end + 1 < len(tokens) and self._and in fits[end] and fits[end + 1] & fits[end - 1]:
            end += 2
        return end

    def _tokens(self, text: str) -> list[_Token]:
        folded = _fold(text)
        found = list(_WORD.finditer(folded))
        tokens: list[_Token] = []
        before = ""
        for match, following in pairwise([*found, None]):
            assert match is not None  # noqa: S101 (only the last is None)
            word, start = match.group(), match.end()
            after = folded[start : following.start() if following else len(folded)]
            ends_sentence = _ENDS_SENTENCE.search(after) is not None
            ends_clause = following is None or "\n" in after or _ENDS_CLAUSE.search(after) is not None
            if tokens and not before.strip(" \n-") and self._is_joined(tokens[-1].word, word):
                word = tokens.pop().word + word
            before = after
            tokens.append(_Token(word, ends_clause, ends_sentence))
        return tokens

    def _is_joined(self, one: str, other: str) -> bool:
        return any(one == first and other.startswith(second) for first, second in self._joined)

    def _group(self, written: str) -> int:
        """The number of a group, given as in the file: "ord", "ord*", "<klasse>", or several with | between."""
        if written not in self._numbers:
            self._numbers[written] = len(self._numbers)
            words: list[str] = []
            for part in written.split("|"):
                words += self._classes[part[1:-1]] if part.startswith("<") else [part]
            self._groups.add(self._numbers[written], words)
        return self._numbers[written]

    def _index(self, phrases: list[str]) -> dict[int, list[_Phrase]]:
        """The phrases by the group of their first word."""
        found: dict[int, list[_Phrase]] = defaultdict(list)
        for written in phrases:
            parts = written.split()
            to_end = parts[-1] == "$"
            pieces: list[_Piece] = []
            gap, careful = 0, False
            for part in parts[:-1] if to_end else parts:
                if part.startswith(("..", "--")):
                    gap, careful = int(part[2:]), part.startswith("--")
                    continue
                pieces.append(_Piece(self._group(part.rstrip("?")), gap, careful, part.endswith("?")))
                gap, careful = 0, False
            found[pieces[0].group].append(_Phrase(pieces[0].group, tuple(pieces[1:]), to_end))
        return dict(found)


def _is_slip(word: str, stem: str, *, any_end: bool) -> bool:
    """True if one letter of the stem is missing, extra, wrong, or has changed places with the next."""
    lengths = range(len(stem) - 1, len(stem) + 2)
    if len(word) < lengths.start or (len(word) >= lengths.stop and not any_end):
        return False
    return any(
        _one_edit(word[:length], stem) for length in lengths if length <= len(word) and (any_end or length == len(word))
    )


def _one_edit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped


_RULES = _Rules(tomllib.loads(_FILE.read_text(encoding="utf-8")))
