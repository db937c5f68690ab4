"""A reply in words: everything a channel needs, in one language, and nothing of any channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogs.conversation import Spoken
from dialogs.flow import Button, Picture, Quote, Reply
from dialogs.wording import line, say, shown


@dataclass(frozen=True)
class CardButton:
    """A button: `data` comes back when it is tapped; `url` is opened instead."""

    label: str
    data: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class CardField:
    """Something to fill in."""

    name: str
    kind: str
    label: str
    options: Sequence[tuple[str, str]]
    required: bool
    value: str
    longest: int


@dataclass(frozen=True)
class CardQuote:
    """A passage of an article. `markdown` is HR's own text."""

    title: str
    heading: str
    markdown: str
    language: str
    url: str
    details: Sequence[str]


@dataclass(frozen=True)
class CardPicture:
    """A drawing in the formats that channels can show, by addresses from the root of the site."""

    svg: str
    png: str
    page: str
    """Shows it large, with the same in words."""
    alt: str


@dataclass(frozen=True)
class Card:
    """One message, ready to be drawn."""

    language: str
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    quote: CardQuote | None = None
    picture: CardPicture | None = None
    words: str = ""
    fields: Sequence[CardField] = ()
    closing: str = ""
    buttons: Sequence[CardButton] = ()
    urgent: bool = False
    keep: bool = False
    number: str = ""
    """The nonce of a question, else empty."""


def describe(spoken: Spoken, locale: str) -> Card:
    """Write a reply out in one language."""
    reply = spoken.reply
    return Card(
        language=locale,
        paragraphs=say(locale, reply.key, reply.values).split("\n\n"),
        facts=[(line(locale, label), shown(locale, value)) for label, value in reply.facts],
        quote=_quote(reply.quote, locale) if reply.quote else None,
        picture=_picture(reply.picture, locale) if reply.picture else None,
        words=reply.words,
        fields=_fields(reply, locale),
        closing=line(locale, reply.closing),
        buttons=_buttons(reply.buttons, spoken.card, locale),
        urgent=reply.urgent,
        keep=reply.keep,
        number=spoken.card,
    )


def _quote(quote: Quote, locale: str) -> CardQuote:
    details = [line(locale, detail) for detail in quote.details]
    return CardQuote(quote.title, quote.heading, quote.markdown, quote.language, quote.url, details)


def _picture(picture: Picture, locale: str) -> CardPicture:
    query = f"?{picture.query}" if picture.query else ""
    svg, png, page = (f"{picture.path}{ending}{query}" for ending in (".svg", ".png", ""))
    return CardPicture(svg, png, page, line(locale, picture.alt))


def _fields(reply: Reply, locale: str) -> list[CardField]:
    return [
        CardField(
            name=field.name,
            kind=field.kind,
            label=line(locale, field.label),
            options=[(value, line(locale, label)) for value, label in field.options],
            required=field.required,
            value=field.value,
            longest=field.longest,
        )
        for field in reply.fields
    ]


def _buttons(buttons: Sequence[Button], card: str, locale: str) -> list[CardButton]:
    """A button that answers carries only the card's nonce and its own place: what it means stays with us."""
    drawn, picks = [], 0
    for button in buttons:
        label = line(locale, button.label)
        if button.url:
            drawn.append(CardButton(label, url=button.url))
        elif button.value is not None:
            drawn.append(CardButton(label, {"card": card, "pick": picks}))
            picks += 1
        else:
            drawn.append(CardButton(label, {"do": button.do, "args": dict(button.args)}))
    return drawn
