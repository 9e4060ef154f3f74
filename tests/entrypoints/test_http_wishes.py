"""Wishes over HTTP: what people ask for reaches the environment, with the keys of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.core.model import Desired
from chalicelib.flows.people import Role
from tests.entrypoints.served import Served
from tests.flows.stage import MONDAY

ORDERS = "/environments/orders-qa"


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.orders()
    yield served
    wiring.use(None)


def test_a_wake_answers_when_it_is_ready_and_when_asleep_again(served: Served) -> None:
    response = served.call("POST", f"{ORDERS}/leases", {"for": "3h", "reason": "load test"}, Role.DEVELOPER)
    assert response.status_code == 201
    granted = response.json_body
    assert granted["person"] == "dev1"
    assert (granted["sizes"], granted["cost_per_hour"], granted["full_cost_per_hour"]) == ({}, None, None)
    (lease,) = served.answer("GET", ORDERS)["leases"]
    assert lease == {
        "person": "dev1",
        "until": granted["until"],
        "granted_at": "2027-03-08T12:00:00Z",
        "desired": "up",
        "reason": "load test",
        "only": [],
        "sizes": {},
    }


def test_a_light_wake_answers_how_many_of_how_many_and_its_lease_says_so(served: Served) -> None:
    served.stage.run_until(MONDAY.replace(hour=21))
    granted = served.answer("POST", f"{ORDERS}/leases", {"sizes": {"nodes": 4}})
    assert granted["sizes"] == {"nodes": {"size": 4, "full": 30}}
    served.stage.run_for(timedelta(minutes=30))
    status = served.answer("GET", ORDERS)
    assert [lease["sizes"] for lease in status["leases"]] == [{"nodes": 4}]
    assert [resource["size"] for resource in status["resources"]] == [None, {"now": 4, "wanted": 4, "full": 30}]


def test_a_late_retry_with_the_same_key_does_not_revive_a_released_lease(served: Served) -> None:
    key = {"Idempotency-Key": "a2b0"}
    first = served.call("POST", f"{ORDERS}/leases", {"for": "1h"}, Role.DEVELOPER, key)
    assert served.answer("DELETE", f"{ORDERS}/leases", role=Role.DEVELOPER) == {"released": True}
    again = served.call("POST", f"{ORDERS}/leases", {"for": "1h"}, Role.DEVELOPER, key)
    assert (again.status_code, again.json_body["until"]) == (201, first.json_body["until"])
    assert served.answer("GET", ORDERS)["leases"] == []


def test_two_people_may_use_the_same_key(served: Served) -> None:
    key = {"Idempotency-Key": "a2b0"}
    served.call("POST", f"{ORDERS}/leases", {"for": "1h"}, Role.DEVELOPER, key)
    served.call("POST", f"{ORDERS}/leases", {"for": "1h"}, Role.OPERATOR, key)
    assert {lease["person"] for lease in served.answer("GET", ORDERS)["leases"]} == {"dev1", "ops1"}


def test_an_extension_ends_at_the_instant_asked_for(served: Served) -> None:
    served.answer("POST", f"{ORDERS}/leases", {"for": "1h"})
    granted = served.answer("PATCH", f"{ORDERS}/leases", {"until": "2027-03-08T23:00:00+01:00"})
    assert granted["until"] == "2027-03-08T22:00:00Z"


def test_a_release_without_a_lease_says_so(served: Served) -> None:
    assert served.answer("DELETE", f"{ORDERS}/leases") == {"released": False}


def test_sleep_lasts_until_the_next_window_and_is_refused_over_other_peoples_leases(served: Served) -> None:
    served.answer("POST", f"{ORDERS}/leases", {"for": "1h"}, Role.DEVELOPER)
    refused = served.call("POST", f"{ORDERS}/sleep", role=Role.OPERATOR)
    assert refused.status_code == 409
    assert "dev1" in refused.json_body["detail"]
    assert served.answer("POST", f"{ORDERS}/sleep", {"insist": True}, Role.OPERATOR) == {
        "until": "2027-03-09T08:00:00Z"
    }


def test_a_hold_is_put_on_for_a_while_and_taken_off(served: Served) -> None:
    held = served.answer("PUT", f"{ORDERS}/hold", {"desired": "as-is", "reason": "audit", "for": "1d"})
    assert held == {
        "environment": "orders-qa",
        "desired": "as-is",
        "author": "ada",
        "reason": "audit",
        "since": "2027-03-08T12:00:00Z",
        "until": "2027-03-09T12:00:00Z",
    }
    assert served.answer("DELETE", f"{ORDERS}/hold") == {"released": True}
    assert served.answer("DELETE", f"{ORDERS}/hold") == {"released": False}


def test_a_retry_forgets_the_tries_made_so_far(served: Served) -> None:
    assert served.answer("POST", f"{ORDERS}/retry", role=Role.DEVELOPER) == {"environment": "orders-qa"}
    assert served.stage.head().wishes.retry_after == served.stage.clock.now()


def test_an_environment_is_paused_and_resumed(served: Served) -> None:
    assert served.answer("PUT", f"{ORDERS}/pause", {"reason": "migration"})["paused"] is True
    assert served.answer("GET", ORDERS)["phase"] == "paused"
    assert served.answer("DELETE", f"{ORDERS}/pause")["paused"] is False
    assert served.answer("GET", ORDERS)["desired"] == "up"


@pytest.mark.parametrize("account", [None, "111122223333"])
def test_an_account_or_everything_is_paused_and_resumed(served: Served, account: str | None) -> None:
    reason = {"reason": "incident"}
    assert served.answer("PUT", "/pause", reason | ({"account": account} if account else {}))["account"] == account
    assert served.answer("GET", ORDERS)["phase"] == "paused"
    served.answer("DELETE", f"/pause?account={account}" if account else "/pause")
    assert served.answer("GET", ORDERS)["phase"] != "paused"


def test_a_retired_environment_is_held_up_first(served: Served) -> None:
    assert served.answer("POST", f"{ORDERS}/retire", {}) == {"environment": "orders-qa", "retired": False}
    hold = served.stage.head().wishes.hold
    assert hold is not None
    assert (hold.desired, hold.retires) == (Desired.UP, True)


def test_an_environment_left_as_it_is_is_gone_at_once(served: Served) -> None:
    assert served.answer("POST", f"{ORDERS}/retire", {"leave": "as-is"})["retired"] is True
    assert served.call("GET", ORDERS).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "where"),
    [
        ("POST", "leases", b"{", [""]),
        ("POST", "leases", b"[]", [""]),
        ("POST", "leases", {"for": 3}, ["for"]),
        ("POST", "leases", {"for": "three hours"}, ["for"]),
        ("POST", "leases", {"until": "22:00"}, ["until"]),
        ("POST", "leases", {"for": "1h", "until": "2027-03-08T22:00:00Z"}, [""]),
        ("POST", "leases", {"fro": "1h", "only": "nodes"}, ["only", "fro"]),
        ("POST", "leases", {"sizes": {"nodes": 0, "workers": "many"}}, ["sizes.nodes", "sizes.workers"]),
        ("PATCH", "leases", {"reason": "more"}, ["reason"]),
        ("POST", "sleep", {"insist": "yes"}, ["insist"]),
        ("PUT", "hold", {"desired": "sideways"}, ["desired", "reason"]),
        ("PUT", "pause", {}, ["reason"]),
        ("POST", "retire", {"leave": "running"}, ["leave"]),
    ],
)
def test_every_mistake_in_a_body_is_named(
    served: Served, method: str, path: str, body: object, where: list[str]
) -> None:
    response = served.call(method, f"{ORDERS}/{path}", body)
    assert response.status_code == 400
    assert [error["where"] for error in response.json_body["errors"]] == where


def test_a_key_that_is_not_known_is_told_with_those_that_are(served: Served) -> None:
    response = served.call("POST", f"{ORDERS}/leases", {"fro": "1h"})
    assert response.json_body["detail"] == "fro: is not known here; write one of for, until, reason, only, sizes"


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_an_idempotency_key_has_a_sensible_length(served: Served, key: str) -> None:
    response = served.call("POST", f"{ORDERS}/leases", {}, headers={"Idempotency-Key": key})
    assert response.status_code == 400
    assert response.json_body["errors"][0]["where"] == "Idempotency-Key"
