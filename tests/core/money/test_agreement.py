"""Whether the ledger agrees with the bill."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.core.money.bill import Charge, source_of
from chalicelib.core.money.compute import compute
from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.spans import Span
from tests.core.money.samples import ADDRESS, QA, UNKNOWN, at, inputs, span


def charge(usd: str, resource: str = "web", environment: str = "orders-qa") -> Charge:
    return Charge(environment, resource, Decimal(usd), "november.csv")


def of(resource: str, each: Span) -> Span:
    return replace(each, resource=resource, arn=resource)


WEB = of("web", span(at(1), at(1, month=12), units="10"))
"""720 hours of ten at 0.10: 720 USD."""


@pytest.mark.parametrize(
    ("usd", "agrees"),
    [
        ("720", True),
        ("727", True),
        ("712.88", True),
        ("727.28", False),
        ("712.86", False),
        ("0", False),
        ("72000", False),
    ],
)
def test_an_environment_agrees_when_it_is_off_by_a_hundredth_of_the_bill_at_most(usd: str, agrees: bool) -> None:
    (found,) = compute(replace(inputs(WEB), bill=(charge(usd),))).agreements
    assert (found.ours, found.billed, found.agrees) == (Decimal(720), Decimal(usd), agrees)


@pytest.mark.parametrize(("usd", "agrees"), [("1.40", True), ("0", False), ("3.41", False)])
def test_or_by_a_dollar_where_little_ran(usd: str, agrees: bool) -> None:
    few = span(at(1), at(2))
    assert compute(replace(inputs(few), bill=(charge(usd),))).agreements[0].agrees is agrees


def test_too_much_of_one_resource_hides_nothing_of_another() -> None:
    more, less = of("more", WEB), of("less", WEB)
    (found,) = compute(replace(inputs(more, less), bill=(charge("620", "more"), charge("820", "less")))).agreements
    assert (found.ours, found.billed, found.off, found.agrees) == (Decimal(1440), Decimal(1440), Decimal(200), False)


def test_what_the_bill_has_and_the_ledger_lacks_is_off_by_all_of_it() -> None:
    bill = (charge("720"), charge("300", "other"), charge("5", environment="nobody"))
    nobody, mine = compute(replace(inputs(WEB), bill=bill)).agreements
    assert (mine.off, mine.agrees) == (Decimal(300), False)
    assert (nobody.environment, nobody.ours, nobody.agrees) == ("nobody", Decimal(0), False)


def test_several_lines_of_one_resource_add_up() -> None:
    assert compute(replace(inputs(WEB), bill=(charge("700"), charge("20")))).agreements[0].agrees


def test_what_keeps_billing_and_what_is_not_computable_are_not_compared() -> None:
    kept = of("address", span(at(1), at(1, month=12), ADDRESS, units="9999", keeps=True))
    odd = of("odd", span(at(4), at(6), UNKNOWN))
    (found,) = compute(replace(inputs(WEB, kept, odd), bill=(charge("720"),))).agreements
    assert [each.resource for each in found.resources] == ["web"]
    assert found.agrees


def test_an_environment_of_which_nothing_ran_and_nothing_was_billed_agrees() -> None:
    idle = replace(QA, environment="idle")
    found = compute(replace(inputs(WEB), belongs=(QA, idle), bill=(charge("720"),))).agreements
    assert [(each.environment, each.agrees) for each in found] == [("idle", True), ("orders-qa", True)]


def test_without_a_bill_nothing_agrees() -> None:
    given: Inputs = inputs(WEB)
    assert compute(given).agreements == ()
    assert compute(given).coverage.reconciled.resources == 0


def test_a_bill_of_many_files_is_named_by_its_first() -> None:
    assert source_of(["a.csv"]) == "a.csv"
    assert source_of(["a.csv", "b.csv", "c.csv"]) == "a.csv and 2 more"
