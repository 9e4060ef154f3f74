"""`curfew doctor`: is an environment ready to act, and if not, what is to be mended?"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from chalicelib.entrypoints.cli.answers import Answer, Exit, View
from chalicelib.entrypoints.cli.options import Url
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.cli.server import environment, server

Name = Annotated[str, typer.Argument(metavar="NAME", help="The environment.", show_default=False)]

TICK, CROSS, UNKNOWN = "\u2713", "\u2717", "?"
SIGNS = {True: (TICK, "yes", "green"), False: (CROSS, "NO", "bold red"), "unknown": (UNKNOWN, UNKNOWN, "yellow")}
"""For each answer its sign, the word where a screen has no such signs, and its colour."""


def doctor(name: Name, url: Url = None) -> Answer:
    """Review whether an environment is ready for mode: act, with how to mend what is not.

    Example: curfew doctor orders-qa
    """
    with server(url) as asked:
        review = asked.get(environment(name, "doctor"))
    exit = Exit.DONE if review["ready"] else Exit.REFUSED
    return Answer(review, lambda console: _show(console, review), exit)


def _show(console: Console, review: View) -> None:
    shown = table(console, "", "Check", "Found", "How to mend it", folds="Found")
    shown.columns[-1].no_wrap = False
    for check in review["checks"]:
        shown.add_row(_sign(console, check["ok"]), check["check"], check["found"], check["mend"] or "")
    console.print(shown)
    console.print(_summary(review), soft_wrap=True)


def _sign(console: Console, ok: bool | str) -> Text:
    sign, word, colour = SIGNS[ok]
    return Text(word if console.options.ascii_only else sign, style=colour)


def _summary(review: View) -> str:
    name, mode = review["environment"], review["mode"]
    if review["ready"]:
        return f"{name} acts, and all is well" if mode == "act" else f"{name} is ready: write mode: act, then apply it"
    counts = Counter(check["ok"] for check in review["checks"])
    return f"{name} is in mode: {mode}, and not ready: {counts[False]} to mend, {counts['unknown']} not known"
