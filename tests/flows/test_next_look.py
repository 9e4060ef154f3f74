"""When the next look comes after a pass."""

from datetime import timedelta

from chalicelib.core.due import SOONEST
from chalicelib.core.model import Resource
from tests.flows.stage import MONDAY, Stage, definition


def test_a_pass_that_made_as_many_changes_as_it_may_is_followed_by_the_next_in_half_a_minute() -> None:
    stage = Stage()
    for number in range(4):
        stage.cloud.add("ec2-instance", f"i-{number}")
    servers = Resource("servers", "ec2-instance", ids=tuple(f"i-{number}" for number in range(4)))
    stage.apply(definition(servers, most_changes_per_pass=2))
    closing = MONDAY.replace(hour=20)
    stage.run_until(closing + SOONEST - timedelta(seconds=1))
    assert stage.cloud.calls["StopInstances"] == 1
    stage.run_until(closing + SOONEST)
    assert stage.cloud.calls["StopInstances"] == 2
