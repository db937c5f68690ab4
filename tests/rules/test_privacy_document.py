"""docs/privacy.md says how long things are kept: as long as the code keeps them."""

import importlib
import re
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| (\d+) \| `([\w.]+)\.([A-Z_]+)` \|$", DOCUMENT, re.MULTILINE)


def test_the_table_was_found():
    assert len(ROWS) >= 9


@pytest.mark.parametrize(("what", "days", "module", "name"), ROWS, ids=[row[0] for row in ROWS])
def test_it_says_what_the_code_does(what, days, module, name):
    assert getattr(importlib.import_module(module), name).days == int(days)


def test_every_reader_finds_their_part():
    headings = {
        re.sub(r"[^\w\- ]", "", line[3:].lower()).replace(" ", "-")
        for line in DOCUMENT.splitlines()
        if line.startswith("## ")
    }
    linked = set(re.findall(r"\]\(#([^)]+)\)", DOCUMENT))
    assert linked <= headings and len(linked) == 4
