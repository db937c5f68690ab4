"""The composition root: everything is made here and handed to those who need it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, web
from jinja2 import Environment

from bot import calendar_file
from bot.career_pages import CareerPages
from bot.channels import Channel
from bot.channels.connector import BotConnector, EntraTokens, NoTokens
from bot.channels.slack import EVENTS_PATH, SlackChannel
from bot.channels.slack import NAME as SLACK
from bot.channels.slack_api import SlackApi
from bot.channels.slack_gate import SlackGate, SlackRules
from bot.channels.slack_installations import Installations
from bot.channels.slack_socket import SlackSocket
from bot.channels.teams import NAME as TEAMS
from bot.channels.teams import TeamsChannel
from bot.channels.teams_gate import Gate, GateRules, OpenGate, SigningKeys
from bot.channels.web import NAME as WEB
from bot.channels.web import WebChannel
from bot.chooser import Chooser
from bot.cookies import SealedCookie
from bot.desk import DeskTools
from bot.desk.articles import ArticlePages
from bot.desk.career import CareerDesk
from bot.desk.cases import CasePages
from bot.desk.decisions import DecisionPages
from bot.desk.entra import FLOW_LASTS, START, Entra
from bot.desk.placements import BoardPages
from bot.desk.questions import QuestionPages
from bot.desk.scheme import SchemePages
from bot.desk.sign_in import SignIn
from bot.desk.swaps import SwapPages
from bot.desk.synonyms import SynonymPages
from bot.desk.times import TimePages
from bot.desk.trying import TryPages
from bot.desk.work_accounts import WorkAccountPages
from bot.housekeeping import Housekeeping
from bot.learning import Learning
from bot.nudge import Nudge
from bot.outbox_worker import OutboxWorker
from bot.pages import Pages
from bot.rendering.html import make_environment
from bot.rounds import Rounds
from bot.settings import Settings
from bot.slack_pages import BACK, LASTS, SlackPages
from bot.turns import Turns
from bot.web_safety import MESSAGES_PATH, make_middleware
from knowledge import career_editing
from knowledge.articles import Library
from knowledge.vectors import find_embedder
from storage.database import Database
from storage.sealing import Keyring

MOST_BODY = 256 * 1024
DESK_VISIT = timedelta(hours=10)


def utc_now() -> datetime:
    """The clock of a real installation."""
    return datetime.now(UTC)


async def make_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> web.Application:
    """The whole service: channels, desk, worker and housekeeping on one database.

    Raises KeysMissing or SchemaOutdated rather than start with the wrong keys or tables.
    """
    database = Database(settings.database_url, Keyring.load(settings.keys))
    await database.check()
    async with database.transaction() as db:  # so that the desk has them to change, whoever forgot to seed
        await career_editing.load_shipped(db, clock())
    embedder = await asyncio.to_thread(find_embedder) if settings.meanings else None
    http, library, templates = ClientSession(), Library(embedder), make_environment()
    work, arrivals = Nudge(), Nudge()
    turns = Turns(database, library, clock, work, _chooser(settings, http))
    web_chat = WebChannel(turns, database.keyring, templates, clock, arrivals, secure=settings.secure)
    desk = DeskTools(
        transaction=database.transaction,
        reading=database.reading,
        templates=templates,
        clock=clock,
        work=work,
        arrivals=arrivals,
        cookie=SealedCookie("sporskifte_desk", database.keyring, secure=settings.secure, lasts=DESK_VISIT),
        development=settings.development,
    )
    sign_in = SignIn(desk, work_accounts=settings.work_accounts)
    pages = Pages(database, library, templates, development=settings.development)
    channels: dict[str, Channel] = {WEB: web_chat}
    worker = OutboxWorker(database, channels, clock, work, arrivals, random.SystemRandom())

    app = web.Application(
        middlewares=[make_middleware(settings.public_url, development=settings.development)],
        client_max_size=MOST_BODY,
    )
    if settings.teams:
        channels[TEAMS] = teams = await _teams(settings, http, turns)
        app.router.add_route("*", MESSAGES_PATH, teams.endpoint)
    slack = _add_slack(app, settings, http, turns, database, templates, clock) if settings.slack else None
    desk_pages = (
        sign_in,
        CasePages(desk, sign_in),
        TimePages(desk, sign_in),
        ArticlePages(desk, sign_in, library, settings.public_url, second_reader=settings.second_reader),
        QuestionPages(desk, sign_in),
        TryPages(desk, sign_in, library),
        SynonymPages(desk, sign_in),
        CareerDesk(desk, sign_in, library),
        BoardPages(desk, sign_in, settings.public_url),
        DecisionPages(desk, sign_in),
        SwapPages(desk, sign_in),
        SchemePages(desk, sign_in),
    )
    desk_routes = [route for pages in desk_pages for route in pages.routes()]
    career = CareerPages(database, library, templates, clock)
    app.add_routes([*web_chat.routes(), *desk_routes, *pages.routes(), *career.routes(), *calendar_file.routes()])
    if settings.work_accounts:
        _add_work_accounts(app, settings, database.keyring, desk, sign_in)

    if slack is not None:
        channels[SLACK] = slack.channel

    async def background(app: web.Application) -> AsyncIterator[None]:
        remind, escalate = (timedelta(hours=hours) for hours in (settings.remind_hours, settings.escalate_hours))
        rounds = Rounds(database, clock, work, remind, escalate)

        def poke() -> None:
            work.poke()
            arrivals.poke()

        copies = database.hear_copies(poke)
        runs = (worker.run(), Housekeeping(database, clock).run(), rounds.run(), copies)
        tasks = [asyncio.create_task(run) for run in runs]
        if embedder is not None:
            tasks.append(asyncio.create_task(Learning(database, library, embedder).run()))
        if slack is not None:
            tasks += [asyncio.create_task(run) for run in slack.runs()]
        yield
        if slack is not None:
            await slack.channel.inbox.close()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await http.close()
        await database.close()

    async def end_streams(app: web.Application) -> None:
        arrivals.close()  # an open stream would hold up the shutdown until its time-out

    app.cleanup_ctx.append(background)
    app.on_shutdown.append(end_streams)
    return app


def _chooser(settings: Settings, http: ClientSession) -> Chooser | None:
    if not settings.model_url:
        return None
    return Chooser(http, settings.model_url, settings.model_name, settings.model_key.get_secret_value())


def _add_work_accounts(
    app: web.Application, settings: Settings, keyring: Keyring, desk: DeskTools, sign_in: SignIn
) -> None:
    entra = Entra(settings)
    # Microsoft's page leads back to us, so this cookie cannot be strict. It goes to the two addresses there only.
    flow = SealedCookie(
        "sporskifte_entra", keyring, secure=settings.secure, lasts=FLOW_LASTS, path=START, from_other_sites=True
    )
    app.add_routes(WorkAccountPages(desk, sign_in, entra, flow).routes())

    async def close(app: web.Application) -> None:
        entra.close()

    app.on_cleanup.append(close)


@dataclass(frozen=True)
class _Slack:
    channel: SlackChannel
    socket: SlackSocket | None

    def runs(self) -> list[Coroutine[Any, Any, None]]:
        """What runs beside it."""
        return [self.channel.inbox.run(), *([self.socket.run()] if self.socket else [])]


def _add_slack(
    app: web.Application,
    settings: Settings,
    http: ClientSession,
    turns: Turns,
    database: Database,
    templates: Environment,
    clock: Callable[[], datetime],
) -> _Slack:
    rules = SlackRules(settings.slack_app_id, settings.slack_teams)
    signing_secret = settings.slack_signing_secret.get_secret_value()
    app_token = settings.slack_app_token.get_secret_value()
    api = SlackApi(http)
    installations = Installations(
        database,
        api,
        clock,
        app_id=settings.slack_app_id,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        teams=settings.slack_teams,
    )
    gate = SlackGate(rules, signing_secret) if signing_secret else None
    channel = SlackChannel(gate, turns, database, installations, api, clock, settings.public_url)
    # Slack's page leads back to us, so this cookie cannot be strict. It goes to the one address there only.
    flow = SealedCookie(
        "sporskifte_slack", database.keyring, secure=True, lasts=LASTS, path=BACK, from_other_sites=True
    )
    pages = SlackPages(
        installations, templates, clock, flow, client_id=settings.slack_client_id, public_url=settings.public_url
    )
    app.add_routes(pages.routes())
    if gate is not None:
        app.router.add_route("*", EVENTS_PATH, channel.endpoint)
    return _Slack(channel, SlackSocket(channel, api, rules, app_token) if app_token else None)


async def _teams(settings: Settings, http: ClientSession, turns: Turns) -> TeamsChannel:
    if settings.development:
        return TeamsChannel(OpenGate(), turns, BotConnector(http, NoTokens()), settings.public_url)
    keys = SigningKeys(http)
    await keys.prefetch()  # so that the first message need not wait for them
    rules = GateRules(settings.teams_app_id.lower(), settings.teams_tenant_id.lower(), settings.teams_service_hosts)
    secret = settings.teams_secret.get_secret_value()
    tokens = EntraTokens(settings.teams_app_id, settings.teams_tenant_id, secret)
    return TeamsChannel(Gate(rules, keys), turns, BotConnector(http, tokens), settings.public_url)
