"""What a readiness review looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.decide import Facts
from chalicelib.core.model import Definition, ResourceState
from chalicelib.flows.close_look import Inspected
from chalicelib.flows.seen import Seen
from chalicelib.flows.stored import Notes


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `ok` None: it cannot be told now. `mend` is what to do about it."""

    check: str
    ok: bool | None
    found: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What the health check of one entry answered; `asked` False: it was not asked, for the reason in `said`.

    `said` None means healthy.
    """

    key: str
    asked: bool
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """One environment with what is stored of it and what AWS shows now.

    `elsewhere` says by ARN which other environment owns what this one selects.
    """

    definition: Definition
    notes: Notes
    known: Facts
    states: Mapping[str, ResourceState]
    close: Inspected
    elsewhere: Mapping[str, str]
    health: tuple[Health, ...]
    now: datetime

    @property
    def seen(self) -> Mapping[str, Seen]:
        """What AWS shows, by ARN."""
        return self.close.seen
