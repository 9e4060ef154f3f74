"""Systems Manager's maintenance windows: when each runs next."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim
from moto.ssm.models import FakeMaintenanceWindow

from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

SCHEDULE = re.compile(r"(at|cron)\((.+)\)")
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html"""


def window_patches(world: World) -> Iterator[Patch]:
    """What to put in which place of moto, which tells of no run."""
    shown = FakeMaintenanceWindow.to_json

    def to_json(self: Any) -> dict[str, Any]:
        due = next_run(self.schedule, self.schedule_timezone, world.now())
        return {**shown(self), **({"NextExecutionTime": due.isoformat(timespec="minutes")} if due else {})}

    yield FakeMaintenanceWindow, "to_json", to_json


def next_run(schedule: str, zone: str | None, now: datetime) -> datetime | None:
    """The first run after now, in UTC: as soon as one has begun, the one after it. None when none is left.

    Days of the week are names; rates are not taught. Raises ValueError for what is.
    """
    told = SCHEDULE.fullmatch(schedule)
    if told is None:
        raise ValueError(f"the schedule {schedule!r} is not taught here: write at(...) or cron(...)")
    here = ZoneInfo(zone or "UTC")
    if told[1] == "at":
        once = datetime.fromisoformat(told[2]).replace(tzinfo=here)
        return once.astimezone(UTC) if once > now else None
    *fields, _year = told[2].replace("?", "*").split()
    return next(CronSim(" ".join(fields[-5:]), now.astimezone(here))).astimezone(UTC)
