"""Where a report goes: tables and texts to the screen, any format into files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, CommandError, View, said
from chalicelib.entrypoints.reporting.asked import By

Fetch = Callable[[str], bytes]
"""The report in the format of that name."""


class Shape(StrEnum):
    """What `--format` takes."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    FOCUS = "focus"


Group = Annotated[By | None, typer.Option("--by", help="What to group by (environment; xlsx, html: all).")]
Format = Annotated[Shape, typer.Option("--format", help="How to write it.")]
Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it there (the screen).")]

WIDTH = 200
"""Of a table in a file."""
SUFFIXES = {Shape.XLSX: "xlsx", Shape.FOCUS: "csv"}
"""Of what is no text, or more than one."""
COUNTERFACTUALS = "x_"
"""The file of what would have been is named like the one of actual costs, behind this prefix."""


def answer(
    shape: Shape, output: Path | None, fetch: Fetch, aside: str = "", more: Mapping[str, Any] | None = None
) -> Answer:
    """The report on the screen, or in files that the answer names.

    `aside` is said below a table, and when files were written; `more` is added to what programs get.
    """
    if output is not None:
        return _to_files(shape, output, fetch, aside)
    if shape in (Shape.XLSX, Shape.FOCUS):
        what = "is no text" if shape is Shape.XLSX else "is two files"
        raise CommandError(f"{shape} {what}; say where it goes: --output report.{SUFFIXES[shape]}")
    if shape in (Shape.TABLE, Shape.JSON):
        view = {**json.loads(fetch("json")), **(more or {})}
        return Answer(view, lambda console: _show(console, shape, view, aside))
    text = fetch(shape.value).decode()
    return Answer({"format": shape.value, "text": text}, lambda console: _raw(console, text))


def _show(console: Console, shape: Shape, view: View, aside: str) -> None:
    from chalicelib.entrypoints.reporting.as_table import show

    if shape is Shape.JSON:
        _raw(console, json.dumps(view, indent=2) + "\n")
        return
    show(console, view)
    if aside:
        console.print(aside, soft_wrap=True)


def _raw(console: Console, text: str) -> None:
    console.file.write(text)


def _to_files(shape: Shape, output: Path, fetch: Fetch, aside: str) -> Answer:
    files = {output: _content(shape, fetch)}
    if shape is Shape.FOCUS:
        files[output.with_name(f"{COUNTERFACTUALS}{output.name}")] = fetch("x_focus")
    write(files)
    names = [str(path) for path in files]
    return said({"written": names}, "\n".join([f"written: {', '.join(names)}", *([aside] if aside else [])]))


def _content(shape: Shape, fetch: Fetch) -> bytes:
    if shape is not Shape.TABLE:
        return fetch(shape.value)
    from chalicelib.entrypoints.reporting.as_table import show

    text = io.StringIO()
    show(Console(file=text, width=WIDTH, markup=False, highlight=False, emoji=False), json.loads(fetch("json")))
    return text.getvalue().encode()


def write(files: Mapping[Path, bytes]) -> None:
    """The files are there, and the directories that they are in. Raises CommandError."""
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}; say another place") from error
