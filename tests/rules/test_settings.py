"""The app starts with credentials, or on purpose without, and never by accident."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings

CREDENTIALS: dict[str, Any] = {"teams_app_id": "app", "teams_tenant_id": "tenant", "teams_secret": "secret"}

WORK_ACCOUNTS: dict[str, Any] = {
    "entra_client_id": "6d1f8a52-5d0c-4f7e-9b1a-0c1d2e3f4a5b",
    "entra_tenant_id": "b0c4f1de-2a77-4c3e-8f5b-91a2b3c4d5e6",
    "entra_secret": "other secret",
    "public_url": "https://karriere.example",
}
SLACK: dict[str, Any] = {
    "slack_app_id": "A0SPORSKIFTE",
    "slack_client_id": "1234.5678",
    "slack_client_secret": "client secret",
    "slack_teams": ("T012AB3CD",),
    "slack_signing_secret": "signing secret",
    "public_url": "https://karriere.example",
}
LOOPBACK = "https://127.0.0.1:8443"


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SPORSKIFTE_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, "SPORSKIFTE_DEVELOPMENT=1"),
        ({"teams_app_id": "app"}, "SPORSKIFTE_TEAMS_SECRET"),
        ({**CREDENTIALS, "teams_secret": ""}, "SPORSKIFTE_TEAMS_SECRET"),
        ({"development": True, "host": "0.0.0.0"}, "this machine only"),
        ({"development": True, "host": "karriere.example"}, "this machine only"),
        ({"development": True, **CREDENTIALS}, "do not go together"),
    ],
)
def test_a_start_that_would_be_unsafe_is_refused_with_a_sentence(given: dict[str, Any], refusal: str) -> None:
    with pytest.raises(ValidationError, match=refusal):
        Settings(**given)


@pytest.mark.parametrize(
    "given",
    [CREDENTIALS, {"development": True}, {"development": True, "host": "::1"}, {**CREDENTIALS, "host": "0.0.0.0"}],
)
def test_a_start_that_was_meant_goes_ahead(given: dict[str, Any]) -> None:
    assert Settings(**given)


def test_settings_are_read_from_the_environment_and_hide_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(f"SPORSKIFTE_{name.upper()}", value)
    monkeypatch.setenv("SPORSKIFTE_PUBLIC_URL", "https://karriere.example")
    settings = Settings()
    assert settings.secure and settings.teams_app_id == "app"
    assert "secret" not in repr(settings).replace("_secret=", "")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"entra_client_id": ""}, "or none of them"),
        ({"entra_tenant_id": ""}, "or none of them"),
        ({"entra_secret": ""}, "or none of them"),
        ({"entra_tenant_id": "common"}, "are ids in small letters"),
        ({"entra_tenant_id": "organizations"}, "are ids in small letters"),
        ({"entra_tenant_id": WORK_ACCOUNTS["entra_tenant_id"].upper()}, "are ids in small letters"),
        ({"entra_client_id": "app"}, "are ids in small letters"),
        ({"entra_authority": "http://login.example"}, "https:// and a host"),
        ({"entra_authority": "http://127.0.0.1:8443"}, "https:// and a host"),
        ({"entra_authority": "https://login.example/common"}, "https:// and a host"),
        ({"entra_authority": "https://login.example/"}, "https:// and a host"),
        ({"entra_authority": "https://somebody@login.example"}, "https:// and a host"),
        ({"entra_authority": ""}, "https:// and a host"),
        ({"public_url": "http://karriere.example"}, "need https"),
        ({"development": True}, "of this machine only"),
        ({"development": True, "entra_authority": "https://127.0.0.1.example"}, "of this machine only"),
    ],
)
def test_half_or_unsafe_work_accounts_are_refused_with_a_sentence(given: dict[str, Any], refusal: str) -> None:
    teams = {} if "development" in given else CREDENTIALS
    with pytest.raises(ValidationError, match=refusal):
        Settings(**{**teams, **WORK_ACCOUNTS, **given})


@pytest.mark.parametrize(
    "given",
    [
        CREDENTIALS,
        {**CREDENTIALS, "public_url": "http://localhost:3978"},
        {**CREDENTIALS, "entra_authority": "https://login.microsoftonline.us"},
        {"development": True, "entra_authority": LOOPBACK, "public_url": "http://127.0.0.1:1"},
        {"development": True, "entra_authority": "https://[::1]:8443"},
    ],
)
def test_whole_and_safe_work_accounts_are_taken(given: dict[str, Any]) -> None:
    settings = Settings(**{**WORK_ACCOUNTS, **given})
    assert settings.work_accounts and "other secret" not in repr(settings)


def test_nobody_has_a_work_account_unless_told() -> None:
    assert not Settings(**CREDENTIALS).work_accounts and not Settings(development=True).work_accounts


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"slack_teams": ()}, "SPORSKIFTE_SLACK_TEAMS"),
        ({"slack_app_id": ""}, "SPORSKIFTE_SLACK_APP_ID"),
        ({"slack_client_secret": ""}, "SPORSKIFTE_SLACK_CLIENT_SECRET"),
        ({"slack_signing_secret": ""}, "SPORSKIFTE_SLACK_APP_TOKEN"),
        ({"slack_app_token": "xapp-1"}, "either"),
        ({"slack_teams": ("hovedstaden",)}, "ids of workspaces"),
        ({"public_url": "http://karriere.example"}, "https"),
        ({"development": True}, "do not go together"),
        ({"teams_app_id": "app"}, "SPORSKIFTE_TEAMS_SECRET"),
    ],
)
def test_a_slack_app_in_halves_is_refused(given: dict[str, Any], refusal: str) -> None:
    with pytest.raises(ValidationError, match=refusal):
        Settings(**{**SLACK, **given})


def test_slack_alone_is_enough_and_hides_its_secrets() -> None:
    for settings in (Settings(**SLACK), Settings(**{**SLACK, "slack_signing_secret": "", "slack_app_token": "xapp-1"})):
        assert settings.slack and not settings.teams
        assert "client secret" not in repr(settings) and "xapp" not in repr(settings)
    assert not Settings(**CREDENTIALS).slack and Settings(**CREDENTIALS, **SLACK).teams


def test_the_workspaces_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**SLACK, "slack_teams": '["T012AB3CD", "T99"]'}.items():
        monkeypatch.setenv(f"SPORSKIFTE_{name.upper()}", value)
    assert Settings().slack_teams == ("T012AB3CD", "T99")
