"""The words of the project as frozen values: environments, wishes, sightings, states.

DESIGN.md section 2 defines each word. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.core.activity import BeforeStop
from chalicelib.core.budget import Budget
from chalicelib.core.capacity import Capacity
from chalicelib.core.maintenance import Maintenance
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.mixed import Mixed
from chalicelib.core.money.declaring import Declared
from chalicelib.core.money.reading import Metered
from chalicelib.core.timetable import Uptime


class Desired(StrEnum):
    """What the rules want now."""

    UP = "up"
    DOWN = "down"
    AS_IS = "as-is"


class Observed(StrEnum):
    """What AWS says now."""

    UP = "up"
    DOWN = "down"
    RISING = "rising"
    FALLING = "falling"
    MISSING = "missing"
    BROKEN = "broken"


class Mode(StrEnum):
    """Whether Curfew acts on an environment or only records what it would do."""

    ACT = "act"
    OBSERVE = "observe"


class StopOrder(StrEnum):
    """On the descent: the same order as on the return (database first), or the reverse (dependents first)."""

    SAME = "same"
    REVERSE = "reverse"


class Importance(StrEnum):
    """How much an environment depends on a resource."""

    CORE = "core"
    NORMAL = "normal"
    SUPPLEMENTARY = "supplementary"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """One account (12 digits) and one Region in it."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class ReadyChecks:
    """What must hold, besides the kind's own health, before a resource counts as ready.

    `members` is the percentage of a group's desired members that must be in service, 1 to 100.
    """

    members: int = 100
    target_group: str | None = None
    http: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry under `resources:`; it may select several AWS resources of one kind.

    `tags` are pairs that must all match; `ids` are names or ids as the kind understands them; `names` are shell
    patterns of ids or Name tags ("orders-qa-*"). `optional`: matching nothing is no mistake (one kind of "everything
    tagged so"). `on_request`: it sleeps until somebody asks for it by name. `hibernate`: it keeps its memory while it
    rests, where AWS can. `snapshot`: one is taken before each stop. `instance_types` are what its owner allows when
    AWS has none of its own type.
    """

    key: str
    kind: str
    ids: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    importance: Importance = Importance.NORMAL
    ready: ReadyChecks = ReadyChecks()
    optional: bool = False
    on_request: bool = False
    hibernate: bool = False
    snapshot: bool = False
    instance_types: tuple[str, ...] = ()

    @property
    def entry(self) -> str:
        """Its name in the file, which one entry of `kind: any` gives to several: all of "all-rds-instance"."""
        return self.key.removesuffix(f"-{self.kind}") if self.optional else self.key


@dataclass(frozen=True, slots=True)
class WakeRule:
    """How long a lease lasts when nobody says, and at most; `sizes` are those it brings, by resource key, when nobody
    says: all others come at their full size."""

    default: timedelta = timedelta(hours=2)
    longest: timedelta = timedelta(hours=12)
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    """Where to tell an owner, and who belongs to it."""

    name: str
    email: str | None = None
    webhook: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """One environment as its file and its organisation define it, everything inherited filled in.

    `stop_warning` is how long before a stop its owner is told; zero tells nobody. `uses` names environments that must
    be up while this one is. `capacity` is what its owner allows of the mix of its groups, `budget` what it may cost a
    month. `baseline` is what its owner says would have run without Curfew. `organisation` is the name under which
    reports sum it up; no rule depends on it.
    """

    environment: str
    owner: Team
    locations: tuple[Location, ...]
    resources: tuple[Resource, ...]
    uptime: tuple[Uptime, ...]
    stage: str = "dev"
    cost_center: str | None = None
    mode: Mode = Mode.ACT
    stop_order: StopOrder = StopOrder.SAME
    wake: WakeRule = WakeRule()
    shortest_rest: timedelta = timedelta(hours=1)
    ready_by_opening: bool = True
    stop_warning: timedelta = timedelta(minutes=15)
    most_changes_per_pass: int = 500
    previously: str | None = None
    production_marks: tuple[tuple[str, str], ...] = ()
    maintenance: Maintenance = Maintenance()
    before_stop: BeforeStop | None = None
    uses: tuple[str, ...] = ()
    capacity: tuple[Capacity, ...] = ()
    budget: Budget | None = None
    baseline: Declared | None = None
    organisation: str = ""


Sizes = Mapping[str, int]
"""A resource's sizes by the kind's own field names; empty for kinds without sizes."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One AWS resource as a describe just showed it.

    `healthy` says that it is up in the sense of its kind (DESIGN.md section 4, Order).
    `sizes` are what a restore point keeps; `in_service` is how many members of a group are in service.
    `ineligible` says why Curfew must never stop it, or is None. `note` explains the state to people; `cause` is why
    AWS says it is not where it was sent. `busy`: it is up, and AWS takes no stop until something has ended.
    `warnings` are what its owner should know before a stop. `details` are facts that its kind needs again (its
    instance type, what of it is suspended) or that say what it costs. `blind`: AWS would not show it, and it stands
    for what is remembered. `mixed` is how a group launches its members.
    """

    arn: str
    id: str
    kind: str
    location: Location
    observed: Observed
    healthy: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=dict)
    in_service: int | None = None
    ineligible: str | None = None
    note: str | None = None
    cause: str | None = None
    busy: bool = False
    warnings: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    blind: bool = False
    mixed: Mixed | None = None


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """How a resource looked before its descent, and how we left it.

    Opened once per descent, before the first call; immutable until the return is verified. `suspended` is what
    our stop suspends of it (a group's processes) and nobody had suspended before. `ours` are other sizes that we set
    since, by light wakes, and that are therefore nobody's wish: it is never stored, core.remember fills it in.
    """

    descent: int
    opened_at: datetime
    sizes: Sizes = field(default_factory=dict)
    left: Sizes = field(default_factory=dict)
    suspended: tuple[str, ...] = ()
    ours: tuple[Sizes, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceState:
    """What is remembered of one live resource between passes, keyed by its ARN.

    `seen_since` is when `seen` was first observed; `healthy`, `whole`, `ineligible`, `note`, `cause`, `busy`,
    `warnings`, `sizes` and `details` are as last seen; `unlifted`: something that we suspended still is.
    `enough`: it has the light size that was wanted of it. `light` are the light sizes that we set since its restore
    point was opened, `aimed` the one that its last start led to: None for its full size.
    `intent` is the last direction recorded for it, `intent_at` when its first try was, `tried_at` its last;
    `attempts` counts the tries since it last arrived; `refusal` is AWS's last no.
    `rested_at` is when it was first seen down after our stop, None while up. `theirs` are sizes that somebody
    set during this descent and that a repeated stop had to overwrite. `kept` are the last ten verified
    restore points that hold sizes.
    `barred` is AWS's no to our stop that trying again will not change, since `barred_at`. `preferred_type` is the
    instance type it had before it ran on an alternate. `shortages` counts the starts of this return that came to
    nothing because AWS had no capacity. `reversals` are when somebody undid what we did, newest last.
    `last_known` is what was seen of it before AWS would not show it any more; None while it is shown.
    `disputed`: such a fight went on during this descent, so that no size it shows is anybody's wish.
    `mix` is what is remembered where Curfew decides its capacity mix. `share` is the desired size that this mix gave
    it last, and that its next start leads to, where its size is what the mix is made of (a twin); else None.
    `unnamed`: it was newly matched and its owner was not told of it yet; `spared_until` is when it may first be
    stopped, where it was named during a rest.
    `metered` is what was last recorded of what it draws, for the ledger.
    """

    arn: str
    id: str
    key: str
    kind: str
    location: Location
    seen: Observed
    seen_since: datetime
    healthy: bool = False
    whole: bool = True
    ineligible: str | None = None
    note: str | None = None
    cause: str | None = None
    busy: bool = False
    unlifted: bool = False
    warnings: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    intent: Desired | None = None
    intent_at: datetime | None = None
    tried_at: datetime | None = None
    attempts: int = 0
    refusal: str | None = None
    rested_at: datetime | None = None
    descent: int = 0
    restore: RestorePoint | None = None
    theirs: Sizes = field(default_factory=dict)
    kept: tuple[RestorePoint, ...] = ()
    barred: str | None = None
    barred_at: datetime | None = None
    preferred_type: str | None = None
    shortages: int = 0
    reversals: tuple[datetime, ...] = ()
    disputed: bool = False
    last_known: Observed | None = None
    unnamed: bool = False
    spared_until: datetime | None = None
    sizes: Sizes = field(default_factory=dict)
    enough: bool = False
    light: tuple[int, ...] = ()
    aimed: int | None = None
    mix: MixMemory | None = None
    share: int | None = None
    metered: Metered | None = None
