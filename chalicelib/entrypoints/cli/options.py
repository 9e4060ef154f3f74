"""The arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from chalicelib.core.durations import format_instant, parse_duration
from chalicelib.core.months import month_name
from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import CommandError, View
from chalicelib.entrypoints.reporting import asked

Name = Annotated[str, typer.Argument(metavar="NAME", help="The environment.", show_default=False)]
Subject = Annotated[
    str,
    typer.Argument(metavar="NAME|FILE", help="A schedule file, or an environment in ./schedules.", show_default=False),
]
Url = Annotated[str | None, typer.Option("--url", help="The server (CURFEW_URL, or the settings file).")]
Server = Annotated[bool, typer.Option("--server", help="Ask the server even if ./schedules has the name.")]
For = Annotated[str | None, typer.Option("--for", metavar="DURATION", help="How long: 90m, 2h30m, 1d.")]
Until = Annotated[
    str | None,
    typer.Option(metavar="INSTANT", help="When it ends: 2026-12-24T20:00 in this terminal's time, or with an offset."),
]
Reason = Annotated[str | None, typer.Option(help="Why; others will see it.")]
Why = Annotated[str, typer.Option("--reason", help="Why; others will see it.", show_default=False)]
Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="The month (this one).")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def month_of(text: str | None) -> str:
    """The month that the text names, this one for None. Raises CommandError."""
    try:
        return month_name(times.now()) if text is None else asked.month(text)
    except ValueError as error:
        raise CommandError(str(error)) from error


def span(length: str | None, until: str | None) -> View:
    """The end of a wish as a request says it.

    Raises CommandError when both are given, DurationError and InstantError.
    """
    if length and until:
        raise CommandError("--for and --until exclude each other; give one of them")
    if length:
        if not parse_duration(length):
            raise CommandError(f"--for {length} is no time at all; say for example --for 2h")
        return {"for": length}
    return {"until": format_instant(times.here(until))} if until else {}
