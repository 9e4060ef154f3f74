"""`curfew bill`: how far a month's report agrees with the bill, and what the bill says kept with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from chalicelib.core.months import in_words, month_name
from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.asking import agree
from chalicelib.entrypoints.cli.options import Url, Yes, month_of
from chalicelib.entrypoints.cli.screen import amount, screen, table
from chalicelib.entrypoints.cli.server import server

if TYPE_CHECKING:
    from chalicelib.flows.billed import Found, Sought

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="The bill: hourly FOCUS or CUR exports (.csv, .csv.gz).", show_default=False
    ),
]
Month = Annotated[str, typer.Option(metavar="YYYY-MM", help="The month to compare.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only compare, and keep nothing.")]
HOUR = timedelta(hours=1)
AMOUNTS = ("Curfew", "Bill", "Difference", "Off", "USD")
MOST = 10
"""So many of a list are shown to people; programs get all of it."""


def bill(files: Files, month: Month, dry_run: DryRun = False, yes: Yes = False, url: Url = None) -> Answer:
    """Compare a month's report with the bill, ask, and keep what the bill says, so that the report may become final.

    Example: curfew bill november.csv.gz --month 2026-11 --dry-run
    """
    month = month_of(month)
    where = f"/reports/{month}/bill"
    with server(url) as asked:
        found = found_in(files, [sought_of(each) for each in asked.get(where)["resources"]], month)
        body = _body(files, found)
        shown = asked.send("POST", where, {**body, "dry_run": True})
        if dry_run:
            return _answer(shown, found)
        show(screen(stderr=True), shown, found)
        agree("Keep what the bill says?", yes)
        return _answer(asked.send("POST", where, body), found)


def found_in(files: Sequence[Path], sought: Iterable[Sought], month: str) -> Found:
    """What the files say of what is sought. Raises CommandError, for files of other months as well."""
    from chalicelib.core.money.bill import source_of
    from chalicelib.entrypoints.backfill.charging import charges
    from chalicelib.entrypoints.backfill.reading import BillError
    from chalicelib.flows.billed import found

    try:
        return _of_month(found(sought, charges(files), source_of([file.name for file in files])), month)
    except BillError as error:
        raise CommandError(str(error), "broken-file") from error
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}; name a file of the bill") from error


def _of_month(found: Found, month: str) -> Found:
    """What is of another month would count as if nothing had run."""
    if found.begins is None or found.ends is None:
        if found.commitment_use:
            return found
        raise CommandError("the bill has no hour of anything that ran; export it hourly, with resource ids")
    if not month_name(found.begins) <= month <= month_name(found.ends - HOUR):
        period = f"{found.begins:%Y-%m-%d %H:%M} to {found.ends:%Y-%m-%d %H:%M} UTC"
        raise CommandError(f"the bill tells of {period}, and of nothing in {month}; name the bill of {month}")
    return found


def sought_of(each: View) -> Sought:
    """What the service wants to know, as it was sent."""
    from chalicelib.flows.billed import Sought

    first, last = date.fromisoformat(each["first"]), date.fromisoformat(each["last"])
    unknown = frozenset(map(date.fromisoformat, each["unknown"]))
    name = each["environment"], each["resource"], each["arn"]
    return Sought(*name, each["timezone"], first, last, unknown, each["tags"])


def show(console: Console, shown: View, found: Found) -> None:
    """The comparison is on the console."""
    console.print(f"{in_words(shown['month'])}: {_how_many(shown)}", soft_wrap=True)
    if found.begins and found.ends:
        period = f"{found.begins:%Y-%m-%d %H:%M} to {found.ends:%Y-%m-%d %H:%M} UTC"
        console.print(f"The bill tells of {period}. USD at list prices, spot as billed.", soft_wrap=True)
    console.print()
    heads = ("Environment", "Curfew", "Bill", "Difference", "Off", "Agrees")
    rows = [[*_figures(each), each["off"], "yes" if each["agrees"] else "no"] for each in shown["environments"]]
    _table(console, heads, [[each["environment"], *row] for each, row in zip(shown["environments"], rows, strict=True)])
    _list(
        console, "On which both differ", ("Environment", "Resource", "Curfew", "Bill", "Difference"), _differing(shown)
    )
    strange = [[each.id, each.account, each.region, f"{each.usd:.2f}"] for each in found.strangers]
    _list(console, "In the bill, and in no report", ("Id", "Account", "Region", "USD"), strange)
    for line in _about_commitments(shown):
        console.print(line, soft_wrap=True)
    console.print(_status(shown), soft_wrap=True)


def _answer(shown: View, found: Found) -> Answer:
    data = {**shown, "in_no_report": _strangers(found)}
    return Answer(data, lambda console: show(console, shown, found))


def _strangers(found: Found) -> View:
    """How much the bill says ran that no report knows, and the dearest of it."""
    first = [
        {"id": each.id, "account": each.account, "region": each.region, "usd": f"{each.usd:.2f}"}
        for each in found.strangers[:MOST]
    ]
    whole = sum((each.usd for each in found.strangers), Decimal(0))
    return {"resources": len(found.strangers), "usd": f"{whole:.2f}", "first": first}


def _body(files: Sequence[Path], found: Found) -> View:
    return {
        "files": [file.name for file in files],
        "charges": [
            {"environment": each.environment, "resource": each.resource, "usd": f"{each.usd:f}"}
            for each in found.charges
        ],
        "commitment_use": [
            {
                "begins": each.begins.isoformat(),
                "ends": each.ends.isoformat(),
                "used": f"{each.used:f}",
                "unused": f"{each.unused:f}",
            }
            for each in found.commitment_use
        ],
    }


def _how_many(shown: View) -> str:
    agree = sum(each["agrees"] for each in shown["environments"])
    return f"{agree} of {len(shown['environments'])} environments agree with the bill"


def _figures(each: View) -> list[str]:
    return [each["ours"], each["billed"], each["difference"]]


def _differing(shown: View) -> list[list[str]]:
    """The resources of environments that do not agree."""
    apart = {each["environment"] for each in shown["environments"] if not each["agrees"]}
    of = [each for each in shown["resources"] if each["environment"] in apart]
    return [[each["environment"], each["resource"], *_figures(each)] for each in of]


def _list(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        first = f", the first {MOST}" if len(rows) > MOST else ""
        console.print(f"\n{title} ({len(rows)}{first}):")
        _table(console, heads, rows[:MOST])


def _table(console: Console, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    drawn, amounts = table(console, *heads), [name in AMOUNTS for name in heads]
    for is_amount, column in zip(amounts, drawn.columns, strict=True):
        column.justify = "right" if is_amount else "left"
    for row in rows:
        cells = zip(row, amounts, strict=True)
        drawn.add_row(*(amount(cell) if is_amount else cell for cell, is_amount in cells))
    console.print(drawn)


def _status(shown: View) -> str:
    """What the report is, and what keeps it from being final."""
    said = f"The report is {shown['status']}{' now' if shown['kept'] else ' with it'}"
    if shown["status"] == "estimate":
        return f"{said}: its month is not over."
    if shown["status"] != "provisional":
        return f"{said}."
    apart = sum(not each["agrees"] for each in shown["environments"])
    reasons = [f"{apart} of {len(shown['environments'])} environments do not agree"] if apart else []
    reasons += ["a range is left"] if shown["avoided"] != shown["avoided_at_most"] else []
    return f"{said}: {' and '.join(reasons) or 'a baseline has less than 28 days'}."


def _about_commitments(shown: View) -> Iterable[str]:
    yield ""
    low, high = Decimal(shown["avoided"] or 0), Decimal(shown["avoided_at_most"] or 0)
    if low == high:
        yield f"Avoided {low:,.2f} {shown['currency']}: no range is left."
        return
    yield (
        f"Avoided {low:,.2f} to {high:,.2f} {shown['currency']}: of some hours the bill does not tell what of "
        "commitments was unused; name the bill of the paying account, and those of the months beside this one"
    )
