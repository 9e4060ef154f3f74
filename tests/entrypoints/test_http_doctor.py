"""The readiness review over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.core.model import Mode
from tests.entrypoints.served import Served


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.orders(mode=Mode.OBSERVE)
    served.stage.run_for(timedelta(hours=10))
    yield served
    wiring.use(None)


def test_a_review_has_the_promised_keys(served: Served) -> None:
    document = served.answer("GET", "/environments/orders-qa/doctor")
    assert set(document) == {"environment", "mode", "ready", "checks"}
    assert (document["environment"], document["mode"], document["ready"]) == ("orders-qa", "observe", False)
    for check in document["checks"]:
        assert set(check) == {"check", "ok", "found", "mend"}
        assert check["ok"] in (True, False, "unknown")


def test_an_unknown_name_is_not_found_and_the_nearest_is_offered(served: Served) -> None:
    response = served.call("GET", "/environments/order-qa/doctor")
    assert response.status_code == 404
    assert "orders-qa" in response.json_body["detail"]


def test_the_status_counts_the_nights(served: Served) -> None:
    status = served.answer("GET", "/environments/orders-qa")
    assert status["observed_nights"] == {"nights": 1, "would_have_stopped": 1, "in_use": 0}
