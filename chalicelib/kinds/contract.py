"""What a kind is: which calls observe, start and stop one type of AWS resource, all as data.

A kind never calls AWS. It says which call to make and reads the answer; an adapter makes it. So plans can be
shown without acting, permissions are generated from the operations named here, and a new kind is one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting, Sizes

Answer = Mapping[str, Any]
"""One page of a describe, as boto3 returns it."""


@dataclass(frozen=True, slots=True)
class State:
    """What one status word of AWS means; `note` explains it to people."""

    observed: Observed
    healthy: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One describe, all of whose pages are to be read. `operation` is the API's name: DescribeInstances."""

    operation: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One change to make to the resources in `arns`; `operation` is the API's name: StopInstances."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    arns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One resource to start or stop, as it looks now, with its restore point."""

    sighting: Sighting
    restore: RestorePoint | None = None


@dataclass(frozen=True, slots=True)
class EventSource:
    """The EventBridge events that tell of a change, and how to find the resource's ARN in one."""

    source: str
    detail_types: tuple[str, ...]
    arns: Callable[[Mapping[str, Any]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a start and a stop usually take, until healthy and until down."""

    start: timedelta
    stop: timedelta


def selected(resource: Resource, sighting: Sighting) -> bool:
    """Whether the entry selects it: named by id or ARN, or carrying every one of its tags.

    A describe may show more than was asked for (RDS knows no tag filter), so every sighting is to pass this.
    """
    if sighting.id in resource.ids or sighting.arn in resource.ids:
        return True
    return bool(resource.tags) and all(sighting.tags.get(name) == value for name, value in resource.tags)


def database_states(serving: Iterable[str], broken: Mapping[str, str]) -> dict[str, State]:
    """RDS's words for a database's status, with what they mean here.

    While one of `serving` goes on the database works, but cannot be stopped; `broken` come with their remedy.
    """
    return {
        "available": State(Observed.UP, healthy=True),
        "starting": State(Observed.RISING),
        "stopping": State(Observed.FALLING),
        "stopped": State(Observed.DOWN),
        "deleting": State(Observed.FALLING, note="being deleted"),
        **{word: State(Observed.UP, True, f"{word}: AWS takes no stop until that has ended") for word in serving},
        **{word: State(Observed.BROKEN, note=f"{word}: {remedy}") for word, remedy in broken.items()},
    }


def pairs(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Tags as AWS lists them, by name."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def batches(items: Sequence[str], size: int) -> Iterator[list[str]]:
    """The items in lists of at most `size`, in order."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def no_looks(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """Nothing further to ask: the describe already tells the health."""
    return ()


def as_seen(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings unchanged."""
    return tuple(sightings)


def keep_nothing(sighting: Sighting) -> Sizes:
    """No sizes to leave behind: the kind is only started and stopped."""
    return {}


def nobodys(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """No size can have been set by somebody while it slept."""
    return {}


def always_whole(sighting: Sighting, restore: RestorePoint) -> bool:
    """True: a kind without sizes is whole as soon as it is healthy."""
    return True


def nothing_kept(sighting: Sighting, restore: RestorePoint) -> Mapping[str, tuple[int, int]]:
    """No size can have been changed by somebody while it slept."""
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """The knowledge of how one type of resource is observed, started and stopped.

    `service` is boto3's client name. `reads` and `mutates` are all operations it uses: rights are
    made from them. `benign` are error codes, by operation, that mean "already so or already moving".
    `turns_midway`: it may be turned round while it moves. `sized`: it has sizes to bring back, which
    autoscalers may change. `stores_data`: it comes before what computes, and AWS restarts it after seven
    days. `left` are the sizes after our stop. `start` gives no call for what has no size to go back to.
    `theirs` are the sizes that somebody set since our stop. `whole` says that the sizes are as the return should
    leave them. `kept` maps a size field that somebody changed while it slept to (what the restore point says,
    what it is now, once whole).
    """

    name: str
    title: str
    service: str
    usual: Usual
    event: EventSource
    reads: tuple[str, ...]
    mutates: tuple[str, ...]
    look: Callable[[Resource], tuple[Look, ...]]
    read: Callable[[Location, Answer], Iterator[Sighting]]
    start: Callable[[Sequence[Move]], tuple[Call, ...]]
    stop: Callable[[Sequence[Move]], tuple[Call, ...]]
    benign: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stores_data: bool = False
    turns_midway: bool = False
    sized: bool = False
    check: Callable[[Sequence[Sighting]], tuple[Look, ...]] = no_looks
    checked: Callable[[Sequence[Sighting], Sequence[Answer]], tuple[Sighting, ...]] = as_seen
    left: Callable[[Sighting], Sizes] = keep_nothing
    theirs: Callable[[Sighting, RestorePoint], Sizes] = nobodys
    whole: Callable[[Sighting, RestorePoint], bool] = always_whole
    kept: Callable[[Sighting, RestorePoint], Mapping[str, tuple[int, int]]] = nothing_kept
