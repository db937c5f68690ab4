"""The names that anonymous employees go by: "Rolig Birk"."""

import tomllib
from pathlib import Path
from random import Random

_WORDS = tomllib.loads(Path(__file__).with_name("alias_words.toml").read_text(encoding="utf-8"))

ADJECTIVES: tuple[str, ...] = tuple(_WORDS["adjectives"])
NOUNS: tuple[str, ...] = tuple(_WORDS["nouns"])
BLOCKED: frozenset[str] = frozenset(_WORDS["never"])
"""Aliases that nobody gets, because the two words do not go together."""


class Aliases:
    """Suggests aliases. Whether one is free, only the database knows."""

    def suggest(self, random: Random) -> str:
        """Two words that say nothing about anybody. Hand in SystemRandom, so that nobody can work out the next one."""
        while True:
            alias = f"{random.choice(ADJECTIVES)} {random.choice(NOUNS)}".title()
            if alias not in BLOCKED:
                return alias

    def numbered(self, alias: str, random: Random) -> str:
        """The alias with a number from 10 to 99, for when pairs that are free have become hard to find."""
        return f"{alias} {random.randint(10, 99)}"
