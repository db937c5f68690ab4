"""What the rest of the house may hold of an employee: enough to own a case, too little to be named."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

CASES_A_PERSON = 32
"""How many numbered ownership tags a person has, and so how many cases at once."""


@dataclass(frozen=True)
class Participant:
    """Somebody at the door.

    Each case of a person carries another of their tags, so rows of one person do not show that they belong together.
    The address can be sealed for a case but not read: only the door and the sender can open it.
    """

    owner_tags: tuple[bytes, ...] = field(repr=False)
    seal_address: Callable[[uuid.UUID], bytes] = field(repr=False)
    root: int = 1
    """Number of the root that the tags were made with."""
    older_tags: tuple[bytes, ...] = field(default=(), repr=False)
    """Their tags by roots that make no new ones. Cases may still stand under them."""

    @property
    def all_tags(self) -> tuple[bytes, ...]:
        """Every tag under which a case of theirs can stand."""
        return self.owner_tags + self.older_tags


@dataclass(frozen=True)
class Address:
    """Where and as whom a channel reaches somebody. `subject` names the person, `reference` is the channel's own."""

    channel: str
    subject: str = field(repr=False)
    reference: dict[str, str] = field(repr=False)
