"""Strict JSON for everything that strangers send: what cannot be stored or shown again is refused at the door."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

# A whole string or one bracket. Possessive, and content with a missing end quote, so no input makes it slow.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)


class NotStrictJson(ValueError):
    """Text that we will not guess the meaning of. `reason` is a constant code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_object(raw: bytes, max_depth: int) -> dict[str, Any]:
    """The object that `raw` holds as strict UTF-8 and strict JSON (RFC 8259). Raises NotStrictJson.

    Python's own parser is milder: it takes NaN, makes 1e999 infinite, lets a repeated name overwrite the first and
    half a surrogate pair through, which then cannot be stored.
    """
    try:
        text = raw.decode("utf-8")
        if is_deeper(text, max_depth):
            raise NotStrictJson("json_too_deep")
        parsed = _loads(text)
        if "\\u" in text:
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")  # raises on half a surrogate pair
    except UnicodeError:
        raise NotStrictJson("json_not_utf8") from None
    except NotStrictJson:
        raise
    except ValueError:
        raise NotStrictJson("json_broken") from None
    if not isinstance(parsed, dict):
        raise NotStrictJson("json_not_object")
    return parsed


def is_deeper(text: str, limit: int) -> bool:
    """True if brackets are nested more than `limit` deep. Counts, so that the parser's recursion is never in danger."""
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > limit:
                return True
        elif mark in "]}":
            depth -= 1
    return False


def can_be_kept(value: object) -> bool:
    """False if NUL or half a surrogate pair stands anywhere in it: no database takes the one, no page the other."""
    if isinstance(value, str):
        return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, Mapping):
        return all(can_be_kept(part) for pair in value.items() for part in pair)
    if isinstance(value, Iterable):
        return all(can_be_kept(part) for part in value)
    return True


def _loads(text: str) -> object:
    """`json.loads` without its leniency. Raises ValueError, or NotStrictJson for a repeated name at the top."""
    repeated = False

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        built = dict(pairs)
        repeated = len(built) < len(pairs)  # the outermost object is built last, so its answer is the one that stays
        return built

    parsed: object = json.loads(text, object_pairs_hook=build, parse_constant=_no_constant, parse_float=_finite)
    if repeated:
        raise NotStrictJson("json_repeated_name")
    return parsed


def _no_constant(name: str) -> float:
    raise ValueError("NaN and Infinity are not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large for a number")
    return number
