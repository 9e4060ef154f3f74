"""Whether a file that was written means what the original meant, at every instant at which either may change.

The file's own text is read back and decided with the real decision function, without leases, as if in force.
The original is asked by its own evaluator. Where the two want different things, that is told, with instants.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from chalicelib.core.decide import calendar
from chalicelib.core.localtime import zone
from chalicelib.core.model import Definition, Mode
from chalicelib.core.wishes import Switches, Wishes
from chalicelib.entrypoints.importing.clocks import clocks_change
from chalicelib.entrypoints.importing.rule import Original, Wanted
from chalicelib.entrypoints.schedule_file.problems import Problem
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.flows.assess import facts

YEAR = timedelta(days=365)
SHOWN = 3
NEAR = timedelta(minutes=90)
NOTHING = timedelta()
_SOMEWHERE = SourceFile("organisation.yaml", 'defaults: {locations: [{account: "111122223333", region: eu-west-1}]}\n')
"""Stands in for the organisation that a file without locations inherits from."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """From `begins` until `ends` (UTC) the original wants one thing and Curfew another."""

    begins: datetime
    ends: datetime
    original: Wanted
    curfew: str

    @property
    def length(self) -> timedelta:
        """How long they disagree."""
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class Difference:
    """All disagreements of one sort: how many, how long in all, why as far as is known, and the first few."""

    original: Wanted
    curfew: str
    because: str
    times: int
    length: timedelta
    first: tuple[Disagreement, ...]


def read_back(name: str, text: str, at: datetime) -> tuple[Definition | None, tuple[Problem, ...]]:
    """What the text defines, or None; and the errors that keep it from being used."""
    reading = read_schedules((_SOMEWHERE, SourceFile(name, text)), at.date())
    definitions = [each.definition for each in reading.definitions]
    return (definitions[0] if definitions else None), reading.errors


def differences(original: Original, definition: Definition, begins: datetime) -> tuple[Difference, ...]:
    """How the definition differs from the original within a year from that instant, the longest first."""
    found = list(disagreements(original, definition, begins, begins + YEAR))
    zones = sorted({entry.timezone for entry in definition.uptime})
    rest = _shortest_rest(definition)
    sorts: dict[tuple[Wanted, str, str], list[Disagreement]] = {}
    for each in found:
        sorts.setdefault((each.original, each.curfew, _because(each, zones, rest)), []).append(each)
    told = [
        Difference(*sort, len(some), sum((each.length for each in some), NOTHING), tuple(some[:SHOWN]))
        for sort, some in sorts.items()
    ]
    return tuple(sorted(told, key=lambda difference: -difference.length))


def disagreements(
    original: Original, definition: Definition, begins: datetime, ends: datetime
) -> Iterator[Disagreement]:
    """Every stretch on which the two want different things, in order of time."""
    acting = replace(definition, mode=Mode.ACT)
    rows = [(at, d.desired.value) for at, d in calendar(acting, Wishes(), facts(acting, Switches()), begins, ends)]
    changes = [at for at, _ in rows]
    asked = [at.astimezone(UTC) for at in original.instants(begins, ends) if begins <= at < ends]
    pending: Disagreement | None = None
    for start, end in pairwise(sorted({begins, ends, *asked, *(at for at in changes if at > begins)})):
        wanted, ours = original.wants(start), rows[bisect_right(changes, start) - 1][1]
        if pending and (pending.ends, pending.original, pending.curfew) == (start, wanted, ours):
            pending = replace(pending, ends=end)
            continue
        if pending:
            yield pending
        pending = Disagreement(start, end, wanted, ours) if wanted != ours else None
    if pending:
        yield pending


def _shortest_rest(definition: Definition) -> timedelta:
    pace = facts(definition, Switches()).pace
    return pace.stop + pace.start + definition.shortest_rest


def _because(each: Disagreement, zones: Iterable[str], rest: timedelta) -> str:
    if any(clocks_change(zone(name), each.begins - NEAR, each.begins + NEAR) for name in zones):
        return "the clocks are changed near it"
    if each.original == "down" and each.length < rest:
        return f"Curfew takes no rest under {rest // timedelta(minutes=1)} min, the time to stop and start again"
    return "the rules mean different things"
