"""What every channel gives and takes. No type of an SDK leaves its channel's file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.rendering.card import Card
from storage.participants import Address


@dataclass(frozen=True)
class Press:
    """A tap on a button: the pick of a question's card, or a verb with its arguments. `fields` were filled in."""

    card: str = ""
    pick: int = -1
    do: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Inbound:
    """One activity, verified by its channel and in our own words."""

    kind: Literal["text", "press", "opened", "file"]
    address: Address
    conversation: str
    event_id: str
    text: str = field(default="", repr=False)
    press: Press = field(default_factory=Press)
    name: str = field(default="", repr=False)
    """What the channel calls the person, to notice when they write it themselves. Never stored."""
    locale: str = ""
    """Language of the person's client, if the channel knows it."""


class DeliveryError(Exception):
    """A notice could not be delivered. `permanent`: trying again cannot help. `retry_after` in seconds."""

    def __init__(self, code: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after


class Channel(Protocol):
    """A way to reach people."""

    waits: bool
    """True if recipients come and fetch: a notice then waits for them."""

    async def deliver(self, address: Address, card: Card) -> None:
        """Send one card. Raises DeliveryError."""


def read_press(data: Mapping[str, Any]) -> Press | None:
    """A button's data as it came back from a card, with the filled-in fields beside it. None if it is not ours."""
    ours = data.get("sporskifte")
    if not isinstance(ours, Mapping):
        return None
    card, do, pick, args = ours.get("card", ""), ours.get("do", ""), ours.get("pick", -1), ours.get("args", {})
    if not (isinstance(card, str) and isinstance(do, str) and isinstance(pick, int) and isinstance(args, Mapping)):
        return None
    fields = {name: value for name, value in data.items() if name != "sporskifte" and isinstance(value, str)}
    strings = {str(name): value for name, value in args.items() if isinstance(value, str)}
    return Press(card, pick, do, strings, fields)
