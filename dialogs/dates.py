"""Days and lengths of time as people write them, in Danish and English."""

import re
from collections.abc import Collection
from datetime import date, timedelta

from knowledge.language import fold, tokens

MONTHS = (
    ("januar", "january", "jan"), ("februar", "february", "feb"), ("marts", "march", "mar"), ("april", "apr"),
    ("maj", "may"), ("juni", "june", "jun"), ("juli", "july", "jul"), ("august", "aug"),
    ("september", "sep", "sept"), ("oktober", "october", "okt", "oct"), ("november", "nov"),
    ("december", "dec"),
)  # fmt: skip
DAYS = (
    ("mandag", "monday"), ("tirsdag", "tuesday"), ("onsdag", "wednesday"), ("torsdag", "thursday"),
    ("fredag", "friday"), ("lørdag", "saturday"), ("søndag", "sunday"),
)  # fmt: skip
_AHEAD = {"i dag": 0, "today": 0, "i overmorgen": 2, "day after tomorrow": 2, "i morgen": 1, "tomorrow": 1}
_ANY_TIME = ("lige meget", "ligegyldigt", "når som helst", "hvornår som helst", "any time", "anytime", "whenever")

_NUMBERS = re.compile(
    r"(?<![\d./-])(?P<day>\d{1,2})"
    r"(?:[./]|-(?=\d{1,2}-\d))(?P<month>\d{1,2})"  # a dash alone joins no day and month: "2-3 dage", "uge 5-7"
    r"(?:(?:[./-]|\.?\s+(?=\d{4}))(?P<year>\d{4}|\d{2}))?(?![\d/-])"
    r"(?!\s*(?:dag|uge|måned|md|mdr|år|time|day|week|month|year|hour))"
)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_NAMED = re.compile(r"\b(\d{1,2})(?:\.|th|st|nd|rd)?\s*(?:of\s+)?([a-zæøå]+)\.?(?:\s+(\d{4}))?")
_MONTH_ALONE = re.compile(
    rf"(?:^|\b(?:i|til|fra|in|from)\s+)({'|'.join(name for names in MONTHS for name in names)})\b(?:\s+(\d{{4}})\b)?"
)
_WEEK = re.compile(r"\b(?:uge|week)\s*(\d{1,2})\b")
_NEXT_WEEK = re.compile(r"\b(?:næste uge|next week)\b")

_COUNTS = {"en": 1, "et": 1, "a": 1, "one": 1, "to": 2, "two": 2, "tre": 3, "three": 3, "fire": 4, "four": 4}
_UNITS = (("day", r"dag(?:e|es)?|days?"), ("week", r"uger?s?|weeks?"), ("month", r"måned(?:er)?s?|mdr?|months?"))
_SPAN = re.compile(
    rf"(?P<ahead>\b(?:om|in)\s+)?\b(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})\s*"
    rf"(?:{'|'.join(f'(?P<{unit}>{words})' for unit, words in _UNITS)})\b"
)


def read_date(text: str, today: date) -> date | None:
    """A day as people write it: 2027-01-12, 12/1, "12. januar", "i morgen", "på mandag", "uge 7", "marts". Else None.

    Without a year it is the next such day from today on. A week or month alone means its first day.
    """
    text = text.lower()
    if iso := _ISO.search(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if numbers := _NUMBERS.search(text):
        return _next_day(int(numbers["day"]), int(numbers["month"]), numbers["year"], today)
    for named in _NAMED.finditer(text):  # "2 måneder fra 1. februar" has two numbers before a word
        if month := _month(named[2]):
            return _next_day(int(named[1]), month, named[3], today)
    return _ahead(text, today) or _weekday(text, today) or _week(text, today) or _whole_month(text, today)


def read_length(text: str, known: Collection[str]) -> str | None:
    """Which of the `known` lengths ("3_days", "other") the words name, or None if they name none at all."""
    for span in _SPAN.finditer(text.lower()):
        if not span["ahead"]:
            count = _COUNTS.get(span["count"]) or int(span["count"])
            unit = next(unit for unit, _ in _UNITS if span[unit])
            if (count, unit) == (7, "day"):
                count, unit = 1, "week"
            length = f"{count}_{unit}{'' if count == 1 else 's'}"
            return length if length in known else "other"
    return None


def is_any_time(text: str) -> bool:
    """True if somebody says that the time does not matter."""
    return any(words in text.lower() for words in _ANY_TIME)


def _ahead(text: str, today: date) -> date | None:
    for words, days in _AHEAD.items():
        if re.search(rf"\b{words}\b", text):
            return today + timedelta(days=days)
    if _NEXT_WEEK.search(text):
        return today + timedelta(days=7 - today.weekday())
    span = next((span for span in _SPAN.finditer(text) if span["ahead"]), None)
    if span is None:
        return None
    count = _COUNTS.get(span["count"]) or int(span["count"])
    return today + timedelta(days=count * (1 if span["day"] else 7 if span["week"] else 30))


def _weekday(text: str, today: date) -> date | None:
    words = {fold(word) for word in tokens(text)}
    for number, names in enumerate(DAYS):
        if words & {fold(name) for name in names}:
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _week(text: str, today: date) -> date | None:
    """The Monday of a week by its number, as rosters have it; today if that week has begun."""
    if not (found := _WEEK.search(text)):
        return None
    for year in (today.isocalendar().year, today.isocalendar().year + 1):
        try:
            monday = date.fromisocalendar(year, int(found[1]), 1)
        except ValueError:
            continue
        if monday + timedelta(days=6) >= today:
            return max(monday, today)
    return None


def _whole_month(text: str, today: date) -> date | None:
    found = _MONTH_ALONE.search(text.strip())
    month = _month(found[1]) if found else None
    if not found or not month:
        return None
    return today if not found[2] and month == today.month else _next_day(1, month, found[2], today)


def _month(word: str) -> int | None:
    return next((number for number, names in enumerate(MONTHS, 1) if word in names), None)


def _next_day(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    days = (_day(today.year + ahead, month, day) for ahead in (0, 1))
    return next((found for found in days if found and found >= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
