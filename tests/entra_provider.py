"""An OpenID provider on this machine that speaks as Microsoft Entra ID does, and as strictly."""

import asyncio
import base64
import hashlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

TENANT = "b0c4f1de-2a77-4c3e-8f5b-91a2b3c4d5e6"
CLIENT = "6d1f8a52-5d0c-4f7e-9b1a-0c1d2e3f4a5b"
SECRET = "a secret of the tests"
BO = "0f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a69"
HANNE = "1f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a70"
STRANGER = "2f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a71"

_signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the tests may change of it, and what it was asked."""

    clock: Callable[[], datetime]
    folder: Path
    redirect_uri: str = ""
    """The one that is registered. The test says it when the app has its port."""
    roles: dict[str, list[str]] = field(
        default_factory=lambda: {
            BO: ["Sporskifte.Advisor"],
            HANNE: ["Sporskifte.Editor"],
            STRANGER: ["Sporskifte.Advisor"],
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)
    """Instead of what stands in an honest id token; None leaves a claim out."""
    token_status: int = 200
    token_body: dict[str, Any] | None = None
    """Instead of an honest answer."""
    forgets_used_codes: bool = False
    discovers: bool = True
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    """Unless set, who asks for a token waits."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The queries that came to /authorize."""
    redeemed: list[tuple[str, int]] = field(default_factory=list)
    """The codes that came to /token, and with which status they went."""
    url: str = ""

    def __post_init__(self) -> None:
        self.answers.set()
        self._codes: dict[str, dict[str, str]] = {}
        self._sockets: list[Any] = []
        self.ca = self.folder / "ca.pem"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "entra_client_id": CLIENT,
            "entra_tenant_id": TENANT,
            "entra_secret": SECRET,
            "entra_authority": self.url,
        }

    @property
    def environment(self) -> dict[str, str]:
        """What makes requests, under msal, believe this provider's certificate, and find it without a proxy."""
        return {"REQUESTS_CA_BUNDLE": str(self.ca), "NO_PROXY": "127.0.0.1"}

    def app(self) -> web.Application:
        app = web.Application()
        app.on_response_prepare.append(self._note_socket)
        app.router.add_get(f"/{TENANT}/v2.0/.well-known/openid-configuration", self._discovery)
        app.router.add_get(f"/{TENANT}/oauth2/v2.0/authorize", self._authorize)
        app.router.add_post(f"/{TENANT}/chosen", self._chosen)
        app.router.add_post(f"/{TENANT}/oauth2/v2.0/token", self._token)
        app.router.add_get("/favicon.ico", self._icon)
        return app

    async def _note_socket(self, request: web.Request, _: web.StreamResponse) -> None:
        self._sockets.append(request.get_extra_info("socket"))

    async def all_hung_up(self) -> None:
        """Wait until every connection is closed: with TLS that takes both sides, and a moment."""
        for _ in range(2000):
            if all(socket.fileno() == -1 for socket in self._sockets):
                return
            await asyncio.sleep(0.005)
        raise AssertionError("a connection stays open")

    async def _discovery(self, request: web.Request) -> web.Response:
        base = f"{self.url}/{TENANT}"
        answer = web.json_response(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            },
            status=200 if self.discovers else 500,
        )
        if not self.discovers:
            answer.force_close()  # msal forgets a session that did not get the addresses, and leaves it open
        return answer

    async def _authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        self.asked.append(query)
        fit = (
            query.get("client_id") == CLIENT
            and query.get("redirect_uri") == self.redirect_uri
            and query.get("response_type") == "code"
            and set(query.get("scope", "").split()) == {"openid", "profile"}
            and query.get("code_challenge_method") == "S256"
            and len(query.get("code_challenge", "")) == 43
            and query.get("state")
            and query.get("nonce")
        )
        if not fit:
            return web.Response(text="AADSTS900144", status=400)
        kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in query.items())
        who = "".join(f'<button name="account" value="{account}">{account}</button>' for account in self.roles)
        form = f'<form method="post" action="/{TENANT}/chosen">{kept}{who}<button name="account">Cancel</button></form>'
        page = f'<!doctype html><html lang="en"><title>Pick an account</title>{form}</html>'
        return web.Response(text=page, content_type="text/html")

    async def _icon(self, request: web.Request) -> web.Response:
        return web.Response(status=204)  # browsers ask, and the page tests want no 404

    async def _chosen(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return web.Response(status=302, headers={"Location": self.answer_to(form, form["account"])})

    def answer_to(self, asked: dict[str, str], account: str) -> str:
        """Where the browser is sent when this account was chosen, or none."""
        if not account:
            error = {"error": "access_denied", "error_description": "AADSTS65004", "state": asked["state"]}
            return f"{asked['redirect_uri']}?{urlencode(error)}"
        code = f"code-{len(self._codes)}"
        self._codes[code] = {**asked, "account": account}
        found = {"code": code, "state": asked["state"], "session_state": "any", "client_info": "nonsense"}
        return f"{asked['redirect_uri']}?{urlencode(found)}"

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        await self.answers.wait()
        answer = self._redeem(form)
        status = answer.pop("status", self.token_status)
        self.redeemed.append((form.get("code", ""), status))
        return web.json_response(answer, status=status)

    def _redeem(self, form: dict[str, str]) -> dict[str, Any]:
        if form.get("client_id") != CLIENT or form.get("client_secret") != SECRET:
            return {"status": 401, "error": "invalid_client"}
        asked = self._codes.get(form.get("code", ""))
        challenge = _base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return {"status": 400, "error": "invalid_grant"}
        if not self.forgets_used_codes:
            del self._codes[form["code"]]
            self._codes[f"used {form['code']}"] = {}  # so that the next code has another name
        if self.token_body is not None:
            return dict(self.token_body)
        token = self._id_token(asked)
        return {"token_type": "Bearer", "expires_in": 3600, "access_token": "for nothing", "id_token": token}

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(self.clock().timestamp())
        honest = {
            "iss": f"{self.url}/{TENANT}/v2.0",
            "aud": CLIENT,
            "tid": TENANT,
            "oid": asked["account"],
            "sub": "pairwise",
            "name": "Somebody",
            "nonce": asked["nonce"],
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "roles": self.roles[asked["account"]],
        }
        said = {name: value for name, value in (honest | self.claims).items() if value is not None}
        return jwt.encode(said, _signing_key, "RS256", headers={"kid": "today"})


@asynccontextmanager
async def provider_on_loopback(clock: Callable[[], datetime], folder: Path) -> AsyncIterator[Provider]:
    """The provider, with a certificate of an authority of its own: msal speaks nothing but https."""
    provider = Provider(clock, folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_certificate(folder))
    runner = web.AppRunner(provider.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    provider.url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    yield provider
    provider.answers.set()
    await runner.cleanup()
    await provider.all_hung_up()


def _certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 in one file; beside it ca.pem, which vouches for it."""
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
    ca = _signed(name, name, authority, authority, x509.BasicConstraints(ca=True, path_length=0))
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    host = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    leaf = _signed(host, name, key, authority, address)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
    return folder / "server.pem"


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    authority: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(extension, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    vouches = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    return builder.add_extension(vouches, critical=False).sign(authority, hashes.SHA256())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
