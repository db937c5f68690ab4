"""When somebody has time, how they want to meet and in which language, as people write it in Danish and English."""

import re
from collections.abc import Mapping
from typing import Any

from dialogs.dates import DAYS
from knowledge.language import fold, tokens

_DAY_ENDS = 24 * 60
_CLOCK = r"(?:kl\.?\s*|klokken\s*|at\s*)?(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?\b"
_AFTER = re.compile(rf"\b(?:efter|fra|tidligst|after|from|not before)\s+{_CLOCK}")
_BEFORE = re.compile(rf"\b(?:før|inden|senest|before|until|by)\s+{_CLOCK}")
_BETWEEN = re.compile(rf"\b(?:mellem|between)\s+{_CLOCK}\s*(?:og|-|and)\s*{_CLOCK}")
_AT = re.compile(r"\b(?:kl\.?|klokken|at)\s*(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?\b")
_PARTS = (
    (re.compile(r"\b(?:tidlig\w*\s+)?(?:om\s+)?morgene?n?\b|\bearly\b"), 0, 9 * 60),
    (re.compile(r"\bformiddage?n?\b|\bmornings?\b"), 0, 12 * 60),
    (re.compile(r"\beftermiddage?n?\b|\bafternoons?\b"), 12 * 60, 17 * 60),
    (re.compile(r"\baftene?r?n?\b|\bevenings?\b"), 17 * 60, _DAY_ENDS),
)
_LANGUAGES = {
    "en": re.compile(r"\bengelsk\w*\b|\benglish\b"),
    "da": re.compile(r"\bdansk\b|\bdanish\b"),
}
_WAYS = {
    "phone": re.compile(r"\btelefon\w*\b|\bring\w*\b|\bphone\b|\bcall\b"),
    "place": re.compile(r"\bfysisk\b|\bpersonligt\b|\bansigt til ansigt\b|\bmødes\b|\bin person\b|\bface to face\b"),
    "video": re.compile(r"\bvideo\w*\b|\bteamsmøde\w*\b|\bteams-møde\w*\b"),
    "chat": re.compile(r"\bskriftlig\w*\b|\bskrive sammen\b|\bi chatten\b|\bin writing\b|\bby chat\b"),
}


def read_times(text: str) -> dict[str, Any]:
    """What the words ask for: `weekdays`, `from_minute`, `to_minute`, `language`, `way`. Only what they name."""
    text = text.lower()
    found: dict[str, Any] = {}
    words = set(map(fold, tokens(text)))
    # "torsdage" and "Thursdays" name the day as well.
    named = words | {word.removesuffix("e") for word in words} | {word.removesuffix("s") for word in words}
    if weekdays := [number for number, names in enumerate(DAYS) if named & {fold(name) for name in names}]:
        found["weekdays"] = weekdays
    found |= _hours(text)
    for name, patterns in (("language", _LANGUAGES), ("way", _WAYS)):
        wanted = [value for value, pattern in patterns.items() if pattern.search(text)]
        if len(wanted) == 1:
            found[name] = wanted[0]
    return found


def _hours(text: str) -> Mapping[str, int]:
    if between := _BETWEEN.search(text):
        first, last = _minute(*between.groups()[:3]), _minute(*between.groups()[3:])
        return {"from_minute": first, "to_minute": last + 1} if first <= last else {}
    found = {}
    for pattern, first, last in _PARTS:
        if pattern.search(text):
            found = {"from_minute": first, "to_minute": last}
            break
    if after := _AFTER.search(text):
        found["from_minute"] = _minute(*after.groups())
    if before := _BEFORE.search(text):
        found["to_minute"] = _minute(*before.groups())
    if not found and (at := _AT.search(text)):
        minute = _minute(*at.groups())
        found = {"from_minute": minute - 30, "to_minute": minute + 31}
    if "from_minute" in found:
        found.setdefault("to_minute", _DAY_ENDS)
    elif "to_minute" in found:
        found["from_minute"] = 0
    if found and found["from_minute"] >= found["to_minute"]:
        return {}
    return found


def _minute(hour: str, minute: str | None, half: str | None) -> int:
    hours = int(hour) % 24
    if (half == "pm" and hours < 12) or (not half and hours < 7):
        hours += 12
    return hours * 60 + min(int(minute or 0), 59)
