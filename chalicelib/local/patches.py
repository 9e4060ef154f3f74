"""Every place where moto's insides are replaced, checked with moto 5.2.5; undone when the context ends.

Why here and not in moto's own hooks: its `set_transition` has no effect on EC2, RDS and Auto Scaling, which
change state instantly; and nothing lets a test refuse, count or time a request.

- `BaseResponse._dispatch`, `get_current_account`: every request passes the gate; an access key of twelve
  digits is an account.
- `COMMON_ERROR_CODES`: moto warns of codes that botocore's models leave out, though every service gives them.
- `InstanceBackend.run_instances/start_instances/stop_instances`, `Instance.terminate`, and the two status
  properties: EC2 takes its time.
- `InstanceResponse.describe_instances/run_instances`, `Instance.get_tags`: the same answers, fast. moto looks
  through all tags of a Region for each instance, and through 70 names for each of its members.
- `RDSBackend.start_* / stop_*`: databases take their time.
- `FakeAutoScalingGroup.update/set_desired_capacity`, `AutoScalingBackend.resume_processes` and friends:
  groups take their time. moto's `update` also forgets the mixed instances policy, and its counts lose
  fractions.
- `utcnow` of three modules: creation times come from the simulated clock. Not that of `sts`: botocore
  compares the end of credentials with the real clock.
- `unix_time`, `unix_time_millis` of SQS: delays and visibility run on the simulated clock.
- `DynamoDBBackend.transact_write_items`, `Item.__deepcopy__`, `Table.query`: a transaction copies what it touches,
  not the table (transactions.py), and a query sorts what it asks for (queries.py).
- What shortcuts.py lists: the same answers, sooner.
- `AmiBackend._load_amis`: the 1,300 public images cost a second per account and Region.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import moto.autoscaling.models as autoscaling
import moto.dynamodb.models as dynamodb
import moto.ec2.models.instances as ec2
import moto.rds.models as rds
import moto.sqs.models as sqs
from moto.core import errors
from moto.core.base_backend import BackendDict
from moto.core.responses import BaseResponse
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.ec2.models.amis import AmiBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.rds.exceptions import DBClusterNotFoundError

from chalicelib.local import refusals
from chalicelib.local.compute import Compute
from chalicelib.local.databases import Databases
from chalicelib.local.descriptions import described_instances, launched_instances
from chalicelib.local.gate import Gate, account_of
from chalicelib.local.groups import Groups
from chalicelib.local.queries import narrowly
from chalicelib.local.shortcuts import shortcuts
from chalicelib.local.transactions import cheaply, copied
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]
GROUP_NAME_TAG = autoscaling.ASG_NAME_TAG


@contextmanager
def patched(world: World, gate: Gate) -> Iterator[None]:
    """Within it moto's services live in `world`; afterwards moto is as it was."""
    compute = Compute(world)
    groups = Groups(world, partial(_launch_members, compute, ec2.InstanceBackend.run_instances))
    compute.watch(groups.instance_changed)
    patches = [
        *_request_patches(gate),
        *_clock_patches(world),
        *_ec2_patches(compute),
        *_rds_patches(Databases(world)),
        *_dynamodb_patches(),
        *_group_patches(groups),
        *shortcuts(),
    ]
    undo = [_apply(patch) for patch in patches]
    try:
        yield
    finally:
        for step in reversed(undo):
            step()


def forget_everything() -> None:
    """moto has no resources in any account.

    Its own reset makes some backends anew, with ids that no seed determines, while it clears others; so what
    was in use is cleared once more.
    """
    in_use: list[Any] = list(vars(BackendDict)["_instances"])
    BackendDict.reset()
    for backends in in_use:
        backends.clear()


def _apply(patch: Patch) -> Callable[[], None]:
    owner, name, replacement = patch
    if name not in vars(owner):
        setattr(owner, name, replacement)
        return partial(delattr, owner, name)
    original = vars(owner)[name]
    setattr(owner, name, replacement)
    return partial(setattr, owner, name, original)


def _request_patches(gate: Gate) -> Iterator[Patch]:
    account_from_keys = BaseResponse.get_current_account

    def dispatch(self: Any, request: Any, full_url: str | None = None, headers: Any = None) -> Any:
        self.setup_class(request, full_url, headers)
        return gate.answer(self, self.call_action)

    def get_current_account(self: Any) -> str:
        return account_of(self.headers) or account_from_keys(self)

    yield BaseResponse, "_dispatch", dispatch
    yield BaseResponse, "get_current_account", get_current_account
    yield errors, "COMMON_ERROR_CODES", [*errors.COMMON_ERROR_CODES, *refusals.COMMON_CODES]


def _clock_patches(world: World) -> Iterator[Patch]:
    for module in (ec2, rds, autoscaling):
        yield module, "utcnow", lambda: world.now().replace(tzinfo=None)
    yield sqs, "unix_time", lambda: world.now().timestamp()
    yield sqs, "unix_time_millis", lambda: world.now().timestamp() * 1000
    yield AmiBackend, "_load_amis", lambda self: None


def _dynamodb_patches() -> Iterator[Patch]:
    backend = dynamodb.DynamoDBBackend
    yield backend, "transact_write_items", cheaply(backend.transact_write_items)
    yield Item, "__deepcopy__", lambda self, memo: copied(self)
    yield Table, "query", narrowly(Table.query)


def _ec2_patches(compute: Compute) -> Iterator[Patch]:
    run, describe = ec2.InstanceBackend.run_instances, InstanceResponse.describe_instances
    run_response, terminate = InstanceResponse.run_instances, ec2.Instance.terminate
    start, stop = ec2.Instance.start, ec2.Instance.stop

    def start_instances(self: Any, instance_ids: list[str]) -> Any:
        return compute.start(self.get_multi_instances_by_id(instance_ids), start)

    def stop_instances(self: Any, instance_ids: list[str]) -> Any:
        return compute.stop(self.get_multi_instances_by_id(instance_ids), stop)

    def describe_instances(self: Any) -> str:
        answer: Any = describe(self).result
        return described_instances(answer["Reservations"], answer["NextToken"])

    yield ec2.InstanceBackend, "run_instances", lambda *a, **k: compute.launch(partial(run, *a, **k))
    yield ec2.InstanceBackend, "start_instances", start_instances
    yield ec2.InstanceBackend, "stop_instances", stop_instances
    yield ec2.Instance, "terminate", lambda self: compute.terminate(self, terminate)
    yield ec2.Instance, "instance_status", property(lambda self: _check(compute.checks(self)))
    yield ec2.Instance, "system_status", property(lambda self: _check(compute.checks(self)))
    yield ec2.Instance, "get_tags", _tags
    yield InstanceResponse, "describe_instances", describe_instances
    yield InstanceResponse, "run_instances", lambda self: launched_instances(run_response(self).result)


def _check(verdict: str) -> dict[str, Any]:
    """A status check in moto's words; only instances that run have details."""
    details = {"ok": "passed", "initializing": "initializing", "impaired": "failed"}
    if verdict not in details:
        return {"Status": verdict}
    return {"Status": verdict, "Details": [{"Name": "reachability", "Status": details[verdict]}]}


def _tags(instance: Any) -> list[dict[str, str]]:
    tags = instance.ec2_backend.tags.get(instance.id, {})
    return [
        {"resource_id": instance.id, "resource_type": "instance", "key": key, "value": value}
        for key, value in tags.items()
    ]


def _rds_patches(databases: Databases) -> Iterator[Patch]:
    def stop_instance(self: Any, db_instance_identifier: str, db_snapshot_identifier: str | None = None) -> Any:
        return databases.stop_instance(self.describe_db_instances(db_instance_identifier)[0])

    def start_instance(self: Any, db_instance_identifier: str) -> Any:
        return databases.start_instance(self.describe_db_instances(db_instance_identifier)[0])

    yield rds.RDSBackend, "stop_db_instance", stop_instance
    yield rds.RDSBackend, "start_db_instance", start_instance
    yield (
        rds.RDSBackend,
        "stop_db_cluster",
        lambda self, cluster_identifier: databases.stop_cluster(_cluster(self, cluster_identifier)),
    )
    yield (
        rds.RDSBackend,
        "start_db_cluster",
        lambda self, cluster_identifier: databases.start_cluster(_cluster(self, cluster_identifier)),
    )


def _cluster(backend: Any, identifier: str) -> Any:
    if identifier not in backend.clusters:
        raise DBClusterNotFoundError(identifier)
    return backend.clusters[identifier]


def _group_patches(groups: Groups) -> Iterator[Patch]:
    backend, group = autoscaling.AutoScalingBackend, autoscaling.FakeAutoScalingGroup
    update, resume, delete = group.update, backend.resume_processes, backend.delete_auto_scaling_group

    def resume_processes(self: Any, group_name: str, scaling_processes: list[str]) -> None:
        resume(self, group_name, scaling_processes)
        groups.converge(self.autoscaling_groups[group_name])

    def delete_group(self: Any, group_name: str) -> None:
        groups.empty(self.autoscaling_groups[group_name])
        delete(self, group_name)

    yield group, "update", lambda self, **changes: groups.update(self, update, changes)
    yield group, "set_desired_capacity", lambda self, new_capacity: groups.resize(self, new_capacity)
    yield backend, "resume_processes", resume_processes
    yield backend, "delete_auto_scaling_group", delete_group
    yield backend, "notify_terminate_instances", lambda self, instance_ids: None


def _launch_members(
    compute: Compute,
    run: Callable[..., Any],
    group: Any,
    count: int,
    instance_type: str,
    subnet: str | None,
    lifecycle: str | None,
) -> list[Any]:
    """New members of `group`, as moto keeps them, not yet listed by it."""
    template = group.ec2_launch_template
    launch = partial(
        run,
        group.ec2_backend,
        group.image_id,
        count,
        group.user_data,
        group.security_groups,
        instance_type=instance_type,
        region_name=group.region,
        tags={"instance": {**group.get_propagated_tags(), **group.instance_tags, GROUP_NAME_TAG: group.name}},
        launch_config=group.launch_config,
        launch_template={"LaunchTemplateId": template.id} if template else None,
        is_instance_type_default=False,
        lifecycle=lifecycle,
        **({"subnet_id": subnet} if subnet else {"placement": group.availability_zones[0]}),
    )
    reservation = compute.launch(launch, group)
    protected = group.new_instances_protected_from_scale_in
    return [
        autoscaling.InstanceState(instance, protected_from_scale_in=protected) for instance in reservation.instances
    ]
