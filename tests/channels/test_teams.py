"""The Teams endpoint as Teams uses it: signed activities in, our own posts to a Bot Connector out, all on loopback."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.channels import DeliveryError
from bot.channels.connector import BotConnector, NoTokens
from bot.channels.teams import TeamsChannel
from bot.channels.teams_gate import Gate, GateRules, OpenGate, SigningKeys
from bot.outbox_worker import OutboxWorker
from bot.turns import Turns
from guidance import chats
from guidance.cases import by_id, of_staff
from storage.database import Database

APP, TENANT, PERSON = "0b9c0000-0000-4000-8000-000000000001", "0b9c0000-0000-4000-8000-0000000000aa", "29:amina"
AMINA = "0b9c0000-0000-4000-8000-00000000a314"


class Connector:
    """A stand-in for the Bot Connector: keeps what the bot posts and answers as it is told."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        app = web.Application()
        app.router.add_post("/v3/conversations/{tail:.+}", self._take)
        self.server = TestServer(app)

    async def _take(self, request: web.Request) -> web.Response:
        if self.answers:
            status, headers = self.answers.pop(0)
            return web.Response(status=status, headers=headers)
        self.paths.append(request.path)
        self.posted.append(await request.json())
        return web.json_response({"id": f"sent-{len(self.posted)}"})

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    def last_card(self) -> dict[str, Any]:
        card: dict[str, Any] = self.posted[-1]["attachments"][0]["content"]
        return card


class Teams:
    """Amina's Teams: sends activities as the local client does, and taps what it was shown."""

    def __init__(self, client: TestClient[Any, Any], connector: Connector) -> None:
        self._client = client
        self.connector = connector
        self._number = 0

    async def sends(self, headers: dict[str, str] | None = None, **changes: Any) -> int:
        self._number += 1
        activity = {
            "type": "message",
            "id": f"activity-{self._number}",
            "channelId": "msteams",
            "serviceUrl": self.connector.url,
            "conversation": {"id": "a:amina-and-bot", "conversationType": "personal", "tenantId": TENANT},
            "from": {"id": PERSON, "name": "Amina Yusuf", "aadObjectId": AMINA},
            "recipient": {"id": f"28:{APP}", "name": "Sporskifte"},
            "locale": "da-DK",
            "channelData": {"tenant": {"id": TENANT}},
            **changes,
        }
        async with self._client.post("/api/messages", json=activity, headers=headers) as answer:
            return answer.status

    async def says(self, text: str, **changes: Any) -> str:
        assert await self.sends(text=text, **changes) == 200
        return self.shown()

    async def taps(self, label: str, **fields: str) -> str:
        action = next(a for a in self.connector.last_card()["actions"] if label in a["title"])
        assert await self.sends(value={**action["data"], **fields}) == 200
        return self.shown()

    def shown(self) -> str:
        return json.dumps(self.connector.last_card(), ensure_ascii=False)


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    stand_in = Connector()
    await stand_in.server.start_server()
    yield stand_in
    await stand_in.server.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def channel(turns: Turns, http: aiohttp.ClientSession) -> TeamsChannel:
    return TeamsChannel(OpenGate(), turns, BotConnector(http, NoTokens()), "http://localhost:3978")


@pytest.fixture
async def teams(channel: TeamsChannel, connector: Connector) -> AsyncIterator[Teams]:
    async with TestClient(TestServer(endpoint_of(channel))) as client:
        yield Teams(client, connector)


def endpoint_of(channel: TeamsChannel) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/api/messages", channel.endpoint)
    return app


async def test_a_question_is_answered_with_a_card_and_a_neutral_preview(teams: Teams) -> None:
    shown = await teams.says("Hvad er snusepraktik?")
    assert "Region Hovedstaden" in shown and "Kilde" in shown
    post = teams.connector.posted[-1]
    assert post["summary"] == "Du har en besked" and "text" not in post
    assert post["replyToId"] == "activity-1"
    assert teams.connector.last_card()["version"] == "1.5"


async def test_an_appointment_is_booked_by_tapping(teams: Teams, database: Database) -> None:
    await teams.says("Jeg vil gerne tale med nogen uden min chef ved det")
    await teams.taps("Fortsæt")
    await teams.taps("Trivsel")
    await teams.taps("Region Hovedstaden")
    await teams.taps("Fortsæt", workplace="nordkysten")
    if "Hvordan vil du mødes" in await teams.taps("alle i orden"):
        await teams.taps("Skriv sammen")
    await teams.taps("kl.")
    assert "i denne sag" in await teams.taps("Book tiden")
    async with database.reading() as db:
        advisors = [person for person in ("bo", "sofie", "mikkel") if await of_staff(db, person)]
    assert advisors and "mikkel" not in advisors  # his manager leads a department at Nordkysten


async def test_an_activity_that_teams_sends_twice_is_heard_once(teams: Teams) -> None:
    await teams.says("Hvad er snusepraktik?", id="the-same")
    assert await teams.sends(text="Hvad er snusepraktik?", id="the-same") == 200
    assert len(teams.connector.posted) == 1


async def test_a_tap_that_teams_sends_again_under_a_new_id_takes_effect_once(teams: Teams) -> None:
    await teams.says("Jeg vil gerne tale med en rådgiver")
    data = teams.connector.last_card()["actions"][0]["data"]
    await teams.sends(value=data)
    await teams.sends(value=data)
    assert len(teams.connector.posted) == 2


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
async def test_where_others_read_along_nothing_personal_is_said(teams: Teams, kind: str, database: Database) -> None:
    conversation = {"id": "19:many", "conversationType": kind, "tenantId": TENANT}
    shown = await teams.says("<at>Sporskifte</at> mine aftaler", conversation=conversation)
    assert "privat chat" in shown and "actions" not in shown.replace('"actions": []', "")
    assert teams.connector.paths[-1].startswith("/v3/conversations/19:many")


async def test_a_new_conversation_is_welcomed(teams: Teams) -> None:
    members = [{"id": f"28:{APP}"}, {"id": PERSON, "aadObjectId": AMINA}]
    assert await teams.sends(type="conversationUpdate", membersAdded=members) == 200
    assert "Jeg er Sporskifte" in teams.shown()


async def test_the_bot_being_added_to_its_own_conversation_is_no_event(teams: Teams) -> None:
    assert await teams.sends(type="conversationUpdate", membersAdded=[{"id": f"28:{APP}"}]) == 200
    assert not teams.connector.posted


async def test_a_file_is_refused_kindly(teams: Teams) -> None:
    file = {"contentType": "application/vnd.microsoft.teams.file.download.info", "content": {"uniqueId": "1"}}
    assert "ikke tage imod filer" in await teams.says("", attachments=[file])


async def test_an_activity_the_sdk_cannot_read_is_a_bad_request(teams: Teams) -> None:
    assert await teams.sends(text="hej", timestamp={"not": "a time"}) == 400


async def test_a_notice_goes_out_by_the_worker_with_a_neutral_preview(
    teams: Teams, channel: TeamsChannel, worker: OutboxWorker, database: Database, bo: Any
) -> None:
    case_id = await a_case_of_bo(teams, bo)
    worker._channels = {"teams": channel}  # the fixture's worker knows only the web
    await bo.answers(case_id, "Goddag. Hvad har du på hjerte?")
    while await worker.work_once():
        pass
    post = teams.connector.posted[-1]
    assert post["summary"] == "Du har en besked" and "text" not in post
    assert "Hvad har du på hjerte" in teams.shown()
    assert post["recipient"] == {"id": PERSON}


async def test_a_connector_that_is_busy_is_asked_again_later(
    teams: Teams, channel: TeamsChannel, worker: OutboxWorker, clock: Any, bo: Any
) -> None:
    case_id = await a_case_of_bo(teams, bo)
    worker._channels = {"teams": channel}
    while await worker.work_once():
        pass
    posted = len(teams.connector.posted)
    teams.connector.answers = [(429, {"Retry-After": "90"}), (503, {})]
    await bo.answers(case_id, "Er du der?")
    await worker.work_once()
    clock.passes(seconds=80)
    assert not await worker.work_once()  # sooner than it was asked to
    clock.passes(seconds=20)
    assert await worker.work_once() and len(teams.connector.posted) == posted
    clock.passes(minutes=6)
    assert await worker.work_once() and len(teams.connector.posted) == posted + 1


async def test_a_person_who_removed_the_bot_is_not_tried_again(
    teams: Teams, channel: TeamsChannel, worker: OutboxWorker, bo: Any, database: Database
) -> None:
    case_id = await a_case_of_bo(teams, bo)
    worker._channels = {"teams": channel}
    teams.connector.answers = [(403, {})]
    await bo.answers(case_id, "Er du der?")
    while await worker.work_once():
        pass
    async with database.reading() as db:
        case = await by_id(db, case_id)
        assert case is not None
        assert [message.delivery for message in await chats.thread(db, case.id)] == ["failed"]


async def a_case_of_bo(teams: Teams, bo: Any) -> str:
    """Book until Bo is the advisor: rule the others out."""
    await teams.says("book en tid")
    await teams.taps("Fortsæt")
    await teams.taps("Spring over")
    await teams.taps("Region Hovedstaden")
    await teams.taps("Det vil jeg ikke sige")
    await teams.taps("Ikke Mikkel")
    await teams.taps("Ikke Sofie")
    if "Hvordan vil du mødes" in await teams.taps("alle i orden"):
        await teams.taps("Skriv sammen")
    await teams.taps("kl.")
    await teams.taps("Book tiden")
    case_id: str = (await bo.cases())[0].id.hex
    return case_id


async def test_in_production_only_microsofts_word_counts(turns: Turns, http: aiohttp.ClientSession) -> None:
    """The whole way with a real signature: metadata, keys, token, gate, turn, and the token of our own on the reply."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    microsoft = TestServer(microsoft_with(key))
    stand_in = Connector()
    await microsoft.start_server()
    await stand_in.server.start_server()
    keys = SigningKeys(http, str(microsoft.make_url("/metadata")))
    service = "https://smba.trafficmanager.net/emea/"
    channel = TeamsChannel(
        Gate(GateRules(APP, TENANT), keys), turns, Redirected(http, stand_in), "https://karriere.example"
    )
    async with TestClient(TestServer(endpoint_of(channel))) as client:
        teams = Teams(client, stand_in)
        good = {"iss": "https://api.botframework.com", "aud": APP, "exp": 4102444800, "serviceurl": service}
        token = jwt.encode(good, key, "RS256", headers={"kid": "today"})
        assert (
            await teams.sends({"Authorization": f"Bearer {token}"}, text="Hvad er snusepraktik?", serviceUrl=service)
            == 200
        )
        assert "Kilde" in teams.shown() and len(stand_in.posted) == 1
        assert await teams.sends(text="Hvad er snusepraktik?", serviceUrl=service) == 401
        forged = jwt.encode(
            good, rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256", headers={"kid": "today"}
        )
        assert await teams.sends({"Authorization": f"Bearer {forged}"}, text="hej", serviceUrl=service) == 401
        assert len(stand_in.posted) == 1
    await microsoft.close()
    await stand_in.server.close()


class Redirected(BotConnector):
    """Our connector, with Microsoft's host answered by the stand-in."""

    def __init__(self, http: aiohttp.ClientSession, stand_in: Connector) -> None:
        super().__init__(http, NoTokens())
        self._stand_in = stand_in

    async def send(self, service_url: str, conversation: str, activity: dict[str, Any], reply_to: str = "") -> str:
        assert service_url.startswith("https://smba.trafficmanager.net")
        return await super().send(self._stand_in.url, conversation, activity, reply_to)


def microsoft_with(key: rsa.RSAPrivateKey) -> web.Application:
    """The two documents that Microsoft publishes its keys in."""
    numbers = key.public_key().public_numbers()

    def number(value: int) -> str:
        raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    async def metadata(request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": str(request.url.with_path("/keys"))})

    async def keys(request: web.Request) -> web.Response:
        jwk = {"kty": "RSA", "use": "sig", "kid": "today", "n": number(numbers.n), "e": number(numbers.e)}
        return web.json_response({"keys": [{**jwk, "endorsements": ["msteams"]}]})

    app = web.Application()
    app.router.add_get("/metadata", metadata)
    app.router.add_get("/keys", keys)
    return app


async def test_a_connector_that_is_away_is_a_failure_that_can_be_tried_again(http: aiohttp.ClientSession) -> None:
    with pytest.raises(DeliveryError) as failure:
        await BotConnector(http, NoTokens()).send("http://127.0.0.1:9", "a:1", {"type": "message"})
    assert not failure.value.permanent
