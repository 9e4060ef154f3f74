"""`curfew explain`: what an environment should be, which rule says so, and which rules lost."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from chalicelib.entrypoints.cli.answers import Answer, View
from chalicelib.entrypoints.cli.options import Server, Subject, Url
from chalicelib.entrypoints.cli.screen import coloured, table
from chalicelib.entrypoints.cli.times import instant

At = Annotated[
    list[str] | None,
    typer.Option(
        "--at",
        metavar="INSTANT",
        help="When, now if left out; with an offset, or in the time of the file (of a server, this terminal).",
    ),
]


def explain(subject: Subject, at: At = None, ask_server: Server = False, url: Url = None) -> Answer:
    """Show what an environment should be at an instant, and because of which rule.

    Example: curfew explain orders-qa --at 2026-12-24T20:00
    """
    from chalicelib.entrypoints.cli.rules import rules_of

    with rules_of(subject, url, ask_server) as rules:
        decisions, zone = rules.explain(at or []), rules.zone

    def show(console: Console) -> None:
        for number, decision in enumerate(decisions):
            console.print("", end="\n" if number else "")
            _show(console, decision)

    def _show(console: Console, decision: View) -> None:
        when = instant(decision["at"]).astimezone(zone)
        until = decision["until"] and instant(decision["until"]).astimezone(zone)
        ends = f"until {until:%a %Y-%m-%d %H:%M}" if until else "and nothing will change that by itself"
        begins = f"{decision['environment']} at {when:%a %Y-%m-%d %H:%M %Z}: "
        console.print(Text.assemble(begins, coloured(decision["desired"]), f" {ends}"), soft_wrap=True)
        console.print(_rules(console, decision))

    return Answer(decisions, show)


def _rules(console: Console, decision: View) -> object:
    rules = table(console, "", "Rule", "Says", folds="Says")
    for rule in decision["rules"]:
        style = "bold" if rule["wins"] else "dim"
        rules.add_row("->" if rule["wins"] else "", rule["rule"], rule["says"], style=style)
    return rules
