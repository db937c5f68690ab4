"""Our own calls to the Bot Connector: what test_teams.py does not see from outside."""

import pytest

from bot.channels import DeliveryError, connector
from bot.channels.connector import EntraTokens


class Entra:
    """Stands for msal's client. Remembers what it was made with; gives no token."""

    made_with: dict

    def __init__(self, app_id, **made_with):
        Entra.made_with = made_with

    def acquire_token_for_client(self, scopes):
        return {"error": "invalid_client"}


async def test_asking_for_a_token_ends(monkeypatch):
    """Without a time-out one silent login server holds a thread, and every delivery that waits for the token."""
    monkeypatch.setattr(connector.msal, "ConfidentialClientApplication", Entra)
    with pytest.raises(DeliveryError, match="no_token") as refused:
        await EntraTokens("app", "tenant", "secret").get()
    assert not refused.value.permanent and 0 < Entra.made_with["timeout"] <= 10
