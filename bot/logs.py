"""Logs that cannot tell on anybody: constant words, a few codes, and where an error happened, never what was said.

What a log line was given to fill in is dropped, ours and the libraries' alike, and so are the messages of exceptions:
both may hold somebody's words or name.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

ALLOWED = ("code", "state", "attempts", "ms", "n")
MOST_FRAMES = 12


class SafeFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without anything that was filled in."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        entry |= {name: record.__dict__[name] for name in ALLOWED if name in record.__dict__}
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-MOST_FRAMES:]
            entry["frames"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
        return json.dumps(entry)


def set_up(level: int = logging.WARNING) -> None:
    """Send all logs of the process through the safe formatter."""
    handler = logging.StreamHandler()
    handler.setFormatter(SafeFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
