"""`curfew calendar`: the week as people plan it, or what stops tonight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli import times, week_grid
from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.options import Server, Url
from chalicelib.entrypoints.cli.screen import coloured, table
from chalicelib.entrypoints.cli.times import instant, local, zone_name

if TYPE_CHECKING:
    from chalicelib.entrypoints.cli.rules import Rules

TONIGHT = timedelta(days=1)
REMARKABLE = ("closure", "exception")
"""The rules that make a date unlike others."""
LEASED = ("lease of", "left as it is for")
"""What the reason begins with where a lease decides."""

Svg = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw the week of NAME into this file, too.")]

Subject = Annotated[
    str | None, typer.Argument(metavar="[NAME|FILE]", help="One environment (all files in ./schedules).")
]
From = Annotated[str | None, typer.Option("--from", metavar="INSTANT", help="A date or an instant (this Monday).")]
To = Annotated[str | None, typer.Option("--to", metavar="INSTANT", help="A date or an instant (a week later).")]


def calendar(
    subject: Subject = None,
    start: From = None,
    end: To = None,
    svg: Svg = None,
    ask_server: Server = False,
    url: Url = None,
) -> Answer:
    """Show when an environment is up in a week, or what stops within the next 24 hours.

    Example: curfew calendar orders-qa --from 2026-12-21
    """
    from chalicelib.entrypoints.cli.rules import between, rules_of

    if subject is None:
        if svg:
            raise CommandError("a drawing shows one environment; say which: curfew calendar NAME --svg FILE")
        return _all(start, end)
    with rules_of(subject, url, ask_server) as rules:
        begins, ends = between(rules, start, end)
        rows = rules.calendar(begins, ends)
        remarks = _remarks(rules, begins, ends, rows)
    grid = week_grid.Grid(begins, ends, _changes(rows), remarks, rules.zone)

    def show(console: Console) -> None:
        console.print(f"{rules.name}, times in {rules.zone or zone_name()}")
        week_grid.show(console, grid)

    if svg:
        week_grid.draw(svg, show, title=rules.name)
    return Answer(rows, show)


def _all(start: str | None, end: str | None) -> Answer:
    """Every file's changes: within the next 24 hours when no range is given."""
    from chalicelib.entrypoints.cli.rules import FileRules, between
    from chalicelib.entrypoints.cli.schedules import USUAL, definitions

    rows: list[View] = []
    for rules in map(FileRules, definitions([USUAL])):
        begins, ends = between(rules, start, end) if start or end else (times.now(), times.now() + TONIGHT)
        rows += [{"environment": rules.name, **row} for row in rules.calendar(begins, ends)]
    return Answer(rows, lambda console: _show_stops(console, rows))


def _show_stops(console: Console, rows: Sequence[View]) -> None:
    shown = table(console, "Environment", "At first", f"Stops ({zone_name()})", "Because", folds="Because")
    for name in dict.fromkeys(row["environment"] for row in rows):
        own = [row for row in rows if row["environment"] == name]
        stop = next((row for row in own[1:] if row["desired"] == "down"), None)
        because = (stop or own[0])["because"]
        shown.add_row(name, coloured(own[0]["desired"]), local(stop["at"]) if stop else "-", because)
    console.print(shown)


def _changes(rows: Sequence[View]) -> list[tuple[datetime, str]]:
    return [(instant(row["at"]), row["desired"]) for row in rows]


def _remarks(rules: Rules, begins: datetime, ends: datetime, rows: Sequence[View]) -> dict[date, str]:
    """Why a date is unlike others: what its closure or exception says at noon, a change of clocks, a lease."""
    dates = week_grid.days(begins, ends, rules.zone)
    noons = [week_grid.noon(day, rules.zone).isoformat() for day in dates]
    said = zip(dates, map(_remark, rules.explain(noons)), strict=True)
    remarks = {day: [*remark, *week_grid.clock_change(day, rules.zone)] for day, remark in said}
    for row in rows:
        if row["because"].startswith(LEASED):
            remarks[instant(row["at"]).astimezone(rules.zone).date()].append(row["because"])
    return {day: "; ".join(remark) for day, remark in remarks.items() if remark}


def _remark(decision: View) -> list[str]:
    return [rule["says"].partition(": ")[2] for rule in decision["rules"] if rule["rule"] in REMARKABLE]
