"""What a kind is: which calls observe, start and stop one type of AWS resource, all as data.

A kind never calls AWS. It says which call to make and reads the answer; an adapter makes it. So plans can be
shown without acting, permissions are generated from the operations named here, and a new kind is one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting, Sizes

Answer = Mapping[str, Any]
"""One page of a describe, as boto3 returns it."""


@dataclass(frozen=True, slots=True)
class State:
    """What one status word of AWS means; `note` explains it to people. `busy` is as a Sighting's."""

    observed: Observed
    healthy: bool = False
    note: str | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One describe, all of whose pages are to be read. `operation` is the API's name: DescribeInstances.

    `service` is boto3's client name where it is another than the kind's own. An error code in `absent` means that
    what was asked for by name is not there: the look then has no pages. `optional` names what it tells, for people,
    where the kind can do without: when AWS refuses such a look, that is among the answers (core.unread). Never for
    what selects, nor for sizes or bounds.
    """

    operation: str
    parameters: Mapping[str, Any]
    service: str = ""
    absent: frozenset[str] = frozenset()
    optional: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A look with its pages."""

    look: Look
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One change to make to the resources in `arns`; `operation` is the API's name: StopInstances.

    `before` are calls to make first, in order, for the same resources; when one is refused, so is this one. An error
    code in `benign` means that it is so already. `instead` are calls to make in its place, at once, by the error code
    with which AWS refused it for a single resource.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    arns: tuple[str, ...]
    before: tuple[Call, ...] = ()
    benign: frozenset[str] = frozenset()
    instead: Mapping[str, Call] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """One resource to start or stop, as it looks now, with its restore point and its entry in the file.

    `instance_type` is what it should start as, None for what it is. `tried_since` is when this stop, or start, was
    first tried; None where none is on record.
    """

    sighting: Sighting
    restore: RestorePoint | None = None
    resource: Resource | None = None
    instance_type: str | None = None
    tried_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventSource:
    """The EventBridge events that tell of a change, and how to find the resource's ARN in one."""

    source: str
    detail_types: tuple[str, ...]
    arns: Callable[[Mapping[str, Any]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric of one resource."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a start and a stop usually take, until healthy and until down."""

    start: timedelta
    stop: timedelta


def selected(resource: Resource, sighting: Sighting) -> bool:
    """Whether the entry selects it: named by id, ARN or pattern, or carrying every one of its tags.

    A describe may show more than was asked for (RDS knows no tag filter), so every sighting is to pass this.
    """
    if sighting.id in resource.ids or sighting.arn in resource.ids:
        return True
    called = (sighting.id, sighting.tags.get("Name", sighting.id))
    if any(fnmatchcase(name, pattern) for name in called for pattern in resource.names):
        return True
    return bool(resource.tags) and all(sighting.tags.get(name) == value for name, value in resource.tags)


def database_states(serving: Iterable[str], changing: Iterable[str], broken: Mapping[str, str]) -> dict[str, State]:
    """RDS's words for a database's status, with what they mean here.

    While one of `serving` goes on the database works, while one of `changing` goes on it may not; AWS takes a stop
    in neither. `broken` come with their remedy. What only lacks its key rests, and a start may bring it back.
    """
    wait = "AWS takes no stop until that has ended"
    lost_key = "inaccessible-encryption-credentials-recoverable"
    return {
        "available": State(Observed.UP, healthy=True),
        "starting": State(Observed.RISING),
        "stopping": State(Observed.FALLING),
        "stopped": State(Observed.DOWN),
        lost_key: State(Observed.DOWN, note=f"{lost_key}: AWS cannot use its KMS key; enable the key, then start it"),
        "deleting": State(Observed.FALLING, note="being deleted"),
        **{word: State(Observed.UP, True, f"{word}: {wait}", busy=True) for word in serving},
        **{word: State(Observed.UP, False, f"{word}: {wait}", busy=True) for word in changing},
        **{word: State(Observed.BROKEN, note=f"{word}: {remedy}") for word, remedy in broken.items()},
    }


def pairs(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Tags as AWS lists them, by name."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def batches(items: Sequence[str], size: int) -> Iterator[list[str]]:
    """The items in lists of at most `size`, in order."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def batched(service: str, operation: str, parameter: str, moves: Sequence[Move], size: int) -> tuple[Call, ...]:
    """Calls of one operation that names the resources by id in this parameter, at most `size` at a time."""
    arns = {move.sighting.id: move.sighting.arn for move in moves}
    return tuple(
        Call(service, operation, {parameter: batch}, tuple(arns[id] for id in batch))
        for batch in batches(list(arns), size)
    )


def no_looks(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """Nothing further to ask: the describe already tells the health."""
    return ()


def no_more(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Nothing further to ask: the first answers tell all."""
    return ()


def as_seen(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings unchanged."""
    return tuple(sightings)


def no_caveats(resource: Resource, sighting: Sighting) -> tuple[str, ...]:
    """Nothing that the entry asks for is out of the question."""
    return ()


def measured_by_id(namespace: str, name: str, dimension: str) -> Callable[[Sighting], Metric]:
    """The metric whose only dimension is the resource's id."""
    return lambda sighting: Metric(namespace, name, {dimension: sighting.id})


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


def suspends_nothing(sighting: Sighting) -> tuple[str, ...]:
    """Nothing of it is suspended by our stop."""
    return ()


def tidies_nothing(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Call, ...]:
    """Our stops leave nothing behind."""
    return ()


def never_unlifted(sighting: Sighting, restore: RestorePoint) -> bool:
    """False: nothing was suspended."""
    return False


@dataclass(frozen=True, slots=True)
class Kind:
    """The knowledge of how one type of resource is observed, started and stopped.

    `rests` says how it rests, `returns` what comes back, for people. `service` is boto3's client name. `reads` and
    `mutates` are all operations it uses, with the service before a colon where it is another
    ("application-autoscaling:DescribeScalableTargets"): rights are made from them. `follow` gives the looks that the
    last ones, made for these entries, lead to, until there are none; `read` gets the answers to all of them. `benign`
    are error codes, by operation, that mean "already so or already moving". `options` are the keys of an entry in the
    file that only some kinds know (`hibernate`), with the operations of `mutates` that nothing else needs.
    `stores_data`: it comes before what computes. `restarts_after`: AWS starts it by itself after so long at rest.
    `turns_midway`: it may be turned round while it moves. `sized`: it has sizes to bring back, which autoscalers may
    change. `watches`: it only watches the others (an alarm): it goes down before them and comes up after them,
    whatever became of them, and nothing waits for it.

    `left` are the sizes after our stop. `start` gives no call for what has no size to go back to. `theirs` are the
    sizes that somebody set since our stop. `whole` says that the sizes are as the return should leave them. `kept`
    maps a size field that somebody changed while it slept to (what the restore point says, what it is now, once
    whole). `suspends` is what a stop suspends of it; `start` lifts that again, by calls it gives for what is healthy
    and whole but `unlifted`. `cause` asks why AWS did not bring up what was sent up, `caused` reads it into the
    sightings. `tidy` asks what earlier stops left behind of what has just come down, `tidied` gives the calls that
    remove it. `inspect` asks, at a call for each, what a describe leaves out and only a person who looks closely wants
    to wait for; `inspected` reads it. `caveats` are warnings of what the entry asks for and AWS will not do.
    `measures` are metrics that tell whether it is in use: "connections" (a number), "cpu" (percent).
    """

    name: str
    title: str
    service: str
    rests: str
    returns: str
    usual: Usual
    event: EventSource
    reads: tuple[str, ...]
    mutates: tuple[str, ...]
    look: Callable[[Resource], tuple[Look, ...]]
    read: Callable[[Location, Sequence[Answer]], Iterator[Sighting]]
    start: Callable[[Sequence[Move]], tuple[Call, ...]]
    stop: Callable[[Sequence[Move]], tuple[Call, ...]]
    follow: Callable[[Sequence[Resource], Sequence[Asked]], tuple[Look, ...]] = no_more
    benign: Mapping[str, frozenset[str]] = field(default_factory=dict)
    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stores_data: bool = False
    restarts_after: timedelta | None = None
    turns_midway: bool = False
    sized: bool = False
    watches: bool = False
    check: Callable[[Sequence[Sighting]], tuple[Look, ...]] = no_looks
    checked: Callable[[Sequence[Sighting], Sequence[Answer]], tuple[Sighting, ...]] = as_seen
    left: Callable[[Sighting], Sizes] = keep_nothing
    theirs: Callable[[Sighting, RestorePoint], Sizes] = nobodys
    whole: Callable[[Sighting, RestorePoint], bool] = always_whole
    kept: Callable[[Sighting, RestorePoint], Mapping[str, tuple[int, int]]] = nothing_kept
    suspends: Callable[[Sighting], tuple[str, ...]] = suspends_nothing
    unlifted: Callable[[Sighting, RestorePoint], bool] = never_unlifted
    cause: Callable[[Sequence[Sighting]], tuple[Look, ...]] = no_looks
    caused: Callable[[Sequence[Sighting], Sequence[Answer]], tuple[Sighting, ...]] = as_seen
    tidy: Callable[[Sequence[Sighting]], tuple[Look, ...]] = no_looks
    tidied: Callable[[Sequence[Sighting], Sequence[Answer]], tuple[Call, ...]] = tidies_nothing
    inspect: Callable[[Sequence[Sighting]], tuple[Look, ...]] = no_looks
    inspected: Callable[[Sequence[Sighting], Sequence[Answer]], tuple[Sighting, ...]] = as_seen
    caveats: Callable[[Resource, Sighting], tuple[str, ...]] = no_caveats
    measures: Mapping[str, Callable[[Sighting], Metric]] = field(default_factory=dict)

    @property
    def reading(self) -> tuple[tuple[str, str], ...]:
        """Each operation that observes, with its service."""
        return tuple(_with_service(self.service, name) for name in self.reads)

    @property
    def mutating(self) -> tuple[tuple[str, str], ...]:
        """Each operation that starts or stops, with its service."""
        return tuple(_with_service(self.service, name) for name in self.mutates)


def _with_service(service: str, name: str) -> tuple[str, str]:
    other, colon, operation = name.partition(":")
    return (other, operation) if colon else (service, name)
