"""What AWS's words for the state of something mean here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.core.model import Observed


@dataclass(frozen=True, slots=True)
class State:
    """What one status word of AWS means; `note` explains it to people. `busy` is as a Sighting's."""

    observed: Observed
    healthy: bool = False
    note: str | None = None
    busy: bool = False


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
