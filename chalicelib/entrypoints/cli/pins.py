"""`curfew hold`, `unhold`, `retry`, `pause` and `resume`: what an operator asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from chalicelib.entrypoints.cli.answers import Answer, CommandError, said
from chalicelib.entrypoints.cli.options import For, Name, Until, Url, Why, span
from chalicelib.entrypoints.cli.server import environment, server
from chalicelib.entrypoints.cli.times import local, zone_name


class Pin(StrEnum):
    """What an environment can be held on."""

    UP = "up"
    DOWN = "down"
    AS_IS = "as-is"


Pinned = Annotated[Pin, typer.Argument(help="What to hold it on.", show_default=False)]
Which = Annotated[str | None, typer.Argument(metavar="[NAME]", help="The environment.", show_default=False)]
Account = Annotated[str | None, typer.Option(metavar="ACCOUNT", help="Every environment in this account (12 digits).")]
All = Annotated[bool, typer.Option("--all", help="The whole organisation.")]


def hold(name: Name, desired: Pinned, reason: Why, length: For = None, until: Until = None, url: Url = None) -> Answer:
    """Pin an environment on up, down or as-is, whatever its schedule says.

    Example: curfew hold orders-qa as-is --reason "index is being rebuilt" --for 1d
    """
    body = {"desired": desired.value, "reason": reason, **span(length, until)}
    with server(url) as asked:
        held = asked.send("PUT", environment(name, "hold"), body)
    ends = f"until {local(held['until'])} ({zone_name()})" if held["until"] else f"until: curfew unhold {name}"
    return said(held, f"{name}: held {desired} {ends}")


def unhold(name: Name, url: Url = None) -> Answer:
    """Take the pin off: the schedule decides again.

    Example: curfew unhold orders-qa
    """
    with server(url) as asked:
        answer = asked.send("DELETE", environment(name, "hold"))
    return said(answer, f"{name}: {'nothing holds it any more' if answer['released'] else 'nothing held it'}")


def retry(name: Name, url: Url = None) -> Answer:
    """Try again what is stuck, once you have mended what was wrong.

    Example: curfew retry orders-qa
    """
    with server(url) as asked:
        answer = asked.send("POST", environment(name, "retry"))
    return said(answer, f"{name}: what has not arrived is tried again now")


def pause(reason: Why, name: Which = None, account: Account = None, everything: All = False, url: Url = None) -> Answer:
    """Throw the kill switch: Curfew touches nothing there until resumed.

    Example: curfew pause --all --reason "incident 4711"
    """
    path, where = _switch(name, account, everything)
    wide = {"account": account} if account else {}
    with server(url) as asked:
        answer = asked.send("PUT", path, {"reason": reason, **wide})
    return said(answer, f"{where}: paused; to end it: curfew resume {_target(name, account)}")


def resume(name: Which = None, account: Account = None, everything: All = False, url: Url = None) -> Answer:
    """Take the kill switch back: Curfew acts again.

    Example: curfew resume --all
    """
    path, where = _switch(name, account, everything)
    with server(url) as asked:
        answer = asked.send("DELETE", path, parameters={"account": account} if account else None)
    return said(answer, f"{where}: resumed")


def _switch(name: str | None, account: str | None, everything: bool) -> tuple[str, str]:
    """The path of the switch and what it covers. Raises CommandError unless exactly one was named."""
    if sum((name is not None, account is not None, everything)) != 1:
        raise CommandError("say which: NAME, --account ACCOUNT or --all, and only one of them", "usage")
    if name is not None:
        return environment(name, "pause"), name
    return "/pause", f"account {account}" if account else "the organisation"


def _target(name: str | None, account: str | None) -> str:
    return name or (f"--account {account}" if account else "--all")
