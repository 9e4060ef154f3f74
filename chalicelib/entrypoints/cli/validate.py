"""`curfew validate`: are the schedule files good, and if not, what is to be written instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from chalicelib.entrypoints.cli.answers import Answer, Exit
from chalicelib.entrypoints.cli.options import Url
from chalicelib.entrypoints.cli.screen import PHASES

if TYPE_CHECKING:
    from chalicelib.entrypoints.schedule_file.problems import Problem

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]...", help="Files or directories [./schedules].", show_default=False),
]


Live = Annotated[bool, typer.Option("--live", help="Ask the server what AWS shows of what they select.")]


def validate(paths: Paths = None, live: Live = False, url: Url = None) -> Answer:
    """Check schedule files and tell every mistake at once.

    Example: curfew validate schedules/orders-qa.yaml
    """
    from chalicelib.entrypoints.cli.live import live_problems
    from chalicelib.entrypoints.cli.schedules import USUAL, read
    from chalicelib.entrypoints.views import problem_view

    files, reading = read(paths or [USUAL])
    problems = reading.problems
    if live and not reading.errors:
        problems += live_problems(files, reading, url)
    exit = Exit.BAD_INPUT if reading.errors else Exit.DONE
    return Answer([problem_view(each) for each in problems], lambda console: _show(console, len(files), problems), exit)


def _show(console: Console, files: int, problems: Sequence[Problem]) -> None:
    for problem in problems:
        console.print(Text(str(problem), style=PHASES[problem.severity.value]), soft_wrap=True)
    counts = Counter(problem.severity.value for problem in problems)
    found = ", ".join(_counted(counts[word], word) for word in ("error", "warning", "note") if counts[word])
    console.print(f"{_counted(files, 'file')}: {found or 'all good'}")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
