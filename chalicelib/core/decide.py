"""What an environment should be now, because of which rule, and until when that can change.

The rules are asked in the order of DESIGN.md section 4; the first that says something wins.
The losing ones are kept, so that `explain` can show them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.core import light, timetable
from chalicelib.core.model import Definition, Desired, Mode
from chalicelib.core.order import Before, with_needs
from chalicelib.core.shared import Used
from chalicelib.core.timetable import Uptime, Verdict
from chalicelib.core.wishes import Lease, Switches, Wishes

PRODUCTION_WORDS = frozenset({"prod", "production", "prd", "live"})
PRODUCTION_TAGS = frozenset({"env", "environment", "stage", "tier-of-service"})
MARGIN = timedelta(minutes=3)
"""How much earlier than usual times say a return begins: a tick and a look or two are part of it."""
LONGEST_LEAD = timedelta(hours=3)
"""However slow its starts were, an environment is not begun earlier than this before its opening."""
NEVER_TAG = "curfew:never"


@dataclass(frozen=True, slots=True)
class Says:
    """What one rule says: a desired state (None: it is silent), because, and until when.

    `competes` is False for a rule that the timetable has already weighed and found weaker.
    `only` are the keys it speaks for; None means all.
    """

    rule: str
    desired: Desired | None
    because: str = ""
    until: datetime | None = None
    only: frozenset[str] | None = None
    competes: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """Desired, because and until; `resources` holds the desired state of every resource key.

    `rules` are all that spoke, the winner among them; `until` None means it never changes by itself. `sizes` holds the
    light sizes by resource key; what is up and not among them is wanted at its full size.
    """

    desired: Desired
    rule: str
    because: str
    until: datetime | None
    rules: tuple[Says, ...]
    resources: Mapping[str, Desired] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the whole environment takes to come up and to go down; `path` tells what makes it so long."""

    start: timedelta = timedelta()
    stop: timedelta = timedelta()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules must know beyond the file and the wishes.

    `production` says why live resources look like production. `maintenance` are windows of AWS's that its owner wants
    it up for, `used` is how the environments are doing that it uses.
    """

    needed: Before
    pace: Pace = Pace()
    switches: Switches = Switches()
    production: str | None = None
    maintenance: tuple[Uptime, ...] = ()
    used: Used = Used()


def decide(definition: Definition, wishes: Wishes, facts: Facts, at: datetime) -> Decision:
    """The decision for one instant."""
    ordinary = tuple(_ordinary(definition, wishes, facts, at))
    guards = tuple(_guards(definition, wishes, facts, ordinary))
    rules = guards + ordinary
    winner = _first(rules)
    assert winner.desired is not None
    resources, until = _spread(definition, winner, rules)
    resources, until = _only_on_request(definition, wishes, facts.needed, (resources, until), at)
    sizes, changes = _light(definition, wishes, facts.needed, rules, at)
    because = f"{winner.because}; light: {light.words(sizes)}" if sizes else winner.because
    return Decision(winner.desired, winner.rule, because, _earliest(until, changes), rules, resources, sizes)


def calendar(
    definition: Definition, wishes: Wishes, facts: Facts, start: datetime, end: datetime
) -> Iterator[tuple[datetime, Decision]]:
    """A decision at `start`, then one at each change of the desired state before `end`."""
    at, shown = start, None
    while True:
        decision = decide(definition, wishes, facts, at)
        if decision.desired is not shown:
            yield at, decision
            shown = decision.desired
        if decision.until is None or decision.until >= end:
            return
        at = decision.until


def _first(rules: tuple[Says, ...]) -> Says:
    """The first rule that speaks; the timetable always does."""
    return next(says for says in rules if says.competes and says.desired is not None)


def production_mark(tags: Mapping[str, str], marks: tuple[tuple[str, str], ...] = ()) -> str | None:
    """Why these tags mean production ("Environment=prod"), or None.

    The usual tag names and words are always checked, in any case; `marks` are an organisation's own pairs.
    """
    for name, value in tags.items():
        usual = name.lower() in PRODUCTION_TAGS and value.lower() in PRODUCTION_WORDS
        if usual or (name, value) in marks:
            return f"{name}={value}"
    return None


def _guards(definition: Definition, wishes: Wishes, facts: Facts, ordinary: tuple[Says, ...]) -> Iterator[Says]:
    yield Says("kill-switch", Desired.AS_IS if (why := paused(definition, wishes, facts.switches)) else None, why)
    yield Says("production", Desired.AS_IS if (why := _production(definition, facts)) else None, why)
    if definition.mode is Mode.OBSERVE:
        would = _first(ordinary)
        yield Says("observe", Desired.AS_IS, f"observing; would be {would.desired}: {would.because}", would.until)


def paused(definition: Definition, wishes: Wishes, switches: Switches) -> str:
    """Which kill switch is thrown for the environment, by whom and why; empty when none is."""
    accounts = [switches.accounts.get(location.account) for location in definition.locations]
    for where, pause in (
        ("the organisation", switches.organisation),
        *(("its account", pause) for pause in accounts),
        ("the environment", wishes.pause),
    ):
        if pause:
            return f"{where} is paused by {pause.author}: {pause.reason}"
    return ""


def _production(definition: Definition, facts: Facts) -> str:
    if definition.stage.lower() in PRODUCTION_WORDS:
        return f"stage is {definition.stage}"
    return f"production mark seen: {facts.production}" if facts.production else ""


def _ordinary(definition: Definition, wishes: Wishes, facts: Facts, at: datetime) -> Iterator[Says]:
    yield _hold(wishes, at)
    yield from _leases(wishes, facts.needed, at)
    yield from _timetable(replace(definition, uptime=(*definition.uptime, *facts.maintenance)), facts.pace, at)


def _hold(wishes: Wishes, at: datetime) -> Says:
    hold = wishes.hold
    if hold is None or (hold.until is not None and hold.until <= at):
        return Says("hold", None)
    return Says("hold", hold.desired, f"held {hold.desired} by {hold.author}: {hold.reason}", hold.until)


def _leases(wishes: Wishes, needed: Before, at: datetime) -> Iterator[Says]:
    """What the live leases say: those that want it up, then those that leave it as it is."""
    live = _live(wishes, at)
    up = [lease for lease in live if lease.desired is Desired.UP]
    as_is = [lease for lease in live if lease.desired is Desired.AS_IS]
    if not live:
        yield Says("lease", None)
    if up:
        yield _raised(up, needed)
    if as_is:
        last = max(as_is, key=lambda lease: lease.until)
        yield Says("lease", Desired.AS_IS, _lease_because(last), last.until)


def _live(wishes: Wishes, at: datetime) -> list[Lease]:
    return [lease for lease in wishes.leases if lease.granted_at <= at < lease.until]


def _raised(leases: Sequence[Lease], needed: Before) -> Says:
    """Up for as long as the last lease on the whole environment, or else for the parts that are leased."""
    whole = [lease for lease in leases if not lease.only]
    last = max(whole or leases, key=lambda lease: lease.until)
    if whole:
        return Says("lease", Desired.UP, _lease_because(last), last.until)
    only = with_needs([key for lease in leases for key in lease.only], needed)
    return Says("lease", Desired.UP, _lease_because(last), min(lease.until for lease in leases), only)


def _lease_because(lease: Lease) -> str:
    what = "lease of" if lease.desired is Desired.UP else "left as it is for"
    why = f": {lease.reason}" if lease.reason else ""
    part = f", only {', '.join(lease.only)}" if lease.only else ""
    return f"{what} {lease.person} until {lease.until:%Y-%m-%dT%H:%MZ}{part}{why}"


def lead(definition: Definition, pace: Pace) -> timedelta:
    """How long before an opening the return begins, so that all is ready when the window opens."""
    return min(pace.start + MARGIN, LONGEST_LEAD) if definition.ready_by_opening else timedelta()


def _timetable(definition: Definition, pace: Pace, at: datetime) -> Iterator[Says]:
    """The timetable's rules, with the return begun early enough to be ready at the opening."""
    rest = pace.stop + pace.start + definition.shortest_rest
    early = lead(definition, pace)
    now = timetable.verdict(definition.uptime, at, rest)
    after = _opening(definition, now, rest) if early else None
    if after is None or now.until is None:
        yield from _as_opined(now, now.until)
    elif at < now.until - early:
        yield from _as_opined(now, now.until - early)
    else:
        yield from _begun_early(now, after, early, pace.path)


def _opening(definition: Definition, now: Verdict, rest: timedelta) -> Verdict | None:
    """What the timetable says once this rest is over, if that is up."""
    if now.desired != "down" or now.until is None:
        return None
    after = timetable.verdict(definition.uptime, now.until, rest)
    return after if after.desired == "up" else None


def _as_opined(now: Verdict, until: datetime | None) -> Iterator[Says]:
    for opinion in now.rules:
        says = Desired(opinion.says) if opinion.says else None
        yield Says(opinion.rule, says, opinion.because, until, competes=opinion.wins)


def _begun_early(now: Verdict, after: Verdict, early: timedelta, path: str) -> Iterator[Says]:
    """The rule that opens the window speaks already; the others are as they are, and weaker."""
    for says in _as_opined(now, now.until):
        if says.rule == after.rule:
            why = f" ({path})" if path else ""
            yield Says(after.rule, Desired.UP, f"starting {_minutes(early)} early{why}: {after.because}", after.until)
        else:
            yield replace(says, competes=False)


def _minutes(span: timedelta) -> str:
    return f"{max(1, round(span.total_seconds() / 60))} min"


Spread = tuple[dict[str, Desired], datetime | None]
"""The desired state of each key, and until when that holds."""


def _only_on_request(definition: Definition, wishes: Wishes, needed: Before, spread: Spread, at: datetime) -> Spread:
    """The spread, with what starts on request down unless somebody asked for it by name."""
    asleep = {resource.key for resource in definition.resources if resource.on_request}
    if not asleep or (wishes.hold is not None and wishes.hold.retires):  # all of it is up before it is removed
        return spread
    resources, until = spread
    asking = [lease for lease in _live(wishes, at) if with_needs(lease.by_name, needed) & asleep]
    asked = with_needs([key for lease in asking for key in lease.by_name], needed)
    rests = {key for key, desired in resources.items() if desired is Desired.UP and key in asleep - asked}
    ends = _earliest(until, *(lease.until for lease in asking))
    return {**resources, **dict.fromkeys(rests, Desired.DOWN)}, ends


def _spread(definition: Definition, winner: Says, rules: tuple[Says, ...]) -> Spread:
    """A lease for some resources leaves the others to the rules below it."""
    assert winner.desired is not None
    keys = [resource.key for resource in definition.resources]
    if winner.only is None:
        return dict.fromkeys(keys, winner.desired), winner.until
    below = _first(rules[rules.index(winner) + 1 :])
    assert below.desired is not None
    spread = {key: winner.desired if key in winner.only else below.desired for key in keys}
    return spread, _earliest(winner.until, below.until)


def _light(
    definition: Definition, wishes: Wishes, needed: Before, rules: tuple[Says, ...], at: datetime
) -> tuple[Mapping[str, int], datetime | None]:
    """The light sizes by key, until when they hold; what a hold or the timetable wants up comes in full, at once."""
    up = [lease for lease in _live(wishes, at) if lease.desired is Desired.UP]
    if _first(rules).rule != "lease" or not any(lease.sizes for lease in up):
        return {}, None
    below = _first(tuple(says for says in rules if says.rule != "lease"))
    sizes = {} if below.desired is Desired.UP else light.wanted(up, definition, needed)
    return sizes, _earliest(below.until, *(lease.until for lease in up))


def _earliest(*ends: datetime | None) -> datetime | None:
    return min((end for end in ends if end is not None), default=None)
