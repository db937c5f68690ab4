"""The workspaces that the bot is installed in, and their tokens, renewed before they end."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError

from bot.channels import DeliveryError
from bot.channels.slack_api import TIMEOUT, SlackApi
from storage import slack as stored
from storage.database import Database
from storage.slack import Installation, Tokens

log = logging.getLogger(__name__)

SCOPES = ("chat:write", "commands", "im:history")
"""To answer, to be called by /karriere, and to hear what is written to the bot alone. Nothing of anybody else."""
MARGIN = 2 * 3600.0
"""Seconds before its end at which a token is renewed. It lives for twelve hours."""


class NotInstalled(Exception):
    """The workspace cannot be connected. `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Installations:
    """Which workspaces there are, and with which token to speak there."""

    def __init__(
        self,
        database: Database,
        api: SlackApi,
        clock: Callable[[], datetime],
        *,
        app_id: str,
        client_id: str,
        client_secret: str,
        teams: tuple[str, ...],
    ) -> None:
        """`teams` are the ids of the workspaces that may install the bot."""
        self._database = database
        self._api = api
        self._clock = clock
        self._app_id = app_id
        self._ours = {"client_id": client_id, "client_secret": client_secret}
        self._teams = teams
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def known(self, team: str) -> bool:
        """True if the bot is installed there."""
        async with self._database.reading() as db:
            return await stored.installed(db, team)

    async def find(self, team: str) -> Tokens:
        """The tokens of a workspace, good for a while. Raises DeliveryError."""
        found = await self._read(team)
        if not self._ends_soon(found.tokens):
            return found.tokens
        async with self._locks.setdefault(team, asyncio.Lock()):
            found = await self._read(team)  # somebody may have renewed them while we waited
            return await self._renewed(found) if self._ends_soon(found.tokens) else found.tokens

    async def exchange(self, code: str, redirect_uri: str) -> str:
        """Install the bot with the code that Slack gave the installing person. The workspace. Raises NotInstalled."""
        answer = await self._ask(code=code, redirect_uri=redirect_uri)
        if answer is None:
            raise NotInstalled("slack.install_away")
        team = answer.get("team")
        team_id = team.get("id") if isinstance(team, dict) else None
        tokens = self._tokens(answer)
        if tokens is None or answer.get("app_id") != self._app_id or not set(SCOPES) <= set(tokens.scopes.split(",")):
            raise NotInstalled("slack.install_refused")
        if answer.get("is_enterprise_install") or team_id not in self._teams:
            raise NotInstalled("slack.install_foreign")
        async with self._database.transaction() as db:
            await stored.install(db, str(team_id), tokens)
        return str(team_id)

    async def remove(self, team: str, since: float) -> None:
        """The workspace removed the bot at this time. If it came back later it stays: news can be late."""
        try:
            found = await self._read(team)
        except DeliveryError:
            return
        if found.tokens.installed_at <= since:
            async with self._database.transaction() as db:
                await stored.uninstall(db, team)

    async def _read(self, team: str) -> Installation:
        async with self._database.reading() as db:
            found = await stored.installation(db, team)
        if found is None:
            raise DeliveryError("not_installed", permanent=True)
        return found

    def _ends_soon(self, tokens: Tokens) -> bool:
        return 0 < tokens.expires_at < self._clock().timestamp() + MARGIN

    async def _renewed(self, old: Installation) -> Tokens:
        """New tokens in the place of old ones; the old one as long as it is good, if Slack gives none just now."""
        answer = await self._ask(grant_type="refresh_token", refresh_token=old.tokens.refresh_token)
        new = self._tokens(answer) if answer else None
        if new is None:
            log.warning("slack_token_not_renewed", extra={"code": str(answer.get("error")) if answer else "away"})
            return await self._still_good(old)
        tokens = replace(new, installed_at=old.tokens.installed_at, bot_user=new.bot_user or old.tokens.bot_user)
        async with self._database.transaction() as db:
            kept = await stored.renew(db, old, tokens)
        return tokens if kept else (await self._read(old.team)).tokens

    async def _still_good(self, old: Installation) -> Tokens:
        """Another copy of the service may have been quicker: Slack takes each refresh token once."""
        now = await self._read(old.team)
        if now.tokens.expires_at > self._clock().timestamp():
            return now.tokens
        raise DeliveryError("no_token", permanent=False)

    async def _ask(self, **arguments: str) -> Mapping[str, Any] | None:
        """What Slack answers, also when it refuses. None if it does not answer."""
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await self._api.client.api_call("oauth.v2.access", data={**self._ours, **arguments})
            return answer.data if isinstance(answer.data, dict) else None
        except (SlackClientError, ClientError, TimeoutError, OSError, ValueError, AttributeError, TypeError) as error:
            data = getattr(getattr(error, "response", None), "data", None)
            refused = isinstance(data, dict) and data.get("error") not in (None, "ratelimited", "internal_error")
            return data if refused else None

    def _tokens(self, answer: Mapping[str, Any]) -> Tokens | None:
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not answer.get("ok") or answer.get("token_type") != "bot" or not isinstance(token, str) or not token:
            return None
        now = self._clock().timestamp()
        return Tokens(
            bot_token=token,
            refresh_token=str(answer.get("refresh_token") or ""),
            expires_at=now + lasts if isinstance(lasts, int) and answer.get("refresh_token") else 0.0,
            bot_user=str(answer.get("bot_user_id") or ""),
            scopes=str(answer.get("scope") or ""),
            installed_at=now,
        )
