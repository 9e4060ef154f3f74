"""`curfew restore`: sizes come back with AWS keys alone, when the service is not there to do it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chalicelib.entrypoints.cli.answers import Answer, CommandError, Exit, View
from chalicelib.entrypoints.cli.asking import agree
from chalicelib.entrypoints.cli.options import Name, Yes

if TYPE_CHECKING:
    from chalicelib.flows.ports import Refusal
    from chalicelib.flows.restore import Step

LIFTS = "what was suspended for the night: run these once it is up and healthy"

Print = Annotated[bool, typer.Option("--print", help="Print the AWS commands and run none.")]
Direct = Annotated[bool, typer.Option("--direct", help="Make the calls now, with this shell's AWS keys.")]


def restore(name: Name, printed: Print = False, direct: Direct = False, yes: Yes = False) -> Answer:
    """Bring everything back as it was before it was put to rest, without the service.

    Example: curfew restore orders-qa --print
    """
    if printed == direct:
        raise CommandError("say --print to see the AWS commands, or --direct to make the calls now", "usage")
    return _made(name, yes) if direct else _printed(name)


def _printed(name: str) -> Answer:
    from chalicelib.entrypoints.cli.direct import wired
    from chalicelib.flows.restore import restore_steps

    views = [_view(step) for step in restore_steps(wired().world, name)]
    return Answer(views, lambda console: _show_script(console, name, views))


def _made(name: str, yes: bool) -> Answer:
    from chalicelib.entrypoints.cli.direct import wired
    from chalicelib.flows.restore import restore_directly, restore_steps

    world = wired().world
    count = len(restore_steps(world, name))
    if count:
        agree(f"Make {count} AWS call{'' if count == 1 else 's'} to bring {name} back?", yes)
    views = [_view(step) | {"refusal": _words(refusal)} for step, refusal in restore_directly(world, name)]
    refused = any(view["refusal"] for view in views)
    return Answer(views, lambda console: _show_calls(console, name, views), Exit.REFUSED if refused else Exit.DONE)


def _view(step: Step) -> View:
    from chalicelib.flows.restore import as_commands

    *before, command = as_commands(step)
    return {
        "resource": step.key,
        "account": step.location.account,
        "region": step.location.region,
        "service": step.call.service,
        "operation": step.call.operation,
        "parameters": dict(step.call.parameters),
        "before": before,
        "command": command,
        "lifts": step.lifts,
    }


def _words(refusal: Refusal | None) -> str | None:
    return None if refusal is None else str(refusal)


def _show_script(console: Console, name: str, views: Sequence[View]) -> None:
    """A shell script, with a comment wherever other credentials are needed, or something is to be waited for."""
    if not views:
        console.print(f"# {name}: nothing is asleep by Curfew's doing")
    for (lifts, account), steps in groupby(views, key=lambda view: (view["lifts"], view["account"])):
        console.print(f"# with credentials for account {account}{f', {LIFTS}' if lifts else ''}:", soft_wrap=True)
        for command in (command for step in steps for command in (*step["before"], step["command"])):
            console.print(command, soft_wrap=True)


def _show_calls(console: Console, name: str, views: Sequence[View]) -> None:
    for view in views:
        answer = f"refused, {view['refusal']}" if view["refusal"] else "accepted"
        console.print(f"{view['resource']}: {view['operation']} {answer}", soft_wrap=True)
    console.print(
        f"{name}: {len(views)} calls made; nothing was waited for" if views else f"{name}: nothing to restore"
    )
