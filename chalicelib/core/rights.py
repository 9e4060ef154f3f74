"""What Curfew may do in AWS, as AWS said when it was asked without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.model import Location


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether one operation would be allowed; `allowed` None: AWS does not say, for the reason in `said`.

    `action` is "service:Operation" with boto3's name of the service.
    """

    location: Location
    action: str
    allowed: bool | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """The answers of one asking: how many operations are `granted`, and all `others`."""

    asked_at: datetime
    granted: int = 0
    others: tuple[Permission, ...] = ()
