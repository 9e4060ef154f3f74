"""What is stored of an environment, as flows read it: its head, definition and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.core.accrual import Spend
from chalicelib.core.acting import Acting
from chalicelib.core.learn import Starts
from chalicelib.core.maintenance import Ahead
from chalicelib.core.model import (
    Definition,
    Desired,
    ResourceState,
    Team,
)
from chalicelib.core.nights import Observation
from chalicelib.core.rights import Rights
from chalicelib.core.shared import Used
from chalicelib.core.wishes import Switches, Wishes


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a request with this Idempotency-Key; honoured for 24 hours."""

    key: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Notes:
    """What only the claimant writes about an environment: no wish, no phase.

    `desired` is the last decision that was journalled, `sizes` its light sizes, and `since` when it was first made, or
    when it last turned to more than was there; `told` the notices
    already sent (newest last, at most 20), `poke_at` when the delayed poke that is alive will arrive, `production`
    the production mark last seen on a live resource. `starts` is how long the last starts of each key took,
    `measured` those since the desired state last changed: they count from its next change on, so that an early
    start is not taken back by what it teaches. `usable_at` and `ready_at` are when its core, and all of it that
    counts, was first up and healthy since it was last desired up. `observation` and `rights` are what observe mode
    has learned, `maintenance` and `used` what was last seen of Systems Manager's windows and of the environments that
    it uses. `looked_at` is when the look of the last pass began, `acting_since` when Curfew first began to act on it,
    whatever its mode was since, and `acted` the stretches of the last months in which it did. `burn` is how fast its
    budget burns as a burn rate, None where that is not known, `pulled` whether that pulls spot, and `spend` what is
    estimated to have been spent this month.
    """

    desired: Desired | None = None
    since: datetime | None = None
    told: tuple[str, ...] = ()
    poke_at: datetime | None = None
    production: str | None = None
    starts: Starts = field(default_factory=dict)
    measured: Mapping[str, int] = field(default_factory=dict)
    usable_at: datetime | None = None
    ready_at: datetime | None = None
    observation: Observation | None = None
    rights: Rights | None = None
    maintenance: Ahead = Ahead()
    used: Used = Used()
    sizes: Mapping[str, int] = field(default_factory=dict)
    looked_at: datetime | None = None
    acting_since: datetime | None = None
    acted: tuple[Acting, ...] = ()
    burn: Decimal | None = None
    pulled: bool = False
    spend: Spend | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The small item that everything about an environment must agree with.

    `revision` grows with each change of wishes or definition, `fence` with each claim. `due_at` is when
    reconcile should next look; `chunks` how many state chunks there are.
    """

    name: str
    revision: int
    fence: int
    wishes: Wishes = Wishes()
    notes: Notes = Notes()
    answered: tuple[Answered, ...] = ()
    due_at: datetime | None = None
    claimed_until: datetime | None = None
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a pass reads once it has its claim.

    `definition` is None where the stored one cannot be read; `broken` then says why.
    """

    definition: Definition | None
    states: Mapping[str, ResourceState]
    switches: Switches
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One environment that the tick found due, with the sweep instant it saw."""

    name: str
    sweep_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A definition with the text it came from; `revision` is the head's when it was stored."""

    definition: Definition
    source: str
    file: str


OPERATORS = Team("operators")
"""Who a journal entry is for when no environment's owner is at hand."""


class MovedError(Exception):
    """The revision moved: wishes or definition changed since the head was read."""


class LostError(Exception):
    """The claim is another's now: the fence moved."""
