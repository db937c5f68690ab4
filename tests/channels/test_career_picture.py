"""Pictures of career paths: drawn once, in turn, and harmless."""

import asyncio

from bot import career_pages
from bot.rendering.career_picture import Drawing, Stop, draw


async def test_a_picture_is_drawn_once_and_a_crowd_is_asked_to_come_again(monkeypatch):
    drawn = []
    monkeypatch.setattr(career_pages, "draw", lambda drawing, form: drawn.append(drawing) or b"picture")
    pictures = career_pages.Pictures()
    one = Drawing("", "da", (Stop("Læge"),), True)
    assert await asyncio.gather(*(pictures.get(one, "svg") for _ in range(5))) == [b"picture"] * 5
    assert len(drawn) == 1
    others = [Drawing(str(n), "da", (Stop("Læge"),), True) for n in range(career_pages.MOST_WAITING + 3)]
    asked = await asyncio.gather(*(pictures.get(other, "svg") for other in others), return_exceptions=True)
    assert [type(answer) for answer in asked].count(career_pages.TooManyWaiting) == 3


def test_equal_drawings_are_equal_and_hold_nothing_that_runs():
    drawing = Drawing("Fra <a> & b", "da", (Stop("$x^2$ <script>", ("W" * 200,)), Stop("Læge", depth=1)), False)
    first = draw(drawing, "svg")
    assert first == draw(drawing, "svg")
    assert b"<script" not in first and b" style=" not in first and b"Fra &lt;a&gt; &amp; b" in first
