"""Real HTTP on this machine, for tests with a browser or with many at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLL = 0.02
"""Seconds that the end of a server may take to be noticed."""


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_details: object, **_more: object) -> None:
        """Say nothing of each answer."""


class Server:
    """What listens, and what answers there: the address is known before the application that needs it is made."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self._server = server

    @property
    def port(self) -> int:
        """Give the port, a free one."""
        return self._server.server_port

    @property
    def base(self) -> str:
        """Give the address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def answer_with(self, app: "WSGIApplication") -> None:
        """Let an application answer from now on."""
        self._server.app = app


@contextmanager
def listening() -> Iterator[Server]:
    """Listen on a free port of this machine, a thread for each request; until ``answer_with`` every answer is 500."""
    server = make_server("127.0.0.1", 0, _nobody, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield Server(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _nobody(*_details: object) -> list[bytes]:
    raise RuntimeError("Nothing answers here yet: answer_with comes first.")
