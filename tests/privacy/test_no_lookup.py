"""Nobody is looked up: no test run reaches another machine, and the guard that says so does see each attempt."""

import asyncio
import socket
import urllib.request

import aiohttp
import netguard
import pytest
import requests
from netguard import LeftTheMachine

FAR = "192.0.2.1"
"""An address that is nobody's (RFC 5737)."""


def by_socket():
    with socket.socket() as one:
        one.settimeout(1)
        one.connect((FAR, 443))


def by_datagram():
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.sendto(b"who is she", (FAR, 53))


def by_name():
    socket.getaddrinfo("graph.microsoft.com", 443)


def by_urllib():
    urllib.request.urlopen(f"http://{FAR}/", timeout=1)


def by_requests():
    requests.get(f"http://{FAR}/", timeout=1)  # as msal does


def by_asyncio():
    asyncio.run(asyncio.wait_for(asyncio.open_connection(FAR, 443), 1))


def by_aiohttp():
    async def get():
        async with aiohttp.ClientSession() as http:
            await http.get(f"http://{FAR}/", timeout=aiohttp.ClientTimeout(total=1))

    asyncio.run(get())


@pytest.mark.parametrize(
    "way",
    [by_socket, by_datagram, by_name, by_urllib, by_requests, by_asyncio, by_aiohttp],
    ids=lambda way: way.__name__,
)
def test_every_way_out_is_closed_and_noticed(way):
    before = len(netguard.refused)
    with pytest.raises((LeftTheMachine, OSError, aiohttp.ClientError)):
        way()
    noticed = netguard.refused[before:]
    assert noticed and (FAR in noticed[0] or "graph.microsoft.com" in noticed[0])
    del netguard.refused[before:]  # they were the test's own


def test_this_machine_is_reached_as_ever():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        assert one.getpeername() == server.getsockname()
    assert socket.getaddrinfo("localhost", 80) and not netguard.refused


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), (None, True), (b"localhost", True),
     ("::ffff:192.0.2.1", False), ("10.0.0.1", False), ("0.0.0.0", False), ("example.org", False)],
)  # fmt: skip
def test_what_is_here(host, here):
    assert netguard.is_here(host) is here
