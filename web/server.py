"""Serving the site with gunicorn."""

import errno
import gc
import os
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from models.catalogue import available_languages, translations

THREADS = 2
"""Pages that one process makes at a time. A page is nearly all work: more at once end no sooner, some much later."""
SILENT_SECONDS = 30
LARGEST_HEADER = 8190


class _Server(BaseApplication):
    def __init__(self, application: Callable[[], Any], options: dict[str, Any]) -> None:
        self._application, self._options = application, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application in the first process; those that serve are born from it, ready."""
        app = self._application()
        prepare(app)
        return app


def run(application: Callable[[], Any], *, host: str, port: int, workers: int) -> int:
    """Serve until stopped.

    Parameters
    ----------
    application : callable
        Makes the WSGI application; called once, before the processes that serve part from the first.

    Returns
    -------
    int
        0 after being stopped, 1 if the processes could not begin.

    Raises
    ------
    OSError
        As `refuse_taken`.
    """
    refuse_taken(host, port)
    server = _Server(
        application,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            # A process takes no more than it works on: whoever comes next is for the process that is free first, and
            # nobody waits behind others in one while the other rests. A connection that idles would hold a place.
            "worker_connections": THREADS,
            "keepalive": 0,
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": 5,
            "limit_request_field_size": LARGEST_HEADER,
            "accesslog": None,
            "loglevel": "warning",
            # Nobody steers a Noaber through a socket in somebody's home folder.
            "control_socket_disable": True,
            "when_ready": _listen,
        },
    )
    first = os.getpid()
    try:
        server.run()
    except SystemExit as end:
        if os.getpid() != first:
            raise  # one of the processes that serve: its status tells the first one why it ended
        return 1 if end.code else 0
    return 0


def _listen(arbiter: Any) -> None:
    for listener in arbiter.LISTENERS:
        if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
            wait_for_words(listener.sock)


def wait_for_words(listener: socket.socket) -> None:
    """Leave visitors who say nothing with the system, and hang up on those who fall silent half-way.

    Browsers open a line more than they need, and a silent one would hold a place for five seconds; a phone that is
    lost while it sends a photo would hold one for ever, and four of them the whole site.
    """
    option = getattr(socket, "TCP_DEFER_ACCEPT", None)  # not every system has it
    if option is not None:
        listener.setsockopt(socket.IPPROTO_TCP, option, SILENT_SECONDS)
    # Each line that is taken on has it of the one that listens.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", SILENT_SECONDS, 0))


def prepare(app: Flask) -> None:
    """Make ready what all processes then share: who is ranked, what pages are made of, the words.

    No connection is open at the end, so that no two processes ever use one; and what is here to stay is kept out of
    the search for garbage, which would touch, and so copy, all of it in each process.
    """
    runtime = app.extensions["noaber"]
    runtime.candidates.prepare(now=datetime.now(UTC))
    runtime.engine.dispose()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for language in available_languages():
        translations(language)
    gc.collect()
    gc.freeze()


def refuse_taken(host: str, port: int, *, by_make: bool = True) -> None:
    """Find out whether something could answer there, before anything is made ready for it.

    Parameters
    ----------
    by_make : bool
        Whether `make run` begins it too, and is named in the advice.

    Raises
    ------
    OSError
        It could not; ``strerror`` says why, in words for who typed it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        said = error.strerror or str(error)
        if error.errno == errno.EADDRINUSE:
            other = port % 65535 + 1
            said = f"port {port} is in use already; try --port {other}" + f" (make run PORT={other})" * by_make
        raise OSError(error.errno, said, host) from error
