"""ARNs of what describes name by id only.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from chalicelib.core.model import Location

PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
"""By what a Region's code begins with; all others are in `aws`."""


def arn(location: Location, service: str, resource: str) -> str:
    """The ARN of the resource there; `resource` is its last part: "natgateway/nat-1"."""
    partition = next((name for prefix, name in PARTITIONS.items() if location.region.startswith(prefix)), "aws")
    return f"arn:{partition}:{service}:{location.region}:{location.account}:{resource}"


def parts(text: str) -> tuple[str, str]:
    """The service and the resource type that an ARN names: ("ec2", "natgateway")."""
    _, _, service, _, _, resource = text.split(":", 5)
    return service, resource.replace(":", "/").partition("/")[0]
