"""Who may reach whom, by security groups: read from the describes that show resources anyway, and one of the rules.

An instance's groups also count for the Auto Scaling group or node group that it is a member of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.kinds.contract import Answer, Look, pairs

RULES = Look("DescribeSecurityGroups", {"MaxResults": 1000})
"""All security groups of a place; asked of `ec2`.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
"""

GROUP_OF = "aws:autoscaling:groupName"
CLUSTER_OF, NODE_GROUP_OF = "eks:cluster-name", "eks:nodegroup-name"
"""Tags that Auto Scaling and EKS put on members."""


@dataclass(frozen=True, slots=True)
class Door:
    """The security groups of one resource, and the port it listens on where a describe tells that."""

    groups: frozenset[str] = frozenset()
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One security group lets another in, on these ports; None: on all."""

    into: str
    source: str
    ports: tuple[int, int] | None = None

    def allows(self, port: int | None) -> bool:
        """Whether the port is among them; any will do where it is not known."""
        return port is None or self.ports is None or self.ports[0] <= port <= self.ports[1]


def doors(answers: Sequence[Answer]) -> dict[str, Door]:
    """The doors of what the answers show, by id; those of members under the names of their groups, too."""
    found: dict[str, Door] = {}
    for name, door in (pair for answer in answers for pair in _doors(answer)):
        before = found.get(name, Door())
        found[name] = Door(before.groups | door.groups, door.port or before.port)
    return found


def _doors(answer: Answer) -> Iterator[tuple[str, Door]]:
    for reservation in answer.get("Reservations", ()):
        for instance in reservation["Instances"]:
            yield from _of_instance(instance)
    for listed, named in (
        ("DBInstances", "DBInstanceIdentifier"),
        ("DBClusters", "DBClusterIdentifier"),
        ("Clusters", "ClusterIdentifier"),
    ):
        for database in answer.get(listed, ()):
            if named in database:
                yield database[named], _of_database(database)
    for service in answer.get("services", ()):
        network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        yield service["serviceArn"], Door(frozenset(network.get("securityGroups", ())))


def _of_instance(instance: Mapping[str, Any]) -> Iterator[tuple[str, Door]]:
    door = Door(frozenset(group["GroupId"] for group in instance.get("SecurityGroups", ())))
    tags = pairs(instance.get("Tags", ()))
    yield instance["InstanceId"], door
    if GROUP_OF in tags:
        yield tags[GROUP_OF], door
    if NODE_GROUP_OF in tags:
        yield f"{tags.get(CLUSTER_OF)}/{tags[NODE_GROUP_OF]}", door


def _of_database(database: Mapping[str, Any]) -> Door:
    """RDS and Redshift call things alike, except where the port is."""
    endpoint = database.get("Endpoint")
    port = endpoint.get("Port") if isinstance(endpoint, Mapping) else database.get("Port")
    return Door(frozenset(group["VpcSecurityGroupId"] for group in database.get("VpcSecurityGroups", ())), port)


def rules(answers: Sequence[Answer]) -> tuple[Rule, ...]:
    """Every rule by which one security group lets another (or itself) in."""
    return tuple(rule for answer in answers for group in answer.get("SecurityGroups", ()) for rule in _rules(group))


def _rules(group: Mapping[str, Any]) -> Iterator[Rule]:
    for permission in group.get("IpPermissions", ()):
        lowest, highest = permission.get("FromPort"), permission.get("ToPort")
        ports = None if lowest is None or highest is None or lowest < 0 else (lowest, highest)
        for source in permission.get("UserIdGroupPairs", ()):
            if "GroupId" in source:
                yield Rule(group["GroupId"], source["GroupId"], ports)


def way_in(every: Iterable[Rule], source: Door, target: Door) -> Rule | None:
    """The first rule by which the source reaches the target's port."""
    return next(
        (
            rule
            for rule in every
            if rule.into in target.groups and rule.source in source.groups and rule.allows(target.port)
        ),
        None,
    )
