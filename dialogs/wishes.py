"""What a sentence says of a stay: "jeg vil gerne snuse til børnepsykiatrien i uge 12" names kind, place and time."""

import re
from collections.abc import Collection
from datetime import date

from dialogs.dates import is_any_time, read_date, read_length
from guidance.placements import EXCHANGE, LENGTHS, TASTER

_KINDS = {
    TASTER: re.compile(r"\b(snus\w*|snusepraktik\w*|føl|skygge\w*|taster\w*|shadow\w*|sniff\w*)\b", re.IGNORECASE),
    EXCHANGE: re.compile(r"\b(udveksl\w*|uddannelsesophold\w*|bytte\w*|exchange\w*|swap\w*|rotat\w*)\b", re.IGNORECASE),
}

_NAMES_KIND = re.compile(r"\b(snusepraktik\w*|udveksl\w*|uddannelsesophold\w*|taster\w*|exchange\w*)\b", re.IGNORECASE)

# The words after these name a place or a subject, until something else begins.
_ABOUT = re.compile(
    r"\b(?:hos|inden for|indenfor|om|til|på|ind i|(?-i:i)|about|in|at|to|with)\s+(?P<what>.+)", re.IGNORECASE
)
_ENDS = re.compile(
    r"[,.;!?]|\b(?:i uge|uge|fra|den|i (?:en|et|to|tre|\d)|om (?:en|et|to|tre|\d+)|(?:en|et|to|tre|fire|\d+) "
    r"(?:dag|uge|måned|md)|for (?:a|one|two|three|\d)|in (?:week|january|february|march|april|may|june|july|august|"
    r"september|october|november|december)|from|on|next|næste|til (?:januar|februar|marts|april|maj|juni|juli|august|"
    r"september|oktober|november|december)|i (?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|"
    r"november|december)|fordi|because|så|hvis|når|as (?:a|an)|som)\b",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"^(?:\d|(?:en|et|to|tre|fire|one|two|three|a) (?:dag|uge|måned|day|week|month)|at\b|"
    r"en anden\b|et andet\b|andre\b|noget\b|et ophold|en afdeling|another\b|a different|other\b|me\b|mig\b|"
    r"praktik|snusepraktik|udveksling|try\b|see\b|do\b|snuse\b|bytte\b|ansøge\b|søge\b|apply\b|go\b|be\b)",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 3, 80

_MONTHS = re.compile(
    r"(?P<count>\d{1,3}(?:[.,]\d)?|et|en|to|tre|fire|fem|seks|syv|otte|ni|ti|one|two|three|four|five|six|seven|eight|"
    r"nine|ten)\s*(?:(?P<half>og et halvt|and a half)\s*)?"
    r"(?:(?P<years>år\w*|years?|yrs?)|(?P<months>måned\w*|mdr?|months?))",
    re.IGNORECASE,
)
_WORDS = ("", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")
_COUNTS = {word: number for number, word in enumerate(_WORDS) if word} | {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
} | {"et": 1}  # fmt: skip
_HALF_YEAR = re.compile(r"\b(?:et halvt år|half a year)\b", re.IGNORECASE)
_MOST_MONTHS = 600


def read_wish(text: str, places: Collection[str], today: date) -> dict[str, str]:
    """Kind, what, starts and length, as far as the words say them.

    `places` are names of departments and specialties.
    """
    found: dict[str, str] = {}
    kind = next((kind for kind, words in _KINDS.items() if words.search(text)), "")
    day, what = read_date(text, today), _what(text, places)
    if not kind and (by_length := [one for one in LENGTHS if read_length(text, LENGTHS[one]) not in (None, "other")]):
        kind = by_length[0]
    if kind:
        found["kind"] = kind
        if not (day or what or _NAMES_KIND.search(text) or read_length(text, LENGTHS[kind])):
            del found["kind"]  # "jeg vil gerne snuse" is said of months as well
        if length := read_length(text, LENGTHS[kind]):
            found["length"] = length
    if day and day >= today:
        found["starts"] = day.isoformat()
    elif is_any_time(text):
        found["starts"] = ""
    if what:
        found["what"] = what
    return found


def read_tenure(text: str) -> int | None:
    """Months, from "2 år", "23 måneder", "et halvt år" or "1 år og 6 mdr"; None if there is no length of time."""
    months, seen = 0.0, False
    if _HALF_YEAR.search(text):
        months, seen = 6.0, True
    for span in _MONTHS.finditer(_HALF_YEAR.sub(" ", text)):
        word = span["count"].lower()
        count = float(_COUNTS[word]) if word in _COUNTS else float(word.replace(",", "."))
        months += (count + (0.5 if span["half"] else 0)) * (12 if span["years"] else 1)
        seen = True
    return int(months) if seen and months <= _MOST_MONTHS else None


def _what(text: str, places: Collection[str]) -> str:
    known = [name for name in places if _stands_in(name, text)]
    if known:
        return max(known, key=len)
    about = _ABOUT.search(text)
    while about is not None:
        words = _ENDS.split(about["what"], maxsplit=1)[0].strip(" -–:\"'")
        # "i uge 12", "til at prøve noget andet" name no place; perhaps what follows does.
        if _SHORTEST <= len(words) <= _LONGEST and not _NO_PLACE.match(words) and not words.isdecimal():
            return words[0].upper() + words[1:]
        about = _ABOUT.search(text, about.start("what"))
    return ""


def _stands_in(name: str, text: str) -> bool:
    """The name with any ending: "børnepsykiatri" in "børnepsykiatrien"."""
    stem = re.escape(name.lower().removesuffix("en").removesuffix("et"))
    return re.search(rf"\b{stem}\w{{0,3}}\b", text.lower()) is not None
