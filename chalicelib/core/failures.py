"""What RDS's events say of a database that does not come up: the newest that tells of a failure.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.core.model import Sighting

Event = Mapping[str, Any]
"""One of DescribeEvents: SourceIdentifier, Message, Date."""

FAILURES = re.compile(
    r"unable|can't|cannot|could not|fail|error|insufficient|exhausted|storage-full|inaccessible|invalid|put into",
    re.IGNORECASE,
)
"""Words of a message that tells of a failure. Categories do not tell: a lost key is filed under availability, too."""
MENDED = "can now successfully"
"""RDS files the good news about a KMS key (RDS-EVENT-0420) among the failures."""


def newest_failure(events: Iterable[Event], names: Iterable[str]) -> str | None:
    """The message of the last failure of any of these databases; None when there was none, or it has passed."""
    wanted = frozenset(names)
    told = [event for event in events if event["SourceIdentifier"] in wanted and _matters(event["Message"])]
    newest = max(told, key=lambda event: event["Date"], default=None)
    return None if newest is None or MENDED in newest["Message"] else str(newest["Message"])


def with_causes(sightings: Sequence[Sighting], causes: Mapping[str, str | None]) -> tuple[Sighting, ...]:
    """The sightings, with the cause that there is for their ARN."""
    return tuple(replace(sighting, cause=causes.get(sighting.arn) or sighting.cause) for sighting in sightings)


def _matters(message: str) -> bool:
    return MENDED in message or FAILURES.search(message) is not None
