"""Every card of the great conversations, in both languages, is a valid Adaptive Card and safe to show."""

import json
from importlib.resources import files
from typing import Any

import pytest
from cast import Advisor, Employee
from jsonschema import Draft7Validator

from bot.rendering.adaptive import render
from bot.rendering.card import Card, CardButton

SCHEMA = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text())
MOST_ACTIONS = 6

WORDS = {
    "da": {
        "book": "book en tid",
        "stay": "jeg vil gerne snuse",
        "go on": "Fortsæt",
        "question": "hvad er snusepraktik",
    },
    "en": {
        "book": "book a session",
        "stay": "request a stay",
        "go on": "Continue",
        "question": "what is a taster stay",
    },
}


def problems(card: Card) -> list[str]:
    drawn = json.loads(json.dumps(render(card, "https://karriere.example")))
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(drawn)]


async def the_great_conversations(who: Employee, bo: Advisor, locale: str) -> list[Card]:
    """Ask, don't know, book, write, read an answer, wish, look at everything, erase."""
    words = WORDS[locale]
    await who.says("english" if locale == "en" else "dansk")
    for text in ("menu", "help" if locale == "en" else "hjælp", words["question"], "xyzzy plugh", words["book"]):
        await who.says(text)
    await who.taps(words["go on"])
    await who.says("1")
    await who.taps("Hovedstaden")
    await who.taps(words["go on"], workplace="soeerne")
    await who.says("1")
    await who.says("1")
    await who.taps("24")
    await who.says("1")
    await who.says("mine aftaler" if locale == "da" else "my appointments")
    await who.says("skriv" if locale == "da" else "write")
    await who.says("Goddag")
    await who.says("stop")
    await who.says(words["stay"])
    for _ in range(2):
        await who.says("1")
    await who.says("2")
    await who.taps(words["go on"], starts="2027-02-01", length="3_days")
    await who.says("*Nysgerrig* [link](https://x)")
    await who.says("1")
    await who.says("mine ønsker" if locale == "da" else "my requests")
    await who.says("jeg vil ikke leve mere")
    await who.says("hvad gemmer I om mig" if locale == "da" else "what do you store about me")
    await who.says("slet alt om mig" if locale == "da" else "delete my data")
    await who.says("1")
    return who.cards


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
