"""A part of a statement has the figures that it has in the whole."""

from __future__ import annotations

from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.coverage import Share
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.narrowing import narrowed
from chalicelib.core.money.statement import ITSELF
from tests.entrypoints.reporting.statements import agreed


def test_an_environment_has_the_figures_that_it_has_in_the_whole() -> None:
    whole = agreed()
    for name in ("orders-qa", "payments-qa", "stray"):
        part = narrowed(whole, [name])
        (group,) = (group for group in whole.by(Grain.ENVIRONMENT) if group.keys == (name,))
        assert part.by(Grain.ENVIRONMENT) == (group,)
        assert part.total == group.amounts
        assert part.snapshot == whole.snapshot


def test_parts_and_curfew_itself_are_the_whole() -> None:
    whole = agreed()
    parts = [narrowed(whole, [name]).total for name in ("orders-qa", "payments-qa", "stray", ITSELF)]
    assert sum(parts, Amounts()) == whole.total


def test_coverage_and_gaps_are_those_of_the_part() -> None:
    part = narrowed(agreed(), ["orders-qa"])
    assert part.coverage.reconciled == part.coverage.computable
    assert part.coverage.allocated.resources == 2
    assert part.gaps == ()
    assert narrowed(agreed(), ["payments-qa"]).coverage.reconciled == Share(0, 2, 0, 32 * 86400 + 3600)
    assert {gap.resource for gap in narrowed(agreed(), ["payments-qa"]).gaps} == {"odd"}
