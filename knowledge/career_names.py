"""Finding the names of posts in what people type: inflected, split, joined, without æøå, with slips, in English."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from knowledge.language import fold, is_stop_word, one_slip_apart, stem, tokens

_MOST_WORDS = 120
"""Words of a text that are looked at. Nobody names a post after that many."""
_LONGEST_NAME = 7
_SHORTEST_CORRECTED = 6
"""Letters of a word whose slips are corrected: "leger" may be anything, "sygeplejeske" only one."""
_SHORTEST_GUESSED = 9
_ALIKE = 0.88
"""How alike two long words must be if more than one letter went wrong: "sygeplejske" is 0.92 to "sygeplejerske"."""
_INFLECTED = "(?:e?n|e?r|e?rne|e?s)?"


@dataclass(frozen=True)
class Mention:
    """A post in a text. More than one id: the name belongs to several, as "sosu" does."""

    posts: tuple[str, ...]
    start: int
    """Place of its first word among the words of the text."""
    end: int
    """Place after its last word."""


class Names:
    """All names of all posts."""

    def __init__(self) -> None:
        self._posts_by_name: dict[tuple[str, ...], list[str]] = {}
        self._posts_by_joined: dict[str, list[str]] = {}
        self._words_by_form: dict[tuple[str, str], set[str]] = {}
        self._languages: dict[str, set[str]] = {}
        self._endings: list[tuple[re.Pattern[str], str]] = []
        self._no_endings: set[str] = set()

    def learn(
        self, post: str, names: Iterable[str], language: str, endings: Iterable[str], never: Iterable[str]
    ) -> None:
        """Add a post's names in one language, the words that compounds of it end with, and the words that are none."""
        for name in names:
            words = tuple(fold(word) for word in tokens(name))
            _add(self._posts_by_name.setdefault(words, []), post)
            _add(self._posts_by_joined.setdefault("".join(words), []), post)
            for word in words:
                for form in _forms(word, language):
                    self._words_by_form.setdefault((language, form), set()).add(word)
        self._endings += [(re.compile(f"[^\\W_]{{3,}}{fold(ending)}{_INFLECTED}"), post) for ending in endings]
        self._no_endings |= {fold(word) for word in never}

    def find(self, text: str) -> list[Mention]:
        """The posts in a text, in order. The longest name wins; a slip counts only where no name fits as it stands."""
        words = [fold(word) for word in tokens(text)[:_MOST_WORDS]]
        meant = [self._meant(word) for word in words]
        found, place = [], 0
        while place < len(words):
            mention = self._at(place, words, meant) or self._compound(place, words)
            if mention:
                found.append(mention)
            place = mention.end if mention else place + 1
        return found

    def beginning(self, text: str) -> Iterator[str]:
        """The posts one of whose names has words that begin like these, as for a search box."""
        typed = [fold(word) for word in tokens(text)[:_LONGEST_NAME]]
        for name, posts in self._posts_by_name.items():
            if typed and all(any(word.startswith(part) for word in name) for part in typed):
                yield from posts

    def _at(self, place: int, words: Sequence[str], meant: Sequence[set[str]]) -> Mention | None:
        for length in range(min(_LONGEST_NAME, len(words) - place), 0, -1):
            window = range(place, place + length)
            posts = self._posts_by_joined.get("".join(words[at] for at in window), [])
            if not posts:
                posts = self._inflected([meant[at] for at in window])
            if posts:
                return Mention(tuple(posts), place, place + length)
        return None

    def _inflected(self, meant: Sequence[set[str]]) -> list[str]:
        if not all(meant):
            return []
        return next(
            (
                posts
                for name, posts in self._posts_by_name.items()
                if len(name) == len(meant) and all(word in known for word, known in zip(name, meant, strict=True))
            ),
            [],
        )

    def _compound(self, place: int, words: Sequence[str]) -> Mention | None:
        word = words[place]
        if word in self._no_endings:
            return None
        post = next((post for ending, post in self._endings if ending.fullmatch(word)), None)
        return Mention((post,), place, place + 1) if post else None

    def _meant(self, word: str) -> set[str]:
        """The words of names that a typed word is or may be."""
        found: set[str] = set()
        for language in ("da", "en"):
            for form in _forms(word, language):
                found |= self._words_by_form.get((language, form), set())
        if found or len(word) < _SHORTEST_CORRECTED or is_stop_word(word) or word in self._no_endings:
            return found
        known = {form for _, form in self._words_by_form if len(form) >= _SHORTEST_CORRECTED}
        close = [form for form in known if one_slip_apart(word, form)]
        if not close and len(word) >= _SHORTEST_GUESSED:
            close = get_close_matches(word, sorted(known), n=1, cutoff=_ALIKE)
        return {name for (_, form), names in self._words_by_form.items() if form in close for name in names}


def _forms(word: str, language: str) -> set[str]:
    return {word, stem(word, language)}


def _add(posts: list[str], post: str) -> None:
    if post not in posts:
        posts.append(post)
