"""Which snapshots are ours, what they are called, and which of them a newer one replaces.

One is taken before each stop that asks for it. Its name follows from the database and the moment that stop was first
tried, so that a repeated try finds the one that is there already. Nothing that a person made is ever touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

SNAPSHOT_TAG = "curfew:snapshot"
"""On every snapshot of ours, with the value `yes`."""
STAMP = "%Y%m%d%H%M"
STAMP_LENGTH = 12
PREFIX = "curfew-"
SETTLED = frozenset({"available", "failed"})
"""States in which AWS lets a snapshot be deleted.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot that a person or we took of the database with the id `of`."""

    name: str
    of: str
    status: str
    tags: Mapping[str, str] = field(default_factory=dict)


def snapshot_name(database: str, tried_since: datetime, longest: int) -> str:
    """The name of the snapshot before the stop first tried then, at most `longest` characters; the moment is in UTC.

    An id that does not fit is cut, and told apart from its like by a digest.
    """
    return _beginning(database, longest) + tried_since.astimezone(UTC).strftime(STAMP)


def superseded(snapshots: Iterable[Snapshot], longest: int) -> tuple[Snapshot, ...]:
    """Our snapshots for which there is a newer one of ours, of the same database, that can be used; oldest first."""
    ours: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        if _is_ours(snapshot, longest):
            ours.setdefault(snapshot.of, []).append(snapshot)
    return tuple(sorted((one for found in ours.values() for one in _older(found)), key=_by_name))


def _by_name(snapshot: Snapshot) -> str:
    return snapshot.name


def _older(ours: Iterable[Snapshot]) -> Iterator[Snapshot]:
    """Those before the newest that is available; names of one database sort by their moment."""
    usable = False
    for snapshot in sorted(ours, key=_by_name, reverse=True):
        if usable and snapshot.status in SETTLED:
            yield snapshot
        usable = usable or snapshot.status == "available"


def _is_ours(snapshot: Snapshot, longest: int) -> bool:
    named = re.fullmatch(re.escape(_beginning(snapshot.of, longest)) + rf"\d{{{STAMP_LENGTH}}}", snapshot.name)
    return named is not None and snapshot.tags.get(SNAPSHOT_TAG) == "yes"


def _beginning(database: str, longest: int) -> str:
    room = longest - len(PREFIX) - len("-") - STAMP_LENGTH
    if len(database) <= room:
        return f"{PREFIX}{database}-"
    digest = sha256(database.encode()).hexdigest()[:8]
    return f"{PREFIX}{database[: room - len(digest) - 1].rstrip('-')}-{digest}-"
