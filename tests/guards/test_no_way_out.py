"""No test speaks to another machine, and a database that is missing in CI is a failure."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import conftest

ELSEWHERE = ("192.0.2.1", 9)  # an address that is nobody's
WAYS: dict[str, Callable[[socket.socket], object]] = {
    "connect": lambda found: found.connect(ELSEWHERE),
    "connect_ex": lambda found: found.connect_ex(ELSEWHERE),
    "sendto": lambda found: found.sendto(b"x", ELSEWHERE),
    "create_connection": lambda _found: socket.create_connection(ELSEWHERE, timeout=0.1),
    "getaddrinfo": lambda _found: socket.getaddrinfo("noaber.example", 80),
    "bind": lambda found: found.bind(("0.0.0.0", 0)),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_socket_goes_beyond_this_machine(way: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found, pytest.raises(conftest.BeyondLoopback):
        WAYS[way](found)
    assert conftest.seen, "the test would fail even if somebody swallowed the error"
    conftest.seen.clear()


def test_this_machine_is_within_reach(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as near:
        near.bind(str(tmp_path / "near"))
    assert socket.getaddrinfo("localhost", 80)


def test_in_ci_a_missing_database_is_a_failure_and_never_a_skip() -> None:
    with pytest.raises(pytest.fail.Exception):
        conftest.find_postgres({"CI": "true"})
    with pytest.raises(pytest.skip.Exception):
        conftest.find_postgres({})
    assert conftest.find_postgres({conftest.POSTGRES_VARIABLE: "postgresql://x", "CI": "true"}) == "postgresql://x"
