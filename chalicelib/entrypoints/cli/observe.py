"""`curfew observe`: when an environment was on before Curfew acted on it, from a bill of the past."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.screen import table

if TYPE_CHECKING:
    from chalicelib.core.model import Definition
    from chalicelib.core.money.baselines import Baseline
    from chalicelib.flows.backfill import Backfilled

Subject = Annotated[str, typer.Argument(metavar="NAME|FILE", help="An environment of ./schedules, or its file.")]
Bills = Annotated[
    list[Path],
    typer.Option("--from-bill", metavar="FILE", help="An hourly FOCUS or CUR export (.csv, .csv.gz); repeatable."),
]
Before = Annotated[
    str | None,
    typer.Option("--before", metavar="DATE", help="When Curfew, or another scheduler, began to act [never yet]."),
]


def observe(subject: Subject, from_bill: Bills, before: Before = None) -> Answer:
    """Show when an environment was on in the past, hour by hour of the week, and how large: its observed baseline.

    Example: curfew observe orders-qa --from-bill october.csv.gz --from-bill november.csv.gz
    """
    from chalicelib.core.durations import parse_instant
    from chalicelib.core.localtime import zone
    from chalicelib.core.money.choosing import days_in
    from chalicelib.entrypoints.backfill.reading import BillError, usages
    from chalicelib.flows.backfill import backfilled

    definition = _definition(subject)
    acted = parse_instant(times.with_time(before), zone(days_in(definition))) if before else None
    source = f"bill: {', '.join(path.name for path in from_bill)}"
    try:
        found = backfilled(definition, usages(from_bill), acted, source)
    except BillError as error:
        raise CommandError(str(error), "broken-file") from error
    if not found.baselines:
        raise CommandError(_nothing(definition, found), "nothing-found")
    rows = [_row(each) for each in found.baselines]
    return Answer(rows, lambda console: _show(console, found, rows))


def _definition(subject: str) -> Definition:
    from chalicelib.entrypoints.cli.schedules import definition_of

    definition = definition_of(subject, elsewhere=False)
    assert definition is not None
    return definition


def _nothing(definition: Definition, found: Backfilled) -> str:
    if found.begins is None:
        return "the bill has no hour of any instance, database or task; export it hourly, with resource ids"
    tags = sorted({name for resource in definition.resources for name, _ in resource.tags})
    activate = f"activate {', '.join(tags)} as cost allocation tags, or " if tags else ""
    return f"no line of the bill is of {definition.environment}; {activate}select its resources by ids or names"


def _row(baseline: Baseline) -> View:
    return {
        "environment": baseline.environment,
        "resource": baseline.resource,
        "arn": baseline.arn,
        "basis": baseline.basis.value,
        "days": baseline.days,
        "provisional": baseline.provisional,
        "hours_a_week": str(sum(baseline.on, Decimal(0))),
        "draws": [{"rate": draw.rate, "units": str(draw.units)} for draw in baseline.draws],
        "on": [str(share) for share in baseline.on],
        "source": baseline.source,
    }


def _show(console: Console, found: Backfilled, rows: list[View]) -> None:
    assert found.begins is not None
    assert found.ends is not None
    days = f"{found.begins:%Y-%m-%d %H:%M} to {found.ends:%Y-%m-%d %H:%M} UTC"
    console.print(f"{days}, {found.lines} lines of it; nothing is stored", soft_wrap=True)
    shown = table(
        console, "Resource", "Of", "Days", "On, hours a week", "While on, on average", folds="While on, on average"
    )
    for row in rows:
        hours = f"{Decimal(row['hours_a_week']):.1f}"
        shown.add_row(row["resource"], row["arn"].rpartition(":")[2], str(row["days"]), hours, _size(row))
    console.print(shown)
    if any(row["provisional"] for row in rows):
        console.print("Fewer than 28 days: what the file declares stands, labelled provisional.", soft_wrap=True)


def _size(row: View) -> str:
    return ", ".join(f"{each['units']} x {each['rate']}" for each in row["draws"]) or "not in the bill"
