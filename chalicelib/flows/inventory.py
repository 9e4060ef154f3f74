"""Everything of every kind in an account, as AWS shows it now, whatever selects it or does not.

It is asked with the kinds' own looks. What AWS would not show is told beside what it showed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.core.model import Location, Resource, Sighting
from chalicelib.flows.looking import Unseen, followed
from chalicelib.flows.ports import Cloud
from chalicelib.flows.security_groups import RULES, Door, Rule, doors, rules
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import no_more

ANY_NAME = "*"
IDENTITY = ("sts", "GetCallerIdentity")
"""Which account the caller's keys belong to; needs no right.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""


@dataclass(frozen=True, slots=True)
class Found:
    """One resource, and how it is reached."""

    sighting: Sighting
    door: Door = Door()


@dataclass(frozen=True, slots=True)
class Inventory:
    """What there is, by which rules security groups let each other in, and what could not be looked at."""

    found: tuple[Found, ...] = ()
    rules: tuple[Rule, ...] = ()
    unseen: tuple[Unseen, ...] = ()


def inventory(cloud: Cloud, locations: Sequence[Location]) -> Inventory:
    """Everything of every kind in all of the places."""
    places = [_place(cloud, location) for location in locations]
    return Inventory(
        tuple(found for place in places for found in place.found),
        tuple(rule for place in places for rule in place.rules),
        tuple(unseen for place in places for unseen in place.unseen),
    )


def _place(cloud: Cloud, location: Location) -> Inventory:
    sightings: list[Sighting] = []
    unseen: list[Unseen] = []
    reached: dict[str, Door] = {}
    for kind in kinds().values():
        everything = Resource("everything", kind.name, names=(ANY_NAME,))
        follow = partial(kind.follow, (everything,))
        answers = followed(cloud, location, f"{kind.title}s", kind.service, kind.look(everything), follow)
        if isinstance(answers, Unseen):
            unseen.append(answers)
        else:
            sightings += kind.read(location, answers)
            reached |= doors(answers)
    said = followed(cloud, location, "security groups", "ec2", (RULES,), partial(no_more, ()))
    if isinstance(said, Unseen):
        return Inventory(tuple(_reached(sightings, reached)), (), (*unseen, said))
    return Inventory(tuple(_reached(sightings, reached)), rules(said), tuple(unseen))


def _reached(sightings: Sequence[Sighting], reached: dict[str, Door]) -> Iterator[Found]:
    """Each once: some answers show the same thing twice."""
    by_arn = {sighting.arn: sighting for sighting in sightings}
    for arn, sighting in by_arn.items():
        yield Found(sighting, reached.get(sighting.id) or reached.get(arn) or Door())


def operations() -> Iterator[tuple[str, str]]:
    """Each operation that an inventory asks for, with its service."""
    yield IDENTITY
    yield "ec2", RULES.operation
    for kind in kinds().values():
        yield from kind.reading
