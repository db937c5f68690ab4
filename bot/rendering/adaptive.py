"""Cards as Adaptive Cards 1.5, for Teams."""

import re
from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from bot.rendering.card import Card, CardButton, CardField, CardQuote
from dialogs.wording import say

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"

LONGEST_TITLE = 44
"""Characters of a button that Teams shows on one line; it cuts the rest off without a sign."""

_MARKDOWN = re.compile(r"([\\*_\[\]()#`>~|-])")
_INPUTS = {"text": "Input.Text", "long_text": "Input.Text", "date": "Input.Date", "choice": "Input.ChoiceSet"}


def attachment(card: Card, public_url: str) -> dict[str, Any]:
    """The card as an attachment of an activity."""
    return {"contentType": CONTENT_TYPE, "content": render(card, public_url)}


def render(card: Card, public_url: str) -> dict[str, Any]:
    """The card as an Adaptive Card. Our own and people's words are escaped: only HR's text is Markdown."""
    body: list[dict[str, Any]] = [_text(paragraph) for paragraph in card.paragraphs]
    if card.urgent:
        body = [{"type": "Container", "style": "attention", "bleed": True, "items": body}]
    if card.words:
        body.append({"type": "Container", "style": "emphasis", "items": [_text(card.words)]})
    if card.quote:
        body.append(_quote(card.quote, public_url))
    if card.picture:
        # A tap on it opens it large: in a narrow chat Teams shrinks it.
        open_page = {"type": "Action.OpenUrl", "url": public_url + card.picture.page}
        url = public_url + card.picture.png
        body.append({"type": "Image", "url": url, "altText": card.picture.alt, "selectAction": open_page})
    if card.facts:
        facts = [{"title": label, "value": _plain(value)} for label, value in card.facts]
        body.append({"type": "FactSet", "facts": facts})
    body += [_field(field, card.language) for field in card.fields]
    if card.closing:
        body.append(_text(card.closing))
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "lang": card.language,
        "fallbackText": "\n\n".join(card.paragraphs),
        "body": body,
        "actions": [_action(button, public_url) for button in card.buttons],
    }


def _text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _plain(words), "wrap": True, **more}


def _plain(words: str) -> str:
    """Words in which nothing is taken for Markdown."""
    return _MARKDOWN.sub(r"\\\1", words)


def _quote(quote: CardQuote, public_url: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        {
            "type": "TextBlock",
            "text": f"[{_plain(quote.title)}]({public_url}{quote.url})",
            "weight": "Bolder",
            "size": "Medium",
            "wrap": True,
        }
    ]
    if quote.heading:
        items.append(_text(quote.heading, weight="Bolder"))
    items.append({"type": "TextBlock", "text": quote.markdown, "wrap": True})
    items += [_text(detail, isSubtle=True, size="Small", spacing="Small") for detail in quote.details]
    return {"type": "Container", "style": "emphasis", "items": items}


def _field(field: CardField, locale: str) -> dict[str, Any]:
    drawn: dict[str, Any] = {"type": _INPUTS[field.kind], "id": field.name, "label": field.label, "value": field.value}
    if field.kind == "long_text":
        drawn["isMultiline"] = True
    if field.longest:
        drawn["maxLength"] = field.longest
    if field.kind == "choice":
        drawn["choices"] = [{"title": label, "value": value} for value, label in field.options]
        drawn["style"] = "compact"
        drawn["placeholder"] = say(locale, "web.choose")
    if not field.value:
        del drawn["value"]
    return drawn


def _action(button: CardButton, public_url: str) -> Mapping[str, Any]:
    title = shorten(button.label, LONGEST_TITLE, placeholder=" …")
    if button.url:
        return {"type": "Action.OpenUrl", "title": title, "url": public_url + button.url}
    return {"type": "Action.Submit", "title": title, "data": {"sporskifte": dict(button.data)}}
