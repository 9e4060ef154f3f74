"""A rule as the text of a schedule file: in observe mode, with a comment where each part came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.core import names
from chalicelib.core.closures import DatesClosure
from chalicelib.core.recurrence import Recurrence, describe_recurrence
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import Window, WindowError, describe, parse_window
from chalicelib.entrypoints.importing.rule import Rule, Selection
from chalicelib.entrypoints.schedule_file.yaml_text import flow, one_line

UNASSIGNED = "unassigned"
_MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class Home:
    """Whom and where a file is for. Without locations it inherits those of organisation.yaml."""

    owner: str = UNASSIGNED
    locations: tuple[tuple[str, str], ...] = ()


def slug(text: str) -> str:
    """The nearest text that can name an environment or a resource."""
    return names.slug(text) or "imported"


def written(rule: Rule, environment: str, selections: Sequence[Selection], home: Home) -> str:
    """The whole file. Only observe mode is ever written; a person changes that."""
    return "\n".join([*_head(rule, environment, home), *_resources(selections), *_uptimes(rule)]) + "\n"


def _head(rule: Rule, environment: str, home: Home) -> Iterator[str]:
    yield f"# From {one_line(rule.source)}."
    for unsaid in rule.unsaid:
        yield f"# Not said here: {one_line(unsaid.what)}."
    yield f"environment: {environment}"
    whose = "" if home.owner != UNASSIGNED else "  # write your team"
    yield f"owner: {flow(home.owner)}{whose}"
    yield "mode: observe  # decides and records, touches nothing; write act once that looks right"
    places = [{"account": account, "region": region} for account, region in home.locations]
    yield f"locations: {flow(places)}" if places else "# locations: as in organisation.yaml; or write them here"
    yield "ready_by: none  # as before: starts when a window opens, not early enough to be ready then"
    yield "shortest_rest: 0m  # as before: short rests are taken too"


def _resources(selections: Sequence[Selection]) -> Iterator[str]:
    yield "resources:"
    for each in selections:
        chosen: dict[str, Any] = {"tags": dict(each.tags)} if each.tags else {"ids": list(each.ids)}
        yield f"  {each.key}: {flow({'kind': each.kind, **chosen})}"


def _uptimes(rule: Rule) -> Iterator[str]:
    yield "uptime:"
    for entry in rule.uptimes:
        yield f"  - timezone: {entry.timezone}"
        yield from _switches(entry)
        yield "    windows:"
        for window in entry.windows:
            note = rule.notes.get(window)
            yield f"      - {flow(window_form(window))}{f'  # {one_line(note)}' if note else ''}"
        yield from _listed("closures", map(_closure, entry.closures))
        yield from _listed("exceptions", map(_exception, entry.exceptions))


def _switches(entry: Uptime) -> Iterator[str]:
    if entry.start != "automatic":
        yield f"    start: {entry.start}"
    if entry.stop != "automatic":
        yield f"    stop: {entry.stop}"


def _listed(key: str, forms: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    lines = [f"      - {flow(form)}" for form in forms]
    if lines:
        yield f"    {key}:"
        yield from lines


def _closure(closure: object) -> Mapping[str, Any]:
    assert isinstance(closure, DatesClosure)
    return {"dates": f"{closure.first}..{closure.last}", "reason": closure.reason}


def _exception(exception: DateException) -> Mapping[str, Any]:
    windows = [window_form(window) for window in exception.windows]
    return {
        "dates": f"{exception.first}..{exception.last}",
        "windows": windows,
        "reason": exception.reason,
        "closures": exception.closures,
        "mode": exception.mode,
    }


def window_form(window: Window) -> str | Mapping[str, Any]:
    """The window as a file says it: in the short form if that means the same, else in the long one."""
    short = describe(window)
    try:
        if parse_window(short) == window:
            return short
    except WindowError:
        pass
    return {**_dates(window.recurrence), **_times(window)}


def _dates(recurrence: Recurrence) -> dict[str, Any]:
    days = describe_recurrence(Recurrence(days=recurrence.days))
    month_days = describe_recurrence(Recurrence(month_days=recurrence.month_days)).removeprefix("day ")
    months = describe_recurrence(Recurrence(months=recurrence.months)).removeprefix("in ")
    return {
        **({"days": days.split(",")} if recurrence.days else {}),
        **({"month_days": month_days.split(",")} if recurrence.month_days else {}),
        **({"months": months.split(",")} if recurrence.months else {}),
    }


def _times(window: Window) -> dict[str, str]:
    sides = {"from": window.begins, "to": window.ends}
    return {key: _clock(minutes) for key, minutes in sides.items() if minutes is not None}


def _clock(minutes: int) -> str:
    shown = minutes - _MIDNIGHT if minutes > _MIDNIGHT else minutes
    return f"{shown // 60:02}:{shown % 60:02}"
