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

from chalicelib.local import commitments, price_list

THREADS = 8
OURS = {price_list.SERVICE: price_list.price_list_app, commitments.SERVICE: commitments.savings_plans_app}
"""What answers for services that moto does not have."""


class _Dispatcher(DomainDispatcherApplication):
    """moto's, which goes through all its services anew for each request, with a memory."""

    @cache  # noqa: B019 (there is one, and it lives as long as its server)
    def get_backend_for_host(self, host: str | None) -> Any:
        """The service that answers for a host name."""
        ours = next((service for service in OURS if service in (host or "").split(".")), None)
        return ours or super().get_backend_for_host(host)


def _app(service: Any) -> Any:
    return OURS[service]() if service in OURS else create_backend_app(service)


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
