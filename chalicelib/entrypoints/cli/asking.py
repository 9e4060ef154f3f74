"""A question before something that is hard to take back."""

from __future__ import annotations

import sys

import typer

from chalicelib.entrypoints.cli.answers import CommandError, Exit


def agree(question: str, yes: bool) -> None:
    """The person agreed, or said so beforehand.

    Raises CommandError when they did not, and when there is nobody to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"nobody is there to ask ({question}); add --yes if you are sure", "nobody-to-ask")
    typer.echo(f"{question} [y/N] ", nl=False, err=True)  # stdout belongs to the answer
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandError("nothing was done", "declined", Exit.REFUSED)
