"""What a describe tells of one instance: owners, Spot requests, causes, warnings, details."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Asked, Look
from chalicelib.kinds.ec2_instance import KIND

PLACE = Location("111122223333", "ap-south-1")
PERSISTENT = {"SpotInstanceRequestId": "sir-1", "Type": "persistent", "State": "active"}
SPOT = {"InstanceLifecycle": "spot", "SpotInstanceRequestId": "sir-1"}


def described(state: str = "running", **fields: Any) -> dict[str, Any]:
    one = {"InstanceId": "i-1", "State": {"Name": state}, "RootDeviceType": "ebs", **fields}
    return {"Reservations": [{"Instances": [one]}]}


def read(state: str = "running", request: dict[str, Any] | None = None, **fields: Any) -> Sighting:
    (sighting,) = KIND.read(PLACE, [described(state, **fields), {"SpotInstanceRequests": [request] if request else []}])
    return sighting


def stopped_by(code: str, message: str = "", **fields: Any) -> Sighting:
    return read("stopped", StateReason={"Code": code, "Message": message}, **fields)


@pytest.mark.parametrize(
    ("tag", "owner"),
    [
        ("aws:autoscaling:groupName", "the group it, which would replace it: list the group instead"),
        ("eks:nodegroup-name", "the EKS node group it, which would replace it: list the node group instead"),
        ("karpenter.sh/nodepool", "Karpenter's node pool it, which would replace it: never stopped singly"),
        ("karpenter.sh/provisioner-name", "Karpenter's provisioner it, "),
        ("karpenter.k8s.aws/ec2nodeclass", "Karpenter's node class it, "),
        ("eks:eks-cluster-name", "Auto Mode of the EKS cluster it, "),
        ("elasticbeanstalk:environment-name", "the Elastic Beanstalk environment it, "),
        ("aws:ec2:fleet-id", "the EC2 Fleet it, "),
        ("aws:ec2spot:fleet-request-id", "the Spot Fleet it, "),
        ("aws:elasticmapreduce:job-flow-id", "the EMR cluster it, "),
        ("AWSBatchServiceTag", "the service it, "),
        ("spotinst:aws:ec2:group:id", "the Elastigroup or Ocean of Spot it, "),
    ],
)
def test_what_its_owner_would_replace_is_never_stopped_singly(tag: str, owner: str) -> None:
    why = read(Tags=[{"Key": tag, "Value": "it"}]).ineligible
    assert why is not None
    assert why.startswith(f"it belongs to {owner}")


def test_the_node_group_is_named_rather_than_the_group_behind_it() -> None:
    tags = [{"Key": "aws:autoscaling:groupName", "Value": "eks-1"}, {"Key": "eks:nodegroup-name", "Value": "nodes"}]
    assert "node group nodes" in str(read(Tags=tags).ineligible)


def test_what_a_service_manages_is_never_stopped_singly() -> None:
    why = read(Operator={"Managed": True, "Principal": "eks.amazonaws.com"}).ineligible
    assert why == "it is managed by eks.amazonaws.com, which would replace it: never stopped singly"
    assert read(Operator={"Managed": False}).ineligible is None


def test_a_spot_instance_of_a_persistent_request_may_be_stopped() -> None:
    assert read(request=PERSISTENT, **SPOT).ineligible is None


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (None, "one-time request"),
        ({**PERSISTENT, "Type": "one-time"}, "one-time request"),
        ({**PERSISTENT, "State": "cancelled"}, "cancelled"),
        ({**PERSISTENT, "LaunchGroup": "together"}, "launch or zone group"),
        ({**PERSISTENT, "AvailabilityZoneGroup": "near"}, "launch or zone group"),
    ],
)
def test_other_spot_instances_are_ineligible_because(request_: dict[str, Any] | None, why: str) -> None:
    assert why in str(read(request=request_, **SPOT).ineligible)


def followed(*answers: dict[str, Any], operation: str = "DescribeInstances") -> tuple[Look, ...]:
    return KIND.follow((), [Asked(Look(operation, {}), answers)])


def test_the_requests_of_spot_instances_are_asked_for_once() -> None:
    (look,) = followed(described(**SPOT), described(**SPOT))
    assert look.operation == "DescribeSpotInstanceRequests"
    assert look.parameters["Filters"] == [{"Name": "spot-instance-request-id", "Values": ["sir-1"]}]
    assert followed({"SpotInstanceRequests": [PERSISTENT]}, operation="DescribeSpotInstanceRequests") == ()


def test_without_spot_instances_of_ones_own_no_request_is_asked_for() -> None:
    member = [{"Key": "aws:autoscaling:groupName", "Value": "nodes"}]
    assert followed(described(), described(Tags=member, **SPOT)) == ()


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (
            "Client.InternalError",
            "Client.InternalError: Client error on launch",
            "Client.InternalError: Client error on launch (mostly the KMS key of a volume: "
            "let the role that starts it create grants on the key)",
        ),
        (
            "Server.InsufficientInstanceCapacity",
            "There was insufficient capacity",
            "Server.InsufficientInstanceCapacity: There was insufficient capacity "
            "(allow it other types (instance_types), or wait)",
        ),
        ("Client.Novel", "Client.Novel: nobody has seen this yet", "Client.Novel: nobody has seen this yet"),
    ],
)
def test_a_stop_that_nobody_asked_for_is_told_in_awss_words_with_what_to_do(code: str, message: str, told: str) -> None:
    assert stopped_by(code, message).cause == told


@pytest.mark.parametrize("code", ["Client.UserInitiatedShutdown", "Client.UserInitiatedHibernate", ""])
def test_a_stop_that_somebody_asked_for_has_no_cause(code: str) -> None:
    assert stopped_by(code, f"{code}: as asked").cause is None


def test_what_runs_has_no_cause_whatever_is_left_of_the_last_stop() -> None:
    reason = {"Code": "Server.InternalError", "Message": "Server.InternalError: of yesterday"}
    assert read(StateReason=reason).cause is None


@pytest.mark.parametrize(
    ("fields", "warned"),
    [
        ({"InstanceType": "mac2.metal", "Placement": {"Tenancy": "host"}}, "Mac host"),
        ({"InstanceType": "m5.large", "Placement": {"Tenancy": "host"}}, "Dedicated Host"),
        ({"CapacityReservationId": "cr-1"}, "Capacity Reservation"),
    ],
)
def test_its_owner_is_warned_of_what_stays_billed(fields: dict[str, Any], warned: str) -> None:
    (warning,) = read(**fields).warnings
    assert warned in warning


def test_an_ordinary_instance_has_no_warnings() -> None:
    assert read(InstanceType="m5.large", Placement={"Tenancy": "default"}).warnings == ()


def test_details_say_what_a_price_needs() -> None:
    seen = read(
        InstanceType="m5.large",
        PlatformDetails="SUSE Linux",
        UsageOperation="RunInstances:000g",
        Placement={"AvailabilityZone": "ap-south-1a", "Tenancy": "dedicated"},
    )
    assert seen.details == {
        "type": "m5.large",
        "platform": "SUSE Linux",
        "usage_operation": "RunInstances:000g",
        "zone": "ap-south-1a",
        "tenancy": "dedicated",
    }


def test_default_tenancy_and_lifecycle_are_left_out() -> None:
    assert read(InstanceType="m5.large", Placement={"Tenancy": "default"}).details == {"type": "m5.large"}


def test_what_is_hibernated_and_what_is_spot_keeps_its_type() -> None:
    hibernated = stopped_by("Client.UserInitiatedHibernate", HibernationOptions={"Configured": True}).details
    assert hibernated == {"hibernation": "configured", "hibernated": "yes", "type_fixed": "it is hibernated"}
    assert read(request=PERSISTENT, **SPOT).details["type_fixed"] == "it is a Spot Instance"


def test_what_was_resumed_is_not_hibernated_any_more() -> None:
    assert "hibernated" not in read(StateReason={"Code": "Client.UserInitiatedHibernate"}).details


def test_the_caveats_are_what_the_entry_asks_for_in_vain() -> None:
    wants_both = Resource("app", KIND.name, hibernate=True, instance_types=("m5a.large",))
    plain = read(InstanceType="m5.large")
    spot = read(request=PERSISTENT, HibernationOptions={"Configured": True}, **SPOT)
    assert ["hibernation enabled" in said for said in KIND.caveats(wants_both, plain)] == [True]
    assert ["instance_types" in said for said in KIND.caveats(wants_both, spot)] == [True]
    assert KIND.caveats(Resource("app", KIND.name), plain) == ()


def test_stop_protection_is_asked_for_one_by_one_and_respected() -> None:
    free, protected, never = read(), read(InstanceId="i-2"), read(InstanceId="i-3", InstanceLifecycle="scheduled")
    looks = KIND.inspect([free, protected, never])
    assert [look.parameters for look in looks] == [
        {"InstanceId": name, "Attribute": "disableApiStop"} for name in ("i-1", "i-2")
    ]
    answers = [{"InstanceId": name, "DisableApiStop": {"Value": name == "i-2"}} for name in ("i-1", "i-2")]
    read_back = KIND.inspected([free, protected], answers)
    assert [one.ineligible is None for one in read_back] == [True, False]
    assert "stop protection" in str(read_back[1].ineligible)
    assert {one.observed for one in read_back} == {Observed.UP}
