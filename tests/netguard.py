"""No look-up: while the tests run, nothing of this process reaches another machine, nor asks for one by name.

Python itself reports each attempt (PEP 578), whatever library makes it, so none can go around.
"""

import ipaddress
import sys

_LOCAL_NAMES = frozenset({"localhost", "ip6-localhost", ""})

refused: list[str] = []
"""What was tried, in order."""


class LeftTheMachine(BaseException):
    """Something tried to reach another machine. Not an Exception: no time-out or retry may swallow it."""


def is_here(host: object) -> bool:
    """True for this machine: loopback addresses, its names, and no host at all."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name in _LOCAL_NAMES


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        # A path is a socket of this machine, and so is anything that is no address of the internet.
        if isinstance(address, tuple) and not is_here(address[0]):
            _refuse(f"{event} {address[0]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr") and not is_here(arguments[0]):
        _refuse(f"{event} {arguments[0]!r}")


def _refuse(what: str) -> None:
    refused.append(what)
    raise LeftTheMachine(what)


def install() -> None:
    """Begin. A hook cannot be taken out again, so it is put in once a process."""
    if not getattr(sys, "_sporskifte_netguard", False):
        sys._sporskifte_netguard = True  # type: ignore[attr-defined]
        sys.addaudithook(_listen)
