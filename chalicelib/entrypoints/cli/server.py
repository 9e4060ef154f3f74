"""Curfew's HTTP API, as the commands use it: plain values in and out, every failure a CommandError."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from chalicelib.entrypoints.cli.answers import CommandError, Exit, View
from chalicelib.entrypoints.cli.settings import Settings, settings

if TYPE_CHECKING:
    import httpx

ANYTHING = "application/octet-stream, */*"
"""What is no text passes the gateway only when the first media type says so.

https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
"""
TIMEOUT_SECONDS = 30
PERHAPS_DONE = "what was asked for may be done all the same: look before you ask again"
"""The gateway ends every request after 29 s."""

CAUSES = {
    400: ("bad-input", Exit.BAD_INPUT),
    403: ("forbidden", Exit.REFUSED),
    404: ("unknown-name", Exit.BAD_INPUT),
    409: ("refused", Exit.REFUSED),
    422: ("bad-input", Exit.BAD_INPUT),
    429: ("busy", Exit.FAILED),
    503: ("busy", Exit.FAILED),
}
NAME = re.compile(r"[A-Za-z0-9_-]+")
ROLE_FORBIDS = "urn:curfew:problem:forbidden"
"""The problem type of a 403 that is about the person's role; any other is the gateway's, about the token."""


class UnreachableError(CommandError):
    """The server gave no answer: whether it did what was asked is not known."""


class Server:
    """One server, asked as one person."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, **parameters: Any) -> Any:
        """What is there."""
        return self.send("GET", path, parameters={key: value for key, value in parameters.items() if value is not None})

    def content(self, path: str, **parameters: Any) -> bytes:
        """What is there, as it comes: a page, a workbook, a file."""
        given = {key: value for key, value in parameters.items() if value is not None}
        response = self._answered("GET", path, params=given, headers={"Accept": ANYTHING})
        if not response.is_success:
            _content(response)
        return response.content

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Any:
        """The answer to one request; None when it has no content."""
        return _content(self._answered(method, path, json=body, headers=headers, params=parameters))

    def _answered(self, method: str, path: str, **request: Any) -> httpx.Response:
        import httpx

        try:
            return self._client.request(method, path, **request)
        except httpx.ReadTimeout as error:
            message = f"{self._client.base_url} did not answer within {TIMEOUT_SECONDS} s; {PERHAPS_DONE}"
            raise UnreachableError(message, "unreachable", Exit.FAILED) from error
        except httpx.HTTPError as error:
            message = f"{self._client.base_url} gives no answer ({error or type(error).__name__}); is CURFEW_URL right?"
            raise UnreachableError(message, "unreachable", Exit.FAILED) from error

    def environments(self) -> Iterator[View]:
        """The status of every environment, page by page."""
        page = self.get("/environments")
        yield from page["items"]
        while page["next"]:
            page = self.get("/environments", after=page["next"])
            yield from page["items"]


def problem_line(problem: View) -> str:
    """`file:line: what is wrong; what to write instead`, with the severity unless it is an error."""
    label = "" if problem["severity"] == "error" else f"{problem['severity']}: "
    remedy = f"; {problem['remedy']}" if problem["remedy"] else ""
    return f"{problem['file']}:{problem['line']}: {label}{problem['what']}{remedy}"


@contextmanager
def server(url: str | None) -> Iterator[Server]:
    """The server that the settings name. Raises CommandError when they name none."""
    with _client(settings(url)) as client:
        yield Server(client)


def environment(name: str, *rest: str) -> str:
    """The path of an environment, or of something below it.

    Raises CommandError for what can name none: in a path it would be something else.
    """
    if not NAME.fullmatch(name):
        stem = PurePath(name).stem
        hint = f"did you mean {stem}?" if NAME.fullmatch(stem) else "curfew status lists their names"
        raise CommandError(f'"{name}" cannot be the name of an environment; {hint}', "unknown-name")
    return "/".join(("/environments", name, *rest))


def _client(chosen: Settings) -> httpx.Client:
    import httpx

    headers = {"Authorization": f"Bearer {chosen.token}"}
    try:
        return httpx.Client(base_url=chosen.url, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=True)
    except httpx.InvalidURL as error:
        raise CommandError(f'"{chosen.url}" is no address of a server ({error}); write https://...') from error


def _content(response: httpx.Response) -> Any:
    content = _json(response)
    if response.is_success:
        if content is None and response.content:
            raise CommandError(f"what answers at {response.url} is not Curfew", "not-curfew", Exit.FAILED)
        return content
    problem = content if isinstance(content, dict) else {}
    if _nobody(response.status_code, problem):
        raise CommandError("the token is refused; ask an admin for a new one", "unauthorized", Exit.FAILED)
    code, exit = CAUSES.get(response.status_code, ("service", Exit.FAILED))
    raise CommandError(_message(response, problem), code, exit)


def _nobody(status: int, problem: Mapping[str, Any]) -> bool:
    """The server does not know who asks: the authorizer turned the token away."""
    return status == 401 or (status == 403 and problem.get("type") != ROLE_FORBIDS)


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:  # bytes that are no text included
        return None


def _message(response: httpx.Response, problem: Mapping[str, Any]) -> str:
    if problem.get("problems"):
        return "\n".join(problem_line(each) for each in problem["problems"])
    told = problem.get("detail") or problem.get("title") or problem.get("message") or problem.get("Message")
    if not told:
        return f"{response.url} answers {response.status_code} {response.reason_phrase}"
    return f"{told}: {problem['request_id']}" if problem.get("request_id") else str(told)
