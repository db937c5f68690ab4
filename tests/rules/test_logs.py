"""Nothing that somebody wrote, and no name, comes through a log."""

import json
import logging
import sys

from bot.logs import SafeFormatter


def entry(**changes: object) -> dict[str, object]:
    record = logging.LogRecord("bot.turns", logging.ERROR, __file__, 1, "turn_failed", None, None)
    record.__dict__.update(changes)
    parsed: dict[str, object] = json.loads(SafeFormatter().format(record))
    return parsed


def test_what_was_filled_in_is_dropped() -> None:
    record = logging.LogRecord("bot.turns", logging.DEBUG, __file__, 1, "heard %s", ("Amina",), None)
    assert "Amina" not in SafeFormatter().format(record)
    assert json.loads(SafeFormatter().format(record))["event"] == "heard %s"


def test_of_a_library_only_the_place_is_kept() -> None:
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, "Task of Amina was never awaited", None, None)
    assert "Amina" not in SafeFormatter().format(record)
    assert json.loads(SafeFormatter().format(record))["logger"] == "asyncio"


def test_an_error_tells_its_kind_and_place_but_not_its_words() -> None:
    try:
        raise ValueError("Amina wrote this")
    except ValueError:
        told = entry(exc_info=sys.exc_info())
    assert told["error"] == "ValueError" and "test_logs.py" in str(told["frames"])
    assert "Amina" not in json.dumps(told)


def test_only_the_agreed_codes_come_through() -> None:
    told = entry(code="http_403", attempts=2, person="Amina")
    assert told["code"] == "http_403" and told["attempts"] == 2 and "person" not in told
