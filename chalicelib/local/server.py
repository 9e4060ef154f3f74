"""moto's application behind a server on the loopback interface, on a port that was free.

Not moto's own server: werkzeug's closes every connection and waits up to 10 ms for more after each request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from threading import Thread
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from waitress.server import create_server
from waitress.wasyncore import close_all

from chalicelib.local.price_list import SERVICE, price_list_app

THREADS = 8


class _Dispatcher(DomainDispatcherApplication):
    """moto's, which goes through all its services anew for each request, with a memory."""

    @cache  # noqa: B019 (there is one, and it lives as long as its server)
    def get_backend_for_host(self, host: str | None) -> Any:
        """The service that answers for a host name."""
        return SERVICE if host and SERVICE in host.split(".") else super().get_backend_for_host(host)


def _app(service: Any) -> Any:
    return price_list_app() if service == SERVICE else create_backend_app(service)


@contextmanager
def serving() -> Iterator[str]:
    """Within it moto answers at the URL that is given; afterwards the port is free again."""
    sockets: dict[int, Any] = {}
    server = create_server(
        _Dispatcher(_app), map=sockets, host="127.0.0.1", port=0, threads=THREADS, ident="embedded cloud"
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # A worker that is done wakes the loop, so workers end first; and only the loop may close what it watches.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(partial(close_all, sockets))
        thread.join()
