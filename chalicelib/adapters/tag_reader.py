"""Which stoppable resources of an account carry a tag: what an import finds the old schedulers' resources by.

Instances, databases and clusters come from the Resource Groups Tagging API, which knows no Auto Scaling groups:
those come from Auto Scaling's own describe_tags. Nothing is changed; the rights needed are tag:GetResources,
autoscaling:DescribeTags and sts:GetCallerIdentity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {
    ("ec2", "instance"): "ec2-instance",
    ("rds", "db"): "rds-instance",
    ("rds", "cluster"): "rds-cluster",
}
"""Kinds by the service and the resource type of an ARN."""
GROUP_OF_INSTANCE = "aws:autoscaling:groupName"
"""The tag that Auto Scaling puts on the members of a group."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """One resource that carries the tag."""

    kind: str
    id: str
    account: str
    region: str
    tags: Mapping[str, str]

    @property
    def group(self) -> str | None:
        """The Auto Scaling group that an instance is a member of."""
        return self.tags.get(GROUP_OF_INSTANCE) if self.kind == "ec2-instance" else None


def session_of(profile: str, region: str | None) -> Any:
    """A boto3 session with the credentials of a profile. Raises botocore's ProfileNotFound, NoRegionError."""
    import boto3
    from botocore.exceptions import NoRegionError

    session = boto3.Session(profile_name=profile, region_name=region)
    if session.region_name is None:
        raise NoRegionError
    return session


def tagged(session: Any, tag: str) -> tuple[Tagged, ...]:
    """Every instance, database, cluster and Auto Scaling group of the session's Region that carries the tag."""
    return (*_resources(session, tag), *_groups(session, tag))


def _resources(session: Any, tag: str) -> Iterator[Tagged]:
    client = session.client("resourcegroupstaggingapi")
    types = [":".join(each) for each in KINDS]
    for page in client.get_paginator("get_resources").paginate(
        TagFilters=[{"Key": tag}], ResourceTypeFilters=types, ResourcesPerPage=100
    ):
        for found in page["ResourceTagMappingList"]:
            _, _, service, region, account, rest = found["ResourceARN"].split(":", 5)
            type, _, id = rest.replace("/", ":", 1).partition(":")
            tags = {each["Key"]: each["Value"] for each in found["Tags"]}
            if (service, type) in KINDS:
                yield Tagged(KINDS[service, type], id, account, region, tags)


def _groups(session: Any, tag: str) -> Iterator[Tagged]:
    client = session.client("autoscaling")
    names = {each["ResourceId"] for each in _tags(client, [{"Name": "key", "Values": [tag]}])}
    if not names:
        return
    account = session.client("sts").get_caller_identity()["Account"]
    tags: dict[str, dict[str, str]] = {name: {} for name in sorted(names)}
    for each in _tags(client, []):
        if each["ResourceId"] in tags:
            tags[each["ResourceId"]][each["Key"]] = each["Value"]
    for name, own in tags.items():
        yield Tagged("auto-scaling-group", name, account, session.region_name, own)


def _tags(client: Any, filters: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator("describe_tags").paginate(Filters=filters):
        yield from page["Tags"]
