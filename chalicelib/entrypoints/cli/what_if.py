"""`curfew capacity NAME --what-if`: what other policies would have cost, as people see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.cli.server import Server, environment
from chalicelib.entrypoints.cli.times import instant, zone_name


def asked_what_if(asked: Server, name: str, policies: Sequence[str]) -> View:
    """The whole document, asked for resource by resource: an answer has 25 s."""
    path = environment(name, "capacity")
    document: View = {"groups": []}
    for resource in asked.get(path)["resources"] or [None]:
        part = asked.get(f"{path}/what-if", policy=list(policies), resource=resource)
        document = {**part, "groups": [*document["groups"], *part["groups"]]}
    return document


def show_what_if(console: Console, document: View) -> None:
    """A table for each group, and what to know of them all."""
    if not document["groups"]:
        console.print("No group with a mix has been looked at; give it one with capacity: in its file.")
        return
    for group in document["groups"]:
        for line in _said(document, group):
            console.print(line, soft_wrap=True)
        console.print("")
        console.print(_policies(console, group["policies"]))
        console.print("")
    for line in _minded(document):
        console.print(f"Mind: {line}", soft_wrap=True)


def _said(document: View, group: View) -> Iterator[str]:
    begins, ends = _day(document["from"]), _day(document["to"])
    members = f"{group['size']} members, {len(group['pools'])} pools with prices"
    yield f"{document['environment']} {group['resource']} {group['id']}: {members}"
    yield f"Priced: {group['hours']:g} hours from {begins} to {ends} ({zone_name()})"
    present = group["policies"][0]
    yield "Present: " + " ".join(f"{key}={present[key]}" for key in ("on_demand_base", "spot_share", "prefer"))


def _policies(console: Console, policies: Sequence[View]) -> object:
    why = ("Not computable",) if any(each["because"] for each in policies) else ()
    shown = table(console, "Policy", "USD", "USD an hour", "Against present", "Switches", *why, folds="Policy")
    for each in policies:
        switches = "" if each["switches"] is None else str(each["switches"])
        figures = each["cost"] or "", each["cost_per_hour"] or "", _signed(each["difference"])
        shown.add_row(each["policy"], *figures, switches, *([each["because"] or ""] if why else []))
    return shown


def _day(at: str) -> str:
    return f"{instant(at).astimezone():%Y-%m-%d %H:%M}"


def _signed(amount: str | None) -> str:
    """With a + where it costs more."""
    return "" if amount is None else amount if amount.startswith("-") else f"+{amount}"


def _minded(document: View) -> Iterator[str]:
    for group in document["groups"]:
        yield from (f"not priced: {each}" for each in group["not_priced"])
    yield from document["notes"]
