"""The main job, played: a sample organisation sleeps and wakes for a simulated fortnight, and is checked.

Everything between the API and the simulated AWS is the deployed code: app.py's handlers, DynamoDB, SQS and
the AWS calls over HTTP.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_urlsafe

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chalicelib.core import timetable
from chalicelib.core.model import Desired
from chalicelib.entrypoints.reporting.as_table import show
from chalicelib.entrypoints.schedule_file.paths import load_paths
from chalicelib.entrypoints.schedule_file.reading import ReadDefinition, read_schedules
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.tokens import Bearer, issue
from chalicelib.local import elsewhere, sample
from chalicelib.local.api import serving_api
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.driver import Act, Driver, when_due
from chalicelib.local.house import House, at_home
from chalicelib.local.inspector import Inspector
from chalicelib.local.people import FIRST_DAY, Stage, apply_everything, ask, openings, script
from chalicelib.local.serve import serve_until_interrupted
from chalicelib.local.story import Say, Story, on_screen

SCHEDULES = Path(__file__).resolve().parents[2] / "schedules"
RESYNC = timedelta(hours=12)
"""In the demo a settled environment is looked at twice a day rather than every 15 min, so that the fortnight is
short to watch; what sends no event (a group's new maximum) is noticed that much later."""
PEOPLE = {"developer": Role.DEVELOPER, "tester": Role.DEVELOPER, "analyst": Role.DEVELOPER, "operator": Role.OPERATOR}
CLOSED_AT = timedelta(hours=6)
"""By then yesterday is over in every zone of the sample organisation."""
WIDE = 130
"""Columns for the report where it is not shown on a terminal: its numbers stay on one line."""
CHECK_EVERY = timedelta(hours=6)
SETTLED = timedelta(minutes=45)
"""After so long without a change of mind an environment must be where it should be."""


def run(days: int, serve: bool) -> int:
    """The demo was played; 0 when every order, size and state was right, 1 when not or when it was interrupted.

    For `days` days on the embedded cloud; or, when AWS_ENDPOINT_URL is set, a short story there.
    """
    endpoint_url = os.environ.get("AWS_ENDPOINT_URL")
    try:
        return elsewhere.run(endpoint_url) if endpoint_url else run_here(days, serve)
    except KeyboardInterrupt:
        Console().print("Interrupted; everything that was built for it is gone.")
        return 1


def run_here(days: int, serve: bool) -> int:
    """The sample organisation lived for `days` days; 0 when every order, size and state was right, else 1."""
    console = QuietConsole()
    with ExitStack() as house:
        with _bar(console) as bar:
            task = bar.add_task("building the sample organisation", total=days)
            stage = house.enter_context(sample_house(on_screen(console)))
            play(stage, days, lambda day, at: bar.update(task, completed=day, description=f"{at:%a %d %B}"))
        code = verdict(console, stage.inspector)
        savings(console, stage)
        if serve:
            aws = stage.house.cloud.endpoint_url
            serve_until_interrupted(console, stage.api, stage.tokens, aws, driver(stage, []))
    return code


class QuietConsole(Console):
    """A console that falls silent, and lets the demo go on, when nobody reads any more (`curfew demo | head`)."""

    def on_broken_pipe(self) -> None:
        """Nothing more is printed; Rich would end the thread, which may be the one that answers a request."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bar(console: Console) -> Progress:
    """Shown on terminals only; it goes away when all is done."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def sample_house(say: Say) -> Iterator[Stage]:
    """Within it the sample organisation runs, its files not applied yet; `say` takes the story line by line."""
    definitions = {each.definition.environment: each.definition for each in sample_definitions()}
    clock = SimulatedClock(FIRST_DAY)
    story = Story(say, {name: one.uptime[0].timezone for name, one in definitions.items()})
    with EmbeddedCloud(clock) as cloud:
        parts = sample.build(cloud)
        with at_home(cloud, [story], RESYNC) as house, serving_api(house.app) as api:
            inspector = Inspector(parts, definitions, clock.now())
            yield Stage(house, api, issued_tokens(house), inspector, story, SCHEDULES)


def sample_definitions() -> tuple[ReadDefinition, ...]:
    """The environments of schedules/."""
    return read_schedules(load_paths([SCHEDULES]), FIRST_DAY.date()).definitions


def issued_tokens(house: House) -> dict[str, str]:
    """A bearer token for each person of the story."""
    admin, secrets = Actor("demo", Role.ADMIN), {person: token_urlsafe(32) for person in PEOPLE}
    for person, role in PEOPLE.items():
        issue(house.wired.tokens, admin, Bearer(person, role, 60), secrets[person], house.cloud.clock.now())
    return secrets


def driver(stage: Stage, acts: list[Act]) -> Driver:
    """Moves the stage's time; the inspector looks after each step."""
    house = stage.house
    watch = partial(_watch, stage)
    return Driver(house.cloud, house.functions, house.mailman, when_due(house.earliest_sweep), acts, watch)


def play(stage: Stage, days: int, progress: Callable[[int, datetime], object]) -> None:
    """The files are applied, and `days` days have passed with all that people do in them."""
    apply_everything(stage)
    end = FIRST_DAY + timedelta(days=days)
    moving = driver(stage, [*script(stage), *_mornings(stage, end), *_checks(stage, end), *_closes(stage, end)])
    for day in range(1, days + 1):
        at = FIRST_DAY + timedelta(days=day)
        moving.run_until(at)
        progress(day, at)


def verdict(console: Console, inspector: Inspector) -> int:
    """The table and what was wrong are shown; 0 when nothing was, else 1."""
    table = Table(title="What the embedded cloud saw")
    for column in ("environment", "hours up", "hours off", "mornings ready in time", "sizes right at the return"):
        table.add_column(column, justify="left" if column == "environment" else "right")
    for name, account in sorted(inspector.accounts.items()):
        in_time = f"{account.in_time} of {account.mornings}" if account.mornings else "-"
        whole = f"{account.whole} of {account.returns}" if account.returns else "-"
        table.add_row(name, _hours(account.on), _hours(account.off), in_time, whole)
    console.print(table)
    for fault in inspector.faults:
        console.print(f"[red]wrong:[/red] {fault}", soft_wrap=True)
    console.print("[red]Something was wrong.[/red]" if inspector.faults else "Every order, size and state was right.")
    return 1 if inspector.faults else 0


def savings(console: Console, stage: Stage) -> None:
    """The savings report of the fortnight is shown, by environment, as the API gives it, and where it is kept."""
    month = f"{FIRST_DAY:%Y-%m}"
    answer = ask(stage, "operator", "GET", f"/reports/{month}?by=environment")
    show(console if console.is_terminal else QuietConsole(width=WIDE), answer.json())
    for kept in ask(stage, "operator", "GET", f"/reports/{month}/snapshots").json()[-1:]:
        asked = f"curfew report --snapshot {kept['id']} --format html --output report.html"
        console.print(f"Kept in the simulated bucket as HTML, XLSX and JSON; with --serve: {asked}", soft_wrap=True)


def _watch(stage: Stage) -> None:
    stage.inspector.look(stage.now())


def _mornings(stage: Stage, end: datetime) -> Iterator[Act]:
    """A look at each environment at the instant at which its window opens."""
    for name in openings(stage.inspector.definitions):
        uptime = stage.inspector.definitions[name].uptime
        for change in timetable.changes(uptime, FIRST_DAY, end):
            if change.desired == "up" and change.at > FIRST_DAY:
                yield Act(change.at, partial(_at_opening, stage, name))


def _at_opening(stage: Stage, name: str) -> None:
    _watch(stage)
    stage.inspector.morning(name)


def _checks(stage: Stage, end: datetime) -> Iterator[Act]:
    """Every six hours: what has had time enough must be where it should be."""
    at = FIRST_DAY + CHECK_EVERY
    while at <= end:
        yield Act(at, partial(_check, stage))
        at += CHECK_EVERY


def _closes(stage: Stage, end: datetime) -> Iterator[Act]:
    """Every morning the days that are over everywhere are put in the books."""
    at = FIRST_DAY + CLOSED_AT
    while at <= end:
        yield Act(at, partial(stage.house.functions.books, at))
        at += timedelta(days=1)


def _check(stage: Stage) -> None:
    _watch(stage)
    for name in stage.inspector.accounts:
        head = stage.house.wired.world.store.head(name)
        if head is None or head.notes.since is None or head.notes.desired in (None, Desired.AS_IS):
            continue
        if head.notes.desired is not None and stage.now() - head.notes.since >= SETTLED:
            stage.inspector.should_be(name, head.notes.desired)


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):.1f}"
