"""What programs are shown has exactly the keys of the contract, and nothing but JSON values."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.decide import Facts, decide
from chalicelib.core.keeps_billing import Held, Use
from chalicelib.core.model import Location, Mode
from chalicelib.core.wishes import Hold, Lease, Pause, Switches, Wishes
from chalicelib.entrypoints import views
from chalicelib.flows.assess import facts
from chalicelib.flows.events import Event, What
from chalicelib.flows.plans import Planned
from chalicelib.flows.wake import Granted
from tests.flows.stage import DEV, MONDAY, Desired, definition

LEASE = Lease(DEV.person, MONDAY + timedelta(hours=10), MONDAY, reason="load test", only=("nodes",))


def known(**other: object) -> Facts:
    return facts(definition(**other), Switches())  # type: ignore[arg-type]


def test_instants_are_utc_with_z_whatever_zone_they_come_in() -> None:
    dubai = datetime.fromisoformat("2027-03-08T16:00:00+04:00")
    view = views.granted_view(Granted("orders-qa", "dev1", dubai, MONDAY))
    assert view == {
        "environment": "orders-qa",
        "person": "dev1",
        "ready_at": "2027-03-08T12:00:00Z",
        "until": "2027-03-08T12:00:00Z",
        "sizes": {},
        "cost_per_hour": None,
        "full_cost_per_hour": None,
    }


def test_a_decision_shows_every_rule_that_spoke_and_one_winner() -> None:
    hold = Hold(Desired.DOWN, "ops1", "audit", MONDAY)
    decision = decide(definition(), Wishes(leases=(LEASE,), hold=hold), known(), MONDAY)
    view = views.decision_view("orders-qa", MONDAY, decision)
    assert (view["desired"], view["until"]) == ("down", None)
    assert [(rule["rule"], rule["wins"]) for rule in view["rules"]] == [
        ("hold", True),
        ("lease", False),
        ("window", False),
        ("default", False),
    ]
    assert view["rules"][0]["says"].startswith("down: ")
    assert view["because"] in view["rules"][0]["says"]


@pytest.mark.parametrize(
    ("wishes", "other", "rule"),
    [
        (Wishes(pause=Pause("ops1", "incident", MONDAY)), {}, "kill-switch"),
        (Wishes(), {"stage": "prod"}, "production"),
        (Wishes(), {"mode": Mode.OBSERVE}, "observe"),
        (Wishes(hold=Hold(Desired.UP, "ops1", "demo", MONDAY)), {}, "hold"),
        (Wishes(leases=(LEASE,)), {}, "lease"),
        (Wishes(), {}, "window"),
    ],
)
def test_the_winning_rule_is_the_one_that_decided(wishes: Wishes, other: dict[str, object], rule: str) -> None:
    decision = decide(definition(**other), wishes, known(**other), MONDAY)  # type: ignore[arg-type]
    view = views.decision_view("orders-qa", MONDAY, decision)
    assert [each["rule"] for each in view["rules"] if each["wins"]] == [rule] == [decision.rule]


def test_a_plan_keeps_what_is_unknown_null_and_every_cent_of_what_is_known() -> None:
    planned = Planned((("database",), ("nodes",)), (("search", ("database",)),), timedelta(minutes=9), timedelta())
    assert views.plan_view(planned) == {
        "waves": [["database"], ["nodes"]],
        "blocked": [{"resource": "search", "by": ["database"]}],
        "estimated_seconds": 540,
        "cost_per_hour": None,
        "without_database_seconds": 0,
        "ineligible": [],
        "on_request": [],
        "warnings": [],
        "keeps_billing": None,
        "notes": [],
    }
    priced = Planned((), (), timedelta(), timedelta(), Decimal("12.30"))
    assert views.plan_view(priced)["cost_per_hour"] == "12.30"


@pytest.mark.parametrize(("region", "monthly"), [("us-east-1", "32.85"), ("eu-central-1", None)])
def test_what_keeps_billing_has_a_price_or_null(region: str, monthly: str | None) -> None:
    place = Location("111122223333", region)
    held = Held(f"arn:aws:ec2:{region}:111122223333:natgateway/nat-1", "nat-1", place, (Use("nat-gateway"),))
    view = views.plan_view(Planned((), (), timedelta(), timedelta(), keeps_billing=(held,)))
    assert view["keeps_billing"] == [
        {
            "id": "nat-1",
            "title": "NAT gateway",
            "monthly": monthly,
            "currency": "USD",
            "because": "AWS has no stop for it; only deleting it ends its cost",
        }
    ]


def test_all_of_an_event_is_plain_json() -> None:
    event = Event(What.SEEN, "orders-qa", datetime(2027, 3, 8, tzinfo=UTC), "up", "nodes", "n-1", data={"now": "up"})
    assert json.loads(json.dumps(views.event_view(event))) == {
        "at": "2027-03-08T00:00:00Z",
        "what": "seen",
        "text": "up",
        "resource": "nodes",
        "id": "n-1",
        "actor": None,
        "data": {"now": "up"},
    }
