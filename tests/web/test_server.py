"""Who falls silent while they send something does not hold a place of the site for ever."""

import socket

import pytest

from web import server


def test_the_line_of_who_falls_silent_half_way_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SILENT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.wait_for_words(listener)
        with socket.create_connection(listener.getsockname()) as phone:
            phone.sendall(b"half a pho")
            line, _address = listener.accept()
            with line:
                line.setblocking(True)
                assert line.recv(100) == b"half a pho"
                with pytest.raises(BlockingIOError):
                    line.recv(100)
