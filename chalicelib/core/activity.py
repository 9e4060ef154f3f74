"""What an owner wants asked before a stop, and for how long the answer may put it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Sort(StrEnum):
    """What may still go on where a stop is due."""

    CONNECTIONS = "connections"
    CPU = "cpu"
    SESSIONS = "sessions"
    TASKS = "tasks"
    BUILDS = "builds"


class Then(StrEnum):
    """What comes after the longest postponement: the stop, or a question to the owner."""

    STOP = "stop"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to ask for.

    `of` is a resource's key (connections, CPU, sessions), an ECS cluster (tasks) or a CodeBuild project (builds; empty
    where `tags` choose the projects). `above` is what is still idle: a number of connections, or percent of CPU.
    `family` and `tags` choose among the tasks of a cluster.
    """

    sort: Sort
    of: str = ""
    above: int = 0
    family: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BeforeStop:
    """What is asked before a stop, for how long it is put off in total, and what then."""

    checks: tuple[Check, ...]
    postpone: timedelta = timedelta(hours=2)
    then: Then = Then.STOP


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against a stop; not `certain` where only the answer is missing."""

    text: str
    certain: bool = True


def put_off_until(rule: BeforeStop, since: datetime, opening: datetime | None, now: datetime) -> datetime:
    """How long a stop that was due at `since` waits: to the end of the postponement, or after it to the next opening.

    Without an opening the owner is asked again after a day.
    """
    limit = since + rule.postpone
    if now < limit:
        return min(limit, opening) if opening else limit
    return opening or now + timedelta(days=1)
