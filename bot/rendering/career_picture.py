"""Career paths as pictures: what is drawn is laid out here for the width of a phone, and matplotlib draws it.

matplotlib brings its own font and needs no program beside it; letters become shapes, so a picture looks the same
everywhere. The SVG follows the reader's dark or light; the PNG, for Teams and Slack, is light on both.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Format = Literal["svg", "png"]

WIDTH = 340
"""Of every picture, in pixels of a phone; the PNG has twice as many."""

_EDGE, _PAD, _GAP, _INDENT = 4, 13, 12, 28
_TITLE, _NOTE, _SMALL = 16.5, 13.0, 11.5
_LEADING = 1.36
_DPI = 100

_LIGHT = {
    "ground": "#f3f5f4", "paper": "#fffffe", "ink": "#17262b", "soft": "#52646a", "line": "#8fa3a6",
    "accent": "#0b5c66", "on_accent": "#fffffd",
}  # fmt: skip
_DARK = {
    "ground": "#10191c", "paper": "#1a262a", "ink": "#e8eeee", "soft": "#a3b3b7", "line": "#56707a",
    "accent": "#6cc5cc", "on_accent": "#08262a",
}  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """A post in the picture. `depth` is how far right it stands."""

    title: str
    notes: tuple[str, ...] = ()
    depth: int = 0
    strong: bool = False
    """Where the reader is, or wants to be."""
    past: bool = False
    """The offer on the way to it is over: its box is dashed."""


@dataclass(frozen=True)
class Drawing:
    """Everything that a picture shows. Equal drawings are equal pictures, so it is the key they are kept under."""

    alt: str
    language: str
    stops: tuple[Stop, ...]
    chain: bool
    """One after the other, or all from the first."""
    footnote: str = ""


@dataclass(frozen=True)
class _Box:
    stop: Stop
    left: float
    top: float
    height: float
    title: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def width(self) -> float:
        return WIDTH - _EDGE - self.left


def draw(drawing: Drawing, form: Format) -> bytes:
    """The picture. Takes a moment of a processor, so call it in a thread, and one at a time."""
    from matplotlib.figure import Figure  # takes half a second: only who draws pays for it

    boxes = _laid_out(drawing)
    footnote = _wrapped(drawing.footnote, WIDTH - 2 * _EDGE, _SMALL, bold=False) if drawing.footnote else ()
    height = boxes[-1].bottom + _EDGE + len(footnote) * _SMALL * _LEADING
    figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    for parent, box in _links(drawing, boxes):
        _link(axes, parent, box, chain=drawing.chain)
    for box in boxes:
        _box(axes, box)
    _lines(axes, footnote, _EDGE, boxes[-1].bottom + _EDGE / 2, _SMALL, _LIGHT["soft"])
    return _saved(figure, drawing, form)


def _laid_out(drawing: Drawing) -> list[_Box]:
    """Boxes below each other, each as high as its words."""
    boxes: list[_Box] = []
    top = float(_EDGE)
    for stop in drawing.stops:
        left = _EDGE + stop.depth * _INDENT
        room = WIDTH - _EDGE - left - 2 * _PAD
        title = _wrapped(stop.title, room, _TITLE, bold=True)
        notes = tuple(part for note in stop.notes for part in _wrapped(note, room, _NOTE, bold=False))
        words = len(title) * _TITLE * _LEADING + len(notes) * _NOTE * _LEADING
        box = _Box(stop, left, top, words + 1.3 * _PAD, title, notes)
        boxes.append(box)
        top = box.bottom + (2 * _GAP if drawing.chain else _GAP)
    return boxes


def _links(drawing: Drawing, boxes: Sequence[_Box]) -> list[tuple[_Box, _Box]]:
    """Which box each one comes from: the one before, or the last one further left."""
    return [
        (boxes[n - 1] if drawing.chain else next(b for b in reversed(boxes[:n]) if b.stop.depth < box.stop.depth), box)
        for n, box in enumerate(boxes)
        if n
    ]


def _link(axes: Any, parent: _Box, box: _Box, *, chain: bool) -> None:
    from matplotlib.patches import PathPatch, Polygon
    from matplotlib.path import Path as Outline

    x, size, bend = parent.left + _INDENT / 2, 5.0, 7.0
    if chain:
        x = WIDTH / 2
        points, codes = [(x, parent.bottom), (x, box.top - size)], [Outline.MOVETO, Outline.LINETO]
        head = [(x, box.top - 2), (x - size, box.top - 2 - 1.6 * size), (x + size, box.top - 2 - 1.6 * size)]
    else:
        middle = box.top + _PAD * 0.65 + _TITLE * _LEADING / 2
        tip = box.left - 2
        points = [(x, parent.bottom), (x, middle - bend), (x, middle), (x + bend, middle), (tip - size, middle)]
        codes = [Outline.MOVETO, Outline.LINETO, Outline.CURVE3, Outline.CURVE3, Outline.LINETO]
        head = [(tip, middle), (tip - 1.5 * size, middle - size * 0.9), (tip - 1.5 * size, middle + size * 0.9)]
    line = Outline(points, [int(code) for code in codes])
    axes.add_patch(PathPatch(line, facecolor="none", edgecolor=_LIGHT["line"], linewidth=1.5))
    axes.add_patch(Polygon(head, closed=True, facecolor=_LIGHT["line"], edgecolor="none"))


def _box(axes: Any, box: _Box) -> None:
    from matplotlib.patches import FancyBboxPatch

    strong = box.stop.strong
    axes.add_patch(
        FancyBboxPatch(
            (box.left, box.top),
            box.width,
            box.height,
            boxstyle="round,pad=0,rounding_size=9",
            facecolor=_LIGHT["accent" if strong else "paper"],
            edgecolor=_LIGHT["accent" if strong else "line"],
            linestyle=(0, (4, 3)) if box.stop.past else "solid",
            linewidth=1.2,
        )
    )
    top, left = box.top + _PAD * 0.65, box.left + _PAD
    _lines(axes, box.title, left, top, _TITLE, _LIGHT["on_accent" if strong else "ink"], bold=True)
    top += len(box.title) * _TITLE * _LEADING
    _lines(axes, box.notes, left, top, _NOTE, _LIGHT["on_accent" if strong else "soft"])


def _lines(
    axes: Any, lines: Sequence[str], left: float, top: float, size: float, colour: str, *, bold: bool = False
) -> None:
    for n, line in enumerate(lines):
        y = top + n * size * _LEADING + size * 1.02
        font = {"fontproperties": _font(bold), "fontsize": size * 72 / _DPI}
        # Text of people is never taken for formulas.
        axes.text(left, y, line, color=colour, va="baseline", parse_math=False, **font)


@cache
def _font(bold: bool) -> Any:
    """The font that matplotlib ships, by its file: no other font of the machine is looked at."""
    import matplotlib
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name))


def _wrapped(text: str, room: float, size: float, *, bold: bool) -> tuple[str, ...]:
    """The text in lines that fit; what is one word too long for a line is parted."""
    lines, line = [], ""
    for word in text.split():
        while _width(word, size, bold) > room:
            fits = max(n for n in range(1, len(word)) if n == 1 or _width(word[:n] + "-", size, bold) <= room)
            lines += [line] if line else []
            lines.append(word[:fits] + "-")
            line, word = "", word[fits:]
        longer = f"{line} {word}".strip()
        if line and _width(longer, size, bold) > room:
            lines.append(line)
            longer = word
        line = longer
    return (*lines, line) if line else tuple(lines)


@cache
def _ruler() -> Any:
    from matplotlib.textpath import TextToPath

    return TextToPath()


def _width(text: str, size: float, bold: bool) -> float:
    font = _font(bold).copy()
    font.set_size(size)
    width: float = _ruler().get_text_width_height_descent(text, font, ismath=False)[0]
    return width


def _saved(figure: Any, drawing: Drawing, form: Format) -> bytes:
    from matplotlib import rc_context

    out = io.BytesIO()
    if form == "png":
        about = {"Software": None, "Title": drawing.alt}
        figure.savefig(out, format="png", dpi=2 * _DPI, facecolor=_LIGHT["ground"], metadata=about)
        return out.getvalue()
    # Without a date and with names that do not change, equal drawings are equal to the byte.
    with rc_context({"svg.hashsalt": "sporskifte", "svg.fonttype": "path"}):
        about = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(out, format="svg", transparent=True, metadata=about)
    return _themed(out.getvalue(), drawing)


_SVG = "http://www.w3.org/2000/svg"
_DECLARED = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+)")


def _themed(svg: bytes, drawing: Drawing) -> bytes:
    """The SVG with attributes instead of inline styles, which our pages forbid, and with colours for the night."""
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(svg)  # noqa: S314  # we wrote it ourselves a moment ago
    names = {colour: name for name, colour in _LIGHT.items()}
    for part in root.iter():
        for key, value in _DECLARED.findall(part.attrib.pop("style", "")):
            part.set(key, value.strip())
        classes = [f"{key}-{names[part.get(key, '')]}" for key in ("fill", "stroke") if part.get(key) in names]
        if classes:
            part.set("class", " ".join(classes))
    for old in [*root.findall(f"{{{_SVG}}}metadata"), *root.findall(f"{{{_SVG}}}title")]:
        root.remove(old)
    for parent in root.iter(f"{{{_SVG}}}defs"):
        for old in parent.findall(f"{{{_SVG}}}style"):
            parent.remove(old)
    night = "".join(f".{key}-{name}{{{key}:{colour}}}" for name, colour in _DARK.items() for key in ("fill", "stroke"))
    style, title = ET.Element(f"{{{_SVG}}}style"), ET.Element(f"{{{_SVG}}}title")
    style.text, title.text = f"*{{stroke-linejoin:round}}@media (prefers-color-scheme:dark){{{night}}}", drawing.alt
    root.insert(0, style)
    root.insert(0, title)
    root.set("role", "img")
    root.set("lang", drawing.language)
    root.set("width", str(WIDTH))
    root.attrib.pop("height", None)
    themed: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return themed
