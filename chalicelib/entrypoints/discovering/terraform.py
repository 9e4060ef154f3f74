"""What Terraform would put back: the attributes that Curfew changes, as `ignore_changes` lines.

Without them the next `terraform apply` undoes a rest. Only what a start or a stop changes is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.core.model import Sighting


@dataclass(frozen=True, slots=True)
class Ignored:
    """One type of Terraform resource with the attributes to ignore, and when that is needed."""

    type: str
    attributes: tuple[str, ...]
    when: str = ""


CHANGED: Mapping[str, tuple[Ignored, ...]] = {
    "auto-scaling-group": (
        Ignored("aws_autoscaling_group", ("min_size", "max_size", "desired_capacity", "suspended_processes")),
    ),
    "eks-node-group": (
        Ignored("aws_eks_node_group", ("scaling_config[0].min_size", "scaling_config[0].desired_size")),
    ),
    "ecs-service": (
        Ignored("aws_ecs_service", ("desired_count",)),
        Ignored("aws_appautoscaling_target", ("min_capacity", "max_capacity"), "where the service has one"),
    ),
    "ec2-instance": (),  # its instance_type where the entry lists instance_types, which no found entry does
    "cloudwatch-alarm": (
        Ignored("aws_cloudwatch_metric_alarm", ("actions_enabled",), "for those that are metric alarms"),
        Ignored("aws_cloudwatch_composite_alarm", ("actions_enabled",), "for those that are composite alarms"),
    ),
    "rds-instance": (),
    "rds-cluster": (),
    "redshift-cluster": (),
}
"""By kind. Terraform does not manage whether a database or an instance runs.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines for one type of Terraform resource, and the ids of those found that they are for."""

    ignored: Ignored
    ids: tuple[str, ...]


def blocks(sightings: Iterable[Sighting]) -> tuple[Block, ...]:
    """A block for each type of Terraform resource that may stand behind what was found."""
    ids: dict[Ignored, list[str]] = {}
    for sighting in sightings:
        for ignored in CHANGED.get(sighting.kind, ()):
            ids.setdefault(ignored, []).append(sighting.id)
    return tuple(Block(ignored, tuple(sorted(ids[ignored]))) for ignored in sorted(ids, key=lambda each: each.type))


def written(found: Iterable[Block]) -> str:
    """The text of `terraform-ignore.md`."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Iterable[Block]) -> Iterator[str]:
    yield "# Terraform: what to ignore"
    yield ""
    yield "If Terraform made these, add the lines before `mode: act`: else the next `terraform apply` undoes a rest."
    for block in found:
        yield ""
        yield f"## {block.ignored.type}{f', {block.ignored.when}' if block.ignored.when else ''}"
        yield ""
        yield f"For {', '.join(f'`{id}`' for id in block.ids)}:"
        yield ""
        yield "```hcl"
        yield from _block(block.ignored)
        yield "```"


def _block(ignored: Ignored) -> Iterator[str]:
    yield "lifecycle {"
    yield f"  ignore_changes = [{', '.join(ignored.attributes)}]"
    yield "}"
