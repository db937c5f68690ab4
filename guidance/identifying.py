"""Notices what may tell an advisor who is writing: it is held back until the writer has looked at it again.

A hint, and no more: nobody can list all the ways in which people can be recognised.
"""

import re
import unicodedata
from collections.abc import Collection

_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}", re.IGNORECASE)
# Eight digits as Danes group them, with or without the country's number.
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:(?:\+|00)45[ -]?)?(?:\d{8}|\d{2}(?:[ .-]\d{2}){3}|\d{4}[ .-]\d{4})(?![\d/]|[.,-]\d)"
)
_NUMBER = re.compile(
    r"\b(?:medarbejder|løn|tjeneste|ansættelses|personale|employee|staff)[- ]?(?:nr|nummer|number|id|no)\b"
    r"[^\d\n]{0,12}\d{3,}",
    re.IGNORECASE,
)
_LEADER = r"(?i:min (?:leder|chef|afdelingsleder|teamleder)|my (?:manager|boss|leader))"
# After "er" only a capital letter makes a name: "min leder er sur" names nobody.
_CALLED = re.compile(
    r"\b(?i:jeg hedder|mit navn er|my name is|i am called)\s+[^\W\d_]{2,}"
    rf"|\b{_LEADER} (?i:hedder|is called)\s+[^\W\d_]{{2,}}"
    rf"|\b{_LEADER} (?i:er|is)\s+[A-ZÆØÅ][a-zæøå]+"
    r"|\b(?i:hilsen|mvh|vh|kh|regards|best)\b[\s,.:]+[A-ZÆØÅ][a-zæøå]+"
)
_SHORTEST_NAME = 3


def signs(text: str, own_name: str, workplaces: Collection[str], *, names_post: bool) -> list[str]:
    """What in the text may name its writer: any of name, mail, phone, number, workplace.

    `workplaces` are the names of hospitals and departments, `names_post` says if the text names a profession. Only both
    together count: "jeg er sygeplejerske" is true of thousands, and so is the name of a hospital.
    """
    found = []
    if _says_name(text, own_name) or _CALLED.search(text):
        found.append("name")
    if _MAIL.search(text):
        found.append("mail")
    if _NUMBER.search(text):
        found.append("number")
    elif _PHONE.search(text):
        found.append("phone")
    if names_post and _mentions(text, workplaces):
        found.append("workplace")
    return found


def _says_name(text: str, own_name: str) -> bool:
    words = set(_words(text))
    names = [word for word in _words(own_name) if len(word) >= _SHORTEST_NAME]
    return any(name in words or name + "s" in words for name in names)


def _mentions(text: str, names: Collection[str]) -> bool:
    words = " " + " ".join(_words(text)) + " "
    return any(f" {wanted}" in words for name in names if len(wanted := " ".join(_words(name))) > _SHORTEST_NAME)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).casefold())
