"""What requests may carry: each shape names its keys, and every mistake is told at once.

Durations are texts such as `2h30m`; instants are RFC 3339 with an offset, since a server cannot know whose
local time is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from chalicelib.core.durations import parse_duration, parse_instant
from chalicelib.core.localtime import zone
from chalicelib.core.model import Desired
from chalicelib.entrypoints.other_policy import other_policy
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.flows.people import Role
from chalicelib.flows.tokens import LONGEST_DAYS

MOST_ITEMS = 200
USUAL_ITEMS = 50
MOST_INSTANTS = 20
MOST_FILES = 200
MOST_POLICIES = 5
LONGEST_FILE = 300_000
"""A definition and its text share one DynamoDB item, which holds 400 KB (DynamoDB service quotas)."""

MOST_DECIMALS = 12
"""Of an amount. Curfew itself sends millionths; 1e-999999, written out, would have a million digits."""

_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a request: the key it is under ("" for the whole), and what to write instead."""

    where: str
    what: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.where}: {self.what}" if self.where else self.what


class BadRequestError(Exception):
    """The request cannot be understood; its mistakes say why."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(map(str, self.mistakes)))


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        raise ValueError("write a text such as 90m, 2h30m or 1d")
    return parse_duration(value)


def _instant(value: object) -> datetime:
    if not isinstance(value, str) or not _OFFSET.search(value.strip()):
        raise ValueError("write RFC 3339 with an offset, e.g. 2026-12-24T20:00:00Z")
    return parse_instant(value, zone("UTC"))


def _policy(value: object) -> str:
    """The text with one blank between its words; what it means is read where it is needed."""
    other_policy(str(value))
    return " ".join(str(value).split())


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Reason = Annotated[str, Field(max_length=500)]
Policy = Annotated[str, BeforeValidator(_policy)]
LightSize = Annotated[int, Field(ge=1)]


class Shape(BaseModel):
    """A part of a request; keys it does not name are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    repeated: ClassVar[frozenset[str]] = frozenset()
    """The query parameters that may be written several times."""


class NoParameters(Shape):
    """No parameters are taken."""


class PageQuery(Shape):
    """Which part of a list: those after the cursor `after`."""

    after: str | None = None
    limit: int = Field(USUAL_ITEMS, ge=1, le=MOST_ITEMS)


class DecisionQuery(Shape):
    """The instants to decide for; now when there is none."""

    repeated = frozenset({"at"})
    at: tuple[Instant, ...] = Field((), max_length=MOST_INSTANTS)


class CalendarQuery(Shape):
    """From when to when; this week when neither is said."""

    start: Instant | None = Field(None, alias="from")
    end: Instant | None = Field(None, alias="to")


class PlanQuery(Shape):
    """Where the plan should lead."""

    target: Literal["up", "down"]


class JournalQuery(Shape):
    """The newest events, those since an instant."""

    since: Instant | None = None
    limit: int = Field(MOST_ITEMS, ge=1, le=MOST_ITEMS)


class ReportQuery(Shape):
    """In which format, grouped by what, and of which environments (all when none is named)."""

    repeated = frozenset({"environment"})
    by: By | None = None
    format: Literal["json", "csv", "xlsx", "html", "focus", "x_focus"] = "json"
    environment: tuple[str, ...] = Field((), max_length=MOST_ITEMS)


class ForesightQuery(Shape):
    """Which month; this one without."""

    month: str | None = None


class SnapshotQuery(Shape):
    """In which of the formats that are kept."""

    format: Literal["json", "xlsx", "html"] = "json"


class SharedQuery(Shape):
    """The page, or the workbook."""

    format: Literal["html", "xlsx"] = "html"


class AccountQuery(Shape):
    """Which account; the whole organisation without one."""

    account: str | None = Field(None, pattern=r"^\d{12}$")


class WhatIfQuery(Shape):
    """Which resource (each that has a mix without one), and further policies to price, as people write them."""

    repeated = frozenset({"policy"})
    resource: str | None = None
    policy: tuple[Policy, ...] = Field((), max_length=MOST_POLICIES)


class Until(Shape):
    """A length or an end, not both."""

    length: Duration | None = Field(None, alias="for")
    until: Instant | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.length is not None and self.until is not None:
            raise ValueError("for and until cannot both be said; write one of them")
        return self


class LeaseBody(Until):
    """A wake; without `for` and `until` it lasts as long as the environment's file says.

    `sizes` are light sizes by resource key, beside those of the file; `{}` brings everything at its full size.
    """

    reason: Reason | None = None
    only: tuple[str, ...] = ()
    sizes: dict[str, LightSize] | None = None


class SleepBody(Shape):
    """`insist` also ends other people's leases."""

    insist: bool = False


class HoldBody(Until):
    """An operator's pin."""

    desired: Desired
    reason: Reason


class PauseBody(Shape):
    """Why an environment is paused."""

    reason: Reason


class WidePauseBody(PauseBody, AccountQuery):
    """Why an account, or the whole organisation, is paused."""


class FileBody(Shape):
    """One schedule file."""

    name: str = Field(min_length=1, max_length=500)
    text: str = Field(max_length=LONGEST_FILE)


class ApplyBody(Shape):
    """Schedule files; `now` takes the first-apply grace away, `agreed` is what a dry run gave under `preview`."""

    files: list[FileBody] = Field(min_length=1, max_length=MOST_FILES)
    dry_run: bool = False
    now: bool = False
    agreed: str | None = Field(default=None, max_length=64)


class ForesightBody(ForesightQuery):
    """Schedule files to look ahead with."""

    files: list[FileBody] = Field(min_length=1, max_length=MOST_FILES)


class RetireBody(Shape):
    """`leave: as-is` removes the environment without waking it."""

    leave: Literal["as-is"] | None = None


class TokenBody(Shape):
    """Whom a token is for."""

    person: str = Field(min_length=1, max_length=200)
    role: Role
    days: int = Field(30, ge=1, le=LONGEST_DAYS)
    groups: tuple[str, ...] = ()


AnyShape = TypeVar("AnyShape", bound=Shape)


def read_body(shape: type[AnyShape], body: bytes) -> AnyShape:
    """The body as that shape; an empty one stands for `{}`. Raises BadRequestError naming every mistake."""
    try:
        return shape.model_validate_json(body or b"{}", strict=True)
    except ValidationError as error:
        raise BadRequestError(_mistakes(error, shape)) from error


def read_query(shape: type[AnyShape], query: Mapping[str, list[str]]) -> AnyShape:
    """The query parameters as that shape. Raises BadRequestError naming every mistake."""
    given = {name: values if name in shape.repeated else values[-1] for name, values in query.items()}
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise BadRequestError(_mistakes(error, shape)) from error


def _mistakes(error: ValidationError, shape: type[Shape]) -> Iterator[Mistake]:
    for found in error.errors(include_url=False, include_input=False):
        where = ".".join(str(step) for step in found["loc"])
        yield Mistake(where, _words(found["type"], found["msg"], shape))


def _words(kind: str, message: str, shape: type[Shape]) -> str:
    """What is wrong, in words for people."""
    if kind == "extra_forbidden":
        keys = ", ".join(field.alias or name for name, field in shape.model_fields.items())
        return f"is not known here; {f'write one of {keys}' if keys else 'leave it out'}"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":  # only accounts have a pattern
        return "must be the 12 digits of an account, e.g. 111122223333"
    return message.removeprefix("Value error, ").replace("Input should be", "must be")
