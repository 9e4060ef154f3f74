"""What EC2 instances draw: one unit of their type, system, tenancy and life cycle while they run.

AWS bills an instance while it runs, and while it stops to hibernate; not while it is pending, stops otherwise, rests or
is terminated. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.core import ec2_standing as standing
from chalicelib.core.alternates import TYPE
from chalicelib.core.group_owners import NODE_GROUP
from chalicelib.core.model import Location, Observed, Sighting
from chalicelib.core.money.rates import ON_DEMAND, SPOT
from chalicelib.core.money.reading import Drawn, unknown
from chalicelib.core.money.spans import Draw

SYSTEMS = {
    "RunInstances": "linux",
    "RunInstances:00g0": "linux",  # Red Hat, whose licence is the owner's own
    "RunInstances:0010": "rhel",
    "RunInstances:1010": "rhel-ha",
    "RunInstances:0014": "rhel-sql-std",
    "RunInstances:1014": "rhel-ha-sql-std",
    "RunInstances:0110": "rhel-sql-ent",
    "RunInstances:1110": "rhel-ha-sql-ent",
    "RunInstances:0210": "rhel-sql-web",
    "RunInstances:0004": "linux-sql-std",
    "RunInstances:0100": "linux-sql-ent",
    "RunInstances:0200": "linux-sql-web",
    "RunInstances:000g": "suse",
    "RunInstances:0g00": "ubuntu-pro",
    "RunInstances:0002": "windows",
    "RunInstances:0800": "windows-byol",
    "RunInstances:0006": "windows-sql-std",
    "RunInstances:0102": "windows-sql-ent",
    "RunInstances:0202": "windows-sql-web",
}
"""The system's name in a rate key by what the bill calls the operation.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
"""

SYSTEM, TENANCY, LIFECYCLE, ZONE = "usage_operation", "tenancy", "lifecycle", "zone"
LAUNCHED, STOPPED, HIBERNATED = "launched", "stopped", "hibernated"
"""Names of facts about an instance (core.ec2_standing.details)."""

MEMBERS = "members"
"""Under this name the details of a group list its members that may run, with commas between."""


Answers = Sequence[Mapping[str, Any]]
"""Pages of describes."""


def of_instance(sighting: Sighting, answers: Answers = ()) -> Drawn:
    """What the instance draws. One that belongs to a group or node group is billed there, and draws nothing here."""
    facts = sighting.details
    if any(tag in sighting.tags for tag in standing.LISTED_INSTEAD):
        return Drawn()
    hibernates = sighting.observed is Observed.FALLING and HIBERNATED in facts
    if sighting.observed is Observed.UP or hibernates:
        draw = _draw(sighting.location, facts)
        return Drawn((draw,), came=_dated(facts, draw))
    return Drawn(since=None if HIBERNATED in facts else _instant(facts.get(STOPPED)))


def of_members(sighting: Sighting, answers: Answers) -> Drawn:
    """What the members of a group draw, as DescribeInstances shows them."""
    ids = listed(sighting)
    running = [standing.details(one) for one in _instances(answers) if one["InstanceId"] in ids and _runs(one)]
    drawn = [(facts, _draw(sighting.location, facts)) for facts in running]
    came = tuple(dated for facts, draw in drawn for dated in _dated(facts, draw))
    return Drawn(tuple(draw for _, draw in drawn), came=came)


def listed(sighting: Sighting) -> Collection[str]:
    """The ids of a group's members that may run and are billed with it: none of a group behind a node group."""
    if NODE_GROUP in sighting.tags:
        return frozenset()
    return frozenset(filter(None, sighting.details.get(MEMBERS, "").split(",")))


def _draw(location: Location, facts: Mapping[str, str]) -> Draw:
    operation, size = facts.get(SYSTEM, ""), facts.get(TYPE)
    system = SYSTEMS.get(operation)
    if system is None or size is None:
        return unknown(f"system {operation}" if operation else "an instance of which AWS shows no billing code")
    what = f"{size}:{system}:{facts.get(TENANCY, 'shared')}"
    if facts.get(LIFECYCLE) == "spot":
        return Draw(f"ec2:{facts.get(ZONE, '')}@{location.account}:{what}:{SPOT}")
    return Draw(f"ec2:{location.region}:{what}:{ON_DEMAND}")


def _dated(facts: Mapping[str, str], draw: Draw) -> tuple[tuple[datetime, Draw], ...]:
    at = _instant(facts.get(LAUNCHED))
    return ((at, draw),) if at else ()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _runs(instance: Mapping[str, Any]) -> bool:
    state = instance["State"]["Name"]
    return state == "running" or (state == "stopping" and HIBERNATED in standing.details(instance))


def _instances(answers: Answers) -> Iterator[Mapping[str, Any]]:
    for page in answers:
        for reservation in page.get("Reservations", ()):
            yield from reservation["Instances"]
