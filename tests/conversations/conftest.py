"""Taps that no card of ours offers."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from cast import Employee

from bot.channels import Press


@pytest.fixture
def press() -> Callable[..., Awaitable[str]]:
    """Send a tap as a forger would: any card, pick, verb, arguments and fields."""

    async def send(who: Employee, **parts: Any) -> str:
        return await who.sends(who._inbound("press", press=Press(**parts)))

    return send
