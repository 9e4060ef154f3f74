"""Bad days on demand: resources that misbehave, calls that are denied or throttled, capacity that is out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

Change = Callable[[], None]


class Breakage(StrEnum):
    """How a broken resource misbehaves."""

    NEVER_ARRIVES = "never arrives"  # a start is accepted and stays under way
    FALLS_BACK = "falls back"  # a start is accepted, then ends where it began
    NEVER_HEALTHY = "never healthy"  # an instance runs and its status checks fail
    NEVER_STOPS = "never stops"  # a stop is accepted and stays under way
    LOSES_KEY = "loses its key"  # a database's start is accepted, then ends because its KMS key cannot be used


@dataclass(frozen=True, slots=True)
class No:
    """What AWS answers to calls of one operation that name one resource, with the HTTP status it comes with."""

    operation: str
    resource_id: str
    code: str
    message: str
    status: int = 400

    def meets(self, operation: str, request: Any) -> bool:
        """Whether the request (moto's, its parameters in a form or a JSON body) is such a call."""
        named = rf"(?<![\w-]){re.escape(self.resource_id)}(?![\w-])"
        return operation == self.operation and re.search(named, f"{request.querystring} {request.body}") is not None


@dataclass(slots=True)
class Faults:
    """The script of a bad day; empty means that everything works."""

    broken: dict[str, Breakage] = field(default_factory=dict)
    parked: dict[str, tuple[str, Change]] = field(default_factory=dict)
    denied: set[tuple[str, str]] = field(default_factory=set)
    throttled: dict[str, int] = field(default_factory=dict)
    short: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    lag: timedelta = timedelta()
    refused: list[No] = field(default_factory=list)

    def of(self, *arns: str) -> tuple[str, Breakage | None]:
        """The first broken one of `arns` and how it misbehaves; an empty name and None when all are sound."""
        return next(((arn, self.broken[arn]) for arn in arns if arn in self.broken), ("", None))

    def mend(self, arn: str) -> list[tuple[str, Change]]:
        """`arn` is sound; the answer is what was stuck because of it: resources and how they arrive."""
        self.broken.pop(arn, None)
        self.causes.pop(arn, None)
        stuck = [resource for resource, (culprit, _) in self.parked.items() if culprit == arn]
        return [(resource, self.parked.pop(resource)[1]) for resource in stuck]

    def is_short(self, account: str, region: str, instance_type: str) -> bool:
        """Whether AWS has no capacity for that type in any zone there now."""
        return self.shortage(account, region, instance_type) is not None

    def shortage(self, account: str, region: str, instance_type: str, zone: str = "") -> int | None:
        """The HTTP status with which AWS says that it has none of that type there now; None when it has."""
        everywhere = self.short.get((account, region, instance_type, ""))
        return self.short.get((account, region, instance_type, zone), everywhere)

    def no_to(self, operation: str, request: Any) -> No | None:
        """What is answered to the request instead of doing what it asks."""
        return next((no for no in self.refused if no.meets(operation, request)), None)

    def use_up_throttle(self, operation: str) -> bool:
        """Whether this call is throttled; one of the scripted times is then used up."""
        left = self.throttled.get(operation, 0)
        if left:
            self.throttled[operation] = left - 1
        return left > 0
