"""The picture and the table of docs/placements.md are those of the code."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
spec = importlib.util.spec_from_file_location("workflow", DOCS / "workflow.py")
workflow = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workflow)


def test_the_picture_is_of_this_table():
    assert workflow.fingerprint() in workflow.PICTURE.read_text(encoding="utf-8"), "run docs/workflow.py"


def test_the_page_holds_this_table():
    page = workflow.PAGE.read_text(encoding="utf-8")
    assert page.split(workflow.BEGIN)[1].split(workflow.END)[0] == workflow.table(), "run docs/workflow.py"


def test_every_state_has_a_place_in_the_picture():
    assert set(workflow.PLACES) == {state for state, _, _ in workflow.TABLE} | {
        cell.to for cell in workflow.TABLE.values()
    }
