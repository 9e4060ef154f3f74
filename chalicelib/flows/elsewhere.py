"""Which other scheduler has a resource already, told by the tags that steer it.

Two schedulers on one resource undo each other every day, so what another has is never listed.
"""

from __future__ import annotations

from collections.abc import Mapping

SCHEDULERS: Mapping[str, str] = {
    "schedule": "Instance Scheduler on AWS",
    "aws-instance-scheduler": "Instance Scheduler on AWS",
    "scheduler:ec2-startstop": "EC2 Scheduler",
    "maid_offhours": "Cloud Custodian",
    "maid_downtime": "Cloud Custodian",
    "custodian_offhours": "Cloud Custodian",
    "custodian_downtime": "Cloud Custodian",
    "cloudaware:scheduler": "Cloudaware",
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
"""By the tag's name in small letters.

https://docs.aws.amazon.com/solutions/latest/instance-scheduler-on-aws/ (tag `Schedule`);
https://cloudcustodian.io/docs/quickstart/offhours.html; https://docs.cloudaware.com/DOCS/aws-ec2-rds-instance-schedule;
https://github.com/LeanerCloud/AutoSpotting; https://github.com/diodonfrost/terraform-aws-lambda-scheduler-stop-start
"""

REFUSALS = frozenset({"false", "no", "off", "none", "disabled", "0"})
"""Values by which a resource is taken out of a scheduler again."""


def scheduled_elsewhere(tags: Mapping[str, str]) -> str | None:
    """Which scheduler has it and by which tag ("Cloud Custodian has it: maid_offhours=on"), or None."""
    for name, value in tags.items():
        scheduler = SCHEDULERS.get(name.lower())
        if scheduler and value.lower() not in REFUSALS:
            return f"{scheduler} has it: {name}={value}"
    return None
