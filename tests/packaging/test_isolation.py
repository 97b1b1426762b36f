"""The promises of the test run itself: a closed network and a home folder that is nobody's."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
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


def test_messages_to_the_outside_are_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(RuntimeError, match="no network"):
        client.sendmsg([b"x"], [], 0, OUTSIDE_IPV4)


def test_addresses_of_other_families_are_refused() -> None:
    if not hasattr(socket, "AF_NETLINK"):
        pytest.skip("This machine has no netlink sockets.")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as client, pytest.raises(RuntimeError, match="no network"):
        client.connect((0, 0))


def test_unix_sockets_are_open(tmp_path: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("This machine has no unix sockets.")
    folder = Path(tempfile.mkdtemp())  # short: the name of a unix socket has about 100 characters
    try:
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
            server.bind(str(folder / "s"))
            server.listen()
            client.connect(str(folder / "s"))
    finally:
        shutil.rmtree(folder)


def test_programs_that_tests_start_reach_no_network_either() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 1
    assert "NetworkBlockedError" in run.stderr


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
