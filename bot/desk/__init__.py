"""Web pages for the career office. They reach the database through guidance and knowledge only."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cookies import SealedCookie
from bot.nudge import Nudge


@dataclass(frozen=True)
class DeskTools:
    """What the pages work with."""

    transaction: Callable[[], AbstractAsyncContextManager[AsyncSession]]
    reading: Callable[[], AbstractAsyncContextManager[AsyncSession]]
    templates: Environment
    clock: Callable[[], datetime]
    work: Nudge
    arrivals: Nudge
    cookie: SealedCookie
    development: bool
