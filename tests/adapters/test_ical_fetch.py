"""Calendars over https: what is taken, and what is refused in words that hold no secret."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import SplitResult

import pytest

from chalicelib.adapters import ical_fetch
from chalicelib.adapters.ical_fetch import MOST_BYTES, HttpsCalendars
from chalicelib.adapters.judged_connection import judged_connection
from chalicelib.flows.calendars import Unreachable

TEXT = "BEGIN:VCALENDAR\r\nSUMMARY:caf\u00e9\r\nEND:VCALENDAR\r\n"
PAGES = {
    "/days.ics?key=1": (200, TEXT.encode()),
    "/moved.ics": (301, b""),
    "/gone.ics": (404, b""),
    "/large.ics": (200, b"x" * (MOST_BYTES + 1)),
    "/fits.ics": (200, b"x" * MOST_BYTES),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = PAGES[self.path]
        self.send_response(status)
        self.send_header("Location", "https://new.example/private-4711/days.ics")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[HttpsCalendars]:
    """Calendars for which every host is a small site of ours."""
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def connect(url: SplitResult, allow_private: bool) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", server.server_port)

    yield HttpsCalendars(connect=connect)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("https://days.example/days.ics?key=1", TEXT),
        ("https://days.example/fits.ics", "x" * MOST_BYTES),
        (
            "https://days.example/moved.ics",
            Unreachable("it answered 301, a redirect to new.example: write the address it leads to"),
        ),
        ("https://days.example/gone.ics", Unreachable("it answered 404")),
        ("https://days.example/large.ics", Unreachable("it is larger than 1 MB")),
        ("http://days.example/days.ics", Unreachable("it is not an https address")),
        ("file:///etc/passwd", Unreachable("it is not an https address")),
        ("https://", Unreachable("it is not an https address")),
    ],
)
def test_an_address_gives_its_text_or_why_there_is_none(
    site: HttpsCalendars, address: str, answer: str | Unreachable
) -> None:
    assert site.fetch([address]) == {address: answer}


def test_each_address_has_its_own_answer(site: HttpsCalendars) -> None:
    addresses = [f"https://days.example{path}" for path in ("/gone.ics", "/days.ics?key=1", "/moved.ics")]
    answers = site.fetch(addresses)
    assert list(answers) == addresses
    assert answers[addresses[1]] == TEXT
    assert site.fetch([]) == {}


def test_an_answer_that_takes_too_long_is_given_up(site: HttpsCalendars, monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter([0.0, 1.0, 6.0])
    monkeypatch.setattr(ical_fetch, "monotonic", lambda: next(instants))
    monkeypatch.setattr(ical_fetch, "PIECE", 10)
    address = "https://days.example/fits.ics"
    assert site.fetch([address]) == {address: Unreachable("it did not answer within 5 seconds")}


@pytest.mark.parametrize("peer", ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1", "64:ff9b::a9fe:a9fe"])
def test_hosts_inside_networks_are_not_asked(peer: str) -> None:
    calendars = HttpsCalendars(connect=partial(judged_connection, resolve=lambda host, port: [peer]))
    (answer,) = calendars.fetch(["https://days.example/x.ics"]).values()
    assert isinstance(answer, Unreachable)
    assert answer.why.startswith("days.example is a ")


def test_a_host_that_there_is_none_of_is_told() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    calendars = HttpsCalendars(connect=partial(judged_connection, resolve=nowhere))
    (answer,) = calendars.fetch(["https://days.example/x.ics"]).values()
    assert answer == Unreachable("it did not answer: Name or service not known")
