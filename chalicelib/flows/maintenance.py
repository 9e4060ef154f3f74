"""The Systems Manager maintenance windows that an owner wants an environment up for, asked for four times a day.

AWS tells of each window's next run only. What it told is remembered; when it does not answer, that stays in force and
the owner is told once. The weekly windows of databases come with every look and need no asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.maintenance import Ahead, Run, is_old, with_runs
from chalicelib.core.model import Definition, Location
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import Cloud, Refusal, World
from chalicelib.flows.stored import Head
from chalicelib.kinds.contract import Look

WINDOWS = Look("DescribeMaintenanceWindows", {}, "ssm")
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindows.html"""
READS = (("ssm", WINDOWS.operation),)


def looked_ahead(world: World, head: Head, definition: Definition, now: datetime) -> Head:
    """The head, with the coming runs in its notes as AWS told them within the last six hours.

    The notes reach the store with the release of the pass, as all that only the claimant writes.
    """
    wanted, before = definition.maintenance, head.notes.maintenance
    if not is_old(before, wanted, now):
        return head
    found, unread = _asked(world.cloud, definition.locations, wanted.ssm)
    fresh = list(_runs(found))
    if unread is None and (lost := set(wanted.ssm).difference(*(_names(window) for window in found))):
        unread = f"no enabled maintenance window is called {', '.join(sorted(lost))}"
    runs = with_runs(before, [*fresh, *(before.runs if unread else ())], now)
    return replace(head, notes=replace(head.notes, maintenance=Ahead(now, wanted.ssm, runs, unread)))


def unread(definition: Definition, ahead: Ahead, now: datetime) -> Iterator[tuple[str, Event]]:
    """What an owner must know of windows that could not be read, with the key by which it is told once."""
    if ahead.unread:
        text = f"{ahead.unread}; until then it is not kept up for runs that are not known"
        yield f"maintenance {ahead.unread}", Event(What.MAINTENANCE_UNREAD, definition.environment, now, text)


def _asked(
    cloud: Cloud, locations: Iterable[Location], names: tuple[str, ...]
) -> tuple[list[Mapping[str, Any]], str | None]:
    """The wanted windows of all places, and what AWS said where it did not answer."""
    found: list[Mapping[str, Any]] = []
    refused = None
    for location in locations if names else ():
        answers = cloud.look(location, "ssm", (WINDOWS,))
        if isinstance(answers, Refusal):
            refused = f"maintenance windows in {location.account}/{location.region} cannot be read: {answers}"
            continue
        every = (window for answer in answers for window in answer["WindowIdentities"])
        found += [window for window in every if window.get("Enabled") and _names(window) & set(names)]
    return found, refused


def _names(window: Mapping[str, Any]) -> set[str]:
    return {window["WindowId"], window.get("Name", "")}


def _runs(windows: Iterable[Mapping[str, Any]]) -> Iterator[Run]:
    """The next run of each window that has one: "2019-02-03T02:00-08:00", "2020-02-25T00:08:15.099Z".

    https://docs.aws.amazon.com/cli/latest/reference/ssm/get-maintenance-window.html
    """
    for window in windows:
        if text := window.get("NextExecutionTime"):
            begins = datetime.fromisoformat(text)
            begins = (begins if begins.tzinfo else begins.replace(tzinfo=UTC)).astimezone(UTC)
            yield Run(window.get("Name", window["WindowId"]), begins, begins + timedelta(hours=window["Duration"]))
