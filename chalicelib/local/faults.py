"""Bad days on demand: resources that misbehave, calls that are denied or throttled, capacity that is out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

Change = Callable[[], None]


class Breakage(StrEnum):
    """How a broken resource misbehaves."""

    NEVER_ARRIVES = "never arrives"  # a start is accepted and stays under way
    FALLS_BACK = "falls back"  # a start is accepted, then ends where it began
    NEVER_HEALTHY = "never healthy"  # an instance runs and its status checks fail
    NEVER_STOPS = "never stops"  # a stop is accepted and stays under way


@dataclass(slots=True)
class Faults:
    """The script of a bad day; empty means that everything works."""

    broken: dict[str, Breakage] = field(default_factory=dict)
    parked: dict[str, tuple[str, Change]] = field(default_factory=dict)
    denied: set[tuple[str, str]] = field(default_factory=set)
    throttled: dict[str, int] = field(default_factory=dict)
    short: set[tuple[str, str, str]] = field(default_factory=set)

    def of(self, *arns: str) -> tuple[str, Breakage | None]:
        """The first broken one of `arns` and how it misbehaves; an empty name and None when all are sound."""
        return next(((arn, self.broken[arn]) for arn in arns if arn in self.broken), ("", None))

    def mend(self, arn: str) -> list[tuple[str, Change]]:
        """`arn` is sound; the answer is what was stuck because of it: resources and how they arrive."""
        self.broken.pop(arn, None)
        stuck = [resource for resource, (culprit, _) in self.parked.items() if culprit == arn]
        return [(resource, self.parked.pop(resource)[1]) for resource in stuck]

    def is_short(self, account: str, region: str, instance_type: str) -> bool:
        """Whether AWS has no capacity for that type there now."""
        return (account, region, instance_type) in self.short

    def use_up_throttle(self, operation: str) -> bool:
        """Whether this call is throttled; one of the scripted times is then used up."""
        left = self.throttled.get(operation, 0)
        if left:
            self.throttled[operation] = left - 1
        return left > 0
