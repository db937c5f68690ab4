"""Who gets past the gate before /api/messages: Amina does, and nobody who only pretends to be Microsoft."""

import asyncio
import base64
import contextlib
import functools
import gzip
import hashlib
import hmac
import json
import math
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from yarl import URL

from bot import raw_body
from bot.channels import teams_gate
from bot.channels.teams_gate import Gate, GateRefused, GateRules, OpenGate, SigningKeys

APP = "6d1f8a52-5d0c-4f7e-9b1a-0c1d2e3f4a5b"
REGION = "b0c4f1de-2a77-4c3e-8f5b-91a2b3c4d5e6"
ELSEWHERE = "11111111-2222-3333-4444-555555555555"
AMINA = "0f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a69"
SERVICE = "https://smba.trafficmanager.net/emea/"
NOW = 1_800_000_000
DAY = 24 * 3600
RULES = GateRules(app_id=APP, tenant_id=REGION)

Activity = dict[str, Any]
Outcome = tuple[int, str]
ADMITTED: Outcome = (200, "")


def amina_says_hello() -> Activity:
    return {
        "type": "message",
        "id": "1799999999000",
        "timestamp": "2027-01-15T08:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {"id": "29:1abc", "name": "Amina", "aadObjectId": AMINA},
        "recipient": {"id": f"28:{APP}", "name": "Sporskifte"},
        "conversation": {"id": "a:1xyz", "conversationType": "personal", "tenantId": REGION},
        "channelData": {"tenant": {"id": REGION}},
        "text": "Hej, jeg vil gerne høre om jobbytte 🐦",
        "locale": "da-DK",
    }


def good_claims() -> dict[str, Any]:
    return {
        "iss": "https://api.botframework.com",
        "aud": APP,
        "nbf": NOW - 60,
        "exp": NOW + 3600,
        "serviceurl": SERVICE,
    }


# --- Keys and tokens, made by hand so that they can be made wrong --------------------------------------------------


@functools.cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """One key for each name, made when it is first asked for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024 if name == "small" else 2048)


def public_pem(name: str) -> bytes:
    return (
        private_key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def published(name: str, **changes: Any) -> dict[str, Any]:
    """A key as Microsoft's key document shows it."""
    numbers = private_key(name).public_key().public_numbers()
    n, e = (base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
    return {"kty": "RSA", "use": "sig", "kid": name, "n": n, "e": e, "endorsements": ["msteams", "skype"]} | changes


def signature(alg: object, signer: str, text: bytes) -> bytes:
    if alg == "none":
        return b""
    if alg == "HS256":
        return hmac.new(public_pem(signer), text, hashlib.sha256).digest()
    if alg == "PS256":
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return private_key(signer).sign(text, pss, hashes.SHA256())
    digest = {"RS384": hashes.SHA384(), "RS512": hashes.SHA512()}.get(str(alg), hashes.SHA256())
    return private_key(signer).sign(text, padding.PKCS1v15(), digest)


@dataclass
class Call:
    """One request to the bot. As it stands, it is a good one; a change makes it odd."""

    activity: Activity = field(default_factory=amina_says_hello)
    claims: dict[str, Any] = field(default_factory=good_claims)
    token_header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "typ": "JWT", "kid": "teams-1"})
    raw_token_header: bytes | None = None
    raw_claims: bytes | None = None
    signer: str = "teams-1"
    edit_token: Callable[[str], str] = str
    authorization: tuple[str, ...] = ("Bearer {token}",)
    method: str = "POST"
    content_type: str | None = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    edit_body: Callable[[bytes], bytes] = bytes
    chunked: bool = False
    peer: str | None = None

    def token(self) -> str:
        header = base64url(self.raw_token_header or json.dumps(self.token_header).encode())
        claims = base64url(self.raw_claims or json.dumps(self.claims).encode())
        signed = signature(self.token_header.get("alg"), self.signer, f"{header}.{claims}".encode())
        return self.edit_token(f"{header}.{claims}.{base64url(signed)}")

    def all_headers(self) -> list[tuple[str, str]]:
        kind = [("Content-Type", self.content_type)] if self.content_type else []
        peer = [("X-Test-Peer", self.peer)] if self.peer else []
        tokens = [("Authorization", value.replace("{token}", self.token())) for value in self.authorization]
        return [*kind, *peer, *self.headers, *tokens]

    def body(self) -> bytes:
        return self.edit_body(json.dumps(self.activity, ensure_ascii=False).encode())


# --- The words that the tables are written in ------------------------------------------------------------------------

Change = Callable[[Call], None]


def call_with(**changes: Any) -> Change:
    """Another method, signer, content type, …"""
    return lambda call: vars(call).update(changes)


def claims(**changes: Any) -> Change:
    return lambda call: call.claims.update(changes)


def token_header(**changes: Any) -> Change:
    return lambda call: call.token_header.update(changes)


def authorization(*values: str) -> Change:
    """These headers, with "{token}" for the token that the call would have brought."""
    return call_with(authorization=values)


def token(edit: Callable[[str], str]) -> Change:
    return call_with(edit_token=edit)


def body(edit: Callable[[bytes], bytes]) -> Change:
    return call_with(edit_body=edit)


def only(raw: bytes) -> Change:
    """`raw` as the whole body."""
    return body(lambda _: raw)


def added(text: str) -> Change:
    """Amina's activity with `text` put before its last brace."""
    return body(lambda raw: raw[:-1] + text.encode() + b"}")


def nested(depth: int) -> Change:
    """Amina's activity, itself counted, `depth` deep."""
    return added(', "value": ' + "[" * (depth - 1) + "]" * (depth - 1))


def long_body(length: int, chunked: bool = False) -> Change:
    """Amina's activity with spaces to make it `length` bytes."""
    return call_with(edit_body=lambda raw: raw.ljust(length), chunked=chunked)


def at(root: Any, path: str) -> tuple[Any, str]:
    """The object that holds the last name of `path`, and that name."""
    *parents, name = path.split(".")
    return functools.reduce(lambda holder, parent: holder[parent], parents, root), name


def says(path: str, value: Any) -> Change:
    """The activity with something else at `path`, such as "from.aadObjectId"."""

    def change(call: Call) -> None:
        holder, name = at(call.activity, path)
        holder[name] = value

    return change


def lacks(path: str) -> Change:
    """The activity without what is at `path`."""

    def change(call: Call) -> None:
        holder, name = at(call.activity, path)
        del holder[name]

    return change


def unclaimed(name: str) -> Change:
    return lambda call: call.claims.__delitem__(name)


def unheaded(name: str) -> Change:
    return lambda call: call.token_header.__delitem__(name)


def both(*changes: Change) -> Change:
    def change(call: Call) -> None:
        for each in changes:
            each(call)

    return change


def service(url: Any) -> Change:
    """Another service address, which the token speaks of too, so that only the address can be the reason."""
    return both(says("serviceUrl", url), claims(serviceurl=url))


def tenants(conversation: Any, channel_data: Any) -> Change:
    return both(says("conversation.tenantId", conversation), says("channelData.tenant.id", channel_data))


def signed_by(key: str) -> Change:
    """A token that names `key` and is signed with it."""
    return both(token_header(kid=key), call_with(signer=key))


def jwk_of(key: str) -> Change:
    """A token that brings its own key."""
    return lambda call: call.token_header.update(jwk=published(key))


def longer_lived(token: str) -> str:
    """Microsoft's signature under claims that it never signed."""
    header, _, signed = token.split(".")
    return f"{header}.{base64url(json.dumps(good_claims() | {'exp': NOW + 9999999}).encode())}.{signed}"


def pss_signed(token: str) -> str:
    """The right key, but the signature of another algorithm than the header says."""
    text = token.rpartition(".")[0]
    return f"{text}.{base64url(signature('PS256', 'teams-1', text.encode()))}"


# --- The world: Microsoft's key server and our bot, both on loopback -------------------------------------------------


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Microsoft:
    """The metadata and key documents, which can be late, broken or different."""

    def __init__(self) -> None:
        self.published: list[Any] = [
            published("teams-1"),
            published("teams-2"),
            published("skype-only", endorsements=["skype"]),
            published("no-endorsements", endorsements=None),
            published("wordy", endorsements={"msteams": True}),
            published("encrypting", use="enc"),
            published("small"),
        ]
        self.metadata_status = 200
        self.metadata_body: bytes | None = None
        self.keys_body: bytes | None = None
        self.answers = asyncio.Event()
        self.answers.set()
        self.waiting = 0
        self.fetches = 0
        self.url = ""

    async def metadata(self, request: web.Request) -> web.Response:
        self.fetches += 1
        self.waiting += 1
        await self.answers.wait()
        self.waiting -= 1
        document = json.dumps({"issuer": "https://api.botframework.com", "jwks_uri": f"{self.url}/keys"}).encode()
        return web.Response(
            status=self.metadata_status, body=document if self.metadata_body is None else self.metadata_body
        )

    async def keys(self, request: web.Request) -> web.Response:
        document = json.dumps({"keys": self.published}).encode()
        return web.Response(body=document if self.keys_body is None else self.keys_body)


@dataclass
class World:
    """Everything a visit needs, and what came of it."""

    microsoft: Microsoft
    session: aiohttp.ClientSession
    clock: Clock
    keys: SigningKeys
    gate: Gate | OpenGate
    url: str = ""
    arrived: int = 0
    inside: list[Activity] = field(default_factory=list)
    refused: list[GateRefused] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """The bot behind the gate. Whatever else the gate raises becomes a 500 here, as it would in the real bot."""
        self.arrived += 1
        if peer := request.headers.get("X-Test-Peer"):
            request = request.clone(remote=peer)
        try:
            self.inside.append(await self.gate.admit(request))
        except GateRefused as refused:
            self.refused.append(refused)
            return web.Response(status=refused.status, text=refused.reason)
        return web.Response()

    async def visit(self, call: Call) -> Outcome:
        async def pieces() -> AsyncIterator[bytes]:
            yield call.body()

        data = pieces() if call.chunked else call.body()
        async with self.session.request(call.method, self.url, headers=call.all_headers(), data=data) as response:
            return response.status, await response.text()

    async def connect(self, call: Call, *more: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which the headers, and `more` of them, have been sent, and no body yet."""
        place = URL(self.url)
        reader, writer = await asyncio.open_connection(place.host, place.port)
        named = [f"{name}: {value}" for name, value in call.all_headers()]
        writer.write("\r\n".join(["POST / HTTP/1.1", "Host: localhost", *named, *more, "", ""]).encode())
        await writer.drain()
        return reader, writer


async def until(true: Callable[[], bool]) -> None:
    """Wait for what happens in the background; two seconds are far too long."""
    async with asyncio.timeout(2):
        while not true():  # noqa: ASYNC110 - what we wait for has no event
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def serving(**routes: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """The handlers at /their_name ("root" at /) of a server that takes longer headers than aiohttp does by itself."""
    app = web.Application()
    for name, handler in routes.items():
        app.router.add_route("*", "/" if name == "root" else f"/{name}", handler)
    runner = web.AppRunner(app, max_field_size=64 * 1024, lingering_time=0.1, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://127.0.0.1:{1}".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    microsoft, clock = Microsoft(), Clock()
    async with contextlib.AsyncExitStack() as stack:
        microsoft.url = await stack.enter_async_context(serving(meta=microsoft.metadata, keys=microsoft.keys))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        keys = SigningKeys(session, f"{microsoft.url}/meta", clock)
        world = World(microsoft, session, clock, keys, Gate(RULES, keys, lambda: NOW))
        world.url = await stack.enter_async_context(serving(root=world.handle)) + "/"
        await keys.prefetch()
        yield world
        microsoft.answers.set()


@pytest.fixture
def local_world(world: World) -> World:
    """The same world with the development gate in the door."""
    world.gate = OpenGate()
    return world


# --- The good ones ---------------------------------------------------------------------------------------------------

WELCOME: list[tuple[str, Change]] = [
    ("a message", call_with()),
    ("a group chat", both(says("conversation.conversationType", "groupChat"), says("conversation.isGroup", True))),
    ("a channel", says("conversation.conversationType", "channel")),
    ("an invoke", says("type", "invoke")),
    ("an update that is by nobody", both(says("type", "conversationUpdate"), lacks("from.aadObjectId"))),
    ("an update without from", both(says("type", "installationUpdate"), lacks("from"))),
    ("an aadObjectId in capitals", says("from.aadObjectId", AMINA.upper())),
    ("an update without id", both(says("type", "conversationUpdate"), lacks("id"))),
    ("an id of 512", says("id", "x" * 512)),
    ("a conversation id of 1024", says("conversation.id", "x" * 1024)),
    ("the tenant in the conversation only", lacks("channelData")),
    ("the tenant in channelData only", lacks("conversation.tenantId")),
    ("null for a tenant", says("channelData.tenant", None)),
    ("a slash less in the activity", says("serviceUrl", SERVICE[:-1])),
    ("a slash less in the claim", claims(serviceurl=SERVICE[:-1])),
    ("a service host without path", service("https://smba.trafficmanager.net")),
    ("no nbf", unclaimed("nbf")),
    ("exp at the last second of the leeway", claims(exp=NOW - 299)),
    ("nbf at the first second of the leeway", claims(nbf=NOW + 300)),
    ("exp with a fraction", claims(exp=NOW + 0.5)),
    ("a content type in capitals", call_with(content_type="Application/JSON")),
    ("a body of exactly 256 KiB", long_body(262144)),
    ("a body of exactly 256 KiB in chunks", long_body(262144, chunked=True)),
    ("JSON 32 deep", nested(32)),
    ("brackets that are only text", says("text", '[{"' * 200 + "\\")),
    ("many brackets side by side", added(', "value": [' + "[]," * 5000 + "[]]")),
    ("a bird written as two escapes", added(r', "name": "\ud83d\udc26"')),
    ("a name repeated deep inside", added(', "value": {"a": 1, "a": 2}')),
]


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in WELCOME])
async def test_teams_is_let_in(world: World, change: Change) -> None:
    call = Call()
    change(call)
    assert await world.visit(call) == ADMITTED
    assert world.inside == [json.loads(call.body())]


# --- The tables of the refused ---------------------------------------------------------------------------------------

FORGED_TOKENS: list[tuple[str, Change, str]] = [  # 401, each of them
    ("no authorization", authorization(), "authorization"),
    ("an empty authorization", authorization(""), "token_shape"),
    ("two authorizations", authorization("Bearer {token}", "Bearer {token}"), "authorization"),
    ("two authorizations, one basic", authorization("Basic eA==", "Bearer {token}"), "authorization"),
    ("two tokens in one", authorization("Bearer {token}, Bearer {token}"), "token_shape"),
    ("basic", authorization("Basic YW1pbmE6aGVq"), "token_shape"),
    ("bearer in small letters", authorization("bearer {token}"), "token_shape"),
    ("two spaces", authorization("Bearer  {token}"), "token_shape"),
    ("no word before the token", authorization("{token}"), "token_shape"),
    ("only the word Bearer", authorization("Bearer"), "token_shape"),
    ("garbage", authorization("Bearer garbage"), "token_shape"),
    ("two parts", token(lambda token: token.rpartition(".")[0]), "token_shape"),
    ("four parts", token(lambda token: token + ".x"), "token_shape"),
    ("five parts, as if encrypted", authorization("Bearer a.b.c.d.e"), "token_shape"),
    ("an empty signature", token(lambda token: token.rpartition(".")[0] + "."), "token_shape"),
    ("padding", token(lambda token: token + "=="), "token_shape"),
    ("letters beyond ASCII", authorization("Bearer æ.ø.å"), "token_shape"),
    ("digits beyond ASCII", authorization("Bearer \u0661.\u0662.\u0663"), "token_shape"),
    ("just too long", authorization("Bearer a.b." + "c" * 8189), "token_too_long"),
    ("just not too long", authorization("Bearer a.b." + "c" * 8188), "token_header"),
    ("signed, but too long", claims(more="x" * 9000), "token_too_long"),
    ("a header that is not base64", token(lambda token: "a" + token), "token_header"),
    ("a header that is not JSON", call_with(raw_token_header=b"{alg:RS256}"), "token_header"),
    ("a header that is a list", call_with(raw_token_header=b'["RS256"]'), "token_header"),
    ("a header that is not UTF-8", call_with(raw_token_header=b'{"alg":"\xff"}'), "token_header"),
    ("a very deep header", call_with(raw_token_header=b'{"alg":' + b"[" * 5000), "token_header"),
    ("alg twice", call_with(raw_token_header=b'{"alg":"none","alg":"RS256","kid":"teams-1"}'), "token_header"),
    ("alg none", token_header(alg="none"), "token_shape"),
    ("alg none over a signature", call_with(raw_token_header=b'{"alg":"none","kid":"teams-1"}'), "alg"),
    ("alg None", token_header(alg="None"), "alg"),
    ("alg missing", unheaded("alg"), "alg"),
    ("alg a list", token_header(alg=["RS256"]), "alg"),
    ("alg in small letters", token_header(alg="rs256"), "alg"),
    ("HS256 with the public key", token_header(alg="HS256"), "alg"),
    ("RS384", token_header(alg="RS384"), "alg"),
    ("RS512", token_header(alg="RS512"), "alg"),
    ("PS256", token_header(alg="PS256"), "alg"),
    ("PS256 called RS256", token(pss_signed), "signature"),
    ("no kid", unheaded("kid"), "kid"),
    ("kid a number", token_header(kid=1), "kid"),
    ("kid null", token_header(kid=None), "kid"),
    ("kid a list", token_header(kid=["teams-1"]), "kid"),
    ("kid unknown", token_header(kid="teams-9"), "key_unknown"),
    ("kid empty", token_header(kid=""), "key_unknown"),
    ("kid a path", token_header(kid="../../etc/passwd"), "key_unknown"),
    ("kid in capitals", token_header(kid="TEAMS-1"), "key_unknown"),
    ("kid of another key", token_header(kid="teams-2"), "signature"),
    ("a key for Skype only", signed_by("skype-only"), "key_not_endorsed"),
    ("a key for nobody", signed_by("no-endorsements"), "key_not_endorsed"),
    ("a key endorsed in other words", signed_by("wordy"), "key_not_endorsed"),
    ("a key for encryption", signed_by("encrypting"), "key_unknown"),
    ("a key of 1024 bits", token_header(kid="small"), "key_unknown"),
    ("Mallory's key", call_with(signer="mallory"), "signature"),
    ("Mallory's key in the header", both(call_with(signer="mallory"), jwk_of("mallory")), "signature"),
    ("Mallory's key only in the header", both(signed_by("mallory"), jwk_of("mallory")), "key_unknown"),
    ("Mallory's key at an address", both(call_with(signer="mallory"), token_header(jku="http://[::1]/")), "signature"),
    ("other claims under the signature", token(longer_lived), "signature"),
    ("half a signature", token(lambda token: token[:-170]), "signature"),
    ("a critical extension", token_header(crit=["exp"], exp=1), "signature"),
    ("an unencoded payload", token_header(crit=["b64"], b64=False), "signature"),
    ("claims that are a list", call_with(raw_claims=b"[]"), "claims"),
    ("claims that are not JSON", call_with(raw_claims=b"hello"), "claims"),
    ("very deep claims", call_with(raw_claims=b'{"x":' + b"[" * 4000), "claims"),
    ("a claim twice", call_with(raw_claims=json.dumps(good_claims())[:-1].encode() + b',"aud":"x"}'), "claims"),
    ("exp infinite", claims(exp=math.inf), "claims"),
    ("no iss", unclaimed("iss"), "iss"),
    ("iss with more behind", claims(iss="https://api.botframework.com.evil.example"), "iss"),
    ("iss with less", claims(iss="https://api.botframework"), "iss"),
    ("iss with a slash", claims(iss="https://api.botframework.com/"), "iss"),
    ("iss a list", claims(iss=["https://api.botframework.com"]), "iss"),
    ("iss empty", claims(iss=""), "iss"),
    ("iss Entra, our tenant", claims(iss=f"https://sts.windows.net/{REGION}/"), "iss"),
    ("iss Entra v2", claims(iss=f"https://login.microsoftonline.com/{REGION}/v2.0", appid=APP), "iss"),
    ("no aud", unclaimed("aud"), "aud"),
    ("aud of another bot", claims(aud=ELSEWHERE), "aud"),
    ("aud a list with us in it", claims(aud=[APP, ELSEWHERE]), "aud"),
    ("aud a list of us", claims(aud=[APP]), "aud"),
    ("aud with more behind", claims(aud=APP + " "), "aud"),
    ("aud empty", claims(aud=""), "aud"),
    ("aud null", claims(aud=None), "aud"),
    ("no exp", unclaimed("exp"), "exp"),
    ("expired", claims(exp=NOW - 3600), "exp"),
    ("exp at the end of the leeway", claims(exp=NOW - 300), "exp"),
    ("exp a string", claims(exp=str(NOW + 3600)), "exp"),
    ("exp true", claims(exp=True), "exp"),
    ("exp null", claims(exp=None), "exp"),
    ("nbf in the future", claims(nbf=NOW + 3600), "nbf"),
    ("nbf just beyond the leeway", claims(nbf=NOW + 301), "nbf"),
    ("nbf null", claims(nbf=None), "nbf"),
    ("nbf false", claims(nbf=False), "nbf"),
    ("nbf a list", claims(nbf=[NOW]), "nbf"),
    ("no serviceurl claim", unclaimed("serviceurl"), "serviceurl"),
    ("serviceurl claim null", claims(serviceurl=None), "serviceurl"),
    ("serviceurl claim a list", claims(serviceurl=[SERVICE]), "serviceurl"),
    ("serviceurl claim elsewhere", claims(serviceurl="https://smba.trafficmanager.net/amer/"), "serviceurl"),
    ("serviceurl claim with more behind", claims(serviceurl=SERVICE + "x"), "serviceurl"),
]

ODD_REQUESTS: list[tuple[str, Change, int, str]] = [
    ("GET", call_with(method="GET"), 405, "method"),
    ("PUT", call_with(method="PUT"), 405, "method"),
    ("DELETE", call_with(method="DELETE"), 405, "method"),
    ("OPTIONS", call_with(method="OPTIONS"), 405, "method"),
    ("text/plain", call_with(content_type="text/plain"), 415, "content_type"),
    ("a form", call_with(content_type="application/x-www-form-urlencoded"), 415, "content_type"),
    ("an unnamed body", call_with(content_type="application/octet-stream"), 415, "content_type"),
    ("almost JSON", call_with(content_type="application/jsonp"), 415, "content_type"),
    ("JSON as a parameter", call_with(content_type="text/plain; application/json"), 415, "content_type"),
    ("gzip", call_with(headers=(("Content-Encoding", "gzip"),), edit_body=gzip.compress), 415, "content_encoding"),
    ("one byte too long", long_body(262145), 413, "body_too_long"),
    ("one byte too long in chunks", long_body(262145, chunked=True), 413, "body_too_long"),
    ("much too long in chunks", long_body(3_000_000, chunked=True), 413, "body_too_long"),
    ("empty", only(b""), 400, "json_broken"),
    ("a list", only(b"[]"), 400, "json_not_object"),
    ("a word", only(b'"hej"'), 400, "json_not_object"),
    ("null", only(b"null"), 400, "json_not_object"),
    ("cut off", body(lambda raw: raw[:-1]), 400, "json_broken"),
    ("said twice", body(lambda raw: raw + raw), 400, "json_broken"),
    ("a byte order mark", body(lambda raw: b"\xef\xbb\xbf" + raw), 400, "json_broken"),
    ("Latin-1", body(lambda raw: raw.decode().encode("latin-1", "replace")), 400, "json_not_utf8"),
    ("UTF-16", body(lambda raw: raw.decode().encode("utf-16")), 400, "json_not_utf8"),
    ("half a surrogate pair in bytes", body(lambda raw: raw.replace(b"Hej", b"\xed\xa0\x80")), 400, "json_not_utf8"),
    ("half a surrogate pair", added(r', "name": "\ud83d"'), 400, "json_not_utf8"),
    ("half a pair as a name", added(r', "value": {"\uDC26": 1}'), 400, "json_not_utf8"),
    ("NaN", added(', "value": NaN'), 400, "json_broken"),
    ("Infinity", added(', "value": [-Infinity]'), 400, "json_broken"),
    ("a number without end", added(', "value": 1e999'), 400, "json_broken"),
    ("a number of 5,000 digits", added(', "value": ' + "9" * 5000), 400, "json_broken"),
    ("a comma too many", added(","), 400, "json_broken"),
    ("a bare line break in a string", added(', "value": "\n"'), 400, "json_broken"),
    ("the sender twice", added(', "from": {"aadObjectId": "' + ELSEWHERE + '"}'), 400, "json_repeated_name"),
    ("the sender twice by escape", added(r', "\u0066rom": {}'), 400, "json_repeated_name"),
    ("JSON 33 deep", nested(33), 400, "json_too_deep"),
    ("JSON 500 deep", nested(500), 400, "json_too_deep"),
    ("JSON 100,000 deep", nested(100_000), 400, "json_too_deep"),
    ("objects 33 deep", added(', "value": ' + '{"a":' * 32 + "1" + "}" * 32), 400, "json_too_deep"),
    ("deep behind many ends", added(', "value": ' + "[]," * 40 + "[" * 2000), 400, "json_too_deep"),
    ("only opening brackets", only(b"[" * 200_000), 400, "json_too_deep"),
]

FOREIGN_ACTIVITIES: list[tuple[str, Change, int, str]] = [
    ("no type", lacks("type"), 400, "type"),
    ("type empty", says("type", ""), 400, "type"),
    ("type a number", says("type", 1), 400, "type"),
    ("type a list", says("type", ["message"]), 400, "type"),
    ("id a number", says("id", 1), 400, "id"),
    ("a message without id", lacks("id"), 400, "id"),
    ("a message with an empty id", says("id", ""), 400, "id"),
    ("an invoke without id", both(says("type", "invoke"), lacks("id")), 400, "id"),
    ("id too long", says("id", "x" * 513), 400, "id"),
    ("no conversation", lacks("conversation"), 400, "conversation"),
    ("conversation a string", says("conversation", "a:1xyz"), 400, "conversation"),
    ("no conversation id", lacks("conversation.id"), 400, "conversation"),
    ("conversation id empty", says("conversation.id", ""), 400, "conversation"),
    ("conversation id a list", says("conversation.id", ["a:1xyz"]), 400, "conversation"),
    ("conversation id too long", says("conversation.id", "x" * 1025), 400, "conversation"),
    ("no channelId", lacks("channelId"), 403, "channel"),
    ("channelId null", says("channelId", None), 403, "channel"),
    ("channelId emulator", says("channelId", "emulator"), 403, "channel"),
    ("channelId web chat", says("channelId", "webchat"), 403, "channel"),
    ("channelId in capitals", says("channelId", "MSTeams"), 403, "channel"),
    ("channelId a list", says("channelId", ["msteams"]), 403, "channel"),
    ("no serviceUrl", lacks("serviceUrl"), 400, "service_url"),
    ("serviceUrl null", says("serviceUrl", None), 400, "service_url"),
    ("serviceUrl empty", service(""), 400, "service_url"),
    ("serviceUrl a list", says("serviceUrl", [SERVICE]), 400, "service_url"),
    ("serviceUrl elsewhere", says("serviceUrl", "https://smba.trafficmanager.net/amer/"), 401, "serviceurl"),
    ("serviceUrl without https", service("http://smba.trafficmanager.net/emea/"), 403, "service_host"),
    ("serviceUrl with ftp", service("ftp://smba.trafficmanager.net/emea/"), 400, "service_url"),
    ("serviceUrl of another host", service("https://evil.example/emea/"), 403, "service_host"),
    ("serviceUrl with a longer host", service("https://smba.trafficmanager.net.evil.example/"), 403, "service_host"),
    ("serviceUrl with a host before", service("https://evil-smba.trafficmanager.net/"), 403, "service_host"),
    ("serviceUrl below the host", service("https://x.smba.trafficmanager.net/"), 403, "service_host"),
    ("serviceUrl with a last dot", service("https://smba.trafficmanager.net./"), 403, "service_host"),
    ("serviceUrl with a port", service("https://smba.trafficmanager.net:8443/emea/"), 403, "service_host"),
    ("serviceUrl with userinfo", service("https://smba.trafficmanager.net@evil.example/"), 400, "service_url"),
    ("serviceUrl with userinfo before", service("https://evil@smba.trafficmanager.net/"), 400, "service_url"),
    ("serviceUrl with a backslash", service("https://evil.example\\@smba.trafficmanager.net/"), 400, "service_url"),
    ("serviceUrl with a query", service(SERVICE + "?x=1"), 400, "service_url"),
    ("serviceUrl with a fragment", service("https://smba.trafficmanager.net#.evil.example/"), 400, "service_url"),
    ("serviceUrl with a line break", service(SERVICE + "\n"), 400, "service_url"),
    ("serviceUrl with a space before", service(" " + SERVICE), 400, "service_url"),
    ("serviceUrl with a Cyrillic a", service("https://smb\u0430.trafficmanager.net/"), 400, "service_url"),
    ("serviceUrl in capitals", service("https://SMBA.trafficmanager.net/"), 400, "service_url"),
    ("serviceUrl in punycode", service("https://xn--smb-7cd.trafficmanager.net/"), 403, "service_host"),
    ("serviceUrl of this machine", service("https://localhost/"), 403, "service_host"),
    ("serviceUrl an IPv6 address", service("https://[::1]/"), 403, "service_host"),
    ("serviceUrl a broken IPv6 address", service("https://[::1/"), 400, "service_url"),
    ("serviceUrl too long", service(SERVICE + "x" * 1024), 400, "service_url"),
    ("no recipient", lacks("recipient"), 403, "recipient"),
    ("recipient a string", says("recipient", f"28:{APP}"), 400, "recipient"),
    ("recipient another bot", says("recipient.id", f"28:{ELSEWHERE}"), 403, "recipient"),
    ("recipient without 28:", says("recipient.id", APP), 403, "recipient"),
    ("recipient a list", says("recipient.id", [f"28:{APP}"]), 403, "recipient"),
    ("no tenant", both(lacks("conversation.tenantId"), lacks("channelData")), 403, "tenant"),
    ("tenants null", tenants(None, None), 403, "tenant"),
    ("tenants empty", tenants("", ""), 403, "tenant"),
    ("tenants foreign", tenants(ELSEWHERE, ELSEWHERE), 403, "tenant"),
    ("tenant of the conversation foreign", tenants(ELSEWHERE, REGION), 403, "tenant"),
    ("tenant of channelData foreign", tenants(REGION, ELSEWHERE), 403, "tenant"),
    ("tenant a list", tenants([REGION], REGION), 403, "tenant"),
    ("channelData a string", says("channelData", "tenant"), 400, "channelData"),
    ("channelData.tenant a string", says("channelData.tenant", REGION), 400, "tenant"),
    ("no from", lacks("from"), 400, "sender"),
    ("from a string", says("from", "Amina"), 400, "from"),
    ("from a list in an update", both(says("type", "conversationUpdate"), says("from", [])), 400, "from"),
    ("no aadObjectId", lacks("from.aadObjectId"), 400, "sender"),
    ("no aadObjectId in an invoke", both(says("type", "invoke"), lacks("from.aadObjectId")), 400, "sender"),
    ("aadObjectId a word", says("from.aadObjectId", "amina"), 400, "sender"),
    ("aadObjectId a number", says("from.aadObjectId", 1), 400, "sender"),
    ("aadObjectId with a line break", says("from.aadObjectId", AMINA + "\n"), 400, "sender"),
    ("aadObjectId in braces", says("from.aadObjectId", "{" + AMINA + "}"), 400, "sender"),
]

REFUSED = [
    *((name, change, 401, reason) for name, change, reason in FORGED_TOKENS),
    *ODD_REQUESTS,
    *FOREIGN_ACTIVITIES,
]


@pytest.mark.parametrize(("change", "status", "reason"), [pytest.param(*case, id=name) for name, *case in REFUSED])
async def test_everybody_else_stays_outside(world: World, change: Change, status: int, reason: str) -> None:
    call = Call()
    change(call)
    assert await world.visit(call) == (status, reason)
    assert world.inside == []


# --- Odd in ways that nobody thought of ------------------------------------------------------------------------------


def scratched(raw: bytes, chance: random.Random, alphabet: bytes) -> bytes:
    """`raw` with one to three bytes replaced, lost or doubled."""
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(raw))
        byte = raw[place : place + 1]
        raw = raw[:place] + chance.choice([b"", byte * 2, bytes([chance.choice(alphabet)])]) + raw[place + 1 :]
    return raw


async def test_a_scratched_token_is_always_refused(world: World) -> None:
    chance = random.Random(1)
    good = Call().token()
    for _ in range(400):
        bad = scratched(good.encode(), chance, b"AZaz09-_.=! ").decode()
        status, _ = await world.visit(Call(authorization=(f"Bearer {bad}",)))
        assert status in ((200,) if bad == good else (400, 401)), bad


async def test_a_scratched_body_is_never_an_error(world: World) -> None:
    chance = random.Random(2)
    alphabet = bytes(range(256))
    for _ in range(400):
        status, _ = await world.visit(Call(edit_body=lambda raw: scratched(raw, chance, alphabet)))
        assert status in (200, 400, 401, 403)


ODD_VALUES: list[Any] = [None, True, 0, -1, 1.5, 10**400, "", "x", "\u0000", "x" * 5000, [], [[]], {}, {"id": []}]


def paths(activity: Activity, before: str = "") -> list[str]:
    """Every name in the activity, such as "from" and "from.id"."""
    here = [before + name for name in activity]
    below = [paths(value, f"{before}{name}.") for name, value in activity.items() if isinstance(value, dict)]
    return here + [path for each in below for path in each]


@pytest.mark.parametrize("path", paths(amina_says_hello()))
async def test_an_odd_value_anywhere_is_never_an_error(world: World, path: str) -> None:
    for value in ODD_VALUES:
        call = Call()
        says(path, value)(call)
        status, _ = await world.visit(call)
        assert status in (200, 400, 401, 403), value


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "serviceurl"])
async def test_an_odd_value_in_a_claim_is_always_refused(world: World, claim: str) -> None:
    for value in ODD_VALUES:
        if (claim, value) == ("exp", 10**400):
            continue  # a very late, but true time
        status, reason = await world.visit(Call(claims=good_claims() | {claim: value}))
        assert (status, reason) in ((401, claim), (401, "claims")), value


# --- Cheap for us, and torn connections ------------------------------------------------------------------------------


async def answer(reader: asyncio.StreamReader) -> str:
    async with asyncio.timeout(2):
        return (await reader.readline()).decode().strip()


async def test_a_forged_call_is_answered_before_its_body_is_sent(world: World) -> None:
    reader, writer = await world.connect(Call(signer="mallory"), "Content-Length: 200000")
    assert await answer(reader) == "HTTP/1.1 401 Unauthorized"
    writer.close()


async def test_a_body_said_to_be_too_long_is_not_waited_for(world: World) -> None:
    reader, writer = await world.connect(Call(), "Content-Length: 262145")
    assert await answer(reader) == "HTTP/1.1 413 Request Entity Too Large"
    writer.close()


async def test_no_more_is_read_than_agreed(world: World) -> None:
    class Endless:
        given = 0

        async def read(self, count: int) -> bytes:
            self.given += count
            return b"[" * count

    stream = Endless()
    request = cast(web.Request, SimpleNamespace(content_length=None, content=stream))
    with pytest.raises(GateRefused) as refused:
        await teams_gate.read_activity(request, max_body=1000, max_depth=32)
    assert refused.value.status == 413
    assert stream.given == 1001


async def test_a_caller_who_goes_away_in_the_middle_is_no_error(world: World) -> None:
    _, writer = await world.connect(Call(), "Content-Length: 1000")
    writer.write(b'{"type":')
    await writer.drain()
    await until(lambda: world.arrived == 1)
    writer.transport.abort()
    await until(lambda: bool(world.refused))
    assert (world.refused[0].status, world.refused[0].reason) == (400, "body_broken")


@pytest.mark.parametrize(
    ("promise", "sent"),
    [
        pytest.param("Content-Length: 1000", b'{"type":', id="half a body"),
        pytest.param("Content-Length: 1000", b"", id="no body"),
        pytest.param("Transfer-Encoding: chunked", b"not a length\r\n", id="a broken chunk"),
    ],
)
async def test_a_body_without_end_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, promise: str, sent: bytes
) -> None:
    monkeypatch.setattr(raw_body, "SECONDS", 0.1)
    reader, writer = await world.connect(Call(), promise)
    await until(lambda: world.arrived == 1)
    writer.write(sent)
    assert await answer(reader) == "HTTP/1.1 400 Bad Request"
    writer.close()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"' + '\\"' * 120_000, id="a string without end"),
        pytest.param('"' * 250_001, id="nothing but quotes"),
        pytest.param("[" + "[]," * 80_000, id="brackets side by side"),
        pytest.param("\\" * 250_000, id="nothing but backslashes"),
    ],
)
def test_depth_is_counted_in_linear_time(text: str) -> None:
    assert not teams_gate.is_deeper(text, 32)  # anything quadratic does not come back for minutes


@pytest.mark.parametrize("missing", ["app_id", "tenant_id", "service_hosts", "issuer"])
def test_a_gate_without_rules_cannot_be_built(missing: str) -> None:
    with pytest.raises(ValueError, match="needs"):
        GateRules(**({"app_id": APP, "tenant_id": REGION} | {missing: ""}))  # type: ignore[arg-type]


# --- Microsoft's keys ------------------------------------------------------------------------------------------------


def from_new_key() -> Call:
    call = Call()
    signed_by("teams-new")(call)
    return call


async def test_a_new_key_is_accepted_as_soon_as_we_may_ask_again(world: World) -> None:
    world.microsoft.published = [published("teams-new")]
    world.clock.now += 59.9
    assert await world.visit(from_new_key()) == (401, "key_unknown")
    assert world.microsoft.fetches == 1  # the one at start
    world.clock.now += 0.1
    assert await world.visit(from_new_key()) == ADMITTED
    assert world.microsoft.fetches == 2
    assert await world.visit(Call()) == (401, "key_unknown")  # the old key was withdrawn with the same answer


async def test_unknown_keys_cost_one_fetch_a_minute(world: World) -> None:
    for minute in range(1, 4):
        world.clock.now += 60
        calls = [Call(token_header={"alg": "RS256", "kid": f"made-up-{number}"}) for number in range(20)]
        assert set(await asyncio.gather(*map(world.visit, calls))) == {(401, "key_unknown")}
        assert world.microsoft.fetches == 1 + minute
        world.clock.now += 59.9
        assert await world.visit(calls[0]) == (401, "key_unknown")
        assert world.microsoft.fetches == 1 + minute


async def test_a_failed_fetch_counts_for_the_minute_too(world: World) -> None:
    world.microsoft.keys_body = b"not today"
    world.clock.now += 60
    assert await world.visit(from_new_key()) == (401, "key_unknown")
    world.microsoft.keys_body = None
    world.microsoft.published.append(published("teams-new"))
    world.clock.now += 59.9
    assert await world.visit(from_new_key()) == (401, "key_unknown")
    assert world.microsoft.fetches == 2
    world.clock.now += 0.1
    assert await world.visit(from_new_key()) == ADMITTED


@pytest.mark.parametrize("change", [token_header(alg="none"), token_header(alg="HS256"), authorization("Bearer a.b.c")])
async def test_a_token_of_the_wrong_shape_never_makes_us_ask(world: World, change: Change) -> None:
    world.clock.now += 60
    call = Call(token_header={"alg": "RS256", "kid": "made-up"})
    change(call)
    assert (await world.visit(call))[0] == 401
    assert world.microsoft.fetches == 1


async def test_a_known_key_never_waits_for_a_hanging_microsoft(world: World) -> None:
    world.microsoft.answers.clear()
    world.clock.now += DAY + 1
    async with asyncio.timeout(2):  # a fetch that hangs is given up after 3 s: nobody waited for it
        assert {await world.visit(Call()) for _ in range(10)} == {ADMITTED}
    await until(lambda: world.microsoft.waiting == 1)  # one refresh hangs in the background, not ten
    assert world.microsoft.fetches == 2
    world.microsoft.answers.set()
    await until(lambda: world.keys.age_seconds == 0)  # and its answer is used when it comes


async def test_forged_calls_wait_for_a_hanging_microsoft_alone(world: World) -> None:
    world.microsoft.answers.clear()
    world.clock.now += 60
    made_up = asyncio.create_task(world.visit(Call(token_header={"alg": "RS256", "kid": "made-up"})))
    await until(lambda: world.microsoft.waiting == 1)
    async with asyncio.timeout(0.5):
        assert await world.visit(Call()) == ADMITTED
    assert not made_up.done()
    world.microsoft.answers.set()
    assert await made_up == (401, "key_unknown")


async def test_a_fetch_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert teams_gate.FETCH_SECONDS == 3
    monkeypatch.setattr(teams_gate, "FETCH_SECONDS", 0.1)
    world.microsoft.answers.clear()
    world.clock.now += 60
    async with asyncio.timeout(1):
        assert await world.visit(from_new_key()) == (401, "key_unknown")
        assert await world.visit(Call()) == ADMITTED


async def test_one_caller_going_away_does_not_stop_the_fetch_for_others(world: World) -> None:
    world.microsoft.answers.clear()
    world.microsoft.published.append(published("teams-new"))
    world.clock.now += 60
    first, second = (asyncio.create_task(world.keys.find("teams-new")) for _ in range(2))
    await until(lambda: world.microsoft.waiting == 1)
    first.cancel()
    await asyncio.sleep(0)
    world.microsoft.answers.set()
    assert await second is not None


async def test_keys_are_asked_for_again_after_a_day_and_not_before(world: World) -> None:
    world.clock.now += DAY
    assert await world.visit(Call()) == ADMITTED
    await asyncio.sleep(0.05)  # time for a refresh in the background that should not be there
    assert world.microsoft.fetches == 1
    world.clock.now += 1
    assert await world.visit(Call()) == ADMITTED
    await until(lambda: world.microsoft.fetches == 2 and world.keys.age_seconds == 0)


BROKEN_DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("an error", {"metadata_status": 503}),
    ("a page", {"metadata_body": b"<html>Vi er straks tilbage</html>"}),
    ("nothing", {"metadata_body": b""}),
    ("a list", {"metadata_body": b"[]"}),
    ("no address", {"metadata_body": b"{}"}),
    ("a number for an address", {"metadata_body": b'{"jwks_uri": 1}'}),
    ("nobody at the address", {"metadata_body": b'{"jwks_uri": "http://127.0.0.1:1/"}'}),
    ("brackets without end", {"metadata_body": b"[" * 100_000}),
    ("no keys", {"keys_body": b"{}"}),
    ("keys null", {"keys_body": b'{"keys": null}'}),
    ("an empty list of keys", {"keys_body": b'{"keys": []}'}),
    ("a key that is a word", {"keys_body": b'{"keys": ["teams-1"]}'}),
    ("a key without numbers", {"keys_body": b'{"keys": [{"kid": "teams-1", "kty": "RSA"}]}'}),
    ("a key of odd numbers", {"keys_body": b'{"keys": [{"kid": "teams-1", "kty": "RSA", "n": 1, "e": []}]}'}),
    ("a key of no size", {"keys_body": b'{"keys": [{"kid": "teams-1", "kty": "RSA", "n": "AA", "e": "AA"}]}'}),
    ("a key of another kind", {"keys_body": b'{"keys": [{"kid": "teams-1", "kty": "oct", "k": "AAAA"}]}'}),
]


@pytest.mark.parametrize("broken", [pytest.param(broken, id=name) for name, broken in BROKEN_DOCUMENTS])
async def test_broken_documents_leave_us_the_keys_we_have(world: World, broken: dict[str, Any]) -> None:
    vars(world.microsoft).update(broken)
    world.clock.now += DAY + 1
    assert await world.visit(from_new_key()) == (401, "key_unknown")  # waits for the refresh
    assert world.microsoft.fetches == 2
    assert await world.visit(Call()) == ADMITTED
    assert world.keys.age_seconds == DAY + 1


async def test_a_document_without_end_is_not_read(world: World) -> None:
    document = json.dumps({"keys": [published("teams-new")]}).encode()
    world.microsoft.keys_body = document.ljust(1024 * 1024 + 1)
    world.clock.now += 60
    assert await world.visit(from_new_key()) == (401, "key_unknown")
    world.microsoft.keys_body = document.ljust(1024 * 1024)
    world.clock.now += 60
    assert await world.visit(from_new_key()) == ADMITTED


async def test_odd_keys_do_not_hide_the_others(world: World) -> None:
    odd = [None, {"kty": "EC", "kid": "curve"}, published("teams-1", kid=[]), published("teams-1", endorsements=[[]])]
    world.microsoft.published = [*odd, published("teams-new")]
    world.clock.now += 60
    assert await world.visit(from_new_key()) == ADMITTED
    assert await world.visit(Call()) == (401, "key_unknown")


async def test_old_keys_serve_for_a_week_and_not_longer(world: World) -> None:
    world.microsoft.metadata_status = 503
    world.clock.now += 7 * DAY
    assert await world.visit(Call()) == ADMITTED
    await until(lambda: world.microsoft.fetches == 2)
    world.clock.now += 61
    assert await world.visit(Call()) == (401, "key_unknown")
    assert world.microsoft.fetches == 3
    world.microsoft.metadata_status = 200
    world.clock.now += 60
    assert await world.visit(Call()) == ADMITTED


async def test_a_start_without_microsoft_is_told_by_the_age(world: World) -> None:
    keys = SigningKeys(world.session, f"{world.microsoft.url}/meta", world.clock)
    assert keys.age_seconds == math.inf
    world.microsoft.metadata_status = 503
    await keys.prefetch()
    assert keys.age_seconds == math.inf
    world.microsoft.metadata_status = 200
    world.clock.now += 60
    await keys.prefetch()
    world.clock.now += 5
    assert keys.age_seconds == 5


# --- The development gate --------------------------------------------------------------------------------------------


def from_the_local_client() -> Call:
    """What Microsoft's local client sends (0.2.28): no token, a placeholder for Amina, its own address."""
    activity = amina_says_hello() | {
        "serviceUrl": "http://localhost:9990/_connector",
        "from": {"id": "user-id-0", "name": "Amina", "aadObjectId": "00000000-0000-0000-0000-0000000000020"},
        "recipient": {"id": "00000000-0000-0000-0000-00000000000011", "name": "Sporskifte"},
        "channelData": {"tenant": {"id": "00000000-0000-0000-0000-0000000000001"}},
    }
    return Call(activity=activity, authorization=(), headers=(("x-ms-agents-playground", "true"),))


LOCAL_WELCOME: list[tuple[str, Change]] = [
    ("a message", call_with()),
    ("the emulator's channel", says("channelId", "emulator")),
    ("https", says("serviceUrl", "https://localhost:9990")),
    ("127.0.0.1", says("serviceUrl", "http://127.0.0.1:56150/_connector")),
    ("::1", says("serviceUrl", "http://[::1]:9990/")),
    ("no port", says("serviceUrl", "http://localhost/")),
    ("another address of this machine", call_with(peer="127.9.9.9")),
    ("IPv6", call_with(peer="::1")),
    ("IPv4 in IPv6", call_with(peer="::ffff:127.0.0.1")),
    ("by the name localhost", call_with(headers=(("Host", "localhost:3978"),))),
    ("no recipient, no tenant", both(lacks("recipient"), lacks("channelData"), lacks("conversation.tenantId"))),
    ("a name instead of a GUID", says("from.aadObjectId", "amina")),
    ("a useless token", authorization("Bearer x")),
]


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in LOCAL_WELCOME])
async def test_the_local_client_is_let_in(local_world: World, change: Change) -> None:
    call = from_the_local_client()
    change(call)
    assert await local_world.visit(call) == ADMITTED
    assert local_world.inside == [call.activity]


@pytest.mark.parametrize("change", [lacks("from.aadObjectId"), says("from.aadObjectId", None)])
async def test_a_local_sender_without_entra_id_goes_by_their_own(local_world: World, change: Change) -> None:
    call = from_the_local_client()
    change(call)
    assert await local_world.visit(call) == ADMITTED
    assert local_world.inside[0]["from"] == {"id": "user-id-0", "name": "Amina", "aadObjectId": "user-id-0"}


LOCAL_REFUSED: list[tuple[str, Change, int, str]] = [
    ("another machine", call_with(peer="192.0.2.7"), 403, "peer"),
    ("another machine, IPv6", call_with(peer="2001:db8::7"), 403, "peer"),
    ("another machine, IPv4 in IPv6", call_with(peer="::ffff:192.0.2.7"), 403, "peer"),
    ("any machine", call_with(peer="0.0.0.0"), 403, "peer"),
    ("a peer without address", call_with(peer="/run/bot.sock"), 403, "peer"),
    ("a tunnel that keeps the name", call_with(headers=(("Host", "bot.tunnel.example"),)), 403, "host"),
    ("a name that begins well", call_with(headers=(("Host", "localhost.evil.example"),)), 403, "host"),
    ("a tunnel that tells", call_with(headers=(("X-Forwarded-For", "192.0.2.7"),)), 403, "forwarded"),
    ("a proxy that tells", call_with(headers=(("Forwarded", "for=192.0.2.7"),)), 403, "forwarded"),
    ("a real service", says("serviceUrl", SERVICE), 403, "service_host"),
    ("a service with a longer name", says("serviceUrl", "http://localhost.evil.example/"), 403, "service_host"),
    ("a service with userinfo", says("serviceUrl", "http://localhost:1@evil.example/"), 400, "service_url"),
    ("a service on the network", says("serviceUrl", "http://192.0.2.7/"), 403, "service_host"),
    ("no service", lacks("serviceUrl"), 400, "service_url"),
    ("web chat", says("channelId", "webchat"), 403, "channel"),
    ("no channel", lacks("channelId"), 403, "channel"),
    ("nobody", both(lacks("from.aadObjectId"), lacks("from.id")), 400, "sender"),
    ("an empty name", says("from.aadObjectId", ""), 400, "sender"),
    ("a number for a name", says("from.aadObjectId", 7), 400, "sender"),
    ("no from", lacks("from"), 400, "sender"),
    ("no conversation", lacks("conversation"), 400, "conversation"),
    ("no type", lacks("type"), 400, "type"),
    ("GET", call_with(method="GET"), 405, "method"),
    ("a form", call_with(content_type="application/x-www-form-urlencoded"), 415, "content_type"),
    ("one byte too long", long_body(262145), 413, "body_too_long"),
    ("JSON 33 deep", nested(33), 400, "json_too_deep"),
    ("NaN", added(', "value": NaN'), 400, "json_broken"),
    ("the sender twice", added(', "from": {}'), 400, "json_repeated_name"),
    ("not UTF-8", body(lambda raw: raw + b"\xff"), 400, "json_not_utf8"),
]


@pytest.mark.parametrize(
    ("change", "status", "reason"), [pytest.param(*case, id=name) for name, *case in LOCAL_REFUSED]
)
async def test_the_development_gate_is_for_this_machine(
    local_world: World, change: Change, status: int, reason: str
) -> None:
    call = from_the_local_client()
    change(call)
    assert await local_world.visit(call) == (status, reason)
    assert local_world.inside == []


async def test_the_local_client_does_not_get_through_the_real_gate(world: World) -> None:
    assert await world.visit(from_the_local_client()) == (401, "authorization")
