"""`curfew simulate`: hours up, hours asleep and starts of a month, before anything is applied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.screen import table

if TYPE_CHECKING:
    from chalicelib.core.model import Definition

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Schedule files or directories; two that define one name are compared."),
]
Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="The month (this one).")]

Bills = Annotated[
    list[Path] | None,
    typer.Option("--from-bill", metavar="FILE", help="Money, too: from an hourly FOCUS or CUR export; repeatable."),
]

FIGURES = {
    "hours": "Hours",
    "hours_up": "Up",
    "hours_asleep": "Asleep (avoided)",
    "hours_as_is": "As-is",
    "starts": "Starts",
    "mornings": "Mornings",
    "longest_rest_hours": "Longest rest",
    "closed_hours": "Closed",
    "exception_hours": "Exceptions",
}
"""The figures of a month, in the order and the words of the table."""
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def simulate(paths: Paths, month: Month = None, from_bill: Bills = None) -> Answer:
    """Show how many hours a month's schedules are up and asleep, or what a change of them would make of it.

    Example: curfew simulate schedules --month 2027-02 --from-bill october.csv.gz
    """
    first = _month(month)
    sides = _two_sides(paths)
    if sides and from_bill:
        raise CommandError("money is of one version of each file; leave --from-bill out to compare two")
    if sides:
        compared = _compared(*sides, first)
        return Answer(compared, lambda console: _show_compared(console, first, compared))
    rows = [_row(definition, first) | _money(definition, first, from_bill) for definition in _definitions(paths)]
    return Answer(rows, lambda console: _show(console, first, rows))


def _month(text: str | None) -> date:
    if text is None:
        return times.now().date().replace(day=1)
    match = _MONTH.fullmatch(text.strip())
    if match is None or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2200:
        raise CommandError(f'"{text}" is not a month; write e.g. --month 2027-02')
    return date(int(match[1]), int(match[2]), 1)


def _definitions(paths: Sequence[Path]) -> list[Definition]:
    from chalicelib.entrypoints.cli.schedules import read, sound

    return [each.definition for each in sound(read(list(paths))[1]).definitions]


def _two_sides(paths: Sequence[Path]) -> tuple[list[Definition], list[Definition]] | None:
    """Before and after, when there are two paths that define an environment of the same name.

    Where one of them is a file, only what both define is compared.
    """
    if len(paths) != 2 or paths[0].resolve() == paths[1].resolve():
        return None
    sides = [_definitions([path]) for path in paths]
    before, after = ({each.environment: each for each in side} for side in sides)
    shared = before.keys() & after.keys()
    compared = before.keys() | after.keys() if all(path.is_dir() for path in paths) else shared
    if not shared:
        return None
    return [before[name] for name in before if name in compared], [after[name] for name in after if name in compared]


def _row(definition: Definition, month: date) -> View:
    from chalicelib.core.simulate import month_bounds
    from chalicelib.core.simulate import simulate as simulated
    from chalicelib.core.wishes import Switches
    from chalicelib.flows.assess import facts

    figures = simulated(definition, facts(definition, Switches()), *month_bounds(definition, month))
    return {
        "environment": definition.environment,
        "month": f"{month:%Y-%m}",
        "hours": _hours(figures.length),
        "hours_up": _hours(figures.up),
        "hours_asleep": _hours(figures.asleep),
        "hours_as_is": _hours(figures.as_is),
        "starts": figures.starts,
        "mornings": figures.mornings,
        "longest_rest_hours": _hours(figures.longest_rest),
        "closed_hours": _hours(figures.closed),
        "exception_hours": _hours(figures.excepted),
    }


def _money(definition: Definition, month: date, bills: list[Path] | None) -> View:
    from chalicelib.entrypoints.cli.simulate_money import money

    return {"money": money(definition, month, bills)} if bills else {}


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 2)


def _compared(before: list[Definition], after: list[Definition], month: date) -> list[View]:
    old = {each.environment: _row(each, month) for each in before}
    new = {each.environment: _row(each, month) for each in after}
    return [
        _both(name, old.get(name), new.get(name), month) for name in [*old, *(name for name in new if name not in old)]
    ]


def _both(name: str, before: View | None, after: View | None, month: date) -> View:
    difference = {key: round(after[key] - before[key], 2) for key in FIGURES} if before and after else None
    return {
        "environment": name,
        "month": f"{month:%Y-%m}",
        "before": before,
        "after": after,
        "difference": difference,
    }


def _show(console: Console, month: date, rows: Sequence[View]) -> None:
    console.print(f"{month:%B %Y}, in hours; nothing is applied")
    shown = table(console, "Environment", *FIGURES.values())
    for row in rows:
        shown.add_row(row["environment"], *(_figure(row[key]) for key in FIGURES))
    console.print(shown)
    if any("money" in row for row in rows):
        from chalicelib.entrypoints.cli.simulate_money import show_money

        show_money(console, rows)


def _show_compared(console: Console, month: date, compared: Sequence[View]) -> None:
    console.print(f"{month:%B %Y}, in hours; nothing is applied")
    shown = table(console, "Environment", "Figure", "Before", "After", "Difference")
    for each in compared:
        before, after, difference = each["before"] or {}, each["after"] or {}, each["difference"] or {}
        for key, words in FIGURES.items():
            name = each["environment"] if key == "hours" else ""
            change = _figure(difference.get(key), "+")
            shown.add_row(name, words, _figure(before.get(key)), _figure(after.get(key)), change)
    console.print(shown)


def _figure(value: float | None, sign: str = "") -> str:
    """A figure with as few decimals as it has; a difference of nothing is a dash."""
    if value is None or (sign and not value):
        return "-"
    return f"{value:{sign}.2f}".rstrip("0").rstrip(".")
