"""Danish and English words: which form, which parts and which language a typed word belongs to."""

import re
import unicodedata
from typing import Literal

import Stemmer

Language = Literal["da", "en"]

# The stemmers keep no memory (size 0): what an employee typed must not linger in the process.
_SNOWBALL = {"da": Stemmer.Stemmer("danish", 0), "en": Stemmer.Stemmer("english", 0)}

_WORD = re.compile(r"([^\W_]+?)(?:n['’]t|['’](?:s|m|d|re|ve|ll))?(?![^\W_])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphens and the like, pasted from Word


def listed(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


STOP_WORDS: dict[str, frozenset[str]] = {
    "da": listed(
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
    "en": listed(
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
    stemmed = uninflected(word, language)
    return _VERBAL_NOUN.sub("", stemmed) if language == "da" else stemmed


def uninflected(word: str, language: str) -> str:
    """One lower-case word without its grammatical ending."""
    stemmed: str = _SNOWBALL[language].stemWord(word)
    return _IRREGULAR.get(stemmed, stemmed) if language == "da" else stemmed


def stems(text: str, language: str) -> list[str]:
    """The stems of a text's content words, in order."""
    return [stem(word, language) for word in tokens(text) if not is_stop_word(word, language)]


_FOLDED_STOP_WORDS = {language: frozenset(map(fold, words)) for language, words in STOP_WORDS.items()}
FOLDED_STOP_WORDS = frozenset().union(*_FOLDED_STOP_WORDS.values())
"""Those of both languages, as fold() spells them."""


def is_stop_word(word: str, language: str | None = None) -> bool:
    """True if the word carries no subject; without a language, if it carries none in Danish or English."""
    folded = fold(word)  # "nar" and "hvornar" are typed as often as "når" and "hvornår"
    languages = STOP_WORDS if language is None else (language,)
    return any(folded in _FOLDED_STOP_WORDS[each] for each in languages)


# -- one language or the other --

# Only words that the other language does not have: "for", "at", "under", "have", "men", "in" and "to" tell nothing,
# and neither do "hi", "job" or "information", which Danes write too.
_TELLS = {
    "da": listed(
        """
        af alle altså andet anden andre bare blev blive bliver burde bør da de dem den denne der deres det dette
        dig din dine dit du efter egentlig eller er et fik findes flere fordi fra få får før gerne gå går gør
        gøre ham hans havde hej hjælp hos hun hvad hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor
        hvorhen hvornår ikke ind ingen ja jeg jer jeres kan kunne lidt lige længe mange med meget mellem mens
        mere mig mit mod må måske nej nogen noget nogle når nu og også om op os på samtale selv sig sige skal
        skifte skulle som snakke så søge til tale uden vide ved vi vil ville vores være været
        """
    ),
    "en": listed(
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
