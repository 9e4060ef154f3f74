"""Every place where moto's insides are replaced, checked with moto 5.2.5; undone when the context ends.

Why here and not in moto's own hooks: its `set_transition` has no effect on EC2, RDS and Auto Scaling, which
change state instantly; and nothing lets a test refuse, count or time a request.

- `BaseResponse._dispatch`, `get_current_account`: every request passes the gate; an access key of twelve
  digits is an account.
- `COMMON_ERROR_CODES`: moto warns of codes that botocore's models leave out, though every service gives them.
- EC2: see compute_patches.py.
- RDS: see database_patches.py.
- Auto Scaling: see group_patches.py.
- EKS: see node_group_patches.py. Spot prices: see spot_patches.py.
- `utcnow` of three modules: creation times come from the simulated clock. Not that of `sts`: botocore
  compares the end of credentials with the real clock.
- `unix_time`, `unix_time_millis` of SQS: delays and visibility run on the simulated clock.
- `DynamoDBBackend.transact_write_items`, `Item.__deepcopy__`, `Table.query`: a transaction copies what it touches,
  not the table (transactions.py), and a query sorts what it asks for (queries.py).
- ECS, Application Auto Scaling, Redshift, CloudWatch: see ecs_patches.py, redshift.py, alarms.py.
- CloudTrail, Systems Manager, CodeBuild, figures of CloudWatch: see trail.py, maintenance_windows.py, signs_of_use.py.
- Spot requests and prices, types by their requirements: see spot_patches.py, instance_requirements.py.
- Reservations: see commitments.py.
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

from chalicelib.local import refusals
from chalicelib.local.alarms import alarm_patches
from chalicelib.local.commitments import reservation_patches
from chalicelib.local.compute import Compute
from chalicelib.local.compute_patches import compute_patches
from chalicelib.local.database_patches import database_patches
from chalicelib.local.databases import Databases
from chalicelib.local.ecs_patches import ecs_patches
from chalicelib.local.gate import Gate, account_of
from chalicelib.local.group_patches import group_patches
from chalicelib.local.instance_requirements import requirement_patches
from chalicelib.local.maintenance_windows import window_patches
from chalicelib.local.queries import narrowly
from chalicelib.local.redshift import redshift_patches
from chalicelib.local.shortcuts import shortcuts
from chalicelib.local.signs_of_use import Figures, use_patches
from chalicelib.local.simulated_policies import policy_patches
from chalicelib.local.spot_patches import spot_patches
from chalicelib.local.spot_service import SpotService
from chalicelib.local.trail import trail_patches
from chalicelib.local.transactions import cheaply, copied
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]


@contextmanager
def patched(world: World, gate: Gate, figures: Figures) -> Iterator[SpotService]:
    """Within it moto's services live in `world`; afterwards moto is as it was. Yields what takes spot back."""
    compute, spot = Compute(world), SpotService(world)
    patches = [
        *_request_patches(gate),
        *_clock_patches(world),
        *compute_patches(compute),
        *database_patches(Databases(world)),
        *_dynamodb_patches(),
        *group_patches(world, compute, spot),
        *spot_patches(world),
        *requirement_patches(),
        *policy_patches(),
        *ecs_patches(world, spot),
        *redshift_patches(world),
        *alarm_patches(world),
        *trail_patches(world, gate.trail),
        *window_patches(world),
        *use_patches(world, figures),
        *reservation_patches(),
        *shortcuts(),
    ]
    undo = [_apply(patch) for patch in patches]
    try:
        yield spot
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
