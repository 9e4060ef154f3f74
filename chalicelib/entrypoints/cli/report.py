"""`curfew report`: what a month cost, would have cost, what was avoided and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from chalicelib.entrypoints.cli.answers import Answer, CommandError, said
from chalicelib.entrypoints.cli.kept_reports import Wanted, fetched, kept_at, listed
from chalicelib.entrypoints.cli.options import Month, Url, month_of
from chalicelib.entrypoints.cli.report_output import Format, Group, Output, Shape, answer, write
from chalicelib.entrypoints.cli.server import server

Environments = Annotated[list[str] | None, typer.Option("--environment", help="Only this one; repeatable.")]
Export = Annotated[Path | None, typer.Option("--export", metavar="DIR", help="Write its inputs there, as CSV.")]
Snapshots = Annotated[bool, typer.Option("--snapshots", help="List the reports of the month that were kept.")]
Snapshot = Annotated[str | None, typer.Option("--snapshot", metavar="ID", help="The report that was kept, as it was.")]


def report(
    month: Month = None,
    by: Group = None,
    environment: Environments = None,
    format: Format = Shape.TABLE,
    output: Output = None,
    export: Export = None,
    snapshots: Snapshots = False,
    snapshot: Snapshot = None,
    url: Url = None,
) -> Answer:
    """Show the savings report of a month as it is now, or as it was kept; or the inputs that its figures rest on.

    Example: curfew report --month 2026-11 --by team
    """
    where = kept_at(snapshot, month) if snapshot is not None else f"/reports/{month_of(month)}"
    wanted = Wanted(by, environment, format, output)
    if snapshots:
        return listed(where, wanted, url)
    if export is not None:
        return _export(export, where, environment, url)
    if snapshot is not None:
        return fetched(where, wanted, url)
    asked: dict[str, Any] = {"environment": environment or None}

    def fetch(name: str) -> bytes:
        with server(url) as asking:
            return asking.content(where, by=by.value if by else None, format=name, **asked)

    return answer(format, output, fetch)


def _export(directory: Path, where: str, environments: list[str] | None, url: str | None) -> Answer:
    """Always of the whole month: what commitments had paid for is found over all of it."""
    from chalicelib.entrypoints.reporting.inputs_files import names

    if environments:
        raise CommandError("what commitments paid for is found over the whole month; leave --environment out")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CommandError(
            f"{directory} is not an empty directory, and nothing is written over; say another --export", "already-there"
        )
    with server(url) as asking:
        files = asking.get(f"{where}/inputs")["files"]
    write({directory / name: files[name].encode() for name in names()})
    written = [str(directory / name) for name in names()]
    return said(
        {"written": written}, f"written: {', '.join(written)}\nCompute it again with: curfew recompute {directory}"
    )
