"""`curfew wake`, `extend`, `release` and `sleep`: what a developer asks for."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import typer

from chalicelib.entrypoints.cli import waiting
from chalicelib.entrypoints.cli.answers import Answer, CommandError, Exit, View, said
from chalicelib.entrypoints.cli.options import For, Name, Reason, Until, Url, span
from chalicelib.entrypoints.cli.screen import screen
from chalicelib.entrypoints.cli.server import Server, UnreachableError, environment, server
from chalicelib.entrypoints.cli.times import instant, local, zone_name

Only = Annotated[list[str] | None, typer.Option("--only", metavar="RESOURCE", help="Only this, with what it needs.")]
Sizes = Annotated[
    list[str] | None, typer.Option("--size", metavar="RESOURCE=NUMBER", help="A light wake: fewer of them than all.")
]
Full = Annotated[bool, typer.Option("--full", help="Everything at its full size, whatever the file says of wakes.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it is ready, and show how it comes up.")]
Insist = Annotated[bool, typer.Option("--insist", help="End other people's leases too (operators).")]


def wake(
    name: Name,
    length: For = None,
    until: Until = None,
    reason: Reason = None,
    only: Only = None,
    size: Sizes = None,
    full: Full = False,
    wait: Wait = False,
    url: Url = None,
) -> Answer:
    """Bring an environment up for a while; it goes back to sleep by itself.

    Example: curfew wake orders-qa --for 3h --size nodes=4 --reason "demo for sales"
    """
    what = ({"reason": reason} if reason else {}) | ({"only": only} if only else {})
    body = span(length, until) | what | _sizes(size or [], full)
    with server(url) as asked:
        granted = _asked_once(asked, environment(name, "leases"), body)
        if wait:
            return _followed(asked, granted)
    return said(granted, _promise(granted))


def extend(name: Name, length: For = None, until: Until = None, url: Url = None) -> Answer:
    """Keep an environment up for longer: your lease ends later.

    Example: curfew extend orders-qa --for 1h
    """
    with server(url) as asked:
        granted = asked.send("PATCH", environment(name, "leases"), span(length, until))
    return said(granted, _promise(granted))


def release(name: Name, url: Url = None) -> Answer:
    """End your lease: the environment may go back to sleep.

    Example: curfew release orders-qa
    """
    with server(url) as asked:
        answer = asked.send("DELETE", environment(name, "leases"))
    sentence = "your lease has ended" if answer["released"] else "you had no lease"
    return said(answer, f"{name}: {sentence}")


def sleep(name: Name, insist: Insist = False, url: Url = None) -> Answer:
    """Send an environment to sleep until its next window; your lease ends.

    Example: curfew sleep orders-qa
    """
    with server(url) as asked:
        answer = asked.send("POST", environment(name, "sleep"), {"insist": insist})
    until = f"ready again at {local(answer['until'])} ({zone_name()})" if answer["until"] else "until somebody wakes it"
    return said(answer, f"{name}: asleep, {until}")


def _asked_once(server: Server, path: str, body: View) -> Any:
    """The answer, with a second try if the network failed: the key lets the server tell it is the same wish."""
    key = {"Idempotency-Key": str(uuid4())}
    try:
        return server.send("POST", path, body, key)
    except UnreachableError:
        return server.send("POST", path, body, key)


def _sizes(sizes: list[str], full: bool) -> View:
    """The sizes as a request says them. Raises CommandError for what is none, or said twice, or beside --full."""
    if sizes and full:
        raise CommandError("--size and --full exclude each other; give one of them")
    found = {}
    for text in sizes:
        key, _, number = text.partition("=")
        if not key or not number.isdecimal() or not int(number):
            raise CommandError(f"{text} is not a size; write a resource and a number, e.g. --size nodes=4")
        if key in found:
            raise CommandError(f"the size of {key} is said twice; give it once")
        found[key] = int(number)
    return {"sizes": found} if sizes or full else {}


def _promise(granted: View) -> str:
    ready, until = local(granted["ready_at"]), local(granted["until"])
    light = " and ".join(_of_all(key, **size) for key, size in granted["sizes"].items())
    light = f" with {light}" if light else ""
    return f"{granted['environment']}: ready ~{ready}{light}, asleep {until} ({zone_name()})"


def _of_all(key: str, size: int | None, full: int | None) -> str:
    """ "4 of 30 nodes"; "all 30 nodes" where more than asked is wanted by others, or there already."""
    if size is None or size == full:
        return f"all {full} {key}" if full else f"all {key}"
    return f"{size} of {full} {key}" if full else f"{size} {key}"


def _followed(server: Server, granted: View) -> Answer:
    """The answer once the environment is ready, or cannot be by itself; Ctrl-C stops waiting and no more."""
    name, aside = granted["environment"], screen(stderr=True)
    aside.print(_promise(granted), soft_wrap=True)
    try:
        last = waiting.wait_until_ready(server, name, waiting.deadline(instant(granted["ready_at"])), aside)
    except KeyboardInterrupt:
        ends = f"your lease stays until {local(granted['until'])}; to end it: curfew release {name}"
        return said(granted | {"phase": None}, f"{name}: no longer waiting; {ends}", Exit.REFUSED)
    answer = granted | {"phase": last["phase"]}
    if waiting.ready(last):
        return said(answer, f"{name}: ready, asleep {local(granted['until'])} ({zone_name()})")
    return said(answer, f"{name} is {last['phase']}, not ready: curfew status {name} says why", Exit.REFUSED)
