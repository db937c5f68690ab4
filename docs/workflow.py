"""Draws the workflow of stays, and writes the table of docs/placements.md: `PYTHONPATH=. python docs/workflow.py`."""

import hashlib
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch

from guidance.placement_workflow import ENDED, ROLES, TABLE, WAITS_FOR

FOLDER = Path(__file__).parent
PICTURE = FOLDER / "pictures" / "placement-workflow.svg"
PAGE = FOLDER / "placements.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"

COLOURS = {"employee": "#1b5e20", "coordinator": "#0d47a1", "host": "#6a1b9a", "manager": "#b23c00", "clock": "#555555"}
PLACES = {
    "submitted": (0, 3), "offered": (1.6, 3), "with_host": (3.2, 3), "host_ready": (4.8, 3), "with_manager": (6.4, 3),
    "cleared": (8, 3), "approved": (9.6, 3), "done": (11.2, 3), "refused": (6.4, 4.2), "closed": (9, 4.2),
    "withdrawn": (10.2, 4.2), "expired": (11.4, 4.2),
}  # fmt: skip
FROM_ANYWHERE = frozenset({"withdraw", "close", "expire", "change", "too_late", "reopen"})
"""Possible in many states: said in words below the picture instead of forty arrows."""


def fingerprint() -> str:
    """Of the whole table. It stands in the picture, so that an old one is noticed."""
    rows = sorted(f"{state} {role} {decision} {cell.to}" for (state, role, decision), cell in TABLE.items())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def table() -> str:
    """The table in Markdown, state by state."""
    lines = ["| state | whose turn | who | decides | then |", "|---|---|---|---|---|"]
    for state in PLACES:
        cells = [(role, decision, cell) for (at, role, decision), cell in TABLE.items() if at == state]
        for role, decision, cell in sorted(cells, key=lambda one: (ROLES.index(one[0]), one[1])):
            more = ", with a reason" if cell.needs_reason else ", of these terms" if cell.approves else ""
            lines.append(f"| {state} | {WAITS_FOR.get(state, '')} | {role} | {decision}{more} | {cell.to} |")
    return "\n".join(lines) + "\n"


def draw() -> None:
    """The picture."""
    plt.rcParams.update({"svg.hashsalt": "workflow", "font.family": "DejaVu Sans", "svg.fonttype": "path"})
    figure, axes = plt.subplots(figsize=(15, 5))
    axes.set_xlim(-1, 12.2), axes.set_ylim(1.2, 4.7)
    axes.axis("off")
    arrows: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for (state, role, decision), cell in TABLE.items():
        if decision not in FROM_ANYWHERE:
            arrows.setdefault((state, cell.to), []).append((role, decision))
    for (start, end), labels in arrows.items():
        _arrow(axes, start, end, labels)
    for state, (x, y) in PLACES.items():
        edge = COLOURS[WAITS_FOR[state]] if state in WAITS_FOR else "#333333"
        box = {"boxstyle": "round,pad=0.45", "facecolor": "#eeeeee" if state in ENDED else "white", "edgecolor": edge}
        axes.text(x, y, state, ha="center", va="center", fontsize=11, bbox=box, zorder=3)
    for place, (role, colour) in enumerate(COLOURS.items()):
        axes.text(-0.8 + place * 1.5, 4.5, f"● {role}", color=colour, fontsize=11)
    figure.savefig(PICTURE, metadata={"Date": None, "Title": f"Workflow of stays {fingerprint()}"}, bbox_inches="tight")


def _arrow(axes: plt.Axes, start: str, end: str, labels: list[tuple[str, str]]) -> None:
    (x1, y1), (x2, y2) = PLACES[start], PLACES[end]
    straight = x2 > x1 or y1 != y2
    bend = 0.0 if straight else -0.42 if x1 - x2 < 2 else -0.3
    colour = COLOURS[labels[0][0]]
    arrow = FancyArrowPatch(
        (x1, y1), (x2, y2), arrowstyle="-|>", mutation_scale=14, color=colour, shrinkA=24,
        shrinkB=39 if y1 == y2 and x2 > x1 else 26, connectionstyle=f"arc3,rad={bend}", linewidth=1.3,
    )  # fmt: skip
    axes.add_patch(arrow)
    if straight:
        x, y = (x1 + x2) / 2 + (0.45 if y1 != y2 else 0), (y1 + y2) / 2 + 0.17
    else:
        x, y = (x1 + x2) / 2, y1 + 0.76 * bend * (x1 - x2) / 2 - 0.13
    for line, (role, decision) in enumerate(labels):
        axes.text(x, y - line * 0.2, decision, color=COLOURS[role], fontsize=9, ha="center", va="center", zorder=4)


def main() -> None:
    """Draw, and put the table into the page."""
    draw()
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(before + BEGIN + table() + END + after, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
