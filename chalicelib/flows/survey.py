"""Look at everything an environment selects, in as few describes as there are pages.

Selectors are resolved now. What cannot be looked at is shown as broken, what is not there as missing; both
with a note, so that nothing is ever taken for down because it could not be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from chalicelib.core.decide import NEVER_TAG
from chalicelib.core.model import Definition, Location, Observed, Resource, ResourceState, Sighting
from chalicelib.flows.causes import with_causes
from chalicelib.flows.looking import Unseen, followed
from chalicelib.flows.pairs import as_pairs
from chalicelib.flows.ports import Cloud, Probe, Refusal
from chalicelib.flows.seen import UNSEEN, Seen, States
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer, Kind, Look, selected


def survey(cloud: Cloud, probe: Probe, definition: Definition, states: States, now: datetime) -> dict[str, Seen]:
    """Everything the environment selects or has put to rest, by ARN, as AWS shows it now.

    A sighting is counted once, under the first resource that selects it.
    """
    found: dict[str, Seen] = {}
    asleep = [state.location for state in states.values() if state.restore is not None]
    for location in dict.fromkeys((*definition.locations, *asleep)):
        resources = definition.resources if location in definition.locations else ()
        for kind in kinds().values():
            found.update(
                with_causes(cloud, kind, location, _look(cloud, kind, location, resources, states), states, now)
            )
    found.update(_missing(definition, found))
    found = as_pairs(definition, states, found)
    asked = _AskedOnce(probe)
    return {arn: _ready(asked, definition, states.get(arn), seen) for arn, seen in found.items()}


def _look(
    cloud: Cloud, kind: Kind, location: Location, selecting: Iterable[Resource], states: States
) -> dict[str, Seen]:
    """The sightings of one kind in one place, with those asleep that no selector matches any more."""
    resources = [resource for resource in selecting if resource.kind == kind.name]
    here = {arn: state for arn, state in states.items() if state.kind == kind.name and state.location == location}
    asleep = {arn: state for arn, state in here.items() if state.restore is not None}
    if not resources and not asleep:
        return {}
    answers = _ask(cloud, kind, location, resources)
    if isinstance(answers, Refusal):
        return dict(_blind(kind, location, resources, here, answers))
    found = dict(_selected(kind, location, resources, asleep, answers))
    lost = [state for arn, state in asleep.items() if arn not in found]
    if lost:
        again = [Resource(state.key, kind.name, ids=(state.id,)) for state in lost]
        answers = _ask(cloud, kind, location, again)
        if isinstance(answers, Refusal):
            return found | dict(_blind(kind, location, (), {state.arn: state for state in lost}, answers))
        found |= dict(_selected(kind, location, (), asleep, answers))
        found |= {state.arn: _gone(state) for state in lost if state.arn not in found}
    ours = {arn: seen for arn, seen in found.items() if not _free(kind, resources, asleep.get(arn), seen.sighting)}
    return _checked(cloud, kind, location, here, ours)


def _free(kind: Kind, resources: Iterable[Resource], state: ResourceState | None, sighting: Sighting) -> bool:
    """Nothing selects it any more, and somebody else started it since our stop: it is not ours to stop again.

    What has sizes stays until they are back: its restore point is all that knows them.
    """
    if state is None or state.rested_at is None or kind.sized or sighting.observed is not Observed.UP:
        return False
    return not any(selected(resource, sighting) for resource in resources)


def _ask(cloud: Cloud, kind: Kind, location: Location, resources: Sequence[Resource]) -> tuple[Answer, ...] | Refusal:
    """The answers to what the kind wants to look at, and to what those answers lead to."""
    looks: list[Look] = []
    for resource in resources:
        looks += [look for look in kind.look(resource) if look not in looks]
    said = followed(cloud, location, kind.title, kind.service, looks, partial(kind.follow, resources))
    return said.refusal if isinstance(said, Unseen) else said


def _selected(
    kind: Kind, location: Location, resources: Sequence[Resource], asleep: States, answers: Sequence[Answer]
) -> Iterator[tuple[str, Seen]]:
    for sighting in kind.read(location, answers):
        entry = next((resource for resource in resources if selected(resource, sighting)), None)
        if entry is not None:
            warned = replace(sighting, warnings=(*sighting.warnings, *kind.caveats(entry, sighting)))
            yield sighting.arn, Seen(entry.key, _spared(warned))
        elif sighting.arn in asleep:
            yield sighting.arn, Seen(asleep[sighting.arn].key, _spared(sighting))


def _spared(sighting: Sighting) -> Sighting:
    """The sighting, ineligible if its owner tagged it so."""
    if NEVER_TAG in sighting.tags and sighting.tags[NEVER_TAG].lower() != "false":
        return replace(sighting, ineligible=f"tagged {NEVER_TAG}")
    return sighting


def _blind(
    kind: Kind, location: Location, resources: Iterable[Resource], here: States, refusal: Refusal
) -> Iterator[tuple[str, Seen]]:
    """What is remembered, or else what is selected, as broken: AWS would not show it."""
    note = f"cannot be looked at in {location.account}/{location.region}: {refusal}"
    for state in here.values():
        if not state.arn.startswith(UNSEEN):
            yield (
                state.arn,
                Seen(state.key, _not_shown(state.arn, state.id, kind.name, location, note)),
            )
    for resource in resources:
        arn = f"{UNSEEN}{location.account}:{location.region}:{resource.key}"
        yield (
            arn,
            Seen(resource.key, _not_shown(arn, resource.key, kind.name, location, note)),
        )


def _not_shown(arn: str, id: str, kind: str, location: Location, note: str) -> Sighting:
    return replace(_standing_in(arn, id, kind, location, note, Observed.BROKEN), blind=True)


def _gone(state: ResourceState) -> Seen:
    note = "was put to rest and is not in AWS any more; if that is as it should be: curfew retry"
    return Seen(state.key, _standing_in(state.arn, state.id, state.kind, state.location, note, Observed.MISSING))


def _missing(definition: Definition, found: Mapping[str, Seen]) -> dict[str, Seen]:
    """A sighting for each id, and each set of tags, that matched nothing anywhere."""
    result = {}
    by_key: dict[str, list[Sighting]] = {}
    for seen in found.values():
        by_key.setdefault(seen.key, []).append(seen.sighting)
    for resource in definition.resources:
        for wanted, note in _unmatched(resource, by_key.get(resource.key, [])):
            arn = f"{UNSEEN}{resource.key}:{wanted}"
            sighting = _standing_in(arn, wanted, resource.kind, definition.locations[0], note, Observed.MISSING)
            result[arn] = Seen(resource.key, sighting)
    return result


def _unmatched(resource: Resource, sightings: Collection[Sighting]) -> Iterator[tuple[str, str]]:
    """Each id or set of tags without a match, with a note; silent where AWS would not show everything."""
    if any(sighting.arn.startswith(UNSEEN) for sighting in sightings):
        return
    for wanted in resource.ids:
        if not any(wanted in (sighting.id, sighting.arn) for sighting in sightings):
            yield wanted, f"no {resource.kind} is called {wanted}"
    if resource.optional or sightings:
        return
    for pattern in resource.names:
        yield pattern, f"no {resource.kind} has a name like {pattern}"
    if resource.tags:
        tags = ", ".join(f"{name}={value}" for name, value in resource.tags)
        yield tags, f"no {resource.kind} has the tags {tags}"


def _standing_in(arn: str, id: str, kind: str, location: Location, note: str, observed: Observed) -> Sighting:
    return Sighting(arn, id, kind, location, observed, note=note)


def _checked(cloud: Cloud, kind: Kind, location: Location, here: States, found: dict[str, Seen]) -> dict[str, Seen]:
    """The sightings with their health asked where a describe does not tell it.

    What was healthy when last seen up, and still is up, is not asked again.
    """
    unsure = []
    for arn, seen in found.items():
        state = here.get(arn)
        if seen.sighting.observed is not Observed.UP or seen.sighting.healthy:
            continue
        if state and state.seen is Observed.UP and state.healthy:
            found[arn] = replace(seen, sighting=replace(seen.sighting, healthy=True))
        else:
            unsure.append(seen.sighting)
    looks = kind.check(unsure) if unsure else ()
    answers = cloud.look(location, kind.service, looks) if looks else ()
    if isinstance(answers, Refusal):
        note = f"its health cannot be read: {answers}"
        checked: Sequence[Sighting] = [replace(sighting, note=note) for sighting in unsure]
    else:
        checked = kind.checked(unsure, answers)
    return found | {sighting.arn: Seen(found[sighting.arn].key, sighting) for sighting in checked}


class _AskedOnce:
    """A probe that asks each address once, however many resources of the environment name it.

    A hundred instances behind one address that does not answer would else take longer than a pass may.
    """

    def __init__(self, probe: Probe) -> None:
        self._http, self._target_group = cache(probe.http), cache(probe.target_group)

    def http(self, url: str) -> str | None:
        return self._http(url)

    def target_group(self, location: Location, arn: str) -> str | None:
        return self._target_group(location, arn)


def _ready(probe: Probe, definition: Definition, state: ResourceState | None, seen: Seen) -> Seen:
    """The sighting with its own ready checks applied: members in service, then the health check by address."""
    resource = next((resource for resource in definition.resources if resource.key == seen.key), None)
    sighting = seen.sighting
    if resource is None or sighting.observed not in (Observed.UP, Observed.RISING):
        return seen
    sighting = _enough_members(resource, sighting)
    if sighting.healthy and not (state and state.seen is Observed.UP and state.healthy):
        sighting = _answering(probe, resource, sighting)
    return replace(seen, sighting=sighting)


def _enough_members(resource: Resource, sighting: Sighting) -> Sighting:
    """A group is up and healthy when enough of its desired members are in service."""
    if sighting.in_service is None or not sighting.sizes.get("desired"):
        return sighting
    enough = sighting.in_service * 100 >= sighting.sizes["desired"] * resource.ready.members
    if not enough:
        return sighting
    return replace(sighting, observed=Observed.UP, healthy=True)


def _answering(probe: Probe, resource: Resource, sighting: Sighting) -> Sighting:
    ready = resource.ready
    said = probe.http(ready.http) if ready.http else None
    if said is None and ready.target_group:
        said = probe.target_group(sighting.location, ready.target_group)
    return sighting if said is None else replace(sighting, healthy=False, note=f"not ready: {said}")
