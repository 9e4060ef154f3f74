"""Money before anything is switched on, from what AWS shows now. March 2027 has 744 hours, 276 of them in windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from chalicelib.core.model import Definition, Mode, Resource
from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.commitments import Commitment, SavingsPlan
from chalicelib.core.money.declaring import Declared
from chalicelib.core.money.foreseeing import Foreseen
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Span
from chalicelib.core.windows import parse_window
from chalicelib.flows.applied_use import foresight_of, foresights_of
from chalicelib.flows.beside import Beside
from chalicelib.flows.errors import ForbiddenError, UnknownError
from chalicelib.flows.foresight import NO_TIME, UNKNOWN_COMMITMENTS, Foresight, Wanted, foresights
from chalicelib.flows.keeping_billing import asked_once
from chalicelib.flows.live_use import Asking
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.ports import Refusal
from tests.fakes.rates import MemoryRates
from tests.flows.stage import DEV, NODES, OPERATOR, Stage, definition

MARCH = "2027-03"
UP, ALL = 23 * 12, 744
MEMBER = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
SQL = "rds:eu-central-1:db.m5.large:postgres:none:single-az"
DISK = "keep:eu-central-1:ebs.gp3.gb"
LISTED = {MEMBER: "0.10", SQL: "0.20", DISK: "0.0001"}
MACHINE = Resource("machine", "ec2-instance", ids=("i-1",))
DATABASE = Resource("database", "rds-instance", ids=("orders-db",))
GROUP_COSTS, DATABASE_COSTS = Decimal("0.30"), Decimal("0.20")
CLASS: dict[str, Any] = {"DBInstanceClass": "db.m5.large"}
TYPE: dict[str, Any] = {"InstanceType": "m5.large", "UsageOperation": "RunInstances"}

PLAN = SavingsPlan(
    "sp-1",
    Decimal("0.219"),
    Decimal("0.27"),
    ("ec2:*:on-demand",),
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2028, 1, 1, tzinfo=UTC),
)


def rates() -> MemoryRates:
    return MemoryRates(Rate(key, Decimal(usd), "a list of ours", date(2027, 1, 1)) for key, usd in LISTED.items())


def looked(
    stage: Stage,
    *definitions: Definition,
    commitments: Sequence[Commitment] | None = (),
    until: timedelta = timedelta(minutes=1),
) -> tuple[Foresight, ...]:
    """As with keys alone: nobody knows owners, or the past."""
    ends = stage.clock.elapsed() + until
    asking = Asking(stage.world, ends, asked_once(stage.world, ends), lambda arn: None)
    return foresights(asking, rates(), [Wanted(each) for each in definitions], MARCH, commitments)


def money(stage: Stage, wanted: Definition, commitments: Sequence[Commitment] | None = ()) -> Foreseen:
    (found,) = looked(stage, wanted, commitments=commitments)
    assert found.money is not None
    return found.money


def orders(**other: object) -> Definition:
    return definition(DATABASE, NODES, ready_by_opening=False, **other)  # type: ignore[arg-type]


@pytest.fixture
def stage() -> Stage:
    """A database and a group of three, both up; nothing is applied."""
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", **CLASS)
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(2, 6, 3))
    return stage


def usd(hours: int, hourly: Decimal) -> Decimal:
    return (hours * hourly).quantize(Decimal("0.01"))


# What it costs


def test_what_runs_now_would_cost_that_all_month_and_will_cost_it_in_windows(stage: Stage) -> None:
    found = money(stage, orders())
    hourly = GROUP_COSTS + DATABASE_COSTS
    assert (found.would_have, found.will) == (usd(ALL, hourly), usd(UP, hourly))
    assert (found.high, found.low, found.floor) == (usd(ALL - UP, hourly), usd(ALL - UP, hourly), None)
    assert (found.bases, found.provisional, found.unknown) == ((Basis.CEILING,), True, ())


def test_what_the_file_declares_is_the_baseline(stage: Stage) -> None:
    declared = Declared((parse_window("mon-fri 06:00-22:00"),))
    found = money(stage, orders(baseline=declared))
    assert (found.bases, found.floor) == ((Basis.DECLARED,), usd(23 * 4, GROUP_COSTS + DATABASE_COSTS))


def test_an_environment_in_observe_mode_is_counted_as_if_it_acted(stage: Stage) -> None:
    assert money(stage, orders(mode=Mode.OBSERVE)) == money(stage, orders())


def test_what_commitments_pay_for_is_taken_off_the_low_end_for_all_environments_together(stage: Stage) -> None:
    found = money(stage, orders(), [PLAN])
    assert found.covered == usd(ALL - UP, GROUP_COSTS)
    assert found.low == usd(ALL - UP, DATABASE_COSTS)


def test_where_nobody_knows_commitments_there_is_no_low_end_and_that_is_said(stage: Stage) -> None:
    (found,) = looked(stage, orders(), commitments=None)
    assert found.money is not None
    assert (found.money.low, found.notes) == (None, (UNKNOWN_COMMITMENTS,))


def test_what_is_spared_is_in_no_figure(stage: Stage) -> None:
    stage.cloud.things.clear()
    stage.cloud.add("ec2-instance", "i-1", **TYPE, tags={"curfew:never": "yes"})
    (found,) = looked(stage, definition(MACHINE))
    assert found.money is not None
    assert found.money.would_have == 0
    assert found.notes == ("machine: 1 left alone, and in no figure: tagged curfew:never",)


def test_what_keeps_billing_bills_all_month(stage: Stage) -> None:
    volume = {"VolumeId": "vol-1", "VolumeType": "gp3", "Size": 100, "Attachments": [{"InstanceId": "i-1"}]}
    stage.cloud.answers["DescribeVolumes"] = {"Volumes": [volume]}
    stage.cloud.add("ec2-instance", "i-1", **TYPE)
    found = money(stage, definition(MACHINE))
    assert (found.keeps, found.keeps_unknown) == (Decimal("7.44"), ())


def test_what_keeps_billing_and_has_no_price_is_listed(stage: Stage) -> None:
    stage.cloud.add("rds-instance", "more", AllocatedStorage=100, StorageType="gp2", **CLASS)
    found = money(stage, definition(Resource("database", "rds-instance", ids=("more",))))
    lacking = ("RDS storage", "keep:eu-central-1:rds.postgres.single-az.gp2.gb")
    assert (found.keeps, found.keeps_unknown) == (Decimal(0), (lacking,))


def test_on_a_month_in_which_clocks_change_the_hours_are_true_ones(stage: Stage) -> None:
    berlin = orders(uptime=(replace(definition().uptime[0], timezone="Europe/Berlin"),))
    assert money(stage, berlin).would_have == usd(743, GROUP_COSTS + DATABASE_COSTS)


# What is at rest now


def test_a_database_and_an_instance_at_rest_cost_what_they_draw_when_up() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", up=False, **CLASS)
    stage.cloud.add("ec2-instance", "i-1", up=False, **TYPE)
    found = money(stage, definition(DATABASE, MACHINE))
    assert (found.would_have, found.unknown) == (usd(ALL, DATABASE_COSTS + Decimal("0.10")), ())


def test_the_size_of_a_group_at_rest_is_not_known_and_it_is_listed() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", **CLASS)
    stage.cloud.add("auto-scaling-group", "orders-nodes", up=False)
    found = money(stage, orders())
    assert found.unknown == (("nodes", "what it draws while up, for it is at rest: orders-nodes"),)
    assert found.would_have == usd(ALL, DATABASE_COSTS)


def test_the_service_knows_of_a_group_at_rest_what_it_drew_before(stage: Stage) -> None:
    stage.apply(orders())
    stage.run_for(timedelta(hours=10))
    found = foresight_of(stage.world, rates(), "orders-qa", MARCH).money
    assert found is not None
    assert (found.unknown, found.would_have) == ((), usd(ALL, GROUP_COSTS + DATABASE_COSTS))


# What the service has seen


def test_hours_that_somebody_stopped_it_in_are_not_claimed_once_four_weeks_were_observed() -> None:
    """Observed while another scheduler keeps it up from 08:00 to 20:00 on each day, weekends too."""
    stage = Stage()
    database = stage.cloud.add("rds-instance", "orders-db", **CLASS)
    stage.apply(definition(DATABASE, mode=Mode.OBSERVE, ready_by_opening=False))
    for _ in range(30):
        stage.run_for(timedelta(hours=8))
        stage.cloud.move(database, up=False)
        stage.run_for(timedelta(hours=12))
        stage.cloud.move(database, up=True)
        stage.run_for(timedelta(hours=4))
    found = foresight_of(stage.world, rates(), "orders-qa", MARCH).money
    assert found is not None
    assert (found.bases, found.provisional) == ((Basis.OBSERVED,), False)
    assert found.floor == pytest.approx(usd(8 * 12, DATABASE_COSTS), abs=Decimal("0.60"))


def test_what_a_bill_told_and_somebody_kept_is_observed_too(stage: Stage) -> None:
    stage.apply(orders())
    stage.run_for(timedelta(minutes=5))
    began, ends = stage.clock.now() - timedelta(days=40), stage.clock.now() - timedelta(days=5)
    half = tuple(
        Baseline("orders-qa", key, arn, Basis.OBSERVED, (Decimal("0.5"),) * 168, (), 35)
        for arn, key in ((state.arn, state.key) for state in stage.store.kept["orders-qa"].states.values())
    )
    stage.store.keep_past("orders-qa", Past(Origin.TOLD, half, began, ends, "UTC", "a bill", ends, "ada"))
    found = foresight_of(stage.world, rates(), "orders-qa", MARCH).money
    assert found is not None
    assert (found.bases, found.provisional) == ((Basis.OBSERVED,), False)
    assert found.would_have == usd(ALL, (GROUP_COSTS + DATABASE_COSTS) / 2)


def test_what_another_environment_owns_is_in_no_figure_of_a_file(stage: Stage) -> None:
    stage.apply(orders())
    stage.run_for(timedelta(minutes=5))
    other = orders(environment="orders-dev")
    (found,) = foresights_of(stage.world, rates(), OPERATOR, [other], MARCH)
    assert found.money is not None
    assert found.money.would_have == 0
    assert "database: 1 left alone, and in no figure: owned by orders-qa" in found.notes


class Told:
    """A ledger to which AWS told of one commitment, and refused another."""

    def __init__(self, *commitments: Commitment) -> None:
        self.commitments = commitments

    def beside(self, month: str) -> Beside:
        return Beside(self.commitments, unknown=("AWS does not tell reserved nodes",))

    def spans(self, month: str, name: str) -> Iterable[Span]:
        return ()


def test_what_files_declare_counts_before_what_the_service_was_told_and_what_nobody_told_is_noted(stage: Stage) -> None:
    world = replace(stage.world, ledger=Told(replace(PLAN, usd_per_hour=Decimal("0.001"))))
    covered = []
    for given in ((), (PLAN,), (replace(PLAN, ends=PLAN.begins),)):
        (found,) = foresights_of(world, rates(), OPERATOR, [orders()], MARCH, given)
        assert found.money is not None
        assert "AWS does not tell reserved nodes" in found.notes
        covered.append(found.money.covered)
    told, said, over = covered
    assert (said, over) == (usd(ALL - UP, GROUP_COSTS), Decimal(0))
    assert 0 < (told or 0) < (said or 0)


def test_what_files_select_is_for_operators_to_look_at(stage: Stage) -> None:
    with pytest.raises(ForbiddenError):
        foresights_of(stage.world, rates(), DEV, [orders()], MARCH)


def test_a_name_that_nobody_knows_is_told_with_the_nearest(stage: Stage) -> None:
    stage.apply(orders())
    with pytest.raises(UnknownError, match="did you mean orders-qa"):
        foresight_of(stage.world, rates(), "orders-qs", MARCH)


def test_nothing_is_stored_or_changed(stage: Stage) -> None:
    foresights_of(stage.world, rates(), OPERATOR, [orders()], MARCH)
    assert (stage.store.names(), stage.cloud.made, stage.store.events) == ((), [], {})


# What AWS does not show


def test_what_cannot_be_looked_at_is_told_and_in_no_figure(stage: Stage) -> None:
    stage.cloud.refusals["DescribeAutoScalingGroups"] = Refusal("AccessDenied", "not authorized")
    (found,) = looked(stage, orders())
    assert found.money is not None
    (unseen,) = found.unseen
    assert unseen == "cannot be looked at in 111122223333/eu-central-1: AccessDenied: not authorized"
    assert (found.money.unknown, found.money.would_have) == ((("nodes", unseen),), usd(ALL, DATABASE_COSTS))


def test_what_matches_nothing_is_told(stage: Stage) -> None:
    stage.cloud.remove(next(arn for arn in stage.cloud.things if ":db:" in arn))
    (found,) = looked(stage, orders())
    assert "database matches nothing: no rds-instance is called orders-db; correct it" in found.notes


def test_what_there_is_no_time_for_says_so_and_claims_nothing(stage: Stage) -> None:
    look = stage.cloud.look

    def slower(*asked: object) -> object:
        stage.clock.advance(timedelta(seconds=40))
        return partial(look, *asked)()  # type: ignore[arg-type]

    stage.cloud.look = slower  # type: ignore[method-assign, assignment]
    one, other = looked(stage, orders(), orders(environment="orders-dev"))
    assert one.money is not None
    assert (other.money, other.notes) == (None, (NO_TIME,))


def test_spot_is_counted_at_on_demand_prices_and_that_is_said(stage: Stage) -> None:
    group = next(thing for thing in stage.cloud.things.values() if thing.kind == "auto-scaling-group")
    group.fields["Member"] = {"InstanceLifecycle": "spot", "Placement": {"AvailabilityZone": "eu-central-1a"}}
    (found,) = looked(stage, orders())
    assert found.money is not None
    assert found.money.would_have == usd(ALL, GROUP_COSTS + DATABASE_COSTS)
    assert "nodes: on spot now, counted at on-demand prices, as in reports" in found.notes
