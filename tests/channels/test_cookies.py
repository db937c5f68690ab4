"""What a real installation's cookies say to the browser."""

from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from conftest import A_MONDAY

from bot.cookies import SealedCookie

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("more", "name", "same_site"),
    [
        ({}, "__Host-desk", "Strict"),  # browsers take __Host- with the whole path only
        ({"path": "/way", "from_other_sites": True}, "__Secure-desk", "Lax"),
    ],
)
def test_behind_https(keyring, more, name, same_site):
    cookie, answer = SealedCookie("desk", keyring, secure=True, lasts=DAY, **more), web.Response()
    cookie.write(answer, {"staff": "bo"}, A_MONDAY)
    made = answer.cookies[name]
    assert (made["secure"], made["httponly"], made["samesite"], made["domain"]) == (True, True, same_site, "")
    assert made["path"] == more.get("path", "/")
    request = make_mocked_request("GET", "/", headers={"Cookie": f"{name}={made.value}"})
    assert cookie.read(request, A_MONDAY)["staff"] == "bo"
    assert cookie.read(request, A_MONDAY + DAY) is None
    other = SealedCookie("another", keyring, secure=True, lasts=DAY)
    renamed = make_mocked_request("GET", "/", headers={"Cookie": f"__Host-another={made.value}"})
    assert other.read(renamed, A_MONDAY) is None
