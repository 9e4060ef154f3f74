"""Other schedulers that look after a resource, as its tags tell: two on one resource undo each other every day."""

from __future__ import annotations

from collections.abc import Mapping

TAGS: Mapping[str, str] = {
    "schedule": "Instance Scheduler on AWS",
    "aws-instance-scheduler": "Instance Scheduler on AWS",
    "scheduler:ec2-startstop": "EC2 Scheduler",
    "custodian_downtime": "Cloud Custodian",
    "custodian_offhours": "Cloud Custodian",
    "custodian_uptime": "Cloud Custodian",
    "maid_downtime": "Cloud Custodian",
    "maid_offhours": "Cloud Custodian",
    "maid_uptime": "Cloud Custodian",
    "cloudaware:scheduler": "Cloudaware",
    "autospotting-enabled": "AutoSpotting",
    "spot-enabled": "AutoSpotting",
    "tostop": "a stop-and-start function",
    "autostop": "a stop-and-start function",
    "auto-stop": "a stop-and-start function",
    "auto_stop": "a stop-and-start function",
    "autostart": "a stop-and-start function",
    "auto-start": "a stop-and-start function",
    "auto_start": "a stop-and-start function",
    "stopgroup": "a stop-and-start function",
}
"""By the tag's name in small letters, as the schedulers' own documentation gives them.

https://docs.aws.amazon.com/solutions/latest/instance-scheduler-on-aws/tag-resources.html
https://cloudcustodian.io/docs/aws/topics/offhours.html
https://docs.cloudaware.com/DOCS/aws-ec2-rds-instance-schedule
https://github.com/LeanerCloud/AutoSpotting
https://github.com/diodonfrost/terraform-aws-lambda-scheduler-stop-start
"""

TAKEN_OUT = frozenset({"false", "no", "off", "none", "disabled", "0"})
"""Values by which a resource is taken out of a scheduler again."""


def scheduled_by(tags: Mapping[str, str]) -> str | None:
    """Which other scheduler has it and by which tag ("Cloud Custodian has it: maid_offhours=on"), or None."""
    for name, value in tags.items():
        scheduler = TAGS.get(name.lower())
        if scheduler and value.lower() not in TAKEN_OUT:
            return f"{scheduler} has it: {name}={value}"
    return None
