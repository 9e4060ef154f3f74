"""`curfew capacity`: how much of each group is spot, why, until when, and what that saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, CommandError, View
from chalicelib.entrypoints.cli.options import Url
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.cli.server import environment, server
from chalicelib.entrypoints.cli.times import local, zone_name
from chalicelib.entrypoints.cli.what_if import asked_what_if, show_what_if

Name = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="One environment (all if left out).", show_default=False)
]
WhatIf = Annotated[bool, typer.Option("--what-if", help="Price other policies over the last 30 days of spot prices.")]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="POLICY",
        help='One more to price: "spot_share=0..100% prefer=steady on_demand_base=2"; may be repeated.',
    ),
]
NONE = "No group has a mix; give it one with capacity: in its file."
SAVES = {"-": "nothing, it has no members now", "?": "not computable, a price is not known"}
UNSEEN = "no pass has looked at it yet"


def capacity(name: Name = None, what_if: WhatIf = False, policy: Policies = None, url: Url = None) -> Answer:
    """Show the mix of on-demand and spot, now and as wanted, why, and what it saves an hour.

    Example: curfew capacity orders-qa
    """
    if what_if or policy:
        return _what_if(name, policy or [], url)
    with server(url) as asked:
        names = [name] if name else [each["environment"] for each in asked.environments() if each["desired"]]
        every = [asked.get(environment(each, "capacity")) for each in names]
    shown = [each for each in every if each["resources"]]
    if name or not shown:
        return Answer(every, lambda console: _show(console, shown))
    return Answer(shown, lambda console: console.print(_lines(console, shown)))


def _what_if(name: str | None, policies: Sequence[str], url: str | None) -> Answer:
    if name is None:
        raise CommandError("one environment is priced at a time; say which: curfew capacity NAME --what-if")
    with server(url) as asked:
        document = asked_what_if(asked, name, policies)
    return Answer(document, lambda console: show_what_if(console, document))


def _lines(console: Console, every: Sequence[View]) -> object:
    """All groups of all environments, a line each."""
    columns = ("Environment", "Group", "Now", "Wanted", "Saves an hour", f"Until ({zone_name()})", "Note")
    shown = table(console, *columns, folds="Note")
    for each in every:
        for group in each["groups"]:
            until = local(group["until"]) if group["until"] else ""
            note = "AWS refused the last change" if group["refusal"] else ""
            now, wanted = _short(group["now"]), _short(group["wanted"])
            shown.add_row(each["environment"], group["id"], now, wanted, _saving(group), until, note)
        if not each["groups"]:
            shown.add_row(each["environment"], ", ".join(each["resources"]), "", "", "", "", UNSEEN)
    return shown


def _show(console: Console, every: Sequence[View]) -> None:
    if not every:
        console.print(NONE)
    for each in every:
        if each["budget"]:
            console.print(_budget(each["environment"], each["budget"]), soft_wrap=True)
        if not each["groups"]:
            console.print(f"{each['environment']} {', '.join(each['resources'])}: {UNSEEN}", soft_wrap=True)
        for group in each["groups"]:
            _group(console, each["environment"], group)


def _group(console: Console, name: str, group: View) -> None:
    for line in _said(name, group):
        console.print(line, soft_wrap=True)
    if group["pools"]:
        console.print("")
        console.print(_pools(console, group["pools"]))
    if group["switches"]:
        console.print("")
        console.print(_switches(console, group["switches"]))


def _budget(name: str, budget: View) -> str:
    said = f"{name}: budget {budget['currency']} {budget['monthly']} a month; "
    if budget["ineffective"]:
        return said + f"it raises no spot: {budget['ineffective']}"
    if budget["spent"] is None:
        return said + "nothing counted yet"
    fast = f"{budget['burn_rate']} times as fast as it allows"
    raises = ", which raises spot" if budget["raises_spot"] else ""
    without = f"; not counted for want of a price, if only at times: {', '.join(budget['not_counted'])}"
    missing = without if budget["not_counted"] else ""
    return f"{said}USD {budget['spent']} spent since {local(budget['since'])} (estimate), {fast}{raises}{missing}"


def _helpful(each: View) -> str:
    price = f"from USD {Decimal(each['price']):.4f}" if each["price"] else "price not known"
    return f"{each['type']} ({price})"


def _said(name: str, group: View) -> Iterator[str]:
    now, wanted = _mix(group["now"]), _mix(group["wanted"])
    yield f"{name} {group['resource']} {group['id']}: {now}" + ("" if now == wanted else f"; wanted: {wanted}")
    until = f" (until {local(group['until'])} {zone_name()})" if group["until"] else ""
    yield f"Because: {group['because']}{until}"
    yield f"Saves: {SAVES.get(_saving(group), f'{_saving(group)} an hour')}"
    if group["refusal"]:
        yield f"AWS refused: {group['refusal']}"
    if group["types_that_would_help"]:
        yield f"Few pools; types that would help: {', '.join(map(_helpful, group['types_that_would_help']))}"


def _saving(group: View) -> str:
    """An amount in USD an hour; "-" while there are no members, "?" where a price is not known."""
    if not any(group["now"].values()):
        return "-"
    return "?" if group["saving_per_hour"] is None else f"USD {group['saving_per_hour']}"


def _mix(mix: View) -> str:
    return f"{mix['on_demand']} on-demand, {mix['spot']} spot"


def _short(mix: View) -> str:
    return f"{mix['on_demand']} + {mix['spot']} spot"


def _pools(console: Console, pools: Sequence[View]) -> object:
    shown = table(console, "Type", "Zone", "State", f"Until ({zone_name()})", "Members", "USD an hour")
    for pool in pools:
        until = local(pool["until"]) if pool["until"] else ""
        shown.add_row(pool["type"], pool["zone"], pool["state"], until, str(pool["members"]), _price(pool["price"]))
    return shown


def _price(price: str | None) -> str:
    return "?" if price is None else f"{Decimal(price):.4f}"


def _switches(console: Console, switches: Sequence[View]) -> object:
    """The newest first."""
    shown = table(console, f"Switch ({zone_name()})", "From", "To", "USD an hour", "Because", folds="Because")
    for each in reversed(switches):
        difference = each["price_difference"]
        price = "?" if difference is None else difference if difference.startswith("-") else f"+{difference}"
        shown.add_row(local(each["at"]), _mix(each["from"]), _mix(each["to"]), price, each["because"])
    return shown
