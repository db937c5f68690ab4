"""The gate before /api/messages: lets in only what Microsoft signed for this bot and this tenant.

A request passes four doors, the cheap ones first: its kind (method, content type), the shape of its token, the
token's signature and claims, and only then its body. A forged call is answered before its body is read.

The token rules are those of "Authentication with the Bot Connector API" (learn.microsoft.com, azure/bot-service/
rest-api/bot-framework-rest-connector-authentication), made stricter where botbuilder 4.17 lets too much in: it accepts
tokens without `exp`, activities without `serviceUrl` or `channelId`, keys without endorsements and foreign tenants.
"""

import asyncio
import base64
import ipaddress
import logging
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bot.raw_body import TooLong, read_at_most, read_in_time
from bot.strict_json import NotStrictJson, parse_object
from bot.strict_json import is_deeper as is_deeper  # its tests stand with the gate's

log = logging.getLogger(__name__)

METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
CHANNEL = "msteams"

MAX_TOKEN = 8 * 1024
MAX_BODY = 256 * 1024
MAX_DEPTH = 32
MAX_ID = 512
MAX_CONVERSATION_ID = 1024
MAX_SERVICE_URL = 1024

FETCH_SECONDS = 3.0
MIN_BETWEEN_REFRESHES = 60.0
REFRESH_AFTER = 24 * 3600.0  # as often as botframework/connector/auth/jwt_token_extractor.py does
USABLE_FOR = 7 * 24 * 3600.0
MAX_KEY_DOCUMENT = 1024 * 1024
MIN_KEY_BITS = 2048  # RFC 7518, 3.3

# Base64url without padding, three parts, none empty (RFC 7515, 3.1): this alone refuses unsigned tokens.
_BEARER = re.compile(r"Bearer ([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII)
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NOT_EMPTY = re.compile(r".+", re.DOTALL)
# One narrow pattern instead of a URL parser: no userinfo, no query, nothing that two parsers read differently.
_SERVICE_URL = re.compile(r"(https?)://([a-z0-9.-]+|\[::1\])(:\d{1,5})?(?:/[\w.~/-]*)?", re.ASCII)
_HOST_HEADER = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_LOCAL_CHANNELS = (CHANNEL, "emulator")
_ACTS_OF_PEOPLE = ("message", "invoke")


class GateRefused(Exception):
    """The request stays outside. `status` is for the caller, `reason` a constant code for our counters and logs."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class GateRules:
    """Who we are, which tenant we serve and how much we read."""

    app_id: str
    tenant_id: str
    service_hosts: tuple[str, ...] = ("smba.trafficmanager.net",)
    issuer: str = "https://api.botframework.com"
    leeway_seconds: int = 300
    max_body: int = MAX_BODY
    max_depth: int = MAX_DEPTH

    def __post_init__(self) -> None:
        """Raise ValueError rather than stand open: with no app id, botbuilder's own check lets everybody in."""
        if not (self.app_id and self.tenant_id and self.service_hosts and self.issuer):
            raise ValueError("the gate needs an app id, a tenant id, service hosts and an issuer")


@dataclass(frozen=True)
class SigningKey:
    """One of Microsoft's public keys, and the channels that it may sign for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """Microsoft's signing keys, kept at hand so that no request waits for Microsoft when its key is known."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        metadata_url: str = METADATA_URL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at = -math.inf
        self._tried_at = -math.inf
        self._refresh: asyncio.Task[None] | None = None

    @property
    def age_seconds(self) -> float:
        """Seconds since the keys were last fetched, infinite before the first time: for the readiness check."""
        return self._clock() - self._fetched_at

    async def prefetch(self) -> None:
        """Fetch the keys at start. A host that is down is logged, not raised: `age_seconds` tells."""
        await self._refreshed()

    async def find(self, kid: str) -> SigningKey | None:
        """The key named `kid`; None if Microsoft does not know it either, or was asked less than a minute ago."""
        key = self._known(kid)
        if key is None:
            await self._refreshed()
            return self._known(kid)
        if self.age_seconds > REFRESH_AFTER:
            self._start_refresh()  # not awaited: it may hang, and this key is still good
        return key

    def _known(self, kid: str) -> SigningKey | None:
        return self._keys.get(kid) if self.age_seconds <= USABLE_FOR else None

    async def _refreshed(self) -> None:
        """Wait for a refresh, unless it is too early for one. One caller going away does not stop the others'."""
        refresh = self._start_refresh()
        if refresh is not None:
            await asyncio.shield(refresh)

    def _start_refresh(self) -> asyncio.Task[None] | None:
        """The refresh under way, or a new one, or None if the last began less than a minute ago."""
        if self._refresh is not None and not self._refresh.done():
            return self._refresh
        if self._clock() - self._tried_at < MIN_BETWEEN_REFRESHES:
            return None
        self._tried_at = self._clock()
        self._refresh = asyncio.create_task(self._fetch())
        return self._refresh

    async def _fetch(self) -> None:
        """Replace the keys by the published ones; keep what we have if that fails."""
        try:
            metadata = await self._fetch_json(self._metadata_url)
            keys = read_keys(await self._fetch_json(metadata["jwks_uri"]))
            if not keys:
                raise ValueError("no usable key")
        except Exception as error:  # whatever a broken host does, it must not cost us the keys that we have
            log.warning("signing keys not refreshed: %s", type(error).__name__)
        else:
            self._keys = keys
            self._fetched_at = self._clock()

    async def _fetch_json(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS)) as response:
            response.raise_for_status()
            raw = await read_at_most(response.content, MAX_KEY_DOCUMENT)
        return parse_object(raw, MAX_DEPTH)


class Gate:
    """Admits activities that Teams signed for this bot, from this tenant."""

    def __init__(self, rules: GateRules, keys: SigningKeys, clock: Callable[[], float] = time.time) -> None:
        self._rules = rules
        self._keys = keys
        self._clock = clock  # the time of day, which `exp` and `nbf` are written in

    async def admit(self, request: web.Request) -> dict[str, Any]:
        """The activity in `request`. Raises GateRefused, and nothing else, for anything that may not pass."""
        check_kind(request)
        claims = await self._signed_claims(request)
        check_claims(claims, self._rules, self._clock())
        activity = await read_activity(request, self._rules.max_body, self._rules.max_depth)
        check_shape(activity)
        check_addressee(activity, self._rules)
        check_same_service(activity, claims)
        check_sender(activity, _GUID)
        return activity

    async def _signed_claims(self, request: web.Request) -> dict[str, Any]:
        """What the token says, once its signature is proved by a key that Microsoft endorses for Teams."""
        token = bearer_token(request.headers.getall("Authorization", []))
        key = await self._keys.find(key_id(token))
        if key is None:
            raise GateRefused(401, "key_unknown")
        _require(CHANNEL in key.endorsements, 401, "key_not_endorsed")
        return verified_claims(token, key.public)


class OpenGate:
    """The development gate: no token, but only Microsoft's local client on this very machine gets in."""

    def __init__(self, max_body: int = MAX_BODY, max_depth: int = MAX_DEPTH) -> None:
        self._max_body = max_body
        self._max_depth = max_depth

    async def admit(self, request: web.Request) -> dict[str, Any]:
        """The activity in `request`, its sender named by `from.aadObjectId`. Raises GateRefused and nothing else."""
        check_kind(request)
        check_local(request)
        activity = await read_activity(request, self._max_body, self._max_depth)
        check_shape(activity)
        _require(activity.get("channelId") in _LOCAL_CHANNELS, 403, "channel")
        _require(service_place(activity)[1] in _LOCAL_HOSTS, 403, "service_host")
        name_sender(activity)
        check_sender(activity, _NOT_EMPTY)
        return activity


# --- The request -----------------------------------------------------------------------------------------------------


def check_kind(request: web.Request) -> None:
    """Refuse what is not a plain JSON POST: 405 or 415."""
    _require(request.method == "POST", 405, "method")
    # Not `request.content_type`: that runs the e-mail header parser over a stranger's text.
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    _require(kind == "application/json", 415, "content_type")
    _require(request.headers.get("Content-Encoding", "identity") == "identity", 415, "content_encoding")


def check_local(request: web.Request) -> None:
    """Refuse (403) who is not on this machine, or comes through a tunnel or a page that only looks as if it were."""
    _require(is_loopback(request.remote), 403, "peer")
    _require(_HOST_HEADER.fullmatch(request.headers.get("Host", "")) is not None, 403, "host")
    _require(not any(name in request.headers for name in ("Forwarded", "X-Forwarded-For")), 403, "forwarded")


def is_loopback(peer: str | None) -> bool:
    """True for 127.0.0.0/8 and ::1, also when a socket for both families writes it as ::ffff:127.0.0.1."""
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


async def read_activity(request: web.Request, max_body: int, max_depth: int) -> dict[str, Any]:
    """The JSON object in the body. Raises GateRefused 413 if it is too long, 400 if it is not strict JSON."""
    _require((request.content_length or 0) <= max_body, 413, "body_too_long")
    try:
        raw = await read_in_time(request.content, max_body)
        return parse_object(raw, max_depth)
    except TooLong:
        raise GateRefused(413, "body_too_long") from None
    except NotStrictJson as error:
        raise GateRefused(400, error.reason) from None
    except Exception:  # torn connections and broken chunks have many classes, and none of them is our failure
        raise GateRefused(400, "body_broken") from None


# --- The token -------------------------------------------------------------------------------------------------------


def bearer_token(headers: list[str]) -> str:
    """The token in the one Authorization header there may be. Raises GateRefused 401."""
    _require(len(headers) == 1, 401, "authorization")
    _require(len(headers[0]) <= len("Bearer ") + MAX_TOKEN, 401, "token_too_long")
    match = _BEARER.fullmatch(headers[0])
    if match is None:
        raise GateRefused(401, "token_shape")
    return match[1]


def key_id(token: str) -> str:
    """The name of the key that `token` says it is signed with, if it is signed the one way we know: RS256."""
    segment = token.partition(".")[0]
    try:
        header = parse_object(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)), MAX_DEPTH)
    except ValueError:  # not base64, or not strict JSON
        raise GateRefused(401, "token_header") from None
    _require(header.get("alg") == "RS256", 401, "alg")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise GateRefused(401, "kid")
    return kid


def verified_claims(token: str, key: RSAPublicKey) -> dict[str, Any]:
    """What `token` claims, if `key` signed it. Raises GateRefused 401."""
    try:
        payload: bytes = jwt.PyJWS(algorithms=["RS256"]).decode(token, key, algorithms=["RS256"])
        return parse_object(payload, MAX_DEPTH)
    except jwt.PyJWTError:
        raise GateRefused(401, "signature") from None
    except NotStrictJson:
        raise GateRefused(401, "claims") from None


def check_claims(claims: dict[str, Any], rules: GateRules, now: float) -> None:
    """Refuse (401) a token that is not Microsoft's word to this bot, now."""
    _require(claims.get("iss") == rules.issuer, 401, "iss")
    _require(claims.get("aud") == rules.app_id, 401, "aud")  # a list never equals a string
    expires = claims.get("exp")
    _require(_is_number(expires) and now < expires + rules.leeway_seconds, 401, "exp")
    if "nbf" in claims:
        starts = claims["nbf"]
        _require(_is_number(starts) and now >= starts - rules.leeway_seconds, 401, "nbf")
    _require(isinstance(claims.get("serviceurl"), str), 401, "serviceurl")


def read_keys(key_set: dict[str, Any]) -> dict[str, SigningKey]:
    """The usable keys of a JWK set by their `kid`. A key that we cannot use is left out; it may be for others."""
    keys: dict[str, SigningKey] = {}
    for entry in key_set["keys"]:
        try:
            keys[entry["kid"]] = _read_key(entry)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
    return keys


def _read_key(entry: dict[str, Any]) -> SigningKey:
    # Only the public part is picked out, so that nothing else in the entry can decide how it is read.
    public = RSAAlgorithm.from_jwk({"kty": entry["kty"], "n": entry["n"], "e": entry["e"]})
    if not isinstance(public, RSAPublicKey) or public.key_size < MIN_KEY_BITS or entry.get("use", "sig") != "sig":
        raise ValueError("not a signing key")
    endorsements = entry.get("endorsements")
    return SigningKey(public, frozenset(endorsements if isinstance(endorsements, list) else ()))


# --- The activity ----------------------------------------------------------------------------------------------------


def check_shape(activity: dict[str, Any]) -> None:
    """Refuse (400) an activity that lacks what every later step reads."""
    kind, name = activity.get("type"), activity.get("id")
    _require(isinstance(kind, str) and kind != "", 400, "type")
    # Without a name a second message could not be told from a repetition of the first, and would be lost.
    _require(name not in (None, "") or kind not in _ACTS_OF_PEOPLE, 400, "id")
    _require(name is None or (isinstance(name, str) and len(name) <= MAX_ID), 400, "id")
    conversation = _object(activity, "conversation").get("id")
    _require(isinstance(conversation, str) and 0 < len(conversation) <= MAX_CONVERSATION_ID, 400, "conversation")
    for part in ("from", "recipient", "channelData"):
        _object(activity, part)


def check_addressee(activity: dict[str, Any], rules: GateRules) -> None:
    """Refuse (403) what Microsoft signed, but not for this bot in Teams in this tenant.

    Group chats and channels pass: the bot answers them with an invitation to write to it alone.
    """
    _require(activity.get("channelId") == CHANNEL, 403, "channel")
    scheme, host, port = service_place(activity)
    # Our own bearer token is sent to this host later, so only hosts that we know.
    _require(scheme == "https" and host in rules.service_hosts and port is None, 403, "service_host")
    _require(_object(activity, "recipient").get("id") == "28:" + rules.app_id, 403, "recipient")
    tenants = named_tenants(activity)
    _require(tenants != [] and all(tenant == rules.tenant_id for tenant in tenants), 403, "tenant")


def check_same_service(activity: dict[str, Any], claims: dict[str, Any]) -> None:
    """Refuse (401) a token that was made for another service than the activity asks us to answer."""
    claimed: str = claims["serviceurl"]
    _require(activity["serviceUrl"].removesuffix("/") == claimed.removesuffix("/"), 401, "serviceurl")


def check_sender(activity: dict[str, Any], person: re.Pattern[str]) -> None:
    """Refuse (400) a message or an invoke by nobody: everything that is kept is kept under `from.aadObjectId`."""
    if activity["type"] in _ACTS_OF_PEOPLE:
        sender = _object(activity, "from").get("aadObjectId")
        _require(isinstance(sender, str) and person.fullmatch(sender) is not None, 400, "sender")


def name_sender(activity: dict[str, Any]) -> None:
    """Give a local sender without an Entra id their `from.id` as one."""
    sender = _object(activity, "from")
    if sender.get("aadObjectId") is None and "id" in sender:
        sender["aadObjectId"] = sender["id"]


def service_place(activity: dict[str, Any]) -> tuple[str, str, str | None]:
    """Scheme, host and port of `serviceUrl`. Raises GateRefused 400 if it is not an address of the plainest kind."""
    url = activity.get("serviceUrl")
    match = _SERVICE_URL.fullmatch(url) if isinstance(url, str) and len(url) <= MAX_SERVICE_URL else None
    if match is None:
        raise GateRefused(400, "service_url")
    return match[1], match[2], match[3]


def named_tenants(activity: dict[str, Any]) -> list[Any]:
    """Every tenant that the activity says it is from; Teams writes it in two places, not always in both."""
    conversation = _object(activity, "conversation")
    tenant = _object(_object(activity, "channelData"), "tenant")
    return [value for value in (conversation.get("tenantId"), tenant.get("id")) if value is not None]


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under `name`, an empty one where there is none. Raises GateRefused 400 if something else is there."""
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise GateRefused(400, name)
    return value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _require(holds: bool, status: int, reason: str) -> None:
    if not holds:
        raise GateRefused(status, reason)
