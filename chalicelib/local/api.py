"""The HTTP API of app.py on the loopback interface, as `chalice local` serves it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalDevServer

HOST = "127.0.0.1"


class _QuietHandler(ChaliceRequestHandler):
    """Prints nothing: the story tells what matters."""

    def log_message(self, *args: Any) -> None:
        """Nothing is printed."""


class _QuietServer(ThreadingHTTPServer):
    """Says nothing of people who stop waiting for their answer."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What went wrong is told, unless the connection is gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving_api(app: Any, port: int = 0) -> Iterator[str]:
    """Within it the API answers at the address that is given (port 0: a free one)."""
    server = LocalDevServer(app, Config(), HOST, port, handler_cls=_QuietHandler, server_cls=_QuietServer)
    http = server.server
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
