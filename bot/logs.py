"""Logs that cannot tell on anybody: constant words, a few codes, and where an error happened, never what was said.

What a log line was given to fill in is dropped, and so are the messages of exceptions: both may hold somebody's words
or name. Of a library's line only its place is kept: nobody promises that its words are constant.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

ALLOWED = ("code", "state", "attempts", "ms", "n")
OURS = ("bot", "dialogs", "guidance", "knowledge", "storage")
MOST_FRAMES = 12


class SafeFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without anything that was filled in."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name.partition(".")[0] in OURS and isinstance(record.msg, str):
            entry["event"] = record.msg
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
