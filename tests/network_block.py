"""No network but loopback and unix sockets, for the test run and for every Python it starts.

The block is an audit hook: whatever asks Python for a connection passes it, whether by a method of ``socket`` or from
a library, and it cannot be taken away again.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
NAME_EVENTS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})
LOCAL = frozenset({getattr(socket, "AF_UNIX", None)}) - {None}
SITE = "sitecustomize.py"


class NetworkBlockedError(RuntimeError):
    """Raised by the test run where a test, or code it calls, reaches for the network."""


def is_loopback(host: object) -> bool:
    """Tell whether a host is this machine."""
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


def _refuse(action: str, target: object) -> NoReturn:
    raise NetworkBlockedError(f"{action} {target!r}: tests reach no network but the loopback interface.")


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in NAME_EVENTS:
        if not is_loopback(arguments[0]):
            _refuse(event, arguments[0])
    elif event in EVENTS:
        family, address = arguments[0].family, arguments[1]
        if family in LOCAL or address is None:  # without an address the socket is connected: that was looked at
            return
        if family not in INTERNET or not is_loopback(address[0]):
            _refuse(event, address)


def block_network() -> None:
    """Close the network of this process for good."""
    sys.addaudithook(_audit)


def block_network_of_children(folder: Path) -> None:
    """Close the network of every Python that is started from now on: it finds the block first on its path."""
    here = Path(__file__).resolve()
    text = (
        "import importlib.util\n"
        f"spec = importlib.util.spec_from_file_location('network_block', {str(here)!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "module.block_network()\n"
    )
    (folder / SITE).write_text(text, encoding="utf-8")
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
