"""`curfew recompute`: a report's figures again, from its exported inputs alone, without AWS or a server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.report_output import Format, Group, Output, Shape, answer
from chalicelib.entrypoints.cli.screen import amount

NOT_KNOWN = "not computable"

if TYPE_CHECKING:
    from chalicelib.core.money.inputs import Inputs
    from chalicelib.core.money.statement import Statement
    from chalicelib.entrypoints.reporting.inputs_cover import Cover
    from chalicelib.entrypoints.reporting.inputs_reading import Export

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="What report --export wrote.", show_default=False)]
Bills = Annotated[
    list[Path] | None,
    typer.Option("--bill", metavar="FILE", help="Take this bill in place of the exported one's sums; repeatable."),
]


def recompute(
    directory: Directory,
    bill: Bills = None,
    by: Group = None,
    format: Format = Shape.TABLE,
    output: Output = None,
) -> Answer:
    """Compute a report again from its exported inputs, which may have been edited, and compare it with what it said.

    Example: curfew recompute audit-2026-11 --by team
    """
    from chalicelib.entrypoints.reporting.formats import FORMATS

    export = _read(directory)
    found = _computed(export, bill or [])
    compared = _compared(export.cover, found)

    def fetch(name: str) -> bytes:
        return FORMATS[name].render(found, by)

    return answer(format, output, fetch, _words(compared), {"recomputed": compared})


def _billed(inputs: Inputs, files: list[Path]) -> Inputs:
    """The inputs with what those files say; bills name clusters by tags of schedule files, which no export has."""
    from chalicelib.core.money.compute import compute
    from chalicelib.entrypoints.cli.bill import found_in
    from chalicelib.flows.bill import sought

    found = found_in(files, sought(compute(inputs)), inputs.month)
    return replace(inputs, bill=found.charges, commitment_use=found.commitment_use)


def _read(directory: Path) -> Export:
    from chalicelib.entrypoints.reporting.inputs_files import names
    from chalicelib.entrypoints.reporting.inputs_reading import BrokenExportError, imported

    if directory.is_file():
        raise CommandError(f"{directory} is a file; name the directory that curfew report --export wrote")
    if not directory.is_dir():
        raise CommandError(f"{directory} is no directory; export one: curfew report --export {directory}")
    texts = {name: _text(directory / name) for name in names() if (directory / name).exists()}
    try:
        return imported(texts, str(directory))
    except BrokenExportError as error:
        raise CommandError(str(error)) from error


def _computed(export: Export, bill: list[Path]) -> Statement:
    from chalicelib.core.money.compute import roll_ups
    from chalicelib.core.money.statement import restated, statement

    try:
        inputs = _billed(export.inputs, bill) if bill else export.inputs
        found = statement(inputs, roll_ups(inputs))
        return restated(found) if export.cover.restated else found
    except ArithmeticError as error:  # millionths of dollars are counted in 64 bits
        what = "these amounts are too large to be told to the cent"
        raise CommandError(f"{what}; look for a wrong unit or rate in spans.csv and rates.csv") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}:1: is no UTF-8 ({error.reason}); save it as UTF-8") from error


def _compared(cover: Cover, found: Statement) -> View:
    """What the report said, beside what comes out now; `differences` are of its totals."""
    from chalicelib.core.money import METHOD
    from chalicelib.entrypoints.reporting.as_json import totals
    from chalicelib.entrypoints.reporting.document import report

    now = totals(report(found, []))
    said = cover.total
    return {
        "exported_snapshot": cover.snapshot.id if cover.snapshot else None,
        "same_inputs": cover.snapshot is not None and cover.snapshot.hash == found.snapshot.hash,
        "same_method": cover.method == METHOD,
        "differences": [
            {"figure": key, "was": said[key], "is": now.get(key)} for key in said if said[key] != now.get(key)
        ],
    }


def _words(compared: View) -> str:
    was = compared["exported_snapshot"]
    method = "" if compared["same_method"] else "; that report was made by another version of the method"
    if not compared["same_inputs"]:
        first = f"These are not the inputs of the exported report ({was}){method}."
    else:
        first = f"These are the inputs of the exported report ({was}){method}."
    if not compared["differences"]:
        return f"{first} Its totals come out to the cent."
    return "\n".join([f"{first} Other totals:", *map(_changed, compared["differences"])])


def _changed(difference: View) -> str:
    from chalicelib.entrypoints.reporting.figures import FIGURES

    title = next(figure.title for figure in FIGURES if figure.key == difference["figure"])
    was, now = (NOT_KNOWN if difference[key] is None else amount(difference[key]) for key in ("was", "is"))
    return f"  {title}: {now} (was {was})"
