"""From words to meaning: what somebody wants done, and what is a question. The phrases are data."""

import tomllib
from collections.abc import Iterator, Sequence
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
    if whole_only:
        return None
    found = [
        (len(phrase), intent)
        for file in files
        for intent, phrases in _phrases(file).items()
        for phrase in phrases.within
        if _stands_in(phrase, words)
    ]
    return max(found)[1] if found else None


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


def _stands_in(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return any(_follows(phrase[1:], words[start + 1 :]) for start in _places(phrase[0], words))


def _follows(phrase: Sequence[str], words: Sequence[str]) -> bool:
    if not phrase:
        return True
    near = words[: _MOST_BETWEEN + 1]
    return any(_follows(phrase[1:], words[place + 1 :]) for place in _places(phrase[0], near))


def _places(word: str, words: Sequence[str]) -> Iterator[int]:
    return (place for place, other in enumerate(words) if other == word)
