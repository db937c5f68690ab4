"""The words of all texts of one language, and what a typed word may mean among them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from knowledge.language import FOLDED_STOP_WORDS, fold, listed, stem, uninflected

_JOINTS = ("", "s", "e")  # uddannelse·s·strategi, barn·e·pleje
_PARTICLES = listed("af fra frem igennem ind ned op over på sammen til ud videre")
_LONGEST_WORD = 60  # what is longer is no word, and would take long to take apart
_SHORTEST_PART = 3
# Endings that are words by themselves but no part of a compound (trygh·ed, fravær·ret).
_NO_PARTS = listed("bar hed lig ment ned ret sen set ske som tes ting") | FOLDED_STOP_WORDS
# Words that look like compounds and would mislead: a vejleder is no leder, and planlægge has no lægge to look for.
_NO_COMPOUNDS = listed("fortsæt kunst kunstig medarbejd planlæg prioriter samarbejd samtal tillæg vejled")
_SHORTEST_CORRECTED = 5  # a shorter word has too many neighbours to tell which one was meant
_LETTERS = "abcdefghijklmnopqrstuvwxyz"  # of folded words


class Vocabulary:
    """Every word of the texts in one language, found again however it is typed. Texts come and go one at a time.

    What it remembers are words of texts, never words that somebody typed.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts_with: Counter[str] = Counter()
        self._stems_by_word: dict[str, str] = {}
        self._words_by_form: dict[str, tuple[str, ...]] = {}
        self._alphabet: tuple[list[str], list[str]] | None = None
        self._compounds: dict[str, frozenset[str]] = {}

    def add(self, words: Iterable[str]) -> None:
        """Learn the words of one text."""
        for word in set(words):
            self._texts_with[word] += 1
            if self._texts_with[word] == 1:
                self._stems_by_word[word] = stem(word, self._language)
                for form in self._forms(word):
                    self._words_by_form[form] = (*self._words_by_form.get(form, ()), word)
                self._changed()

    def remove(self, words: Iterable[str]) -> None:
        """Forget the words of a text that was added, unless another text has them too."""
        for word in set(words):
            self._texts_with[word] -= 1
            if self._texts_with[word] == 0:
                del self._texts_with[word], self._stems_by_word[word]
                for form in self._forms(word):
                    left = tuple(other for other in self._words_by_form[form] if other != word)
                    if left:
                        self._words_by_form[form] = left
                    else:
                        del self._words_by_form[form]
                self._changed()

    def same(self, word: str) -> frozenset[str]:
        """The stems that are this word: spelled so, or so but for æ, ø and å."""
        stemmed = stem(word, self._language)
        found = frozenset(chain.from_iterable(self._stems(form) for form in self._forms(word)))
        return frozenset({stemmed}) if stemmed in found else found

    def parts(self, word: str) -> tuple[frozenset[str], ...]:
        """The known words that a compound is made of, each as its stems; empty if it does not part."""
        if stem(word, self._language) in _NO_COMPOUNDS or len(word) > _LONGEST_WORD:
            return ()
        # Without its ending first: "arbejdspladsen" as a whole would end in a "sen".
        bare = fold(uninflected(word, self._language))
        pieces = split(bare, self._words_by_form) or split(fold(word), self._words_by_form)
        return tuple(map(self._stems, pieces))

    def compounds(self, stemmed: str) -> frozenset[str]:
        """The stems of the known compounds that begin or end with the word of this stem."""
        found = self._compounds.get(stemmed)
        if found is None:
            found = frozenset(self._find_compounds(stemmed))
            self._compounds[stemmed] = found
        return found

    def joined(self, first: str, second: str) -> frozenset[str]:
        """The stems of the known compound that was typed as two words."""
        found = frozenset(chain.from_iterable(self._stems(fold(first + joint + second)) for joint in _JOINTS))
        return found or self._stems(fold(stem(first + second, self._language)))

    def particle_verb(self, verb: str, particle: str) -> frozenset[str]:
        """The stems of the noun or verb that "sige ... op" or "lægges sammen" is known as: opsigelse, sammenlægning."""
        if particle not in _PARTICLES or particle == verb:
            return frozenset()
        root = particle + stem(verb, self._language)
        known = self.same(root + "else") | self.same(root + "ning") | self.same(particle + verb)
        return frozenset(s for s in known if len(s) > len(particle) + 1)  # "er ned" is no neder

    def near(self, word: str) -> frozenset[str]:
        """The stems of the commonest known word that is one slip of the finger away.

        All slips are made and looked up: that takes a fraction of a millisecond, and no memory for every slip of
        every word.
        """
        folded = fold(word)
        if not _SHORTEST_CORRECTED <= len(folded) <= _LONGEST_WORD or not folded.isalpha():
            return frozenset()
        close = {form for form in _slips(folded) if form in self._words_by_form and form != folded}
        if not close:
            return frozenset()
        return self._stems(max(close, key=lambda form: (self._texts_having(form), form)))

    # -- the words behind a form --

    def _changed(self) -> None:
        self._alphabet = None
        self._compounds.clear()

    def _forms(self, word: str) -> set[str]:
        # Stemming and folding do not commute (soeger and søger lose different endings), so both orders are kept.
        folded, bare = fold(word), fold(uninflected(word, self._language))
        return {folded, bare, fold(stem(word, self._language)), fold(stem(folded, self._language))}

    def _stems(self, form: str) -> frozenset[str]:
        return frozenset(self._stems_by_word[word] for word in self._words_by_form.get(form, ()))

    def _texts_having(self, form: str) -> int:
        return sum(self._texts_with[word] for word in self._words_by_form[form])

    def _find_compounds(self, stemmed: str) -> Iterator[str]:
        if self._alphabet is None:
            self._alphabet = sorted(self._words_by_form), sorted(form[::-1] for form in self._words_by_form)
        forwards, backwards = self._alphabet
        words = self._words_by_form.get(fold(stemmed), ())
        for root in {fold(form) for word in words for form in (word, uninflected(word, self._language))}:
            if len(root) < _SHORTEST_PART or root in _NO_PARTS:
                continue
            for form in _beginning(forwards, root):
                if self._is_rest(form[len(root) :]):
                    yield from self._compound_stems(form)
            for turned in _beginning(backwards, root[::-1]):
                form = turned[::-1]
                if self._is_front(form[: -len(root)]):
                    yield from self._compound_stems(form)

    # Many words begin like another and few are compounds of it, so these two look words up before all else.

    def _is_rest(self, piece: str) -> bool:
        known = self._words_by_form
        return (piece in known or piece[1:] in known) and any(
            _without_joint(piece.removeprefix(joint), known, last=True) for joint in _JOINTS
        )

    def _is_front(self, piece: str) -> bool:
        known = self._words_by_form
        return (piece in known or piece[:-1] in known) and bool(_without_joint(piece, known, last=False))

    def _compound_stems(self, form: str) -> Iterator[str]:
        for word in self._words_by_form[form]:
            if (s := self._stems_by_word[word]) not in _NO_COMPOUNDS:
                yield s


def split(word: str, known: Collection[str]) -> tuple[str, ...]:
    """The fewest known words that make up a compound, with joining letters left out; empty if there is no way."""
    best: dict[int, tuple[str, ...]] = {0: ()}  # how to read the first n letters
    for end in range(_SHORTEST_PART, len(word) + 1):
        for start in range(end - _SHORTEST_PART + 1):
            # The whole word is not a part of itself.
            if start not in best or (start == 0 and end == len(word)):
                continue
            piece = _without_joint(word[start:end], known, last=end == len(word))
            # Of equally few parts the one with the longest last part: karriere·vejleder, not karrierevej·leder.
            if piece and (end not in best or len(best[start]) + 1 < len(best[end])):
                best[end] = (*best[start], piece)
    return best.get(len(word), ())


def _without_joint(piece: str, known: Collection[str], *, last: bool) -> str:
    for joint in _JOINTS[:1] if last else _JOINTS:
        bare = piece.removesuffix(joint) if joint else piece
        if len(bare) >= _SHORTEST_PART and bare in known and bare not in _NO_PARTS:
            return bare
    return ""


def _slips(word: str) -> Iterator[str]:
    """Every word that differs by one letter added, left out, replaced or swapped with its neighbour."""
    for i in range(len(word) + 1):
        before, after = word[:i], word[i:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            yield before + letter + after[1:]


def _beginning(alphabet: Sequence[str], root: str) -> Iterator[str]:
    """The longer words of a sorted list that begin with `root`."""
    # No letter of a folded word sorts behind the last of all characters.
    start, end = bisect_left(alphabet, root), bisect_left(alphabet, root + "\U0010ffff")
    return (form for form in alphabet[start:end] if form != root)
