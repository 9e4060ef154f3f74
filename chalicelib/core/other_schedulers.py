"""Other schedulers that look after a resource, as its tags tell."""

from __future__ import annotations

from collections.abc import Mapping

TAGS = {
    "schedule": "Instance Scheduler on AWS",
    "maid_offhours": "Cloud Custodian",
    "custodian_downtime": "Cloud Custodian",
    "custodian_uptime": "Cloud Custodian",
    "maid_downtime": "Cloud Custodian",
    "maid_uptime": "Cloud Custodian",
    "autospotting-enabled": "AutoSpotting",
    "spot-enabled": "AutoSpotting",
}
"""Tag names, in lower case, by which schedulers find what is theirs, as their own documentation gives them.

https://docs.aws.amazon.com/solutions/latest/instance-scheduler-on-aws/tag-resources.html
https://cloudcustodian.io/docs/aws/topics/offhours.html
https://github.com/LeanerCloud/AutoSpotting
"""


def scheduled_by(tags: Mapping[str, str]) -> str | None:
    """Which other scheduler its tags name ("its tag maid_offhours=on means Cloud Custodian"), or None."""
    for name, value in tags.items():
        if scheduler := TAGS.get(name.lower()):
            return f"its tag {name}={value} means {scheduler}"
    return None
