"""Reports as they were kept: which there are of a month, and each of them byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.report_output import Shape, answer
from chalicelib.entrypoints.cli.screen import amount, table
from chalicelib.entrypoints.cli.server import server
from chalicelib.entrypoints.cli.times import instant, zone_name

if TYPE_CHECKING:
    from rich.console import Console

    from chalicelib.entrypoints.reporting.asked import By

ID = re.compile(r"(\d{4}-\d{2})-[0-9a-f]+", re.ASCII)
KEPT = (Shape.TABLE, Shape.JSON, Shape.HTML, Shape.XLSX)
"""What a kept report comes as; the table is made of its JSON."""
FIGURES = ("actual", "avoided", "avoided_at_most")
OTHERS = "export its inputs (--export DIR) and compute them again: curfew recompute DIR"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How somebody wants to have a kept report, and where."""

    by: By | None
    environments: list[str] | None
    shape: Shape
    output: Path | None


def kept_at(snapshot: str, month: str | None) -> str:
    """The path of a kept report. Raises CommandError for what cannot be the id of one of the month, if one is said."""
    found = ID.fullmatch(snapshot)
    if found is None:
        raise CommandError(f'"{snapshot}" is no id of a snapshot; --snapshots lists them', "unknown-name")
    if month not in (None, found[1]):
        raise CommandError(f"{snapshot} is a snapshot of {found[1]}; leave --month out, or say --month {found[1]}")
    return f"/reports/{found[1]}/snapshots/{snapshot}"


def listed(where: str, wanted: Wanted, url: str | None) -> Answer:
    """Every kept report of the month, oldest first. Raises CommandError for what a list cannot be."""
    if wanted.by or wanted.environments or wanted.output or wanted.shape not in (Shape.TABLE, Shape.JSON):
        raise CommandError("--snapshots lists all of them; to see one: curfew report --snapshot ID --format ...")
    with server(url) as asking:
        kept = asking.get(f"{where}/snapshots")
    return Answer(kept, lambda console: _show(console, kept))


def fetched(where: str, wanted: Wanted, url: str | None) -> Answer:
    """The kept report as it was. Raises CommandError for what was not kept of it."""
    if wanted.by or wanted.environments:
        raise CommandError(f"a kept report is as it was, by environment, and whole; {OTHERS} --by ...")
    if wanted.shape not in KEPT:
        raise CommandError(f"{wanted.shape} is not kept, but html, xlsx and json are; {OTHERS} --format ...")

    def fetch(name: str) -> bytes:
        with server(url) as asking:
            return asking.content(where, format=name)

    return answer(wanted.shape, wanted.output, fetch)


def _show(console: Console, kept: list[View]) -> None:
    if not kept:
        console.print("No report of this month was kept yet.")
        return
    shown = table(console, "Snapshot", f"Kept ({zone_name()})", "Status", "Actual", "Avoided", "At most", "Currency")
    for column in shown.columns[3:6]:
        column.justify = "right"
    for each in kept:
        total, at = each["total"], instant(each["kept_at"]).astimezone()
        figures = ("?" if total[key] is None else amount(total[key]) for key in FIGURES)
        shown.add_row(each["id"], f"{at:%Y-%m-%d %H:%M}", each["status"], *figures, each["currency"])
    console.print(shown)
    last = kept[-1]["id"]
    console.print(f"As it was: curfew report --snapshot {last} [--format html|xlsx --output FILE]", soft_wrap=True)
