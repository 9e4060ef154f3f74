from __future__ import annotations

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location
from chalicelib.kinds.contract import Call
from chalicelib.local.cloud import EmbeddedCloud

PLACE = Location("111122223333", "ap-south-1")
CALLS = [
    Call("rds", "StopDBInstance", {"DBInstanceIdentifier": "orders-db"}, ("arn:orders-db",)),
    Call("autoscaling", "UpdateAutoScalingGroup", {"AutoScalingGroupName": "nodes"}, ("arn:nodes",)),
]


def test_the_embedded_cloud_allows_everything_and_says_so(cloud: EmbeddedCloud) -> None:
    assert [each.allowed for each in AwsCloud(cloud).may(PLACE, CALLS)] == [True, True]
