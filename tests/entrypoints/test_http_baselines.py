"""Baselines over HTTP: which stands, and what a bill told is kept or refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows.closing import close
from chalicelib.flows.events import What
from chalicelib.flows.people import Role
from tests.entrypoints.served import Served
from tests.flows.pasts import RATES
from tests.flows.stage import MONDAY

PATH = "/environments/orders-qa/baseline"
DATABASE = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"
RDS = "rds:eu-central-1:db.m5.large:postgres:none:single-az"


@pytest.fixture
def served() -> Iterator[Served]:
    """An environment on which Curfew acts since Monday noon."""
    served = Served()
    served.stage.orders()
    served.stage.run_for(timedelta(minutes=5))
    yield served
    wiring.use(None)


def told(**changed: Any) -> dict[str, Any]:
    return {
        "resource": "database",
        "arn": DATABASE,
        "days": 40,
        "on": ["0.5"] * 168,
        "draws": [{"rate": RDS, "units": "1"}],
    } | changed


def body(*baselines: dict[str, Any], **changed: Any) -> dict[str, Any]:
    found = {
        "source": "bill: a.csv",
        "begins": "2027-01-01T00:00:00Z",
        "ends": "2027-03-01T00:00:00Z",
        "timezone": "UTC",
        "baselines": list(baselines) or [told()],
    }
    return found | changed


def row(view: dict[str, Any], key: str = "database") -> dict[str, Any]:
    (found,) = [each for each in view["resources"] if each["resource"] == key]
    return dict(found)


def test_without_a_past_the_ceiling_stands_and_says_what_would_replace_it(served: Served) -> None:
    found = served.answer("GET", PATH, role=Role.FINANCE)
    assert found["acting_since"] == "2027-03-08T12:02:00Z"
    stands = row(found)
    assert (stands["baseline"]["basis"], stands["baseline"]["provisional"]) == ("24x7", True)
    assert stands["replaced_by"] == (
        "28 days before 2027-03-08 of a bill or CloudTrail: curfew observe orders-qa --from-bill FILE --keep"
    )


def test_what_is_kept_stands_is_named_and_is_in_the_journal(served: Served) -> None:
    found = served.answer("PUT", PATH, body(), Role.OPERATOR)
    assert found == served.answer("GET", PATH)
    stands = row(found)
    baseline = stands["baseline"]
    assert (baseline["basis"], baseline["days"], baseline["source"]) == ("observed", 40, "bill: a.csv")
    assert (stands["replaced_by"], row(found, "nodes")["replaced_by"] is None) == (None, False)
    (kept,) = [each for each in found["known"] if each["origin"] == "told"]
    assert (kept["by"], kept["at"], kept["resources"]) == ("ops1", "2027-03-08T12:05:00Z", 1)
    (event,) = served.stage.events(What.BACK_FILLED)
    assert event.actor == "ops1"
    assert event.text == "baseline kept: bill: a.csv, 1 resource(s), 40 days before 2027-03-01"


def test_figures_rest_on_it_from_the_next_close_on(served: Served) -> None:
    served.answer("PUT", PATH, body())
    served.stage.run_until(MONDAY + timedelta(days=2))
    close(served.stage.world, RATES)
    (booked,) = served.stage.store.booked("2027-03")
    bases = {each.resource: (each.basis.value, each.source) for each in booked.baselines}
    assert bases["database"] == ("observed", "bill: a.csv")
    assert bases["nodes"][0] == "24x7"


def test_fewer_than_28_days_are_kept_and_do_not_stand(served: Served) -> None:
    stands = row(served.answer("PUT", PATH, body(told(days=20))))["baseline"]
    assert (stands["basis"], stands["days"], stands["provisional"]) == ("24x7", 20, True)


def test_before_it_acts_it_says_how_many_days_were_watched() -> None:
    served = Served()
    served.stage.orders(mode="observe")
    served.stage.run_for(timedelta(days=3))
    found = served.answer("GET", PATH)
    assert found["acting_since"] is None
    assert row(found)["replaced_by"] == "what Curfew watches, once it has for 28 days before it acts (2 so far)"
    wiring.use(None)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.DEVELOPER])
def test_who_may_not_apply_may_not_keep(served: Served, role: Role) -> None:
    response = served.call("PUT", PATH, body(), role)
    assert response.status_code == 403
    assert "takes the role operator" in response.json_body["detail"]
    assert served.stage.store.pasts("orders-qa") == {}


REFUSED = [
    pytest.param(
        body(ends="2027-03-08T12:03:00Z"), 409, "leave that time out with --before 2027-03-08T12:02:00Z", id="acted"
    ),
    pytest.param(body(timezone="Asia/Dubai"), 409, "it counts hours of Asia/Dubai", id="another zone"),
    pytest.param(
        body(told(resource="databse")),
        404,
        "there is no resource of orders-qa 'databse'; did you mean database?",
        id="key",
    ),
    pytest.param(body(told(on=["1"] * 167)), 400, "at least 168 items", id="hours"),
    pytest.param(body(told(on=["1"] * 169)), 400, "at most 168 items", id="more hours"),
    pytest.param(body(told(on=["1.5"] * 168)), 400, "is a probability; write 0 to 1", id="share"),
    pytest.param(body(told(on=[0.5] * 168)), 400, 'write a number as a text, such as "0.95"', id="float"),
    pytest.param(body(told(on=["NaN"] * 168)), 400, "write a number as a text", id="no number"),
    pytest.param(body(told(days=-1)), 400, "greater than or equal to 0", id="days"),
    pytest.param(body(told(days=61)), 400, "database has 61 days", id="more days than there were"),
    pytest.param(body(told(draws=[{"rate": "m5.large", "units": "1"}])), 400, "is no on-demand rate key", id="rate"),
    pytest.param(body(told(draws=[{"rate": RDS, "units": "-1"}])), 400, "write a number as a text", id="units"),
    pytest.param(body(told(draws=[{"rate": RDS, "units": "1e999999"}])), 400, "less than or equal to", id="endless"),
    pytest.param(body(told(draws=[{"rate": RDS, "units": "1e-999999"}])), 400, "12 decimal places", id="tiny"),
    pytest.param(body(ends="2027-01-01T00:00:00Z"), 400, "ends must be after begins", id="no time"),
    pytest.param(body(timezone="Dubai"), 400, "write Asia/Dubai", id="zone"),
    pytest.param(body(hours=3), 400, "is not known here", id="unknown"),
    pytest.param(body(source=""), 400, "at least 1 character", id="source"),
]


@pytest.mark.parametrize(("sent", "status", "said"), REFUSED)
def test_what_cannot_be_kept_is_refused_in_words(served: Served, sent: dict[str, Any], status: int, said: str) -> None:
    response = served.call("PUT", PATH, sent, Role.OPERATOR)
    assert (response.status_code, said in str(response.json_body)) == (status, True), response.json_body
    assert served.stage.store.pasts("orders-qa") == {}
    assert not served.stage.events(What.BACK_FILLED)


def test_what_is_to_come_is_refused_before_curfew_acts() -> None:
    served = Served()
    served.stage.orders(mode="observe")
    response = served.call("PUT", PATH, body(ends="2027-04-01T00:00:00Z"))
    assert (response.status_code, "which is to come" in response.json_body["detail"]) == (409, True)
    wiring.use(None)


def test_a_definition_that_cannot_be_read_is_told(served: Served) -> None:
    served.stage.store.spoil("orders-qa", "its text is cut off")
    for method, sent in (("GET", None), ("PUT", body())):
        response = served.call(method, PATH, sent)
        assert (response.status_code, "apply its file again" in response.json_body["detail"]) == (409, True)
