"""The program: finds the command, prints its answer, and turns whatever happens into an exit code."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from rich.console import Console
from typer.main import get_command

from chalicelib.entrypoints.cli.answers import Answer, CommandError
from chalicelib.entrypoints.cli.apply import apply
from chalicelib.entrypoints.cli.bill import bill
from chalicelib.entrypoints.cli.calendar import calendar
from chalicelib.entrypoints.cli.capacity import capacity
from chalicelib.entrypoints.cli.demo import demo
from chalicelib.entrypoints.cli.discover import discover
from chalicelib.entrypoints.cli.doctor import doctor
from chalicelib.entrypoints.cli.explain import explain
from chalicelib.entrypoints.cli.failures import failure_of, foreseen
from chalicelib.entrypoints.cli.import_ import cron, custodian, instance_scheduler, kube_downscaler
from chalicelib.entrypoints.cli.leases import extend, release, sleep, wake
from chalicelib.entrypoints.cli.observe import observe
from chalicelib.entrypoints.cli.pins import hold, pause, resume, retry, unhold
from chalicelib.entrypoints.cli.plan import plan
from chalicelib.entrypoints.cli.recompute import recompute
from chalicelib.entrypoints.cli.report import report
from chalicelib.entrypoints.cli.restore import restore
from chalicelib.entrypoints.cli.retire import retire
from chalicelib.entrypoints.cli.screen import screen
from chalicelib.entrypoints.cli.simulate import simulate
from chalicelib.entrypoints.cli.status import status
from chalicelib.entrypoints.cli.tokens import issue, list_tokens, revoke
from chalicelib.entrypoints.cli.validate import validate

Command = Callable[..., Answer]
Play = Callable[[int, bool], int]
"""Plays the demo for so many days, then serves if asked to; 0 when all went well."""

JSON = "--json"
EPILOG = "--json prints one JSON document instead."
PANELS: dict[str, dict[str, Command]] = {
    "Every day": {
        "status": status,
        "wake": wake,
        "extend": extend,
        "release": release,
        "done": release,
        "sleep": sleep,
        "capacity": capacity,
    },
    "Money": {"report": report, "recompute": recompute, "bill": bill, "observe": observe, "simulate": simulate},
    "Schedule files, without AWS": {
        "validate": validate,
        "explain": explain,
        "calendar": calendar,
        "plan": plan,
    },
    "Operators": {
        "doctor": doctor,
        "apply": apply,
        "hold": hold,
        "unhold": unhold,
        "retry": retry,
        "pause": pause,
        "resume": resume,
        "retire": retire,
        "restore": restore,
    },
    "Begin here": {"demo": demo, "discover": discover},
}
TOKENS: dict[str, Command] = {"issue": issue, "list": list_tokens, "revoke": revoke}
IMPORTS: dict[str, Command] = {
    "instance-scheduler": instance_scheduler,
    "custodian": custodian,
    "kube-downscaler": kube_downscaler,
    "cron": cron,
}


def run(arguments: Sequence[str], play: Play) -> int:
    """The command's answer, or why there is none, was printed; the exit code comes back.

    One JSON document goes to stdout when --json is anywhere among the arguments.
    """
    as_json = JSON in arguments
    rest = [argument for argument in arguments if argument != JSON] if arguments else ["--help"]
    try:
        shared = {"demo": play, "json": as_json}
        answer = get_command(program()).main(rest, prog_name="curfew", standalone_mode=False, obj=shared)
    except Exception as error:  # noqa: BLE001 the boundary of the process: nobody gets a traceback
        return _tell(failure_of(error), as_json)
    if not isinstance(answer, Answer):
        return int(answer or 0)  # help, the version, or an interrupt
    _print(answer, as_json)
    return answer.exit


def program() -> typer.Typer:
    """All commands, in the panels that --help shows."""
    commands = typer.Typer(
        help="Turn non-production AWS environments off when nobody needs them, and on again before anybody does.",
        add_completion=False,
    )
    commands.callback()(_options)
    for panel, functions in PANELS.items():
        for name, function in functions.items():
            commands.command(name, rich_help_panel=panel, epilog=EPILOG)(function)
    commands.add_typer(_group(TOKENS), name="token", rich_help_panel="Operators", help="Make, list and revoke tokens.")
    imports = "Make schedule files of what other schedulers were told."
    commands.add_typer(_group(IMPORTS), name="import", rich_help_panel="Begin here", help=imports)
    return commands


def _group(functions: dict[str, Command]) -> typer.Typer:
    commands = typer.Typer()
    for name, function in functions.items():
        commands.command(name, epilog=EPILOG)(function)
    return commands


def _version(context: typer.Context, wanted: bool) -> None:
    if wanted:
        try:
            installed = version("curfew")
        except PackageNotFoundError:
            installed = "not installed as a package"
        as_json = bool(context.obj and context.obj["json"])
        typer.echo(json.dumps({"version": installed}) if as_json else f"curfew {installed}")
        raise typer.Exit


def _options(
    wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version.")
    ] = False,
    as_json: Annotated[bool, typer.Option(JSON, help="Print one JSON document; works with every command.")] = False,
) -> None:
    """Take the options that need no command; `run` has read --json already."""


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer.data, indent=2))
    else:
        answer.show(screen())


def _tell(failure: CommandError, as_json: bool) -> int:
    if os.environ.get("CURFEW_DEBUG") == "1" and not foreseen(failure):
        traceback.print_exc()
    if as_json:
        typer.echo(json.dumps({"error": {"code": failure.code, "message": str(failure)}}, indent=2))
    aside: Console = screen(stderr=True)
    aside.print(str(failure), style="red", soft_wrap=True)
    return failure.exit
