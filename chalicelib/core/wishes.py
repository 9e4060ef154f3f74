"""What people want of an environment beyond its file: leases, holds and kill switches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.model import Desired


@dataclass(frozen=True, slots=True)
class Lease:
    """One person's time-boxed wish to keep something up (or, when adopted, to leave it as it is).

    `only` names resource keys; empty means all. `named` are those that were asked for by name beside all: what
    starts on request comes only so. `sizes` are light sizes by resource key; what is not among them comes at its full
    size.
    """

    person: str
    until: datetime
    granted_at: datetime
    desired: Desired = Desired.UP
    reason: str | None = None
    only: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_name(self) -> tuple[str, ...]:
        """Every key that was asked for by its name."""
        return (*self.only, *self.named)


@dataclass(frozen=True, slots=True)
class Hold:
    """An operator's pin on up, down or as-is; `until` None lasts until it is taken off.

    `yields`: it came from `sleep`, and the next wake takes it off. `retires`: once everything is up and
    verified, the environment is removed.
    """

    desired: Desired
    author: str
    reason: str
    since: datetime
    until: datetime | None = None
    yields: bool = False
    retires: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """A kill switch that is thrown: by whom, why, since when."""

    author: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Switches:
    """The kill switches of the organisation and of its accounts."""

    organisation: Pause | None = None
    accounts: Mapping[str, Pause] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people want of one environment beyond its file.

    Tries made before `retry_after` do not count any more.
    """

    leases: tuple[Lease, ...] = ()
    hold: Hold | None = None
    pause: Pause | None = None
    retry_after: datetime | None = None
