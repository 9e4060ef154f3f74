"""What the tests of imports share: a rule becomes a file, is read back and compared with its original."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.core.model import Definition
from chalicelib.entrypoints.importing.agreement import Difference, differences, read_back
from chalicelib.entrypoints.importing.rule import Rule
from chalicelib.entrypoints.importing.writing import Home, slug, written

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def text_of(rule: Rule) -> str:
    return written(rule, slug(rule.name), rule.selections, Home())


def definition_of(rule: Rule) -> Definition:
    definition, errors = read_back("imported.yaml", text_of(rule), NEW_YEAR)
    assert definition is not None, errors
    return definition


def windows_of(rule: Rule) -> list[str]:
    """The windows as the file has them, without their comments."""
    lines = text_of(rule).partition("windows:\n")[2].partition("    closures:")[0].partition("    exceptions:")[0]
    return [line.strip().removeprefix("- ").partition("  #")[0] for line in lines.splitlines()]


def told(rule: Rule) -> list[tuple[str, str, str, int]]:
    """How the file differs from the original within a year."""
    return [summary(each) for each in differences(rule.original, definition_of(rule), NEW_YEAR)]


def summary(each: Difference) -> tuple[str, str, str, int]:
    return each.original, each.curfew, each.because, each.times
