"""The promises of the test run itself: a closed network and a home folder that is nobody's."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

# Addresses reserved for documentation (RFC 5737, RFC 3849): nobody answers there.
OUTSIDE_IPV4 = ("192.0.2.1", 80)
OUTSIDE_IPV6 = ("2001:db8::1", 80)


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_connections_to_the_outside_are_refused(method: str) -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match="no network"):
        getattr(client, method)(OUTSIDE_IPV4)


def test_ipv6_connections_to_the_outside_are_refused() -> None:
    if not socket.has_ipv6:
        pytest.skip("This Python was built without IPv6.")
    try:
        client = socket.socket(socket.AF_INET6)
    except OSError:
        pytest.skip("This machine has no IPv6.")
    with client, pytest.raises(RuntimeError, match="no network"):
        client.connect(OUTSIDE_IPV6)


def test_datagrams_to_the_outside_are_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(RuntimeError, match="no network"):
        client.sendto(b"x", OUTSIDE_IPV4)


def test_names_of_the_outside_are_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match="no network"):
        socket.create_connection(("example.org", 80), timeout=1)


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"here")
            assert accepted.recv(4) == b"here"


@pytest.mark.parametrize("variable", ["HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "IPYTHONDIR"])
def test_home_is_a_temporary_folder(variable: str) -> None:
    assert Path(os.environ[variable]).is_relative_to(tempfile.gettempdir())


def test_figures_need_no_screen() -> None:
    import matplotlib

    assert matplotlib.get_backend().lower() == "agg"
