"""A card with a picture is a valid Adaptive Card, and says what the picture shows."""

import json
from importlib.resources import files

import pytest
from jsonschema import Draft7Validator

from bot.rendering.adaptive import render

SCHEMA = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text())


@pytest.mark.parametrize("question", ["hvad kan jeg blive som sygeplejerske?", "how do I become a nurse as a porter?"])
async def test_the_picture_of_a_path_in_teams(amina, question):
    await amina.says(question)
    card = amina.cards[-1]
    drawn = json.loads(json.dumps(render(card, "https://karriere.example")))
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(drawn)] == []
    picture = next(part for part in drawn["body"] if part["type"] == "Image")
    assert picture["url"] == "https://karriere.example" + card.picture.png and ".png?" in picture["url"]
    assert picture["altText"] == card.picture.alt
    assert len(drawn["actions"]) <= 6
