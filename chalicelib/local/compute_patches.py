"""Where moto's EC2 is replaced, checked with moto 5.2.5.

- `InstanceBackend.run_instances/start_instances/stop_instances`, `Instance.terminate`, and the two status
  properties: EC2 takes its time. `modify_instance_attribute`: the type changes only while stopped.
- `InstanceResponse.start_instances`: a lack of capacity may come with HTTP status 500. `stop_instances`: moto
  ignores Hibernate. `TagResponse`: describes may lag behind.
- `InstanceResponse.describe_instances/run_instances`, `Instance.get_tags`: the same answers, fast. moto looks
  through all tags of a Region for each instance, and through 70 names for each of its members.
- `simple_aws_filter_to_re`, `instance_value_in_filter_values`: moto reads [...] as a wildcard, which AWS does not,
  and knows no wildcards outside of tags.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import moto.ec2.models.instances as ec2
from moto.core.responses import ActionResult
from moto.ec2 import utils as ec2_utils
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.tags import TagResponse

from chalicelib.local import refusals, spot, wildcards
from chalicelib.local.compute import Compute
from chalicelib.local.descriptions import described_instances, launched_instances
from chalicelib.local.staleness import Staleness

Patch = tuple[Any, str, Any]


def compute_patches(compute: Compute) -> Iterator[Patch]:
    """What to put in which place of moto, for EC2 to live in `compute`."""
    yield from _journeys(compute)
    yield from _calls(compute)
    yield from _describes(compute)
    yield from _tagging(compute.stale)
    yield ec2_utils, "simple_aws_filter_to_re", wildcards.as_expression
    yield ec2_utils, "instance_value_in_filter_values", wildcards.matches


def _journeys(compute: Compute) -> Iterator[Patch]:
    backend, instance = ec2.InstanceBackend, ec2.Instance
    run, start, stop, terminate = backend.run_instances, instance.start, instance.stop, instance.terminate
    modify = backend.modify_instance_attribute

    def start_instances(self: Any, instance_ids: list[str]) -> Any:
        return compute.start(self.get_multi_instances_by_id(instance_ids), start)

    def stop_instances(self: Any, instance_ids: list[str]) -> Any:
        return compute.stop(self.get_multi_instances_by_id(instance_ids), stop)

    def modify_instance_attribute(self: Any, instance_id: str, key: str, value: Any) -> Any:
        if key == "instance_type":
            refusals.check_type_change(self.get_instance(instance_id))
        return modify(self, instance_id, key, value)

    yield backend, "run_instances", lambda *a, **k: compute.launch(partial(run, *a, **k))
    yield backend, "start_instances", start_instances
    yield backend, "stop_instances", stop_instances
    yield backend, "modify_instance_attribute", modify_instance_attribute
    yield instance, "terminate", lambda self: compute.terminate(self, terminate)
    yield instance, "instance_status", property(lambda self: _check(compute.checks(self)))
    yield instance, "system_status", property(lambda self: _check(compute.checks(self)))


def _calls(compute: Compute) -> Iterator[Patch]:
    run, start, stop = InstanceResponse.run_instances, InstanceResponse.start_instances, InstanceResponse.stop_instances

    def run_instances(self: Any) -> str:
        reservation: Any = run(self).result
        for instance in reservation.instances:
            spot.agree(instance, self._get_param("InstanceMarketOptions.SpotOptions"))
        return launched_instances(reservation)

    def start_instances(self: Any) -> Any:
        try:
            return start(self)
        except refusals.Refused as refusal:
            _, headers, body = self.serialized(ActionResult(refusal))
            return body, {**headers, "status": refusal.status}

    def stop_instances(self: Any) -> Any:
        if not self._get_bool_param("Hibernate", False):
            return stop(self)
        named = self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))
        return compute.hibernate(named, partial(stop, self))

    yield InstanceResponse, "run_instances", run_instances
    yield InstanceResponse, "start_instances", start_instances
    yield InstanceResponse, "stop_instances", stop_instances


def _describes(compute: Compute) -> Iterator[Patch]:
    describe = InstanceResponse.describe_instances

    def describe_instances(self: Any) -> str:
        answer: Any = describe(self).result
        return described_instances(answer["Reservations"], answer["NextToken"], compute.stale.state)

    yield InstanceResponse, "describe_instances", describe_instances


def _tagging(stale: Staleness) -> Iterator[Patch]:
    yield ec2.Instance, "get_tags", lambda self: _tags(self.id, stale.tags(self))
    for name in ("create_tags", "delete_tags"):
        yield TagResponse, name, _lagging(stale, getattr(TagResponse, name))


def _lagging(stale: Staleness, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def changed(self: Any) -> Any:
        stale.keep_tags(self.ec2_backend, self._get_param("Resources", []))
        return change(self)

    return changed


def _check(verdict: str) -> dict[str, Any]:
    """A status check in moto's words; only instances that run have details."""
    details = {"ok": "passed", "initializing": "initializing", "impaired": "failed"}
    if verdict not in details:
        return {"Status": verdict}
    return {"Status": verdict, "Details": [{"Name": "reachability", "Status": details[verdict]}]}


def _tags(instance_id: str, tags: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"resource_id": instance_id, "resource_type": "instance", "key": key, "value": value}
        for key, value in tags.items()
    ]
