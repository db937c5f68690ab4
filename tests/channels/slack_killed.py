"""A service that acknowledges and then dies: run as a process of its own by test_slack_inbox.py, and killed by it."""

import asyncio
import json
import sys
from datetime import datetime

import aiohttp
from aiohttp import web
from slack_world import APP, SIGNING_SECRET, TEAM

from bot.channels.slack import EVENTS_PATH, SlackChannel
from bot.channels.slack_api import SlackApi
from bot.channels.slack_gate import SlackGate, SlackRules
from bot.channels.slack_installations import Installations
from bot.nudge import Nudge
from bot.turns import Turns
from knowledge.articles import Library
from storage.database import Database
from storage.sealing import Keyring


class NeverDone(Turns):
    """Turns that think for ever."""

    async def hear(self, inbound):
        print("hears", flush=True)
        await asyncio.Event().wait()


async def main(url: str, key: str, root: str, moment: str) -> None:
    database = Database(url, Keyring({1: bytes.fromhex(key)}, bytes.fromhex(root)))

    def now() -> datetime:
        return datetime.fromisoformat(moment)

    turns = NeverDone(database, Library(), now, Nudge())
    async with aiohttp.ClientSession() as http:
        api = SlackApi(http, "http://127.0.0.1:9/api/")
        ours = {"app_id": APP, "client_id": "", "client_secret": ""}
        installations = Installations(database, api, now, **ours, teams=(TEAM,))
        gate = SlackGate(SlackRules(APP, (TEAM,)), SIGNING_SECRET)
        channel = SlackChannel(gate, turns, database, installations, api, now, "https://karriere.example")
        app = web.Application()
        app.router.add_route("*", EVENTS_PATH, channel.endpoint)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(json.dumps(runner.addresses[0][1]), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
