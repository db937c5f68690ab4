"""CPR numbers are taken out of a text before anything is stored, shown or passed on: we have no use for them.

Nothing is lost when a number goes that was not one, so in doubt it goes. Known gaps: numbers spelled with words, and
numbers whose last four digits come later in the sentence.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

MASK = "[cpr fjernet]"

# How people write a CPR number, as the size of each group of digits and what stands between: "2.2.2-4" stands for
# 01.01.90-1234, a space for any white space in a line, and "-" for any dash with or without spaces.
_LAST = r"[ \n\-./,:;_+*]"  # before the last four digits nearly anything goes
_WAYS = (
    rf"6{_LAST}4",
    rf"2(?P<s>[ ./-])2(?P=s)2{_LAST}4",
    rf"2/2-2{_LAST}4",
    r"1(?:[ ./-]1){9}",
    rf"1(?:[ ./-]1){{5}}{_LAST}4",
    rf"6{_LAST}1(?:[ ./-]1){{3}}",
    r"6[ -]2 2",
    r"6-2-2",
    r"2(?P<t>[ ./-])2(?P=t)2[ -]2 2",
    r"2(?P<u>[./-])2(?P=u)2-2-2",
    # These are also ways to write a date and a time, so only a dash joins them:
    r"8-4",
    r"2(?P<v>[./-])2(?P=v)4-4",
    r"2/2-4-4",
    r"[12][/-][12][/-][24]-4",
)
_WAYS_UNLESS_IT_SAYS_OTHERWISE = (r"10", r"12")  # "sagsnr. 1012123456"
_WAYS_AFTER_THE_WORD = (r"8[ \n./-]4", r"[12][ ./-][12][ ./-][24][ \n./-]4")

_IS_WAY = re.compile("|".join(_WAYS))
_IS_WAY_OF_ONE_GROUP = re.compile("|".join(_WAYS_UNLESS_IT_SAYS_OTHERWISE))
_IS_WAY_AFTER_THE_WORD = re.compile("|".join((*_WAYS, *_WAYS_UNLESS_IT_SAYS_OTHERWISE, *_WAYS_AFTER_THE_WORD)))
_HAS_DATE_IN_PARTS = re.compile(r"[12][ ./-][12][ ./-][24]\D")

_CUE = 24
"""How many characters before a number may tell what kind of number it is."""
_SAYS_CPR = re.compile(r"(?<!\[)\b(?:cpr|c\.p\.r|person-?\s?(?:nr|num))", re.IGNORECASE)
_SAYS_OTHERWISE = re.compile(
    r"\b(?:ean|gln|isbn|cvr|kr|dkk|tlf|telefon|mobil|phone|ring|konto|reg|p-?(?:nr|nummer)"
    r"|(?:telefon|mobil|konto|sags?|ordre|vare|artikel|faktura|serie)-?(?:nr|nummer))"
    r"\.?\s?(?:er|på|:|=|\d{4})?\s*$",
    re.IGNORECASE,
)
_SAYS_MONEY = re.compile(r"\s?(?:kr\b|dkk\b|,-)", re.IGNORECASE)

_LONGEST_GAP = 5
_SEPARATORS = set(" \n-./,:;_+*")
_LIKE_ZERO = "oOоОοΟ"  # Latin, Cyrillic and Greek
_LIKE_SEPARATORS = str.maketrans({"−": "-", "⁃": "-", "·": ".", "•": ".", "∙": ".", "∕": "/", "⁄": "/"})


class _Group(NamedTuple):
    """Digits that stand together."""

    digits: str
    start: int
    end: int
    gap: str | None
    """What parts it from the group before, in short, or None if that is more than a separator."""
    plus: bool
    """A plus sign comes right before it, as in the country code of a phone number."""


def mask_cpr(text: str) -> tuple[str, int]:
    """The text without CPR numbers, and how many there were."""
    masked, count = _mask(text, with_letter_o=True)
    # An o beside a number need not be a zero: "…-1234 o 5". So look again at what is left.
    masked, more = _mask(masked, with_letter_o=False)
    return masked, count + more


def _mask(text: str, *, with_letter_o: bool) -> tuple[str, int]:
    groups = _groups(text, with_letter_o=with_letter_o)
    kept: list[str] = []
    done = at = count = 0
    while at < len(groups):
        size = _size_of_cpr(text, groups, at)
        if size:
            kept += [text[done : groups[at].start], MASK]
            done = groups[at + size - 1].end
            count += 1
        at += size or 1
    return "".join(kept) + text[done:], count


def _size_of_cpr(text: str, groups: list[_Group], at: int) -> int:
    """How many groups from this one on make up a CPR number; 0 if they do not. Looks at ten groups at most."""
    total, shape = 0, ""
    for size, group in enumerate(groups[at : at + 10], start=1):
        if size > 1 and group.gap is None:
            return 0
        total += len(group.digits)
        shape += f"{group.gap if size > 1 else ''}{len(group.digits)}"
        if total > 12:
            return 0
        if (total in (10, 12) or (size == 4 and total >= 8)) and _is_cpr(text, groups, at, size, shape):
            return size
    return 0


def _is_cpr(text: str, groups: list[_Group], at: int, size: int, shape: str) -> bool:
    """Decide by the date, by the way it is written, and by the word before it."""
    if not _begins_with_a_birthday([group.digits for group in groups[at : at + size]], shape):
        return False
    first, last = groups[at], groups[at + size - 1]
    before = text[max(0, first.start - _CUE) : first.start]
    if _SAYS_CPR.search(before):
        in_ten = sum(len(group.digits) for group in groups[at : at + size]) == 10
        return in_ten or _IS_WAY_AFTER_THE_WORD.fullmatch(shape) is not None
    following = groups[at + size] if at + size < len(groups) else None
    if _IS_WAY_OF_ONE_GROUP.fullmatch(shape):
        decimals = first.gap in (".", ",") or (following is not None and following.gap == ",")
        otherwise = first.plus or _SAYS_OTHERWISE.search(before) or _SAYS_MONEY.match(text, last.end)
        return not (decimals or otherwise)
    if not _IS_WAY.fullmatch(shape):
        return False
    return not _is_part_of_a_series(groups, at, size, shape)


def _is_part_of_a_series(groups: list[_Group], at: int, size: int, shape: str) -> bool:
    """True if the pairs began earlier or go on: two dates, or "20 12 11 56 8000", which is a phone and a postcode."""
    first = groups[at]
    if shape.startswith("2") and at and len(groups[at - 1].digits) == 2 and first.gap == shape[1]:
        return True
    if shape[-1] != "2" or at + size == len(groups):
        return False
    following = groups[at + size]
    return following.gap == shape[-2] and (following.gap == "-" or len(following.digits) == 2)


def _begins_with_a_birthday(parts: list[str], shape: str) -> bool:
    """True if a day and a month come first, and after them a year that people now may be born in."""
    digits = "".join(parts)
    if _HAS_DATE_IN_PARTS.match(shape):
        day, month, year = parts[0].zfill(2), parts[1].zfill(2), parts[2]
    else:
        day, month, year = digits[:2], digits[2:4], digits[4:-4]
    lived = len(year) == 2 or (len(year) == 4 and 1850 <= int(year) < 2100)
    return lived and _is_day_and_month(day, month)


@lru_cache(maxsize=4096)
def _is_day_and_month(day: str, month: str) -> bool:
    """True if some year has this day, whoever is born in it. Modulus 11 says nothing since 2007, so nobody asks it.

    A patient without a CPR number gets one with 60 added to the day: it stands for a person just as well.
    """
    number = int(day) - (60 if int(day) > 60 else 0)
    leap_year_and_rest = "004000"  # the year 2000: what year it really is does not matter
    try:
        cpr.get_birth_date(f"{number:02}{month}{leap_year_and_rest}")
    except ValidationError:
        return False
    return True


def _groups(text: str, *, with_letter_o: bool) -> list[_Group]:
    """All digits of the text in groups, in one pass, with what stands between them."""
    seen = [(symbol, index) for index, char in enumerate(text) if (symbol := _symbol(char))]
    seen.append(("", len(text)))
    groups: list[_Group] = []
    end_of_last: int | None = None
    at = 0
    while at < len(seen):
        end = at
        while seen[end][0].isdigit() or (with_letter_o and seen[end][0] == "o"):
            end += 1
        first, last = at, end
        if at and seen[at - 1][0].isalpha():  # a word ends here, and an o belongs to it
            while first < last and seen[first][0] == "o":
                first += 1
        if seen[end][0].isalpha():
            while first < last and seen[last - 1][0] == "o":
                last -= 1
        if first < last:
            digits = "".join(symbol for symbol, _ in seen[first:last]).replace("o", "0")
            near = end_of_last is not None and first - end_of_last <= _LONGEST_GAP
            between = "".join(symbol for symbol, _ in seen[end_of_last:first]) if near else "a"
            gap = _in_short(between) if set(between) <= _SEPARATORS else None
            plus = first > 0 and seen[first - 1][0] == "+"
            groups.append(_Group(digits, seen[first][1], seen[last][1], gap, plus))
            end_of_last = last
        at = max(end, at + 1)
    return groups


def _in_short(gap: str) -> str:
    """The gap as one symbol where people mean one: " - " is "-" and "  " is " "."""
    bare = gap.strip()
    if not bare:
        return "\n" if "\n" in gap else " "
    if bare in ("-", "--", ".", "/") and not gap.lstrip(" ").startswith("\n"):
        return bare[0]
    return gap


@lru_cache(maxsize=4096)
def _symbol(char: str) -> str:
    """What a reader sees: a digit, a separator, "o", "a" for any other letter, or nothing for what is invisible."""
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me"):  # zero-width characters, and marks on top of a digit
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in _LIKE_ZERO:
        return "o"
    if char.isspace():
        return "\n" if char.splitlines() == [""] else " "
    if category == "Pd":
        return "-"
    plain = unicodedata.normalize("NFKC", char).translate(_LIKE_SEPARATORS)
    return plain if len(plain) == 1 and not plain.isalpha() else "a"
