"""`curfew capacity`: how much of each group is spot, why, until when, and what that saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, View
from chalicelib.entrypoints.cli.options import Url
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.cli.server import environment, server
from chalicelib.entrypoints.cli.times import local, zone_name

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="One environment [all].", show_default=False)]


def capacity(name: Name = None, url: Url = None) -> Answer:
    """Show the mix of on-demand and spot, now and as wanted, why, and what it saves an hour.

    Example: curfew capacity orders-qa
    """
    with server(url) as asked:
        names = [name] if name else [each["environment"] for each in asked.environments()]
        every = [asked.get(environment(each, "capacity")) for each in names]
    return Answer(every, lambda console: _show(console, every))


def _show(console: Console, every: Sequence[View]) -> None:
    groups = [(each["environment"], group) for each in every for group in each["groups"]]
    if not groups:
        console.print("No group has a mix; give it one with capacity: in its file.")
    for each in every:
        if each["groups"] and each["budget"]:
            console.print(_budget(each["environment"], each["budget"]), soft_wrap=True)
    for name, group in groups:
        for line in _lines(name, group):
            console.print(line, soft_wrap=True)
        console.print(_pools(console, group["pools"]))


def _budget(name: str, budget: View) -> str:
    said = f"{name}: budget {budget['currency']} {budget['monthly']} a month; "
    if budget["ineffective"]:
        return said + f"it raises no spot: {budget['ineffective']}"
    if budget["spent"] is None:
        return said + "nothing counted yet"
    fast = f"{budget['burn_rate']} times as fast as it allows"
    raises = ", which raises spot" if budget["raises_spot"] else ""
    missing = f"; not counted, no known price: {', '.join(budget['not_counted'])}" if budget["not_counted"] else ""
    return f"{said}USD {budget['spent']} spent since {local(budget['since'])} (estimate), {fast}{raises}{missing}"


def _lines(name: str, group: View) -> Iterator[str]:
    now, wanted = _mix(group["now"]), _mix(group["wanted"])
    yield f"{name} {group['resource']} {group['id']}: {now}" + ("" if now == wanted else f"; wanted: {wanted}")
    until = f" (until {local(group['until'])} {zone_name()})" if group["until"] else ""
    yield f"Because: {group['because']}{until}"
    saving = group["saving_per_hour"]
    yield "Saves: not computable, a price is not known" if saving is None else f"Saves: USD {saving} an hour"
    if group["refusal"]:
        yield f"AWS refused: {group['refusal']}"
    if group["types_that_would_help"]:
        yield f"Few pools; types that would help: {', '.join(group['types_that_would_help'])}"


def _mix(mix: View) -> str:
    return f"{mix['on_demand']} on-demand, {mix['spot']} spot"


def _pools(console: Console, pools: Sequence[View]) -> object:
    shown = table(console, "Type", "Zone", "State", f"Until ({zone_name()})", "Members", "USD an hour")
    for pool in pools:
        until = local(pool["until"]) if pool["until"] else ""
        shown.add_row(pool["type"], pool["zone"], pool["state"], until, str(pool["members"]), pool["price"] or "?")
    return shown if pools else ""
