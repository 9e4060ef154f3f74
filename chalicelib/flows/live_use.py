"""What a file selects, as AWS shows it now: what of it Curfew would stop, what that draws while up, what bills on.

Nothing is changed, nothing stored. What AWS does not show is told, and never taken for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Definition, Observed, Sighting
from chalicelib.core.money.awake import awake
from chalicelib.core.money.choosing import Acted
from chalicelib.core.money.foreseeing import Lacking
from chalicelib.core.money.rates import is_spot
from chalicelib.core.money.reading import Drawn
from chalicelib.core.money.spans import Draw
from chalicelib.flows.close_look import inspected
from chalicelib.flows.keeping_billing import Everything, of_environment
from chalicelib.flows.looking import Looking
from chalicelib.flows.metering import drawn_by
from chalicelib.flows.past_use import PastUse
from chalicelib.flows.seen import OWNED_BY, Seen
from chalicelib.flows.survey import survey
from chalicelib.flows.unasked import Unasked
from chalicelib.kinds import kinds

NOT_SEEN_UP = "what it draws while up, for it is at rest"
NOT_THERE = (Observed.MISSING, Observed.BROKEN)


@dataclass(frozen=True, slots=True)
class Asking:
    """How AWS is asked: until when (of the clock's `elapsed`), what bills on in each place, and who owns an ARN."""

    world: Looking
    until: timedelta
    everything: Everything
    owner: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class LiveUse:
    """One environment as it is now.

    `acted` is what Curfew would act on, with what each draws while up; of what is `unknown` that cannot be told. `held`
    bills on; whether what is `held_unknown` does could not be looked at.
    `unseen` says what AWS would not show, `notes` what else to know.
    """

    acted: tuple[Acted, ...]
    unknown: tuple[Lacking, ...]
    held: tuple[Held, ...]
    held_unknown: tuple[Lacking, ...] = ()
    unseen: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def live_use(asking: Asking, definition: Definition, past: PastUse, begins: datetime) -> LiveUse:
    """What there is of the environment now, as if it were acted on from `begins` on."""
    world = asking.world
    seen = survey(world.cloud, Unasked(), definition, past.states, world.clock.now())
    close = inspected(world, seen, asking.until)
    spared = {arn: why for arn, one in close.seen.items() if (why := _spared(asking, definition, one))}
    able = {arn: one for arn, one in close.seen.items() if arn not in spared}
    mine = {arn: one for arn, one in able.items() if one.sighting.observed not in NOT_THERE}
    drawn = dict(_while_up(asking, [one.sighting for one in mine.values()], past))
    own = {one.sighting.id for arn, one in seen.items() if not spared.get(arn, "").startswith(OWNED_BY)}
    billed = of_environment(definition, own, asking.everything)
    return LiveUse(
        tuple(_acted(one, drawn[arn], begins) for arn, one in mine.items() if drawn[arn]),
        tuple(_unknown(able, drawn)),
        billed.held,
        tuple((one.what, f"not shown: {one.refusal.code}") for one in billed.unseen),
        tuple(dict.fromkeys(one.sighting.note or "" for one in able.values() if one.sighting.blind)),
        (*_notes(close.seen, spared, drawn), *close.notes, *billed.notes),
    )


def _spared(asking: Asking, definition: Definition, one: Seen) -> str | None:
    """Why it would never be stopped."""
    owner = None if one.sighting.observed in NOT_THERE else asking.owner(one.sighting.arn)
    if owner not in (None, definition.environment, definition.previously):
        return f"{OWNED_BY}{owner}"
    return one.sighting.ineligible


def _while_up(
    asking: Asking, sightings: Sequence[Sighting], past: PastUse
) -> Iterator[tuple[str, tuple[Draw, ...] | None]]:
    """What each draws while it is up, by ARN: now, or when it was last up; None where nobody can tell."""
    shown = [one if one.observed is Observed.UP else awake(one) for one in sightings]
    found: dict[str, Drawn] = {}
    for name, location in dict.fromkeys((one.kind, one.location) for one in shown):
        here = [one for one in shown if (one.kind, one.location) == (name, location)]
        found |= drawn_by(asking.world.cloud, kinds()[name], location, here)
    for one in sightings:
        drawn = found.get(one.arn)
        yield one.arn, (drawn.draws if drawn else ()) or past.draws.get(one.arn) or _none(one, drawn)


def _none(sighting: Sighting, drawn: Drawn | None) -> tuple[Draw, ...] | None:
    """Nothing where it is up and draws nothing, or could be told at rest to; else not known."""
    kind = kinds()[sighting.kind]
    by_members = kind.sized or bool(kind.meters)
    return None if drawn is None or (sighting.observed is not Observed.UP and by_members) else ()


def _acted(one: Seen, draws: tuple[Draw, ...] | None, begins: datetime) -> Acted:
    return Acted(one.key, one.sighting.arn, draws or (), begins, id=one.sighting.id)


def _unknown(able: Mapping[str, Seen], drawn: Mapping[str, tuple[Draw, ...] | None]) -> Iterator[Lacking]:
    for arn, one in able.items():
        if one.sighting.blind or one.sighting.observed is Observed.BROKEN:
            yield one.key, one.sighting.note or "what it is, for it is broken"
        elif one.sighting.observed is not Observed.MISSING and drawn[arn] is None:
            yield one.key, f"{NOT_SEEN_UP}: {one.sighting.id}"


def _notes(
    seen: Mapping[str, Seen], spared: Mapping[str, str], drawn: Mapping[str, tuple[Draw, ...] | None]
) -> Iterator[str]:
    for one in seen.values():
        if one.sighting.observed is Observed.MISSING:
            yield f"{one.key} matches nothing: {one.sighting.note}; correct it"
    for (key, why), count in Counter((seen[arn].key, why) for arn, why in spared.items()).items():
        yield f"{key}: {count} left alone, and in no figure: {why}"
    if spot := _keys(seen, (arn for arn, draws in drawn.items() if any(is_spot(draw.rate) for draw in draws or ()))):
        yield f"{', '.join(spot)}: on spot now, counted at on-demand prices, as in reports"


def _keys(seen: Mapping[str, Seen], arns: Iterable[str]) -> list[str]:
    return sorted({seen[arn].key for arn in arns})
