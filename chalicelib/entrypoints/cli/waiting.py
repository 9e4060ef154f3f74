"""Waits until an environment is ready, and shows how its resources come up meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from chalicelib.entrypoints.cli import times
from chalicelib.entrypoints.cli.answers import View
from chalicelib.entrypoints.cli.server import Server, environment

POLL_SECONDS = 5.0
SHORTEST_WAIT = timedelta(minutes=15)
GIVEN_UP = ("stuck", "paused")
"""Phases that only a person ends."""


def deadline(ready_at: datetime) -> datetime:
    """Until when it is worth waiting: twice the time that was quoted, and some minutes at least."""
    return times.now() + max(2 * (ready_at - times.now()), SHORTEST_WAIT)


def wait_until_ready(server: Server, name: str, until: datetime, console: Console) -> View:
    """The last status seen: of a ready environment, of one that a person must help, or of one too late."""
    columns = SpinnerColumn(finished_text="*"), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        lines: dict[str, TaskID] = {}
        for status in _statuses(server, name, until):
            last = status
            for resource in status["resources"]:
                _draw(progress, lines, resource)
    return last


def ready(status: View) -> bool:
    """Everything that is desired up was seen up and healthy."""
    return status["phase"] in ("up", "held") and bool(status["resources"])


def _statuses(server: Server, name: str, until: datetime) -> Iterator[View]:
    while True:
        status: View = server.get(environment(name))
        yield status
        if ready(status) or status["phase"] in GIVEN_UP or times.now() >= until:
            return
        time.sleep(POLL_SECONDS)


def _draw(progress: Progress, lines: dict[str, TaskID], resource: View) -> None:
    """One line a resource; a clock runs until it is up."""
    label = f"{resource['resource']} {resource['id']}"
    note = f" ({resource['note']})" if resource["note"] else ""
    if label not in lines:
        lines[label] = progress.add_task(label, total=1)
    there = resource["observed"] == resource["desired"] and not note
    progress.update(lines[label], description=f"{label}: {resource['observed']}{note}", completed=int(there))
