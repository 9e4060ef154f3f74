"""Commitments on their way through a deployment: declared in organisation.yaml, applied, and counted in reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.entrypoints.reporting.inputs_reading import imported
from chalicelib.flows.commitments import Commitments
from chalicelib.flows.kept_ledger import KeptLedger
from tests.core.money.samples import MONTH, at, baseline, inputs, span
from tests.entrypoints.served import Served
from tests.entrypoints.test_http_apply import ORGANISATION, body
from tests.flows.books import keep

COMPUTE = "{id: sp, usd_per_hour: 0.73, discount: 27%, covers: [compute], from: 2026-04-01, to: 2027-03-31}"
TWENTY = replace(inputs(span(at(1), at(2), units="20"), baselines=(baseline(units="20"),)), until=at(3))
"""Twenty servers at 0.10 an hour ran on the first day of two; they would have run on both."""


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    keep(served.stage.store, TWENTY)
    known = Commitments(declared=served.organisation.commitments)
    ledger = KeptLedger(served.stage.store, served.organisation.exchange, known)
    served.wired = replace(served.wired, world=replace(served.wired.world, ledger=ledger), commitments=known)
    wiring.use(served.wired)
    yield served
    wiring.use(None)


def applied(commitment: str) -> Any:
    """The organisation's file with this commitment, to be applied."""
    return body(organisation=f"{ORGANISATION}commitments:\n  - {commitment}\n")


def figures(served: Served) -> dict[str, Any]:
    [row] = [row for row in served.answer("GET", f"/reports/{MONTH}")["rows"] if not row["curfew_itself"]]
    return {key: row[key] for key in ("hours", "commitment", "avoided", "avoided_at_most", "unused_commitment")}


def test_at_list_prices_what_did_not_run_was_avoided(served: Served) -> None:
    assert figures(served)["avoided"] == "48.00"


def test_with_a_savings_plan_over_half_of_the_compute_the_claim_is_half_the_list_claim(served: Served) -> None:
    served.answer("POST", "/apply", applied(COMPUTE))
    assert figures(served) == {
        "hours": "48.00",
        "commitment": "-24.00",
        "avoided": "24.00",
        "avoided_at_most": "41.52",
        "unused_commitment": "17.52",
    }


@pytest.mark.parametrize("other", [("2027-03-31", "2026-10-30"), ("2026-04-01", "2026-12-02")])
def test_a_commitment_of_another_time_counts_for_nothing(served: Served, other: tuple[str, str]) -> None:
    served.answer("POST", "/apply", applied(COMPUTE.replace(*other)))
    assert figures(served)["avoided"] == "48.00"
    assert imported(served.answer("GET", f"/reports/{MONTH}/inputs")["files"]).inputs.commitments == ()


def test_what_is_declared_is_in_the_export_and_back(served: Served) -> None:
    served.answer("POST", "/apply", applied(COMPUTE))
    exported = imported(served.answer("GET", f"/reports/{MONTH}/inputs")["files"])
    (plan,) = exported.inputs.commitments
    assert served.organisation.commitments() == (plan,)


def test_a_mistake_stores_nothing(served: Served) -> None:
    assert served.call("POST", "/apply", applied(COMPUTE.replace("27%", "127%"))).status_code >= 400
    assert served.organisation.source() is None
