"""Texts by key, in Danish and English, with dates and numbers as people there write them."""

import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from dialogs.flow import Line, Plain, Say
from guidance.calendar import ZONE

LOCALES = ("da", "en")

_BABEL = {"da": "da_DK", "en": "en_GB"}
_MOMENT = {"da": "EEEE d. MMMM 'kl.' HH.mm", "en": "EEEE d MMMM 'at' HH:mm"}
_FOLDER = Path(__file__).parent / "texts"


class TextMissing(KeyError):
    """No text has this key, or a value that stands in it was not given."""


@cache
def texts(locale: str) -> Mapping[str, str]:
    """All texts of a language, keys joined by dots."""
    with (_FOLDER / f"{locale}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def say(locale: str, key: str, values: Mapping[str, Any] | None = None) -> str:
    """The text, with its values written out. Raises TextMissing."""
    try:
        return texts(locale)[key].strip().format_map({k: shown(locale, v) for k, v in (values or {}).items()})
    except KeyError as error:
        raise TextMissing(f"{locale}: {key} ({error})") from error


def line(locale: str, words: Line | None) -> str:
    """A line as the reader sees it."""
    if words is None:
        return ""
    return words.words if isinstance(words, Plain) else say(locale, words.key, words.values)


def shown(locale: str, value: Any) -> str:
    """A value as people of this language write it. Points in time are shown in Danish time."""
    if isinstance(value, Say | Plain):
        return line(locale, value)
    if isinstance(value, datetime):
        return str(format_datetime(value.astimezone(ZONE), _MOMENT[locale], locale=_BABEL[locale]))
    if isinstance(value, date):
        return str(format_date(value, "long", locale=_BABEL[locale]))
    if isinstance(value, bool):
        return say(locale, "word.yes" if value else "word.no")
    if isinstance(value, int):
        return str(format_decimal(value, locale=_BABEL[locale]))
    if isinstance(value, Decimal):
        return str(format_decimal(value, "#,##0.##", locale=_BABEL[locale]))
    return str(value)


def placeholders(text: str) -> set[str]:
    """The names of the values that stand in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return rows
