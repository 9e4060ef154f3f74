"""`curfew apply`: schedule files become the rules in force, once somebody has seen what that changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, View
from chalicelib.entrypoints.cli.asking import agree
from chalicelib.entrypoints.cli.billing import show_billing
from chalicelib.entrypoints.cli.options import Url, Yes
from chalicelib.entrypoints.cli.screen import coloured, screen, table
from chalicelib.entrypoints.cli.server import Server, problem_line, server
from chalicelib.entrypoints.cli.times import local, zone_name

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Schedule files, or directories of them.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
Now = Annotated[bool, typer.Option("--now", help="Stop what runs outside its windows without the first grace.")]


def apply(paths: Paths, dry_run: DryRun = False, yes: Yes = False, at_once: Now = False, url: Url = None) -> Answer:
    """Show what schedule files change, ask, and put them in force.

    Example: curfew apply schedules --dry-run
    """
    from chalicelib.entrypoints.cli.schedules import read, sound

    files, reading = read(paths)
    sound(reading)
    body = {"files": [{"name": file.name, "text": file.text} for file in files], "now": at_once}
    with server(url) as asked:
        shown = _posted(asked, body, dry_run=True)
        if dry_run:
            return Answer(shown, lambda console: _show(console, shown))
        _show(screen(stderr=True), shown)
        agree("Put this in force?", yes)
        done = _posted(asked, {**body, "agreed": shown["preview"]}, dry_run=False)
    return Answer(done, lambda console: console.print(_summary(done), soft_wrap=True))


def _posted(server: Server, body: View, dry_run: bool) -> Any:
    return server.send("POST", "/apply", {**body, "dry_run": dry_run})


def _show(console: Console, document: View) -> None:
    for problem in document["problems"]:
        console.print(problem_line(problem), soft_wrap=True)
    if document["reports"]:
        console.print("reports: change")
        for difference in document["reports"]:
            console.print(f"  {difference}", soft_wrap=True)
        console.print("")
    for change in document["changes"]:
        _show_change(console, change)


def _show_change(console: Console, change: View) -> None:
    console.print(f"{change['environment']}: {_news(change)}")
    for difference in change["differences"]:
        console.print(f"  {difference}", soft_wrap=True)
    console.print(f"  {_first_stop(change)}")
    for each in change["unmatched"]:
        console.print(f"  {each['resource']} matches nothing: {each['because']}; correct it", soft_wrap=True)
    if _matters(change):
        console.print(_resources(console, change["resources"]))
    for resource in change["resources"]:
        for warning in resource["warnings"]:
            console.print(f"  Mind: {resource['resource']} {resource['id']}: {warning}", soft_wrap=True)
    if _matters(change):
        show_billing(console, change["keeps_billing"])
    for note in change["notes"]:
        console.print(f"  Note: {note}", soft_wrap=True)
    console.print("")


def _matters(change: View) -> bool:
    """It changes something, acts for the first time, or meets a resource that it cannot touch."""
    told = change["new"] or change["differences"] or change["acts_first"]
    return bool(told or any(each["problem"] for each in change["resources"]))


def _news(change: View) -> str:
    if change["new"]:
        return "new"
    return "changes" if change["differences"] else "stays the same"


def _first_stop(change: View) -> str:
    """What would be stopped of all that is there, and when."""
    there = [each for each in change["resources"] if each["observed"] != "missing"]
    able = [each for each in there if not each["problem"]]
    if not able:
        return f"0 of {len(there)} resources will be stopped" if there else "nothing that it selects is there"
    which = _which(len(able), len(there))
    at = f"first stop {local(change['first_stop'])} ({zone_name()})" if change["first_stop"] else None
    if change["mode"] == "observe":
        return f"mode: observe; {f'would {at}' if at else 'no stop within a month'}, {which}"
    when = f"{at or 'no stop within a month'}, {which}"
    return f"acts for the first time: {when}" if change["acts_first"] else when


def _which(able: int, there: int) -> str:
    if able < there:
        return f"{able} of {there} resources"
    return f"these {able} resources" if able > 1 else "this 1 resource"


def _resources(console: Console, resources: Sequence[View]) -> object:
    shown = table(console, "  Resource", "Id", "Kind", "Observed", "Not touched because", folds="Not touched because")
    for each in resources:
        named = f"  {each['resource']}", each["id"], each["kind"]
        shown.add_row(*named, coloured(each["observed"]), each["problem"] or "")
    return shown


def _summary(document: View) -> str:
    if not document["applied"]:
        return "nothing was put in force"
    changed = [change["environment"] for change in document["changes"] if change["new"] or change["differences"]]
    changed += ["what reports rest on"] if document["reports"] else []
    return f"in force: {', '.join(changed)}" if changed else "in force as before: nothing differs"
