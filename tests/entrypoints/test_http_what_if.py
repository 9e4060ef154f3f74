"""What other capacity policies would have cost, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import wiring
from chalicelib.flows.people import Role
from tests.entrypoints.served import Served
from tests.flows.mixed_stage import POOLS, MixedStage, at

PATH = "/environments/orders-qa/capacity/what-if"


@pytest.fixture
def served() -> Iterator[Served]:
    """A group of ten with a mix and a month of prices, after an afternoon."""
    stage = MixedStage()
    for pool in POOLS:
        stage.cloud.past[pool] = [(stage.clock.now() - timedelta(days=40), "0.03")]
    stage.start()
    stage.run_until(at(stage, 16))
    yield Served(stage)
    wiring.use(None)


def asked(served: Served, *policies: str) -> dict[str, Any]:
    query = "&".join(f"policy={quote(policy)}" for policy in policies)
    document = served.answer("GET", f"{PATH}?{query}" if query else PATH)
    assert set(document) == {"environment", "currency", "from", "to", "groups", "notes"}
    return dict(document)


def test_a_document_has_the_promised_keys(served: Served) -> None:
    document = asked(served)
    assert (document["from"], document["to"]) == ("2027-02-06T16:00:00Z", "2027-03-08T16:00:00Z")
    (group,) = document["groups"]
    assert set(group) == {"resource", "id", "size", "hours", "pools", "not_priced", "policies"}
    assert (group["size"], group["hours"], group["not_priced"]) == (10, 248.0, [])
    assert group["pools"][0] == {"type": "m5.large", "zone": "eu-central-1a"}
    assert group["policies"][0] == {
        "policy": "present",
        "on_demand_base": 2,
        "spot_share": "0..75%",
        "prefer": "balanced",
        "cost": "143.84",
        "cost_per_hour": "0.5800",
        "difference": "0.00",
        "switches": 0,
        "because": None,
    }


def test_it_says_that_interruptions_are_not_in_the_history(served: Served) -> None:
    assert "not interruptions" in asked(served)["notes"][0]


def test_policies_of_a_person_come_after_the_present_one_and_none_at_all(served: Served) -> None:
    (group,) = asked(served, "spot_share=50%   prefer=steady", "on_demand_base=10")["groups"]
    assert [each["policy"] for each in group["policies"]][:4] == [
        "present",
        "all on-demand",
        "spot_share=50% prefer=steady",
        "on_demand_base=10",
    ]
    assert group["policies"][3]["cost"] == group["policies"][1]["cost"] == "248.00"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("policy=prefer%3Dfast", "policy.0: prefer cannot be fast; write cheapest, balanced or steady"),
        ("&".join(["policy=on_demand_base%3D1"] * 6), "policy: "),
        ("policies=x", "policies: is not known here; write one of resource, policy"),
    ],
)
def test_a_policy_that_cannot_be_read_says_what_to_write(served: Served, query: str, said: str) -> None:
    response = served.call("GET", f"{PATH}?{query}")
    assert response.status_code == 400
    assert response.json_body["detail"].startswith(said)


def test_a_resource_without_a_mix_is_refused(served: Served) -> None:
    assert served.call("GET", f"{PATH}?resource=database").status_code == 409
    assert len(served.answer("GET", f"{PATH}?resource=nodes")["groups"]) == 1


def test_whoever_may_read_may_ask(served: Served) -> None:
    assert served.answer("GET", PATH, role=Role.FINANCE)["currency"] == "USD"


def test_what_is_not_computable_is_null_and_says_why(served: Served) -> None:
    stage = served.stage
    assert isinstance(stage, MixedStage)
    stage.cloud.prices.clear()
    (group,) = asked(served)["groups"]
    assert {(each["cost"], each["difference"], each["because"]) for each in group["policies"]} == {
        (None, None, "AWS tells no spot prices of its pools")
    }
