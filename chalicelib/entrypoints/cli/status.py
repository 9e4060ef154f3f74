"""`curfew status`: how environments are doing, what comes next, and who keeps them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from chalicelib.core.light import words
from chalicelib.entrypoints.cli.answers import Answer, View
from chalicelib.entrypoints.cli.options import Url
from chalicelib.entrypoints.cli.screen import coloured, table
from chalicelib.entrypoints.cli.server import environment, server
from chalicelib.entrypoints.cli.times import local, zone_name

Name = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="One environment (all if left out).", show_default=False)
]


def status(name: Name = None, url: Url = None) -> Answer:
    """Show how one environment, or all of them, are doing.

    Example: curfew status orders-qa
    """
    with server(url) as asked:
        if name is None:
            every = list(asked.environments())
            return Answer(every, lambda console: _show_all(console, every))
        one = asked.get(environment(name))
    return Answer([one], lambda console: show_one(console, one))


def show_one(console: Console, status: View) -> None:
    """One environment with its resources and leases is on the console."""
    console.print(_phase(status).append(f": {status['because']}"), soft_wrap=True)
    zone = f" ({zone_name()})" if status["next_change"] else ""
    console.print(f"Next change: {_next_change(status, 'none is in sight')}{zone}", soft_wrap=True)
    if reached := ", ".join(_reached(status)):
        console.print(f"{reached} ({zone_name()})", soft_wrap=True)
    if status["observed_nights"]:
        console.print(f"Observed: {_nights(status['observed_nights'])}", soft_wrap=True)
    for lease in status["leases"]:
        console.print(f"Lease: {_lease(lease)}", soft_wrap=True)
    console.print("")
    console.print(_resources(console, status["resources"]))
    for resource in status["resources"]:
        for warning in resource["warnings"]:
            console.print(f"Mind: {resource['resource']} {resource['id']}: {warning}", soft_wrap=True)


def _phase(status: View) -> Text:
    """How it is doing; before the first look nobody knows."""
    if status["phase"] is None and status["desired"] is not None:
        return Text(f"{status['environment']} has not been looked at yet")
    return Text.assemble(status["environment"], " is ", coloured(status["phase"]))


def _reached(status: View) -> Iterator[str]:
    """When its core, and all of it that counts, came up; nothing while it is desired down."""
    if status["desired"] != "up":
        return
    core = any(resource["importance"] == "core" for resource in status["resources"])
    if core and status["usable_at"]:
        yield f"Usable since {local(status['usable_at'])}"
    if status["ready_at"]:
        yield f"Ready since {local(status['ready_at'])}"


def _nights(observed: View) -> str:
    used = observed["in_use"]
    quiet = f"would have stopped {observed['would_have_stopped']} of {observed['nights']} nights"
    return f"{quiet}; {used} {'was' if used == 1 else 'were'} in use"


def _show_all(console: Console, every: Sequence[View]) -> None:
    if not every:
        console.print("There are no environments yet; curfew apply schedules brings them in.")
        return
    shown = table(
        console, "Environment", "Phase", "Desired", f"Next change ({zone_name()})", "Leases", "Because", folds="Because"
    )
    for status in every:
        people = ", ".join(lease["person"] for lease in status["leases"])
        shown.add_row(
            status["environment"],
            coloured(status["phase"]),
            coloured(status["desired"]),
            _next_change(status),
            people or "-",
            status["because"],
        )
    console.print(shown)


def _resources(console: Console, resources: Sequence[View]) -> object:
    shown = table(console, "Resource", "Id", "Observed", "Desired", "Note", folds="Note")
    for resource in resources:
        states = coloured(resource["observed"]), Text.assemble(coloured(resource["desired"]), _light(resource["size"]))
        shown.add_row(resource["resource"], resource["id"], *states, resource["note"] or "")
    return shown if resources else "No resource has been looked at yet."


def _light(size: View | None) -> str:
    """ " (4 of 30)" of what should be up with less than all of it."""
    light = size and size["wanted"] and size["wanted"] < size["full"]
    return f" ({size['wanted']} of {size['full']})" if size and light else ""


def _next_change(status: View, none: str = "-") -> str:
    change = status["next_change"]
    return f"{change['desired']} {local(change['at'])}" if change else none


def _lease(lease: View) -> str:
    return ", ".join(_lease_parts(lease))


def _lease_parts(lease: View) -> Iterator[str]:
    yield f"{lease['person']} until {local(lease['until'])}"
    if lease["only"]:
        yield f"only {' '.join(lease['only'])}"
    if lease["sizes"]:
        yield f"with {words(lease['sizes'])}"
    if lease["desired"] != "up":
        yield f"left {lease['desired']}"
    if lease["reason"]:
        yield lease["reason"]
