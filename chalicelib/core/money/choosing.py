"""Which baseline an environment's figures rest on: observed, else declared by its owner, else around the clock.

Observed needs 28 days before Curfew acted: those that it watched, else those that a bill or CloudTrail told of. Around
the clock is a ceiling: no more than that can have been avoided, and hardly anything would really have run so. It is
named so, whoever says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core.localtime import zone
from chalicelib.core.model import Definition
from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.declaring import ALWAYS_ON, declared_shares
from chalicelib.core.money.rates import KEEP, list_key
from chalicelib.core.money.spans import Draw

CEILING = "around the clock: nobody declared what would have run"


@dataclass(frozen=True, slots=True)
class Acted:
    """Curfew acts on a resource, its key in the file, from `begins` on and before `ends`; None: it still does.

    `draws` is what it draws at its full size: what it drew when it was last up before Curfew stopped it. `id` is what
    bills call it that do not show its ARN.
    """

    resource: str
    arn: str
    draws: tuple[Draw, ...]
    begins: datetime
    ends: datetime | None = None
    id: str = ""


def baselines_of(definition: Definition, acted: Iterable[Acted], observed: Iterable[Baseline]) -> tuple[Baseline, ...]:
    """The baseline of each resource that Curfew acts on, by resource, ARN and begin; `observed` is from before it did.

    The observed sizes hold, also where the hours are declared. A resource of which nobody knows what it draws has no
    baseline, so that what it avoids is not computable.
    """
    known = Known(observed)
    found = (_chosen(definition, each, known.of(each.resource, each.arn, each.id)) for each in acted)
    return tuple(
        sorted((each for each in found if each.draws), key=lambda each: (each.resource, each.arn, each.begins))
    )


class Known:
    """Baselines by what they are of, however a bill or CloudTrail calls it."""

    def __init__(self, baselines: Iterable[Baseline]) -> None:
        self._named = {(each.resource, each.arn): each for each in baselines}
        self._by_arn = {arn: each for (_, arn), each in self._named.items() if arn.startswith("arn:")}

    def of(self, resource: str, arn: str, id: str) -> Baseline | None:
        """The one of a resource; an ARN stays what it is when its file calls it something else."""
        return self._named.get((resource, arn)) or self._named.get((resource, id)) or self._by_arn.get(arn)


def best_known(watched: Iterable[Baseline], told: Iterable[Baseline], ids: Mapping[str, str]) -> tuple[Baseline, ...]:
    """For each resource what Curfew watched for 28 days; else what a bill or CloudTrail `told` of as many.

    Of fewer, what it watched itself goes first. The sizes that it watched hold, also where the hours are told. `ids`
    has, by ARN, what bills call a resource whose ARN they do not show.
    """
    known, rest = Known(told), {(each.resource, each.arn): each for each in told}
    found = []
    for one in watched:
        other = known.of(one.resource, one.arn, ids.get(one.arn, ""))
        if other is not None:
            rest.pop((other.resource, other.arn), None)
        found.append(_better(one, other))
    return (*found, *rest.values())


def _better(watched: Baseline, told: Baseline | None) -> Baseline:
    if told is None or told.provisional or not watched.provisional:
        return watched
    return replace(told, resource=watched.resource, arn=watched.arn, draws=watched.draws or told.draws)


def _chosen(definition: Definition, acted: Acted, known: Baseline | None) -> Baseline:
    holds = _holding(definition, acted, known)
    if known is not None and not known.provisional:
        return replace(
            holds, basis=Basis.OBSERVED, on=known.on, days=known.days, provisional=False, source=known.source
        )
    return _declared(definition, holds)


def _holding(definition: Definition, acted: Acted, known: Baseline | None) -> Baseline:
    """Around the clock, at the observed sizes where there are any."""
    return Baseline(
        definition.environment,
        acted.resource,
        acted.arn,
        Basis.CEILING,
        ALWAYS_ON,
        known.draws if known is not None and known.draws else tuple(_at_list_rates(acted.draws)),
        known.days if known is not None else 0,
        provisional=True,
        source=CEILING,
        begins=acted.begins,
        ends=acted.ends,
    )


def _declared(definition: Definition, holds: Baseline) -> Baseline:
    declared = definition.baseline
    if declared is None:
        return holds
    timezone = days_in(definition)
    first = holds.begins.astimezone(zone(timezone)).date()
    on = declared_shares(declared, timezone, first)
    return replace(holds, basis=Basis.CEILING if on == ALWAYS_ON else Basis.DECLARED, on=on, source=declared.source)


def days_in(definition: Definition) -> str:
    """The zone that the environment's days are in: the first of its uptime's."""
    return definition.uptime[0].timezone if definition.uptime else "UTC"


def _at_list_rates(draws: Iterable[Draw]) -> Iterator[Draw]:
    """At on-demand keys, each once; without what bills around the clock."""
    units: dict[str, Decimal] = {}
    for draw in draws:
        key = list_key(draw.rate)
        units[key] = units.get(key, Decimal(0)) + draw.units
    return (Draw(key, units[key]) for key in sorted(units) if not key.startswith(f"{KEEP}:"))
