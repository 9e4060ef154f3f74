"""`curfew demo`: the embedded cloud with a sample organisation; what plays it is handed in from above."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from typing import Annotated

import typer

from chalicelib.entrypoints.cli.answers import Answer, CommandError, Exit

FORTNIGHT = 14

Serve = Annotated[bool, typer.Option("--serve", help="Keep the API and the embedded cloud running afterwards.")]
Days = Annotated[int, typer.Option("--days", min=1, max=60, help="How many days to simulate.")]


def demo(context: typer.Context, serve: Serve = False, days: Days = FORTNIGHT) -> Answer:
    """Play a simulated fortnight inside this process, without AWS; or a short story at AWS_ENDPOINT_URL, if set.

    Example: curfew demo --serve
    """
    play, as_json = context.obj["demo"], context.obj["json"]
    try:
        # Programs get one document: what the demo tells people meanwhile goes aside.
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            code = play(days, serve)
    except ModuleNotFoundError as missing:
        raise CommandError(
            f"the demo needs {missing.name}, which is not installed; run: pip install 'curfew[demo]'", "not-installed"
        ) from missing
    return Answer({"passed": code == 0}, lambda console: None, Exit.DONE if code == 0 else Exit.REFUSED)
