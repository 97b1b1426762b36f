"""No network but loopback and unix sockets, for the test run and for every Python it starts.

The block is an audit hook: whatever asks Python for a connection passes it, whether by a method of ``socket`` or from
a library, and it cannot be taken away again. Programs that tests start load this file first, so it imports little.
"""

from __future__ import annotations

import os
import sys

EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
NAME_EVENTS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
SITE = "sitecustomize.py"


class NetworkBlockedError(RuntimeError):
    """Raised by the test run where a test, or code it calls, reaches for the network."""


def is_loopback(host: object) -> bool:
    """Tell whether a host is this machine."""
    import ipaddress

    if host is None:
        return True
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    name = str(host).partition("%")[0]
    if name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse(action: str, target: object) -> None:
    raise NetworkBlockedError(f"{action} {target!r}: tests reach no network but the loopback interface.")


def _audit(event: str, arguments: tuple) -> None:
    if event in NAME_EVENTS:
        if not is_loopback(arguments[0]):
            _refuse(event, arguments[0])
    elif event in EVENTS:
        import socket

        family, address = arguments[0].family, arguments[1]
        if family == getattr(socket, "AF_UNIX", None) or address is None:  # without an address it is connected already
            return
        if family not in (socket.AF_INET, socket.AF_INET6) or not is_loopback(address[0]):
            _refuse(event, address)


def block_network() -> None:
    """Close the network of this process for good."""
    sys.addaudithook(_audit)


def block_network_of_children(folder: str) -> None:
    """Close the network of every Python that is started from now on: it finds the block first on its path.

    Parameters
    ----------
    folder : str
        A folder for the file that does so.
    """
    text = (
        "import sys\n"
        f"sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})\n"  # noqa: PTH100, PTH120
        "import network_block\n"
        "sys.path.pop(0)\n"
        "network_block.block_network()\n"
    )
    with open(os.path.join(folder, SITE), "w", encoding="utf-8") as stream:  # noqa: PTH118, PTH123
        stream.write(text)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH", "")]))
