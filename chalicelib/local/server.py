"""moto's server on the loopback interface, on a port that was free."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import ThreadedWSGIServer


class _QuietHandler(MotoRequestHandler):
    """Keeps connections open, which halves the time of a call, and prints nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is printed: the calls are on record."""


@contextmanager
def serving() -> Iterator[str]:
    """Within it moto answers at the URL that is given; afterwards the port is free again."""
    application = DomainDispatcherApplication(create_backend_app)
    server = ThreadedWSGIServer("127.0.0.1", 0, application, _QuietHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
