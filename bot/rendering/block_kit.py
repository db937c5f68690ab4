"""Cards as Slack's Block Kit: blocks of messages, forms as modals, and the Home tab.

Our own and people's words are always plain_text, in which Slack reads no formatting, links or mentions. Only HR's text
is mrkdwn, made from its Markdown with &, < and > escaped. What is longer than Slack allows is split, never refused.
Limits: docs.slack.dev/reference/block-kit, the page of each block and element.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.rendering.card import Card, CardButton, CardField, CardPicture, CardQuote
from dialogs.wording import say

Block = dict[str, Any]

MOST_BLOCKS = 50
"""In a message. A modal and the Home tab may have twice as many."""
MOST_CHARACTERS = 12_000
"""In the blocks of one message: beyond some 13,000 Slack answers msg_blocks_too_long; it does not say when."""
LONGEST_TEXT = 3000
LONGEST_LABEL = 75
"""Of a button and of an option."""
LONGEST_VALUE = 2000
LONGEST_OPTION_VALUE = 150
MOST_BUTTONS = 25
MOST_OPTIONS = 100
LONGEST_FIELD_LABEL = 2000
LONGEST_ALT = 2000
LONGEST_INPUT = 3000

TAP, FORM, LINK, FIELD = "tap", "form", "link", "field"
"""What action ids begin with: a button that answers, one that opens a form, one that opens a page, something chosen."""
FORM_VIEW = "form"

_TEXT_KINDS = ("text", "long_text")
_LINKS = ("https://", "http://", "mailto:", "tel:")
_CONTROLS = ("static_select", "datepicker")
_markdown = MarkdownIt("commonmark", {"html": False})


def messages(cards: Sequence[Card], public_url: str) -> list[list[Block]]:
    """The blocks of the message that shows these cards together, or of as many messages as they need."""
    blocks: list[Block] = []
    for place, card in enumerate(cards):
        if place:
            blocks.append({"type": "divider"})
        blocks += render(card, public_url, place)
    return _divided(blocks)


def render(card: Card, public_url: str, place: int = 0) -> list[Block]:
    """One card. `place` is its place in the message: no two buttons there may have one id."""
    blocks = _body(card, public_url)
    if opens_form(card):
        blocks += _plain(card.closing)
    else:
        blocks += [_beside(field, card) for field in card.fields]
        blocks += _plain(card.closing)
    return blocks + _actions(card, public_url, place)


def opens_form(card: Card) -> bool:
    """True if something is to be written: that takes a modal. What is only chosen stands in the message itself."""
    return any(field.kind in _TEXT_KINDS for field in card.fields)


def modal(card: Card, private_metadata: str) -> Block:
    """The form of a card that has one. `private_metadata` comes back when it is sent."""
    return {
        "type": "modal",
        "callback_id": FORM_VIEW,
        "private_metadata": private_metadata,
        "title": _text(say(card.language, "slack.form_title")),
        "submit": _text(say(card.language, "slack.form_submit")),
        "close": _text(say(card.language, "slack.form_close")),
        "blocks": [*[block for words in card.paragraphs for block in _plain(words)], *map(_input, card.fields)],
    }


def home(card: Card, public_url: str) -> Block:
    """The Home tab of one person."""
    return {"type": "home", "blocks": render(card, public_url)[: 2 * MOST_BLOCKS]}


def settled(blocks: Sequence[Mapping[str, Any]], chosen: str) -> list[Block]:
    """A question that is over: what it said and what was chosen, with nothing left to tap."""
    left = []
    for block in blocks:
        if block.get("type") in ("actions", "input"):
            continue
        if (block.get("accessory") or {}).get("type") in _CONTROLS:
            block = {name: value for name, value in block.items() if name != "accessory"}
        left.append(dict(block))
    if chosen:
        left.append({"type": "context", "elements": [_text(f"✓ {chosen}")]})
    return left[:MOST_BLOCKS]


def without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """The same for a Slack that cannot fetch our pictures: each has a button that opens it, which stays."""
    return [block for block in blocks if block["type"] != "image"]


def escape(words: str) -> str:
    """Words that stand in mrkdwn: no link, mention or entity can begin in them."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(markdown: str) -> str:
    """HR's Markdown as Slack writes it."""
    lines: list[tuple[bool, str]] = []
    """Each with whether it stands in a list, whose lines stand closer than paragraphs."""
    lists: list[int] = []
    """The lists we are in: the next number, or 0 where items have no numbers."""
    prefix = ""
    for token in _markdown.parse(markdown):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            prefix = "    " * len(lists)
        elif token.type == "list_item_open":
            prefix = "    " * (len(lists) - 1) + (f"{lists[-1]}. " if lists[-1] else "• ")
            lists[-1] += 1 if lists[-1] else 0
        elif token.type == "inline":
            lines.append((bool(lists), prefix + _inline(token.children or [])))
            prefix = "    " * len(lists)  # a second paragraph of an item
        elif token.type in ("fence", "code_block"):
            lines.append((False, escape(token.content.rstrip("\n"))))
    written = ""
    for place, (in_list, text) in enumerate(lines):
        closer = in_list and place > 0 and lines[place - 1][0]
        written += ("" if place == 0 else "\n" if closer else "\n\n") + text
    return written


def plain_words(text: str) -> str:
    """What somebody typed in Slack, as they meant it: Slack escapes it and writes links and mentions in brackets."""
    shown = re.sub(r"<([^<>|]*)(?:\|([^<>]*))?>", lambda found: found[2] or _bare(found[1]), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _bare(link: str) -> str:
    """A link or mention without words of its own."""
    return "" if link[:1] in "@#!" else link.removeprefix("mailto:").removeprefix("tel:")


# --- What stands in a card -------------------------------------------------------------------------------------------


def _body(card: Card, public_url: str) -> list[Block]:
    blocks = [block for words in card.paragraphs for block in _plain(words)]
    if card.urgent:
        blocks = [{"type": "divider"}, *blocks, {"type": "divider"}]
    blocks += _plain(card.words)
    if card.quote:
        blocks += _quote(card.quote, public_url)
    if card.picture:
        blocks += _picture(card.picture, card.language, public_url)
    return blocks + _plain("\n".join(f"{label}: {value}" for label, value in card.facts))


def _quote(quote: CardQuote, public_url: str) -> list[Block]:
    title = f"*<{public_url}{quote.url}|{escape(quote.title)}>*" if quote.url else f"*{escape(quote.title)}*"
    head = f"{title}\n*{escape(quote.heading)}*" if quote.heading else title
    details = [
        {"type": "context", "elements": [_text(part)]}
        for detail in quote.details
        for part in split(detail, LONGEST_TEXT)
    ]
    return [*_sections(head, "mrkdwn"), *_sections(mrkdwn(quote.markdown), "mrkdwn"), *details]


def _picture(picture: CardPicture, locale: str, public_url: str) -> list[Block]:
    alt = _short(picture.alt, LONGEST_ALT)
    button = {
        "type": "button",
        "action_id": f"{LINK}:picture",
        "text": _label(say(locale, "slack.open_picture")),
        "url": public_url + picture.page,
    }
    return [
        {"type": "image", "image_url": public_url + picture.png, "alt_text": alt},
        {"type": "actions", "elements": [button]},
    ]


def _actions(card: Card, public_url: str, place: int) -> list[Block]:
    elements, form = [], opens_form(card)
    for number, button in enumerate(card.buttons):
        opens = form and "pick" in button.data
        if opens:
            form = False  # the first button that answers sends what is filled in; the others answer without it
        elements.append(_button(button, public_url, f"{place}.{number}", opens=opens))
    rows = [elements[start : start + MOST_BUTTONS] for start in range(0, len(elements), MOST_BUTTONS)]
    return [{"type": "actions", "elements": row} for row in rows]


def _button(button: CardButton, public_url: str, number: str, *, opens: bool) -> Block:
    drawn: Block = {"type": "button", "text": _label(button.label)}
    if button.url:
        return {**drawn, "action_id": f"{LINK}:{number}", "url": public_url + button.url}
    value = json.dumps(dict(button.data), separators=(",", ":"))
    return {**drawn, "action_id": f"{FORM if opens else TAP}:{number}", "value": value}


def _beside(field: CardField, card: Card) -> Block:
    """A choice or a date in the message itself. The nonce in the id keeps an earlier card's choice out of it."""
    label = _short(field.label, LONGEST_TEXT)
    drawn = {"type": "section", "text": _text(label), "block_id": f"{card.number}:{field.name}"}
    return {**drawn, "accessory": _element(field)}


def _input(field: CardField) -> Block:
    label = _text(_short(field.label, LONGEST_FIELD_LABEL))
    element = _element(field)
    return {
        "type": "input",
        "block_id": field.name,
        "label": label,
        "optional": not field.required,
        "element": element,
    }


def _element(field: CardField) -> Block:
    drawn: Block = {"action_id": f"{FIELD}:{field.name}"}
    if field.kind == "date":
        drawn["type"] = "datepicker"
        if _is_date(field.value):
            drawn["initial_date"] = field.value
    elif field.kind == "choice":
        drawn |= {"type": "static_select", **_choices(field)}
    else:
        longest = min(field.longest or LONGEST_INPUT, LONGEST_INPUT)
        drawn |= {"type": "plain_text_input", "multiline": field.kind == "long_text", "max_length": longest}
        if field.value:
            drawn["initial_value"] = field.value[:longest]
    return drawn


def _choices(field: CardField) -> Block:
    options = [
        {"text": _label(label), "value": value}
        for value, label in field.options
        if 0 < len(value) <= LONGEST_OPTION_VALUE
    ]
    chosen = [option for option in options if option["value"] == field.value]
    initial = {"initial_option": chosen[0]} if chosen else {}
    if len(options) <= MOST_OPTIONS:
        return {"options": options, **initial}
    groups = [options[start : start + MOST_OPTIONS] for start in range(0, len(options), MOST_OPTIONS)]
    named = [{"label": _text(f"{start * MOST_OPTIONS + 1} –"), "options": group} for start, group in enumerate(groups)]
    return {"option_groups": named[:MOST_OPTIONS], **initial}


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


# --- Words -----------------------------------------------------------------------------------------------------------


def split(text: str, longest: int) -> list[str]:
    """The text in pieces, cut between lines, else between words, else where it must; nothing is lost but blanks."""
    pieces, left = [], text.strip()
    while len(left) > longest:
        cut = _cut(left, longest)
        pieces.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [piece for piece in [*pieces, left] if piece]


def _cut(text: str, longest: int) -> int:
    for between in ("\n", " "):
        at = text.rfind(between, 1, longest)
        if at > longest // 2:
            return at
    return longest


def _plain(words: str) -> list[Block]:
    return _sections(words, "plain_text")


def _sections(words: str, kind: str) -> list[Block]:
    if kind == "plain_text":
        return [{"type": "section", "text": _text(part)} for part in split(words, LONGEST_TEXT)]
    return [{"type": "section", "text": {"type": kind, "text": part}} for part in _split_mrkdwn(words)]


def _split_mrkdwn(words: str) -> list[str]:
    """Cut so that no link and no entity is torn: Slack would show the halves, or refuse them."""
    pieces, left = [], words.strip()
    while len(left) > LONGEST_TEXT:
        cut = _cut(left, LONGEST_TEXT)
        for opening, closing in (("<", ">"), ("&", ";")):
            begun = left.rfind(opening, 0, cut)
            ends = left.find(closing, begun) if begun > 0 else -1
            if begun > 0 and cut <= ends:
                cut = begun
        pieces.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [piece for piece in [*pieces, left] if piece]


def _text(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": False}


def _short(words: str, longest: int) -> str:
    """With a sign where something was cut off, or where there is nothing: Slack takes no empty words."""
    words = words.strip() or "…"
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _label(words: str) -> Block:
    return _text(_short(words, LONGEST_LABEL))


def _inline(tokens: Sequence[Token]) -> str:
    written, links = "", [""]
    marks = {"strong_open": "*", "strong_close": "*", "em_open": "_", "em_close": "_"}
    for token in tokens:
        if token.type in ("text", "code_inline", "html_inline"):
            written += escape(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            written += "\n"
        elif token.type == "link_open":
            url = str(token.attrGet("href") or "")
            links.append(url if url.startswith(_LINKS) else "")
            written += f"<{_address(url)}|" if links[-1] else ""
        elif token.type == "link_close":
            written += ">" if links.pop() else ""
        else:
            written += marks.get(token.type, "")
    return written


def _address(url: str) -> str:
    return escape(url).replace("|", "%7C")


def _divided(blocks: Sequence[Block]) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    characters = 0
    for block in blocks:
        size = len(json.dumps(block, ensure_ascii=False))
        if pages[-1] and (len(pages[-1]) == MOST_BLOCKS or characters + size > MOST_CHARACTERS):
            pages.append([])
            characters = 0
        if block["type"] == "divider" and not pages[-1] and len(pages) > 1:
            continue
        pages[-1].append(block)
        characters += size
    return [page for page in pages if page]
