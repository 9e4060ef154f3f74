"""A part of a statement: the rows of some environments, with the very figures that they have in the whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.coverage import coverage
from chalicelib.core.money.statement import Statement


def narrowed(statement: Statement, names: Collection[str]) -> Statement:
    """The rows of the named environments, their total and coverage. What Curfew itself cost is nobody's part.

    Cents, and what commitments had paid for, stay as they are in the whole: both are found over all of it.
    """
    sheets = tuple(each for each in statement.sheets if each.belongs.environment in names)
    agreements = tuple(each for each in statement.agreements if each.environment in names)
    return replace(
        statement,
        total=sum((each.total() for each in sheets), Amounts()),
        coverage=coverage(sheets, [each.environment for each in agreements if each.agrees]),
        gaps=tuple(gap for gap in statement.gaps if gap.environment in names),
        sheets=sheets,
        agreements=agreements,
        only=tuple(sorted(set(names))),
    )
