"""`curfew plan`: what bringing an environment up or down would do, in which order, for how long."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, View
from chalicelib.entrypoints.cli.billing import show_billing
from chalicelib.entrypoints.cli.options import Server, Subject, Url
from chalicelib.entrypoints.cli.times import minutes


class Target(StrEnum):
    """Where a plan leads."""

    UP = "up"
    DOWN = "down"


Towards = Annotated[Target, typer.Option("--target", help="Where to bring it.", show_default=False)]


def plan(subject: Subject, target: Towards, ask_server: Server = False, url: Url = None) -> Answer:
    """Show in which order an environment would start or stop, and how long that takes; changes nothing.

    Example: curfew plan orders-qa --target down
    """
    from chalicelib.entrypoints.cli.rules import rules_of

    with rules_of(subject, url, ask_server) as rules:
        name, view = rules.name, rules.plan(target.value)
    return Answer(view, lambda console: _show(console, name, target, view))


def _show(console: Console, name: str, target: Target, view: View) -> None:
    if view["waves"]:
        console.print(f"{name} {target} takes about {minutes(view['estimated_seconds'])}, in this order:")
    else:
        console.print(f"{name}: nothing to bring {target}")
    for number, wave in enumerate(view["waves"], 1):
        console.print(f"  {number}. {', '.join(wave)}", soft_wrap=True)
    for line in _what_stays(name, view):
        console.print(f"  {line}", soft_wrap=True)
    without = view.get("without_database_seconds")
    if without:
        console.print(f"The application runs without its database for about {minutes(without)} of that.")
    cost = view["cost_per_hour"]
    console.print(f"Cost per hour: {cost}" if cost else "Cost per hour: not known")
    show_billing(console, view["keeps_billing"])
    for note in view["notes"]:
        console.print(f"Note: {note}", soft_wrap=True)


def _what_stays(name: str, view: View) -> Iterator[str]:
    """What the plan does not move, and what to know of what it does."""
    for blocked in view["blocked"]:
        yield f"{blocked['resource']} is blocked by {', '.join(blocked['by'])}"
    for key in view["on_request"]:
        yield f"{key} starts on request: curfew wake {name} --only {key}"
    for one in view["ineligible"]:
        yield f"{one['resource']} {one['id']} is left alone: {one['because']}"
    for one in view["warnings"]:
        yield f"Mind: {one['resource']} {one['id']}: {one['warning']}"
