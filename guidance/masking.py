"""CPR numbers are taken out of a text before anything is stored, shown or passed on: we have no use for them.

Nothing is lost when a number goes that was not one, so in doubt it goes. Known gaps: numbers spelled with words, and
numbers whose last four digits come later in the sentence.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

MASK = "[cpr fjernet]"

# How people write a CPR number, as the size of each group of digits and what stands between: "2.2.2-4" stands for
# 01.01.90-1234, a space for any white space in a line, "-" for any dash with or without spaces, "x" for other signs.
_LAST = r"\D"  # before the last four digits anything goes but letters
_ISO = rf"4(?P<iso>[./-])2(?P=iso)2{_LAST}4"
_WAYS = (
    "10",
    "12",
    rf"[68]{_LAST}4",
    rf"[12](?P<s>[ ./-])[12](?P=s)[24]{_LAST}4",
    rf"[12]/[12]-[24]{_LAST}4",
    rf"4[ .]2{_LAST}4",  # not 2011/12 or 2011-12, which are years
    rf"2[ .]4{_LAST}4",
    _ISO,
    r"1(?:[ ./-]1){9}",
    rf"1(?:[ ./-]1){{5}}{_LAST}4",
    rf"6{_LAST}1(?:[ ./-]1){{3}}",
    r"6[ -]2 2",
    r"6-2-2",
    r"2(?P<t>[ ./-])2(?P=t)2[ -]2 2",
    r"2(?P<u>[./-])2(?P=u)2-2-2",
)
_IS_WAY = re.compile("|".join(_WAYS))
_IS_ISO = re.compile(_ISO)
_HAS_DATE_IN_PARTS = re.compile(r"[12][ ./-][12][ ./-][24]\D")
_IS_DATE_AND_TIME = re.compile(
    r"(?:\d\d?\D?\d\d?\D?20[2-9]\d|20[2-9]\d\D?\d\d\D?\d\d)[ \n](?:[01]\d|2[0-3])[0-5]\d"  # "12.03.2025 1430"
)

_SAYS_CPR = re.compile(r"(?<!\[)\b(?:cpr|c\.p\.r|person-?\s?(?:nr|num))", re.IGNORECASE)
_CUE = 21
"""How many characters may stand between that word and the number."""

_LONGEST_GAP = 5
_LIKE_ZERO = "oOоОοΟ"  # Latin, Cyrillic and Greek
_LIKE_SEPARATORS = str.maketrans({"−": "-", "⁃": "-", "·": ".", "•": ".", "∙": ".", "∕": "/", "⁄": "/"})


class _Group(NamedTuple):
    """Digits that stand together."""

    digits: str
    start: int
    end: int
    gap: str | None
    """What parts it from the group before, in short, or None if that is more than a few signs."""


def mask_cpr(text: str) -> tuple[str, int]:
    """The text without CPR numbers, and how many there were."""
    masked, count = _mask(text, with_letter_o=True)
    # An o beside a number need not be a zero: "…-1234 o 5". So look again at what is left.
    masked, more = _mask(masked, with_letter_o=False)
    return masked, count + more


def _mask(text: str, *, with_letter_o: bool) -> tuple[str, int]:
    groups = _groups(text, with_letter_o=with_letter_o)
    words = [match.end() for match in _SAYS_CPR.finditer(text)]
    kept: list[str] = []
    done = at = count = 0
    while at < len(groups):
        start = groups[at].start
        word = bisect_right(words, start)
        size = _size_of_cpr(groups, at, after_word=word > 0 and start - words[word - 1] <= _CUE)
        if size:
            kept += [text[done:start], MASK]
            done = groups[at + size - 1].end
            count += 1
        at += size or 1
    return "".join(kept) + text[done:], count


def _size_of_cpr(groups: list[_Group], at: int, *, after_word: bool) -> int:
    """How many groups from this one on make up a CPR number; 0 if they do not. Looks at ten groups at most."""
    total, shape = 0, ""
    for size, group in enumerate(groups[at : at + 10], start=1):
        if size > 1:
            if group.gap is None:
                return 0
            shape += group.gap
        total += len(group.digits)
        shape += str(len(group.digits))
        if total > 12:
            return 0
        if total < 8 or not (_is_way(shape) or (after_word and total == 10)):
            continue
        if _begins_with_a_birthday([group.digits for group in groups[at : at + size]], shape) and (
            after_word or not (_is_part_of_a_series(groups, at, size, shape) or _is_date_and_time(groups, at, size))
        ):
            return size
    return 0


@lru_cache(maxsize=4096)
def _is_way(shape: str) -> bool:
    return _IS_WAY.fullmatch(shape) is not None


def _is_part_of_a_series(groups: list[_Group], at: int, size: int, shape: str) -> bool:
    """True if the pairs began earlier or go on: two dates, or "20 12 11 56 8000", which is a phone and a postcode."""
    before = groups[at].gap if at else None
    following = groups[at + size] if at + size < len(groups) else None
    if _IS_ISO.fullmatch(shape):
        return shape[1] in (before, following and following.gap)
    if shape.startswith(("2 2", "2-2")) and before == shape[1] and len(groups[at - 1].digits) == 2:
        return True
    if not shape.endswith("2") or following is None:
        return False
    return following.gap == shape[-2] and (following.gap == "-" or len(following.digits) == 2)


def _is_date_and_time(groups: list[_Group], at: int, size: int) -> bool:
    """True for a clock after a recent date with its full year: nobody who works was born then."""
    written = groups[at].digits + "".join(f"{group.gap}{group.digits}" for group in groups[at + 1 : at + size])
    return _IS_DATE_AND_TIME.fullmatch(written) is not None


def _begins_with_a_birthday(parts: list[str], shape: str) -> bool:
    """True if a day and a month come first, and after them a year that people now may be born in; or the reverse."""
    digits = "".join(parts)
    if _HAS_DATE_IN_PARTS.match(shape):
        day, month, year = parts[0].zfill(2), parts[1].zfill(2), parts[2]
    else:
        day, month, year = digits[:2], digits[2:4], digits[4:-4]
    if _is_year(year) and _is_day_and_month(day, month):
        return True
    return len(digits) == 12 and _is_year(digits[:4]) and _is_day_and_month(digits[6:8], digits[4:6])


def _is_year(year: str) -> bool:
    return len(year) == 2 or (len(year) == 4 and 1850 <= int(year) < 2100)


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
            gap = None if any(symbol.isalpha() for symbol in between) else _in_short(between)
            groups.append(_Group(digits, seen[first][1], seen[last][1], gap))
            end_of_last = last
        at = max(end, at + 1)
    return groups


@lru_cache(maxsize=4096)
def _in_short(gap: str) -> str:
    """The gap as one symbol where people mean one: " - " is "-" and "  " is " "; "x" is any other few signs."""
    bare = gap.strip()
    if not bare:
        return "\n" if "\n" in gap else " "
    if bare in ("-", "--", ".", "/") and not gap.lstrip(" ").startswith("\n"):
        return bare[0]
    return "x"


@lru_cache(maxsize=4096)
def _symbol(char: str) -> str:
    """What a reader sees: a digit, a sign, "o", "a" for any other letter, or nothing for what is invisible."""
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
    if char.isalnum() or plain.isalnum():
        return "a"
    return plain if len(plain) == 1 else "#"
