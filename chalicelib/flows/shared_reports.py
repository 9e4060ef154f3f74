"""Links to a kept report for people without a token: whoever has the key may read that report, until it expires.

A signed link of S3 ends with the credentials of the role that signed it, after hours
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html). So a link of ours stands for it, and
gets one signed when it is opened. Its key is 256 random bits made by the caller; only its SHA-256 is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from chalicelib.core.model import Team
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.ports import World

GOOD_FOR = timedelta(days=90)
"""A quarter: until the next closing of accounts is over."""
ID_LENGTH = 12
"""Enough of the hash to tell links apart in logs, too little to be of use to anybody."""


@dataclass(frozen=True, slots=True)
class SharedReport:
    """What one link opens: a month's snapshot, or the part of it of one team.

    `documents` has the key in the archive of each format.
    """

    id: str
    month: str
    snapshot: str
    team: str
    expires_at: datetime
    documents: Mapping[str, str] = field(default_factory=dict)


class SharedReports(Protocol):
    """Keeps what links open, under the SHA-256 of their keys."""

    def share(self, sha256: str, shared: SharedReport) -> None:
        """The key with this hash opens it."""

    def find(self, sha256: str) -> SharedReport | None:
        """What the key with this hash opens, expired ones included, or None. Consistent."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of which snapshot of a month a link opens the documents, and for which team."""

    month: str
    snapshot: str
    team: str
    documents: Mapping[str, str]


def share(links: SharedReports, part: Part, key: str, now: datetime) -> SharedReport:
    """The key opens the documents of the part, for 90 days."""
    fingerprint = _fingerprint(key)
    shared = SharedReport(fingerprint[:ID_LENGTH], part.month, part.snapshot, part.team, now + GOOD_FOR, part.documents)
    links.share(fingerprint, shared)
    return shared


def opened(world: World, links: SharedReports, key: str) -> SharedReport:
    """What the key opens; that it was opened is told to the journal, without the key.

    Raises UnknownError alike for a key that never opened anything and for one that has expired.
    """
    shared, now = links.find(_fingerprint(key)), world.clock.now()
    if shared is None or now >= shared.expires_at:
        raise UnknownError("this link opens nothing, or nothing any more; ask for the report: curfew report")
    text = f"the savings report of {shared.month} for {shared.team} was opened by link {shared.id}"
    world.journal.publish(Team(shared.team), [Event(What.OPENED, ORGANISATION, now, text)])
    return shared


def _fingerprint(key: str) -> str:
    return sha256(key.encode()).hexdigest()
