"""Schedules of Instance Scheduler on AWS as windows: one environment a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.core.recurrence import Recurrence, describe_recurrence, ever_falls
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import DAY_MINUTES, Window
from chalicelib.entrypoints.importing.clocks import place
from chalicelib.entrypoints.importing.instance_scheduler_original import InstanceScheduler
from chalicelib.entrypoints.importing.instance_scheduler_reading import Configuration, Period, Schedule
from chalicelib.entrypoints.importing.recurrence_words import month_days, months, weekdays
from chalicelib.entrypoints.importing.rule import NotImported, Rule, Selection, SourceError, Translation, Unsaid

KINDS = {"instances": "ec2-instance", "databases": "rds-instance", "clusters": "rds-cluster"}
"""What the original looks for its tag on."""
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
NOT_ENFORCED = Unsaid(
    "enforced is not set: what people start or stop by hand was left alone until the next period",
    "Curfew keeps to the windows; whoever needs more asks with curfew wake, what is started by hand gets a lease",
)
UNSAID_OPTIONS = {
    "hibernate": "Curfew stops instances without hibernating them",
    "retain_running": "what is started by hand before a window is stopped after it; curfew wake keeps it",
    "use_maintenance_window": "write each maintenance window as a window of its own",
    "ssm_maintenance_window": "write each maintenance window as a window of its own",
}
"""Options that a schedule file cannot say when they are set, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the files do not say: the tag that resources carry, and the zone of schedules without one."""

    tag: str = "Schedule"
    timezone: str = "UTC"


class _NeverError(Exception):
    """A period that never runs; the message says why."""


def translate(configuration: Configuration, asked: Asked) -> Translation:
    """Every schedule as a rule, or why it is none. Raises SourceError for a zone that does not exist."""
    rules: list[Rule] = []
    refused: list[NotImported] = []
    for schedule in configuration.schedules.values():
        try:
            rules.append(_rule(schedule, configuration.periods, asked))
        except SourceError as error:
            what, _, remedy = str(error).partition("; ")
            refused.append(NotImported(schedule.name, what, remedy))
    return Translation(tuple(rules), tuple(refused))


def _rule(schedule: Schedule, periods: Mapping[str, Period], asked: Asked) -> Rule:
    where = place(schedule.timezone or asked.timezone)
    used = [_period(name, schedule, periods) for name in _periods_used(schedule)]
    notes, never = _windows(used)
    windows = (Window(0, DAY_MINUTES),) if schedule.override_status else tuple(notes)
    if not windows:
        raise SourceError(f"{schedule.name} has no period that ever runs; leave it out, or hold the environment down")
    return Rule(
        name=schedule.name,
        source=f'Instance Scheduler on AWS, schedule "{schedule.name}"',
        uptimes=(Uptime(where.key, windows),),
        original=InstanceScheduler(where, used, schedule.override_status),
        selections=tuple(Selection(key, kind, {asked.tag: schedule.name}) for key, kind in KINDS.items()),
        notes=notes,
        unsaid=(*_unsaid_options(schedule), *_resizes(schedule), *never),
        tag_value=schedule.name,
    )


def _windows(periods: Sequence[Period]) -> tuple[dict[Window, str], list[Unsaid]]:
    """The windows of the periods, each with where it came from; and the periods that never run."""
    notes: dict[Window, str] = {}
    never: list[Unsaid] = []
    for period in periods:
        try:
            notes.setdefault(_window(period), f"period {period.name}")
        except _NeverError as why:
            what = f"period {period.name} never runs: {why}"
            never.append(Unsaid(what, "write the window that was meant, if any"))
    return notes, never


def _periods_used(schedule: Schedule) -> tuple[str, ...]:
    if schedule.override_status == "running":
        return ()
    if schedule.override_status == "stopped":
        what = f"{schedule.name} has override_status: stopped, and a schedule file has windows"
        raise SourceError(f"{what}; import it without, then curfew hold {schedule.name} down --reason ...")
    if schedule.override_status:
        what = f'override_status "{schedule.override_status}" is unknown'
        raise SourceError(f"{what}; write running or stopped, or leave it out")
    return tuple(sorted(schedule.periods))


def _period(name: str, schedule: Schedule, periods: Mapping[str, Period]) -> Period:
    plain = name.partition("@")[0]
    if plain not in periods:
        known = ", ".join(sorted(periods)) or "none"
        what = f'{schedule.name} has a period "{plain}" that no file describes (known: {known})'
        raise SourceError(f"{what}; give what scheduler-cli describe-periods prints as well")
    return periods[plain]


def _resizes(schedule: Schedule) -> Iterator[Unsaid]:
    for name in sorted(schedule.periods):
        plain, _, instance_type = name.partition("@")
        if instance_type:
            what = f"period {plain} resizes to {instance_type}"
            yield Unsaid(what, "Curfew keeps the instance type; resize by hand")


def _window(period: Period) -> Window:
    """The window that the period is. Raises SourceError, and _NeverError when it is open at no time."""
    recurrence = _recurrence(period)
    begins, ends = _minutes(period.begintime), _minutes(period.endtime)
    if begins is None and ends is None:
        return Window(0, DAY_MINUTES, recurrence)
    if begins is not None and ends is not None and begins > ends:
        what = f"begintime {period.begintime} is after endtime {period.endtime}"
        raise SourceError(f"{what} in period {period.name}; split it at midnight, as the original demands")
    if begins == ends or ends == 0:
        raise _NeverError("it ends when it begins")
    return Window(begins, ends, recurrence)


def _recurrence(period: Period) -> Recurrence:
    days, dates, in_months = weekdays(period.weekdays), month_days(period.monthdays), months(period.months)
    if days is None or dates is None or in_months is None:
        raise _NeverError("its weekdays, monthdays or months name none")
    recurrence = Recurrence(days, dates, in_months)
    if not ever_falls(recurrence):
        raise _NeverError(f'no date is "{describe_recurrence(recurrence)}"')
    return recurrence


def _minutes(text: str | None) -> int | None:
    if text is None:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        raise SourceError(f'"{text}" is not a time; write 00:00 to 23:59, e.g. "Begintime": "08:00"')
    return int(match[1]) * 60 + int(match[2])


def _unsaid_options(schedule: Schedule) -> Iterator[Unsaid]:
    options = schedule.options
    if not options.get("enforced") and not schedule.override_status:
        yield NOT_ENFORCED
    if options.get("stop_new_instances") is False:
        what = "stop_new_instances: false, new instances were left running until the next stop"
        yield Unsaid(
            what, "Curfew leaves what runs when a file is first applied for one lease, then keeps to the windows"
        )
    for name, remedy in UNSAID_OPTIONS.items():
        if options.get(name):
            yield Unsaid(f"{name}: {_shown(options[name])}", remedy)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
