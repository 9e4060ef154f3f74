"""What Terraform would put back, and only of what was found."""

from __future__ import annotations

from chalicelib.core.model import Observed, Sighting
from chalicelib.entrypoints.discovering.terraform import CHANGED, blocks, written
from chalicelib.kinds import kinds
from tests.fakes.cloud import HERE


def sighting(kind: str, id: str) -> Sighting:
    return Sighting(f"arn:{id}", id, kind, HERE, Observed.UP)


def test_every_kind_says_what_terraform_would_put_back() -> None:
    assert set(CHANGED) == set(kinds())


def test_every_kind_with_sizes_has_something_to_ignore() -> None:
    assert [kind.name for kind in kinds().values() if kind.sized and not CHANGED[kind.name]] == []


def test_the_lines_are_for_what_was_found_and_nothing_else() -> None:
    found = blocks(
        [sighting("auto-scaling-group", "b"), sighting("auto-scaling-group", "a"), sighting("rds-instance", "c")]
    )
    assert (
        written(found)
        == """\
# Terraform: what to ignore

If Terraform made these, add the lines before `mode: act`: else the next `terraform apply` undoes a rest.

## aws_autoscaling_group

For `a`, `b`:

```hcl
lifecycle {
  ignore_changes = [min_size, max_size, desired_capacity, suspended_processes]
}
```
"""
    )


def test_a_service_has_its_scaling_bounds_ignored_too() -> None:
    found = blocks([sighting("ecs-service", "shop/web")])
    assert [block.ignored.type for block in found] == ["aws_appautoscaling_target", "aws_ecs_service"]
    assert "## aws_appautoscaling_target, where the service has one" in written(found)


def test_an_alarm_may_be_of_either_type_and_that_is_said() -> None:
    text = written(blocks([sighting("cloudwatch-alarm", "a")]))
    assert "## aws_cloudwatch_metric_alarm, for those that are metric alarms" in text
    assert "## aws_cloudwatch_composite_alarm, for those that are composite alarms" in text


def test_nothing_to_ignore_gives_no_blocks() -> None:
    assert blocks([sighting("rds-cluster", "c")]) == ()
