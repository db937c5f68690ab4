"""Every card of the great conversations fits into Slack, whatever people and HR write."""

import json
import re
from typing import Any

import pytest
from cast import Advisor, Employee
from great_conversations import the_great_conversations
from hypothesis import given
from hypothesis import strategies as st
from slack_world import every, problems, problems_of_view, spelled

from bot.rendering import block_kit
from bot.rendering.block_kit import messages, modal, mrkdwn, plain_words, settled, split
from bot.rendering.card import Card, CardButton, CardField, CardPicture, CardQuote

URL = "https://karriere.example"
NASTY = "<!channel> & <https://ondt.example|klik> *fed* :smile: <@U1> </p>"


def problems_of(card: Card) -> list[str]:
    found = [one for blocks in messages([card], URL) for one in problems(json.loads(json.dumps(blocks)))]
    if block_kit.opens_form(card):
        found += problems_of_view(modal(card, "held"))
    return found + problems_of_view(block_kit.home(card, URL))


@pytest.mark.parametrize("locale", ["da", "en"])
async def test_every_card_fits(locale: str, amina: Employee, bo: Advisor) -> None:
    cards = await the_great_conversations(amina, bo, locale)
    assert len(cards) > 25
    assert [found for card in cards for found in problems_of(card)] == []
    assert [found for blocks in messages(cards, URL) for found in problems(blocks)] == []


async def test_nothing_that_stands_in_a_card_is_lost(amina: Employee, bo: Advisor) -> None:
    for card in await the_great_conversations(amina, bo, "da"):
        shown = " ".join(spelled([block for blocks in messages([card], URL) for block in blocks]).split())
        wanted = [*card.paragraphs, card.words, card.closing, *(button.label for button in card.buttons)]
        wanted += [str(value) for _, value in card.facts]
        for words in wanted:
            assert " ".join(words.split())[:70] in shown


def test_the_check_finds_what_slack_would_refuse() -> None:
    section = {"type": "section", "text": {"type": "plain_text", "text": "hej"}}
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}
    for broken in (
        [section] * 51,
        [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}],
        [{"type": "section", "text": {"type": "plain_text", "text": ""}}],
        [{"type": "sektion"}],
        [{"type": "actions", "elements": [button]}],
        [{"type": "actions", "elements": []}],
        [],
    ):
        assert problems(broken), broken


@given(st.text(max_size=9000), st.text(max_size=200), st.integers(0, 60))
def test_whatever_is_written_fits(words: str, label: str, many: int) -> None:
    options = [(f"v{number}", f"{label}{number}") for number in range(many * 5 + 1)]
    card = Card(
        "da",
        [words, words],
        facts=[(label, words)] * min(many, 8),
        quote=CardQuote(label, label, words, "da", "/articles/a", [label]),
        words=words,
        fields=[
            CardField("where", "choice", label or "x", options, True, "v3", 0),
            CardField("day", "date", "Dag", [], False, words[:10], 0),
        ],
        closing=label,
        buttons=[CardButton(label, {"card": "n", "pick": number}) for number in range(many)],
        number="n",
    )
    assert [one for one in problems_of(card) if "url" not in one] == []


@given(st.text(max_size=4000))
def test_splitting_loses_nothing_but_blanks(words: str) -> None:
    pieces = split(words, 100)
    assert all(0 < len(piece) <= 100 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(words.split())


def test_peoples_words_are_never_mrkdwn() -> None:
    card = Card("da", [NASTY], facts=[("Hvad", NASTY)], words=NASTY, closing=NASTY, buttons=[CardButton(NASTY)])
    card = Card(**{**vars(card), "fields": [CardField("a", "choice", NASTY, [("1", NASTY)], False, "", 0)]})
    (blocks,) = messages([card], URL)
    assert every(blocks, ("mrkdwn",)) == []
    assert all(one["emoji"] is False for one in every(blocks, ("plain_text",)))


def test_hrs_text_can_neither_call_anybody_nor_break_out() -> None:
    quote = CardQuote(
        NASTY, NASTY, f"{NASTY}\n\n[x](javascript:alert(1)) [y](https://regionh.dk/a|b>c)", "da", "/a", []
    )
    (blocks,) = messages([Card("da", ["Hej"], quote=quote)], URL)
    written = "".join(one["text"] for one in every(blocks, ("mrkdwn",)))
    opened = re.findall(r"<(.{8})", written)
    assert set(opened) == {"https://"}, "links that HR made, and no mention of anybody"
    assert written.count("<") == written.count(">")


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("**fed** og _skrå_", "*fed* og _skrå_"),
        ("- en\n- to", "• en\n• to"),
        ("1. en\n2. to", "1. en\n2. to"),
        ("- en\n  - to", "• en\n    • to"),
        ("[navn](https://a.dk?x=1&y=2)", "<https://a.dk?x=1&amp;y=2|navn>"),
        ("Først:\n\n- en\n- to\n\nSå videre", "Først:\n\n• en\n• to\n\nSå videre"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<b>hej</b>", "&lt;b&gt;hej&lt;/b&gt;"),
    ],
)
def test_markdown_becomes_what_slack_writes(markdown: str, written: str) -> None:
    assert mrkdwn(markdown) == written


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("se <https://a.dk>", "se https://a.dk"),
        ("se <https://a.dk|her>", "se her"),
        ("<mailto:a@b.dk|a@b.dk>", "a@b.dk"),
        ("<tel:112>", "112"),
        ("hej <@U123> i <#C1|alle> <!here>", "hej  i alle "),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert plain_words(typed) == meant


def test_a_question_that_is_over_has_nothing_left_to_tap() -> None:
    fields = [CardField("a", "choice", "Hvor?", [("1", "Her")], False, "", 0)]
    buttons = [CardButton("Ja", {"card": "n", "pick": 0})]
    (blocks,) = messages([Card("da", ["Hvor?"], fields=fields, buttons=buttons, number="n")], URL)
    left = settled(blocks, "Ja")
    assert every(left, ("button", "static_select")) == [] and "✓ Ja" in spelled(left) and problems(left) == []


def test_only_the_first_answer_of_a_form_opens_it() -> None:
    fields = [CardField("a", "long_text", "Hvorfor?", [], False, "", 1000)]
    buttons = [CardButton("Fortsæt", {"card": "n", "pick": 0}), CardButton("Spring over", {"card": "n", "pick": 1})]
    (blocks,) = messages([Card("da", ["Hvorfor?"], fields=fields, buttons=buttons, number="n")], URL)
    assert [one["action_id"].partition(":")[0] for one in every(blocks, ("button",))] == ["form", "tap"]
    assert every(blocks, ("plain_text_input",)) == []


def test_a_picture_is_a_picture_with_words_and_a_button() -> None:
    picture = CardPicture("/k.svg", "/k.png", "/k", "En vej")
    (blocks,) = messages([Card("da", ["Hej"], picture=picture)], URL)
    drawn: Any = every(blocks, ("image",))[0]
    assert (drawn["image_url"], drawn["alt_text"]) == (f"{URL}/k.png", "En vej")
    assert [one["url"] for one in every(block_kit.without_pictures(blocks), ("button",))] == [f"{URL}/k"]
