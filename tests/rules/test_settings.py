"""The app starts with credentials, or on purpose without, and never by accident."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings

CREDENTIALS: dict[str, Any] = {"teams_app_id": "app", "teams_tenant_id": "tenant", "teams_secret": "secret"}


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEVELOPMENT", "HOST", "TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_SECRET", "PUBLIC_URL"):
        monkeypatch.delenv(f"SPORSKIFTE_{name}", raising=False)


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
    assert "secret" not in repr(settings).replace("teams_secret", "")
