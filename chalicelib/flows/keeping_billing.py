"""Find what AWS bills on while an environment sleeps, so that nobody takes it for saved.

Like every look it changes nothing. What AWS would not show is told beside what it showed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Definition, Location
from chalicelib.core.names import some
from chalicelib.flows.looking import Looking, Unseen, followed
from chalicelib.flows.meters import READINGS, TAGGING, TAGS, Reading, tags_by_arn
from chalicelib.flows.ports import Cloud, Refusal

ASKING = timedelta(seconds=12)
"""How long after the beginning of a request another place is still asked: an answer may take 25 s."""

OUT_OF_TIME = Refusal("OutOfTime", "there was no time left to ask")


@dataclass(frozen=True, slots=True)
class Billed:
    """What keeps billing in one place, and what could not be looked at."""

    held: tuple[Held, ...]
    unseen: tuple[Unseen, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be looked at, for people: what AWS refuses for the same reason in one line."""
        why: dict[tuple[Location, str], list[str]] = {}
        for one in self.unseen:
            why.setdefault((one.location, one.refusal.code), []).append(one.what)
        return tuple(_note(place, code, what) for (place, code), what in why.items())


def _note(place: Location, code: str, what: Sequence[str]) -> str:
    if code == OUT_OF_TIME.code:
        return f"not asked in time what keeps billing in {place.account}/{place.region}; run it again"
    return f"not seen whether it keeps billing in {place.account}/{place.region}: {some(what)} ({code})"


Everything = Callable[[Location], Billed]
"""All that keeps billing in one place."""


def keeping_billing(
    cloud: Cloud, location: Location, tags: Mapping[str, str], resources: Collection[str] = ()
) -> Billed:
    """What carries all of the tags, or is part of one of the resources (ids of instances and databases).

    Without tags and resources it is everything there.
    """
    everything = all_billing(cloud, location)
    return _part(everything, tags, resources) if tags or resources else everything


def asked_once(world: Looking, until: timedelta) -> Everything:
    """Asks AWS once for each place, and no more from `until` (of the clock's `elapsed`) on: it then says so."""

    @cache
    def everything(location: Location) -> Billed:
        if world.clock.elapsed() >= until:
            return Billed((), (Unseen(location, "all of it", TAGGING, TAGS.operation, OUT_OF_TIME),))
        return all_billing(world.cloud, location)

    return everything


def of_environment(definition: Definition, resources: Collection[str], everything: Everything) -> Billed:
    """What keeps billing of these resources (ids), and what carries the tags that all entries with tags share."""
    tags = _shared_tags(definition)
    parts = [_part(everything(location), tags, resources) for location in definition.locations]
    return Billed(
        tuple(held for part in parts for held in part.held), tuple(unseen for part in parts for unseen in part.unseen)
    )


def all_billing(cloud: Cloud, location: Location) -> Billed:
    """Everything there that keeps billing, with its tags as far as AWS shows them."""
    labels = cloud.look(location, TAGGING, (TAGS,))
    known = {} if isinstance(labels, Refusal) else tags_by_arn(labels)
    unseen = [Unseen(location, "tags", TAGGING, TAGS.operation, labels)] if isinstance(labels, Refusal) else []
    held: list[Held] = []
    for reading in READINGS:
        found = _read(cloud, location, reading)
        if isinstance(found, Unseen):
            unseen.append(found)
        else:
            held += [replace(each, tags={**known.get(each.arn, {}), **each.tags}) for each in found]
    return Billed(tuple(held), tuple(unseen))


def _read(cloud: Cloud, location: Location, reading: Reading) -> tuple[Held, ...] | Unseen:
    answers = followed(cloud, location, reading.title, reading.service, (reading.look,), reading.follow)
    return answers if isinstance(answers, Unseen) else tuple(reading.read(location, answers))


def _shared_tags(definition: Definition) -> dict[str, str]:
    """The tags by which every entry that selects by tags selects."""
    by_tags = [set(resource.tags) for resource in definition.resources if resource.tags]
    return dict(set.intersection(*by_tags)) if by_tags else {}


def _part(everything: Billed, tags: Mapping[str, str], resources: Collection[str]) -> Billed:
    return replace(everything, held=tuple(each for each in everything.held if _belongs(each, tags, resources)))


def _belongs(held: Held, tags: Mapping[str, str], resources: Collection[str]) -> bool:
    """What is part of something else goes where that goes: a volume of a group's member ends with it."""
    if resources and held.part_of is not None:
        return held.part_of in resources
    return bool(tags) and all(held.tags.get(name) == value for name, value in tags.items())


def operations() -> Iterator[tuple[str, str]]:
    """Each operation that finds what keeps billing, with its service."""
    yield TAGGING, TAGS.operation
    for reading in READINGS:
        yield from reading.operations
