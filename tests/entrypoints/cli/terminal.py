"""A terminal to run `curfew` in, and servers to run it against."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import typer

from chalicelib.entrypoints.cli.program import run
from tests.entrypoints.served import Served

Reply = tuple[int, str, bytes]
"""Status, content type and body; status 0 hangs up without an answer."""


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """What people see, without the blanks at the ends of lines."""
        return [line.rstrip() for line in self.out.rstrip().splitlines()]


@dataclass
class Terminal:
    """Runs commands; `played` are the demos that were asked for."""

    capsys: pytest.CaptureFixture[str]
    played: list[tuple[int, bool]] = field(default_factory=list)
    demo_code: int = 0

    def __call__(self, *arguments: str) -> Ran:
        code = run(arguments, self._play)
        out, err = self.capsys.readouterr()
        return Ran(int(code), out, err)

    def _play(self, days: int, serve: bool) -> int:
        self.played.append((days, serve))
        typer.echo("a timeline")
        return self.demo_code


@dataclass(frozen=True)
class Request:
    """What a server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@contextmanager
def listening(answer: Callable[[Request], Reply]) -> Iterator[str]:
    """The address of a server that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(self.command, self.path, dict(self.headers), self.rfile.read(length))
            status, content_type, body = answer(request)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 the names that http.server looks for

        def log_message(self, format: str, *arguments: object) -> None:
            """Nobody reads its log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def behind_http(served: Served) -> Callable[[Request], Reply]:
    """The real API, one request at a time."""
    turn = threading.Lock()

    def answer(request: Request) -> Reply:
        with turn:
            response = served.client.http.request(request.method, request.path, request.headers, request.body)
        body = response.body if isinstance(response.body, bytes) else str(response.body).encode()
        return response.status_code, str(response.headers.get("Content-Type", "application/json")), body

    return answer


def reply(status: int, document: object, content_type: str = "application/json") -> Reply:
    return status, content_type, json.dumps(document).encode()


def problem(status: int, type: str, detail: str) -> Reply:
    document = {"type": f"urn:curfew:problem:{type}", "title": "no", "status": status, "detail": detail}
    return reply(status, document, "application/problem+json")
