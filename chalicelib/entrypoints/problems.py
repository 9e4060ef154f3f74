"""Every refusal as RFC 9457 problem details, in words for people; nothing internal is ever in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.adapters import dynamodb_table
from chalicelib.entrypoints.bodies import BadRequestError
from chalicelib.entrypoints.schedule_file.problems import Problem
from chalicelib.entrypoints.views import applied_view
from chalicelib.flows.errors import BusyError, ForbiddenError, RefusedError, UnknownError

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:curfew:problem:"
RETRY_AFTER_SECONDS = 2
BUSY = "others are changing the same thing; try again in a moment"
UNEXPECTED = "something went wrong inside Curfew; the log has it under this request id"


class BrokenFilesError(Exception):
    """Schedule files with errors: nothing of the request was applied."""

    def __init__(self, problems: Sequence[Problem], errors: int) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{errors} error{'s' if errors > 1 else ''} in the schedule files; nothing was applied")


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What went wrong: `type` for programs (one word), `title` and `detail` for people, `members` for both."""

    status: HTTPStatus
    type: str
    title: str
    detail: str
    members: Mapping[str, Any] = field(default_factory=dict)

    def response(self) -> Response:
        """The same as an HTTP response."""
        body = {
            "type": f"{TYPE}{self.type}",
            "title": self.title,
            "status": self.status.value,
            "detail": self.detail,
            **self.members,
        }
        headers: dict[str, Any] = {"Content-Type": CONTENT_TYPE}
        if self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return Response(body, headers, self.status.value)


@dataclass(frozen=True, slots=True)
class _Meaning:
    error: type[Exception]
    status: HTTPStatus
    type: str
    title: str


MEANINGS = (
    _Meaning(UnknownError, HTTPStatus.NOT_FOUND, "unknown", "There is nothing by that name"),
    _Meaning(ForbiddenError, HTTPStatus.FORBIDDEN, "forbidden", "Your role does not allow it"),
    _Meaning(RefusedError, HTTPStatus.CONFLICT, "refused", "A rule says no"),
    _Meaning(BusyError, HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Busy"),
    _Meaning(dynamodb_table.BusyError, HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Busy"),
    _Meaning(BadRequestError, HTTPStatus.BAD_REQUEST, "bad-request", "The request cannot be understood"),
    _Meaning(BrokenFilesError, HTTPStatus.UNPROCESSABLE_ENTITY, "broken-files", "Schedule files have errors"),
)
"""The first that fits an error tells its status; a more special error stands before its base."""


def problem_of(error: Exception) -> ProblemDetails | None:
    """What people are told of an error; None for one that nobody expected."""
    meaning = next((meaning for meaning in MEANINGS if isinstance(error, meaning.error)), None)
    if meaning is None:
        return None
    detail = BUSY if isinstance(error, dynamodb_table.BusyError) else str(error)
    return ProblemDetails(meaning.status, meaning.type, meaning.title, detail, _members(error))


def unexpected(request_id: str) -> ProblemDetails:
    """What people are told when nobody expected the error."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return ProblemDetails(status, "unexpected", "Unexpected error", UNEXPECTED, {"request_id": request_id})


def rephrased(response: Response) -> Response:
    """The response, as problem details if it is an error that Chalice made (405, 415, 500)."""
    if not isinstance(response.body, dict) or set(response.body) != {"Code", "Message"}:
        return response
    status = HTTPStatus(response.status_code)
    own = ProblemDetails(status, "http", status.phrase, str(response.body["Message"])).response()
    own.headers = {**response.headers, **own.headers}
    return own


def _members(error: Exception) -> dict[str, Any]:
    if isinstance(error, BadRequestError):
        return {"errors": [{"where": mistake.where, "what": mistake.what} for mistake in error.mistakes]}
    if isinstance(error, BrokenFilesError):
        return applied_view(error.problems, (), applied=False)
    return {}
