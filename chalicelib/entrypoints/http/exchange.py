"""One request and its reply, as endpoints see them, and the boundary where every error becomes words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools import Logger
from chalice import app as chalice

from chalicelib import wiring
from chalicelib.adapters.large_answers import MOST_BYTES
from chalicelib.entrypoints.authorizer import actor_of
from chalicelib.entrypoints.bodies import AnyShape, read_body, read_query
from chalicelib.entrypoints.problems import problem_of, unexpected
from chalicelib.flows.errors import ForbiddenError
from chalicelib.flows.people import Actor
from chalicelib.flows.ports import World
from chalicelib.wiring import Wired

JSON, OPAQUE = "application/json", "application/octet-stream"

log = Logger(service="curfew")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for what; `bearer` is None for somebody without a token. `headers` are looked up in any case."""

    wired: Wired
    bearer: Actor | None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    @property
    def actor(self) -> Actor:
        """The person who asks. Raises ForbiddenError for somebody without a token."""
        if self.bearer is None:
            raise ForbiddenError("this takes a token; ask who runs Curfew for one")
        return self.bearer

    @property
    def world(self) -> World:
        """The world that flows act on."""
        return self.wired.world

    def parameters(self, shape: type[AnyShape]) -> AnyShape:
        """The query parameters. Raises BadRequestError."""
        return read_query(shape, self.query)

    def content(self, shape: type[AnyShape]) -> AnyShape:
        """The body. Raises BadRequestError."""
        return read_body(shape, self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a value ready for JSON, or the bytes of something else, whose `media` says what.

    `name` is what a browser calls the file.
    """

    body: Any
    status: int = 200
    media: str = JSON
    name: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Endpoint = Callable[..., Reply]
"""Takes the request and, by name, what the path holds."""


Who = Callable[[chalice.Request], Actor | None]
"""Tells who asks; None for somebody without a token. Raises KeyError or ValueError where that cannot be told."""


def bearer_of(request: chalice.Request) -> Actor:
    """Whom the authorizer let in."""
    return actor_of(request.context["authorizer"])


def anybody(request: chalice.Request) -> None:
    """Nobody is asked for a token: what the request may see, the endpoint itself must find out."""


def view(app: chalice.Chalice, endpoint: Endpoint, who: Who = bearer_of) -> Callable[..., chalice.Response]:
    """The endpoint as Chalice calls it."""

    def answer(**path: str) -> chalice.Response:
        assert app.current_request is not None
        return answered(endpoint, app.current_request, path, who)

    answer.__name__ = endpoint.__name__
    return answer


def answered(
    endpoint: Endpoint, request: chalice.Request, path: Mapping[str, str], who: Who = bearer_of
) -> chalice.Response:
    """The endpoint's reply, or the problem that it met; what nobody expected is logged under the request id."""
    request_id = str(request.context.get("requestId", "none"))
    try:
        reply = endpoint(_request(request, who(request)), **path)
        response = _response(reply, wiring.wired())
    except Exception as error:  # the process boundary: no traceback reaches a person
        problem = problem_of(error)
        if problem is None:
            log.exception("unexpected error", extra={"request_id": request_id})
        response = (problem or unexpected(request_id)).response()
    _audit(request, response.status_code, request_id)
    return response


def _response(reply: Reply, wired: Wired) -> chalice.Response:
    """The reply itself or, where it is too large for the gateway or no text, a link to it (303 See Other).

    Where there is no bucket, what is no text is sent as what every gateway passes on as it is.
    """
    content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    text = _is_text(reply.media)
    if wired.large_answers is not None and (len(content) > MOST_BYTES or not text):
        link = wired.large_answers.link(content, reply.media, reply.name)
        return chalice.Response({"link": link}, {"Content-Type": JSON, "Location": link}, 303)
    headers: dict[str, Any] = {"Content-Type": reply.media if text else OPAQUE, **reply.headers}
    if reply.name:
        headers["Content-Disposition"] = f'inline; filename="{reply.name}"'
    return chalice.Response(content.decode() if text else content, headers, reply.status)


def _is_text(media: str) -> bool:
    return media == JSON or media.startswith("text/")


def _request(request: chalice.Request, bearer: Actor | None) -> Request:
    query = request.query_params
    return Request(
        wiring.wired(),
        bearer,
        request.headers,
        {name: query.getlist(name) for name in query} if query else {},
        raw if isinstance(raw := request.raw_body, bytes) else raw.encode(),
    )


def _audit(request: chalice.Request, status: int, request_id: str) -> None:
    """Who did what is a line in the log; reading is not worth one."""
    if request.method == "GET":
        return
    caller = request.context.get("authorizer", {})
    who = {name: caller.get(name) for name in ("person", "role", "token_id")}
    what = {"path": request.uri_params, "status": status, "request_id": request_id}
    log.info(f"{request.method} {request.path}", extra={**who, **what})
