"""From words to meaning: what somebody wants done, and what is a question. The phrases are data."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.language import fold, stem, tokens

_FOLDER = Path(__file__).parent / "phrases"
_MOST_BETWEEN = 3
"""Words that may stand between two words of a phrase."""

_POLITE = frozenset(map(fold, "tak venligst please lige gerne thanks thank you".split()))
_QUESTION_STARTS = (
    "hvad hvordan hvem hvor hvornår hvorfor hvilke hvilken hvilket hvis kan må er får skal har findes gælder "
    "what how who where when why which can may is are do does should"
)
_STARTS = frozenset(map(fold, _QUESTION_STARTS.split()))


@dataclass(frozen=True)
class _Phrases:
    whole: frozenset[tuple[str, ...]]
    within: tuple[tuple[str, ...], ...]
    promised: frozenset[tuple[str, ...]]


def meant(text: str, *, whole_only: bool = False, files: Sequence[str] = ("da", "en")) -> str | None:
    """The intent that the words name, or None. `whole_only`: only if they say nothing else. `files`: of phrases."""
    words = _words(text)
    bare = tuple(word for word in words if word not in _polite_stems())
    for file in files:
        for intent, phrases in _phrases(file).items():
            if words in phrases.whole or (bare and bare in phrases.whole):
                return intent
    return None if whole_only else next(iter(meanings(text, files)), None)


def meanings(text: str, files: Sequence[str] = ("da", "en")) -> list[str]:
    """Every intent that stands in the words, each in a place of its own, the plainest first. Two need a question."""
    words = _words(text)
    found = [
        (len(phrase), intent, places)
        for file in files
        for intent, phrases in _phrases(file).items()
        for phrase in phrases.within
        if (places := _places_of(phrase, words))
    ]
    kept: dict[str, frozenset[int]] = {}
    for _, intent, places in sorted(found, key=lambda one: one[:2], reverse=True):
        if intent not in kept and all(places.isdisjoint(others) for others in kept.values()):
            kept[intent] = places
    return list(kept)


def promised(text: str) -> str | None:
    """The intent whose exact words we have promised to hear always, also in the middle of a chat. Else None."""
    words = _words(text)
    return next((i for lang in ("da", "en") for i, known in _phrases(lang).items() if words in known.promised), None)


def asks(text: str) -> bool:
    """True if the words look like a question."""
    first = next(iter(tokens(text)), "")
    return text.rstrip().endswith("?") or fold(first) in _STARTS


def marked_as_question(text: str) -> bool:
    """True only if somebody put the question mark: an answer to a question of ours may begin with "er" or "kan"."""
    return text.rstrip().endswith("?")


def same_words(one: str, other: str) -> bool:
    """True if both say the same to a reader: capitals, signs and ae/oe/aa aside."""
    return _plain(one) == _plain(other) != ()


@cache
def _phrases(name: str) -> dict[str, _Phrases]:
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        table = tomllib.load(file)
    return {
        intent: _Phrases(
            frozenset(map(_words, [*rows.get("whole", []), *rows.get("promised", [])])),
            tuple(map(_words, rows.get("within", []))),
            frozenset(map(_words, rows.get("promised", []))),
        )
        for intent, rows in table.items()
    }


@cache
def _polite_stems() -> frozenset[str]:
    return frozenset(stem(word, "da") for word in _POLITE)


def _words(text: str) -> tuple[str, ...]:
    return tuple(stem(fold(word), "da") for word in tokens(text))


def _plain(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in tokens(text))


def _places_of(phrase: Sequence[str], words: Sequence[str]) -> frozenset[int]:
    """Where the words of a phrase stand, or nothing if they do not all follow each other closely enough."""
    for start, word in enumerate(words):
        if word == phrase[0] and (rest := _rest_of(phrase[1:], words, start)) is not None:
            return frozenset((start, *rest))
    return frozenset()


def _rest_of(phrase: Sequence[str], words: Sequence[str], after: int) -> tuple[int, ...] | None:
    if not phrase:
        return ()
    for place in range(after + 1, min(after + _MOST_BETWEEN + 2, len(words))):
        if words[place] == phrase[0] and (rest := _rest_of(phrase[1:], words, place)) is not None:
            return (place, *rest)
    return None
