"""How long AWS usually takes, with a small variation that a seed makes repeatable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random


class Journey(StrEnum):
    """A way from one settled state of a resource to another."""

    EC2_LAUNCH = "ec2-launch"
    EC2_START = "ec2-start"
    EC2_CHECKS = "ec2-checks"
    EC2_STOP = "ec2-stop"
    EC2_TERMINATE = "ec2-terminate"
    GROUP_HEALTH_CHECK = "group-health-check"
    NODE_GROUP_UPDATE = "node-group-update"
    NODE_GROUP_SYNC = "node-group-sync"
    RDS_START = "rds-start"
    RDS_STOP = "rds-stop"
    CLUSTER_START = "cluster-start"
    CLUSTER_STOP = "cluster-stop"
    ECS_START = "ecs-start"
    ECS_STOP = "ecs-stop"
    REDSHIFT_PAUSE = "redshift-pause"
    REDSHIFT_RESUME = "redshift-resume"
    RDS_SNAPSHOT = "rds-snapshot"


USUAL_SECONDS: Mapping[Journey, tuple[int, int]] = {
    Journey.EC2_LAUNCH: (60, 90),
    Journey.EC2_START: (30, 60),
    Journey.EC2_CHECKS: (100, 140),
    Journey.EC2_STOP: (30, 60),
    Journey.EC2_TERMINATE: (50, 70),
    Journey.GROUP_HEALTH_CHECK: (45, 75),
    Journey.NODE_GROUP_UPDATE: (15, 40),
    Journey.NODE_GROUP_SYNC: (120, 300),
    Journey.RDS_START: (300, 420),
    Journey.RDS_STOP: (180, 360),
    Journey.CLUSTER_START: (300, 420),
    Journey.CLUSTER_STOP: (180, 360),
    Journey.ECS_START: (60, 120),
    Journey.ECS_STOP: (30, 330),
    Journey.REDSHIFT_PAUSE: (240, 480),
    Journey.REDSHIFT_RESUME: (240, 540),
    Journey.RDS_SNAPSHOT: (120, 300),
}
"""Shortest and longest time of each journey, in seconds: what teams see day to day, AWS promises none."""

SEVEN_DAYS = timedelta(days=7)
"""After this long AWS starts a stopped database by itself.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html (clusters: AuroraUserGuide).
"""

TERMINATED_IS_SHOWN = timedelta(hours=1)
"""How long a terminated instance stays in describes.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
"""

LAUNCH_RETRY = timedelta(seconds=60)
"""How soon a group tries again after a launch that found no capacity; our choice, AWS names no figure."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Usual times; the same seed, resource and instant always give the same duration."""

    seed: int = 0
    seconds: Mapping[Journey, tuple[int, int]] = field(default_factory=lambda: USUAL_SECONDS)

    def of(self, journey: Journey, resource: str, at: datetime) -> timedelta:
        """How long `resource` takes when it sets out at `at`: whole seconds."""
        shortest, longest = self.seconds[journey]
        dice = Random(f"{self.seed}/{journey}/{resource}/{at.isoformat()}")
        return timedelta(seconds=dice.randint(shortest, longest))
