"""The pages on which somebody connects a Slack workspace: to Slack, with a state of our own, and back."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment

from bot.channels.slack_installations import SCOPES, Installations, NotInstalled
from bot.channels.web import locale_of
from bot.cookies import SealedCookie
from dialogs.wording import say

log = logging.getLogger(__name__)

START, BACK = "/slack/install", "/slack/oauth/callback"
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
LASTS = timedelta(minutes=10)
MOST = 512
"""Characters of a code or a state. Slack's are shorter."""


class SlackPages:
    """The way to Slack and back. Who may install apps there is Slack's to say; which workspaces, our settings'."""

    def __init__(
        self,
        installations: Installations,
        templates: Environment,
        clock: Callable[[], datetime],
        cookie: SealedCookie,
        *,
        client_id: str,
        public_url: str,
    ) -> None:
        """`cookie` is what the browser keeps between going to Slack and coming back."""
        self._installations = installations
        self._templates = templates
        self._clock = clock
        self._cookie = cookie
        self._client_id = client_id
        self._back = public_url + BACK

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get(START, self.go, allow_head=False), web.get(BACK, self.come_back, allow_head=False)]

    async def go(self, request: web.Request) -> web.Response:
        """Lead the browser to Slack."""
        state = secrets.token_urlsafe(24)
        asked = {"client_id": self._client_id, "scope": ",".join(SCOPES), "state": state, "redirect_uri": self._back}
        response = web.Response(status=303, headers={"Location": f"{AUTHORIZE}?{urlencode(asked)}"})
        self._cookie.write(response, {"state": state, "locale": locale_of(request)}, self._clock())
        return response

    async def come_back(self, request: web.Request) -> web.Response:
        """Keep what Slack gave, if this very browser asked for it."""
        kept = self._cookie.read(request, self._clock())
        locale = kept["locale"] if kept else locale_of(request)
        state, code = request.query.get("state", ""), request.query.get("code", "")
        try:
            if kept is None or not state.isascii() or not secrets.compare_digest(state, kept["state"]):
                raise NotInstalled("slack.install_stale")
            if not 0 < len(code) <= MOST:
                raise NotInstalled("slack.install_refused")
            await self._installations.exchange(code, self._back)
        except NotInstalled as refusal:
            log.warning("slack_not_installed", extra={"code": refusal.key})
            response = self._page(locale, "slack.not_installed", say(locale, refusal.key), status=403)
        else:
            response = self._page(locale, "slack.installed", say(locale, "slack.installed_how"))
        self._cookie.clear(response)  # each state is good for one way
        return response

    def _page(self, locale: str, heading: str, *paragraphs: str, status: int = 200) -> web.Response:
        template = self._templates.get_template("text.html")
        page = template.render(locale=locale, heading=say(locale, heading), paragraphs=paragraphs)
        return web.Response(text=page, content_type="text/html", status=status)
