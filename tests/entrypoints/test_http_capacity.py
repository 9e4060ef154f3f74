"""Capacity mixes over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.core.budget import Budget
from chalicelib.core.pools import Pool
from tests.entrypoints.served import Served
from tests.fakes.mixed_cloud import ZONES
from tests.flows.mixed_stage import POOLS, MixedStage, at, minutes
from tests.flows.twin_stage import TwinStage


@pytest.fixture
def stage() -> MixedStage:
    stage = MixedStage()
    stage.start()
    return stage


@pytest.fixture
def served(stage: MixedStage) -> Iterator[Served]:
    yield Served(stage)
    wiring.use(None)


def group(served: Served) -> dict[str, Any]:
    document = served.answer("GET", "/environments/orders-qa/capacity")
    assert set(document) == {"environment", "currency", "resources", "groups", "budget"}
    (only,) = document["groups"]
    return dict(only)


def test_a_mix_has_the_promised_keys(served: Served, stage: MixedStage) -> None:
    stage.run_for(minutes(120))
    shown = group(served)
    assert (shown["now"], shown["wanted"]) == ({"on_demand": 4, "spot": 6}, {"on_demand": 4, "spot": 6})
    assert shown["saving_per_hour"] == "0.4200"
    assert {pool["state"] for pool in shown["pools"]} <= {"in use", "free"}
    assert {pool["price"] for pool in shown["pools"]} == {"0.03"}
    assert "in m" in shown["because"]


def test_a_pool_on_hold_says_until_when(served: Served, stage: MixedStage) -> None:
    stage.run_until(at(stage, 14))
    stage.cloud.takes_back(POOLS[0])
    stage.hear_interruption()
    stage.run_for(minutes(1))
    held = [pool for pool in group(served)["pools"] if pool["state"] == "on hold"]
    assert [(pool["type"], pool["zone"]) for pool in held] == [(POOLS[0].instance_type, POOLS[0].zone)]
    assert held[0]["until"].endswith("Z")


def test_a_group_asleep_has_no_mix(served: Served, stage: MixedStage) -> None:
    stage.run_until(at(stage, 22))
    assert group(served)["now"] == {"on_demand": 0, "spot": 0}


def test_a_price_that_is_not_known_is_null(served: Served, stage: MixedStage) -> None:
    stage.cloud.on_demand = None
    stage.run_for(minutes(30))
    assert group(served)["saving_per_hour"] is None


def test_few_pools_are_told_with_types_that_would_help(served: Served, stage: MixedStage) -> None:
    stage.run_for(minutes(30))
    assert [each["type"] for each in group(served)["types_that_would_help"]] == ["m5a.large", "m5n.large", "m5d.large"]


def test_types_that_would_help_are_told_with_the_least_their_spot_costs(served: Served, stage: MixedStage) -> None:
    stage.cloud.prices |= {
        Pool("m5a.large", zone): price for zone, price in zip(ZONES, ("0.031", "0.029"), strict=True)
    }
    stage.run_for(minutes(30))
    assert group(served)["types_that_would_help"][0] == {"type": "m5a.large", "price": "0.029"}


def test_a_group_that_can_have_no_mix_says_why(served: Served, stage: MixedStage) -> None:
    del stage.cloud.things[stage.arn].fields["LaunchTemplate"]
    stage.run_for(minutes(30))
    assert "no launch template" in group(served)["because"]


def test_twins_are_one_group_of_both_ids() -> None:
    twins = TwinStage()
    twins.start()
    twins.run_for(minutes(30))
    shown = group(Served(twins))
    wiring.use(None)
    assert shown["id"] == "shop/on-demand and shop/spot"
    assert (shown["now"], shown["wanted"]) == ({"on_demand": 4, "spot": 6}, {"on_demand": 4, "spot": 6})
    assert shown["saving_per_hour"] == "0.4200"


def test_each_switch_is_shown_with_what_it_changed_in_the_price(served: Served, stage: MixedStage) -> None:
    stage.run_for(minutes(120))
    first, *_ = group(served)["switches"]
    assert set(first) == {"at", "from", "to", "price_difference", "because"}
    assert first["from"] == {"on_demand": 10, "spot": 0}
    assert Decimal(first["price_difference"]) == Decimal("-0.07") * first["to"]["spot"]


def test_the_price_difference_of_a_switch_is_null_where_it_was_not_known(served: Served, stage: MixedStage) -> None:
    stage.cloud.on_demand = None
    stage.run_for(minutes(30))
    assert {switch["price_difference"] for switch in group(served)["switches"]} == {None}


def test_a_switch_is_in_the_journal_for_whoever_reads_it(served: Served, stage: MixedStage) -> None:
    stage.run_for(minutes(30))
    journal = served.answer("GET", "/environments/orders-qa/journal")
    (first, *_) = [event for event in journal if event["what"] == "remixed"]
    assert {"on_demand_before", "spot_before", "on_demand", "spot", "price_difference"} == set(first["data"])
    assert first["text"]


def test_what_has_a_mix_in_its_file_is_named_before_it_was_seen(served: Served, stage: MixedStage) -> None:
    document = served.answer("GET", "/environments/orders-qa/capacity")
    assert (document["resources"], document["groups"]) == (["nodes"], [])


def budget(served: Served) -> dict[str, Any]:
    return dict(served.answer("GET", "/environments/orders-qa/capacity")["budget"])


def test_a_budget_is_shown_with_what_was_counted_and_how_fast_it_burns(served: Served, stage: MixedStage) -> None:
    assert served.answer("GET", "/environments/orders-qa/capacity")["budget"] is None
    stage.start(windows="24/7", budget=Budget(Decimal(10)))
    stage.run_for(minutes(60 * 24))
    shown = budget(served)
    assert (shown["monthly"], shown["currency"], shown["ineffective"]) == ("10", "USD", None)
    assert Decimal(shown["spent"]) > 10
    assert Decimal(shown["burn_rate"]) > 4
    assert (shown["raises_spot"], shown["not_counted"]) == (True, [])
    assert shown["since"].startswith("2027-03-08T12:0")


def test_a_budget_of_which_nothing_was_counted_yet_shows_null(served: Served, stage: MixedStage) -> None:
    stage.start(budget=Budget(Decimal("10.50"), "EUR"))
    stage.run_for(minutes(30))
    shown = budget(served)
    assert (shown["monthly"], shown["spent"], shown["burn_rate"], shown["since"]) == ("10.50", None, None, None)
    assert shown["ineffective"] == "it is in EUR, and prices are known in USD only"
