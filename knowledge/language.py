"""Danish and English words: which form, which parts and which language a typed word belongs to."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

import Stemmer

Language = Literal["da", "en"]

# The stemmers keep no memory (size 0): what an employee typed must not linger in the process.
_SNOWBALL = {"da": Stemmer.Stemmer("danish", 0), "en": Stemmer.Stemmer("english", 0)}

_WORD = re.compile(r"([^\W_]+?)(?:n['’]t|['’](?:s|m|d|re|ve|ll))?(?![^\W_])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphens and the like, pasted from Word


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS: dict[str, frozenset[str]] = {
    "da": _listed(
        """
        ad af al alle alt altid anden andet andre at bare begge blev blive bliver bliv både burde bør ca da de
        dem den denne der deres det dette dig din dine disse dit dog du efter egentlig eller en end endnu enten
        er et faktisk for fordi fra frem fx få får fået før gennem gerne gik giv give giver gjort gøre gør går
        gå gået ham han hans har havde have hej hen hende her herfra hjælp hjælpe hos hun hvad hvem hver hverken
        hvilke hvilken hvilket hvis hvor hvordan hvorfor hvorhen hvornår i ifølge igen ikke imod ind ingen intet
        ja jeg jer jeres jo kan kom klokken kl komme kommer kunne lav lave laver lige lille lidt lov man mange
        med meget mellem men mens mere mest mig min mine mit mod må måske måtte ned nej netop nogen noget nogle
        nok nu nå når nær og også om op os over på sagt sammen selv ser sgu sig sige siger sin sine sit skal
        sket sker skulle slags snart som spørge spørgsmål står stå stadig så sådan tag tage tager taget tak til
        tit ud uden under var ved vel vi vide vil ville vor vore vores være været
        """
    ),
    "en": _listed(
        """
        a about after all also am an and any anybody anyone are as at be became because become becomes been
        being but by ca came can cannot come could did do does doing done for from get gets getting give given
        go going gone got had has have having he hello help her here hers hi him his how i if in into is it its
        just know let like made make makes many may me might more most much must my no nor not of off ok on or
        our ours out over please shall she should so some somebody someone something such take taken tell than
        thank thanks that the their them then there these they this those through to too under until up us very
        want wants was we well were what when where whether which while who whom whose why will with without wo
        would yes you your yours
        """
    ),
}

# Endings that make a noun of a verb and that Snowball leaves on: rådgivning and rådgiver should meet.
_VERBAL_NOUN = re.compile(r"(?<=[^\W_]{4})(?:ning|ing)$")

# Words of our subject whose forms share no ending that could be cut off.
_IRREGULAR = {
    "ansat": "ansæt",
    "ansatt": "ansæt",
    "jordemødr": "jordemod",
    "kursus": "kurs",
    "lang": "læng",
    "længer": "læng",
    "mænd": "mand",
    "ugen": "ug",
    "nye": "ny",
    "nyt": "ny",
    "sagt": "sig",
    "uge": "ug",
    "uger": "ug",
}


def fold(text: str) -> str:
    """Lower case and without æ, ø, å and accents, so that søge, soege and soge become the same."""
    text = unicodedata.normalize("NFC", text).lower()
    text = text.replace("æ", "ae").replace("oe", "o").replace("aa", "a").replace("ø", "o").replace("å", "a")
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """The words of a text in lower case; hyphens part words, and the ends of "what's" and "don't" are dropped."""
    return _WORD.findall(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).lower())


def stem(word: str, language: str) -> str:
    """The part of one lower-case word that its relatives share."""
    stemmed = _uninflected(word, language)
    return _VERBAL_NOUN.sub("", stemmed) if language == "da" else stemmed


def _uninflected(word: str, language: str) -> str:
    stemmed: str = _SNOWBALL[language].stemWord(word)
    return _IRREGULAR.get(stemmed, stemmed) if language == "da" else stemmed


def stems(text: str, language: str) -> list[str]:
    """The stems of a text's content words, in order."""
    return [stem(word, language) for word in tokens(text) if not is_stop_word(word, language)]


_FOLDED_STOP_WORDS = {language: frozenset(map(fold, words)) for language, words in STOP_WORDS.items()}


def is_stop_word(word: str, language: str | None = None) -> bool:
    """True if the word carries no subject; without a language, if it carries none in Danish or English."""
    folded = fold(word)  # "nar" and "hvornar" are typed as often as "når" and "hvornår"
    languages = STOP_WORDS if language is None else (language,)
    return any(folded in _FOLDED_STOP_WORDS[each] for each in languages)


# -- one language or the other --

# Only words that the other language does not have: "for", "at", "under", "have", "men", "in" and "to" tell nothing,
# and neither do "hi", "job" or "information", which Danes write too.
_TELLS = {
    "da": _listed(
        """
        af alle altså andet anden andre bare blev blive bliver burde bør da de dem den denne der deres det dette
        dig din dine dit du efter egentlig eller er et fik findes flere fordi fra få får før gerne gå går gør
        gøre ham hans havde hej hjælp hos hun hvad hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor
        hvorhen hvornår ikke ind ingen ja jeg jer jeres kan kunne lidt lige længe mange med meget mellem mens
        mere mig mit mod må måske nej nogen noget nogle når nu og også om op os på samtale selv sig sige skal
        skifte skulle som snakke så søge til tale uden vide ved vi vil ville vores være været
        """
    ),
    "en": _listed(
        """
        a about am an and another any anyone apply are ask because been being but can change could did does
        doing don during find from get getting going had has he help how if into is it its keep know like many
        me much my need not of other our please she should some someone something talk than thanks that the
        their them there these they this those try want was we were what when where which while who why will
        with without would yes you your
        """
    ),
}
# "far" is får without its ring, and an English word.
_FOLDED_TELLS = {"da": frozenset(map(fold, _TELLS["da"])) - {"far"}, "en": _TELLS["en"]}
_CONTRACTED = re.compile(r"[a-z]['’](?:m|t|re|ve|ll)\b")  # I'm, don't, we've; 's may be Danish


def guess(text: str) -> Language | None:
    """The language a short message is written in, or None when its words do not tell."""
    words = [fold(word) for word in tokens(text)]
    english = sum(word in _FOLDED_TELLS["en"] for word in words)
    danish = sum(word in _FOLDED_TELLS["da"] for word in words)
    english += len(_CONTRACTED.findall(text.lower()))
    # An English sentence may hold a Danish place or title ("Region Sjælland"), so letters count once, not per word.
    danish += any(letter in text.lower() for letter in "æøå")
    if danish == english:
        return None
    return "da" if danish > english else "en"


# -- words of an index, and what a typed word may mean among them --

_JOINTS = ("", "s", "e")  # uddannelse·s·strategi, barn·e·pleje
_PARTICLES = _listed("af fra frem igennem ind ned op over på sammen til ud videre")
_LONGEST_WORD = 60  # what is longer is no word, and would take long to take apart
_SHORTEST_PART = 3
# Endings that are words by themselves but no part of a compound (trygh·ed, fravær·ret).
_NO_PARTS = _listed("bar hed lig ment ned ret sen set ske som tes ting")
# Words that look like compounds and would mislead: a vejleder is no leder, and planlægge has no lægge to look for.
_NO_COMPOUNDS = _listed("fortsæt kunst kunstig medarbejd planlæg prioriter samarbejd samtal tillæg vejled")
_SHORTEST_CORRECTED = 5  # a shorter word has too many neighbours to tell which one was meant


class Vocabulary:
    """The words of a set of texts in one language, found again however they are typed."""

    def __init__(self, words: Iterable[str], language: str) -> None:
        self._stems_by_fold: dict[str, set[str]] = {}
        self._words_by_deletion: dict[str, set[str]] = {}
        self._count: Counter[str] = Counter()
        self.stems: set[str] = set()
        self._language = language
        for word, times in Counter(words).items():
            self._learn(word, times)

    def _learn(self, word: str, times: int) -> None:
        self._count[fold(word)] += times
        stemmed = stem(word, self._language)
        self.stems.add(stemmed)
        for form in self._folded_forms(word):
            self._stems_by_fold.setdefault(form, set()).add(stemmed)
        if len(word) >= _SHORTEST_CORRECTED:
            for shorter in _deletions(fold(word)):
                self._words_by_deletion.setdefault(shorter, set()).add(fold(word))

    def _folded_forms(self, word: str) -> set[str]:
        # Stemming and folding do not commute (soeger and søger lose different endings), so both orders are kept.
        folded = fold(word)
        stemmed = _uninflected(word, self._language)
        return {folded, fold(stemmed), fold(stem(word, self._language)), fold(stem(folded, self._language))}

    def same(self, word: str) -> set[str]:
        """The stems that are this word: spelled so, or so but for æ, ø and å."""
        stemmed = stem(word, self._language)
        if stemmed in self.stems:
            return {stemmed}
        found: set[str] = set()
        for form in self._folded_forms(word):
            found |= self._stems_by_fold.get(form, set())
        return found

    def parts(self, word: str) -> tuple[frozenset[str], ...]:
        """The known words that a compound is made of, each as its stems; empty if it does not part."""
        stemmed = stem(word, self._language)
        if stemmed in _NO_COMPOUNDS or len(word) > _LONGEST_WORD:
            return ()
        # Without its ending first: "arbejdspladsen" as a whole would end in a "sen".
        uninflected = fold(_uninflected(word, self._language))
        pieces = split(uninflected, self._stems_by_fold) or split(fold(word), self._stems_by_fold)
        return tuple(frozenset(self._stems_by_fold[piece]) for piece in pieces)

    def joined(self, first: str, second: str) -> set[str]:
        """The stems of the known compound that was typed as two words."""
        found: set[str] = set()
        for joint in _JOINTS:
            found |= self._stems_by_fold.get(fold(first + joint + second), set())
        return found or self._stems_by_fold.get(fold(stem(first + second, self._language)), set())

    def particle_verb(self, verb: str, particle: str) -> set[str]:
        """The stems of the noun or verb that "sige ... op" or "lægges sammen" is known as: opsigelse, sammenlægning."""
        if particle not in _PARTICLES or particle == verb:
            return set()
        root = particle + stem(verb, self._language)
        known = self.same(root + "else") | self.same(root + "ning") | self.same(particle + verb)
        return {s for s in known if len(s) > len(particle) + 1}  # "er ned" is no neder

    def near(self, word: str) -> set[str]:
        """The stems of the commonest known word that is one slip of the finger away."""
        folded = fold(word)
        if not _SHORTEST_CORRECTED <= len(folded) <= _LONGEST_WORD or not folded.isalpha():
            return set()
        candidates: set[str] = set()
        for shorter in (folded, *_deletions(folded)):
            candidates |= self._words_by_deletion.get(shorter, set())
        close = [known for known in candidates if one_slip_apart(folded, known)]
        if not close:
            return set()
        return self._stems_by_fold[max(close, key=lambda known: (self._count[known], known))]


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
        if len(bare) >= _SHORTEST_PART and bare in known and bare not in _NO_PARTS and not is_stop_word(bare):
            return bare
    return ""


def one_slip_apart(one: str, other: str) -> bool:
    """True if one letter was added, left out, replaced or swapped with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )


def _deletions(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
