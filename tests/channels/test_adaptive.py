"""Every card of the great conversations, in both languages, is a valid Adaptive Card and safe to show."""

import json
from importlib.resources import files
from typing import Any

import pytest
from cast import Advisor, Employee
from great_conversations import the_great_conversations
from jsonschema import Draft7Validator

from bot.rendering.adaptive import render
from bot.rendering.card import Card, CardButton

SCHEMA = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text())
MOST_ACTIONS = 6


def problems(card: Card) -> list[str]:
    drawn = json.loads(json.dumps(render(card, "https://karriere.example")))
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(drawn)]


@pytest.mark.parametrize("locale", ["da", "en"])
async def test_every_card_is_valid(locale: str, amina: Employee, bo: Advisor) -> None:
    cards = await the_great_conversations(amina, bo, locale)
    assert len(cards) > 25
    assert {card.language for card in cards[1:]} == {locale}
    assert [found for card in cards for found in problems(card)] == []
    assert max(len(card.buttons) for card in cards) <= MOST_ACTIONS


def test_the_check_finds_a_broken_card() -> None:
    broken = render(Card("da", ["Hej"]), "https://karriere.example")
    broken["body"].append({"type": "TextBlok", "text": "Hej"})
    assert list(Draft7Validator(SCHEMA).iter_errors(broken))


def test_peoples_words_are_never_markdown() -> None:
    card = Card("da", ["Hej"], facts=[("Hvad", "[klik](https://ondt.example)")], words="**fed** # overskrift")
    shown = json.dumps(render(card, "https://karriere.example"))
    assert "[klik](" not in shown and "**fed**" not in shown


def test_a_button_carries_no_meaning_of_its_own(amina: Employee) -> None:
    drawn: dict[str, Any] = render(
        Card("da", ["Hej"], buttons=[CardButton("Ja", {"card": "nonce", "pick": 0})]), "https://karriere.example"
    )
    assert drawn["actions"][0]["data"] == {"sporskifte": {"card": "nonce", "pick": 0}}


def test_a_long_title_ends_in_a_sign_that_it_goes_on() -> None:
    card = Card("da", ["Hej"], buttons=[CardButton("Udvekslingsophold: hvor længe og på hvilke betingelser?")])
    title = render(card, "https://karriere.example")["actions"][0]["title"]
    assert title.endswith("…") and len(title) <= 44
