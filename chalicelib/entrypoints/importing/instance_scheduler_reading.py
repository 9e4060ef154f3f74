"""Schedules and periods of Instance Scheduler on AWS as JSON, in whichever form they were exported.

What `scheduler-cli describe-schedules` and `describe-periods` print, a scan of the configuration table, its export
to S3 (one item a line), or plain lists under `schedules` and `periods`. Several files may share the work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.entrypoints.importing.rule import SourceError

EXAMPLE = (
    '{"Schedules": [{"Name": "office", "Timezone": "UTC", "Periods": ["day"]}], '
    '"Periods": [{"Name": "day", "Begintime": "08:00", "Endtime": "18:00", "Weekdays": ["mon-fri"]}]}'
)
WORDS_OF_PERIOD = ("begintime", "endtime", "weekdays", "monthdays", "months")


@dataclass(frozen=True, slots=True)
class Period:
    """One period as it is written; words in lower case, nothing checked yet."""

    name: str
    begintime: str | None = None
    endtime: str | None = None
    weekdays: tuple[str, ...] = ()
    monthdays: tuple[str, ...] = ()
    months: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule as it is written. `options` holds every other key it has, in lower case."""

    name: str
    periods: tuple[str, ...] = ()
    timezone: str | None = None
    override_status: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configuration:
    """All schedules and periods that were found, by name."""

    schedules: Mapping[str, Schedule]
    periods: Mapping[str, Period]


def read(texts: Iterable[tuple[str, str]]) -> Configuration:
    """What files (name and text each) configure. Raises SourceError."""
    items = [item for name, text in texts for item in _items(name, text)]
    schedules = {each.name: each for each in map(_schedule, items) if each}
    periods = {each.name: each for each in map(_period, items) if each}
    if not schedules:
        raise SourceError(f"no schedule was found; give what scheduler-cli describe-schedules prints, e.g. {EXAMPLE}")
    return Configuration(schedules, periods)


def _items(name: str, text: str) -> Iterator[Mapping[str, Any]]:
    for document in _documents(name, text):
        yield from _listed(document, "")


def _documents(name: str, text: str) -> Sequence[Any]:
    """The file as one JSON document, or as one a line."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [json.loads(line) for line in lines]
        except json.JSONDecodeError:
            what = f"{name}:{error.lineno}: this is not JSON ({error.msg})"
            raise SourceError(f"{what}; write e.g. {EXAMPLE}") from error


def _listed(document: Any, type: str) -> Iterator[Mapping[str, Any]]:
    """The schedules and periods in a document; `type` is what the list around it says they are."""
    if isinstance(document, list):
        for each in document:
            yield from _listed(each, type)
    elif isinstance(document, dict):
        plain = {_key(key): _plain(value) for key, value in document.items()}
        nested = {key: value for key, value in plain.items() if key in _LISTS}
        if "name" in plain:
            yield {"type": type, **plain}
        else:
            for key, value in nested.items():
                yield from _listed(value, _LISTS[key] or type)


_LISTS = {"schedules": "schedule", "periods": "period", "schedule": "schedule", "period": "period"}
_LISTS |= {"items": "", "item": ""}


def _key(key: str) -> str:
    """`OverrideStatus` and `override_status` are one key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


def _plain(value: Any) -> Any:
    """A value without DynamoDB's type around it: {"S": "x"} is x, {"SS": ["x"]} is [x]."""
    if isinstance(value, dict) and len(value) == 1:
        ((type, inner),) = value.items()
        if type in ("S", "N", "BOOL", "SS", "L", "NULL"):
            return [_plain(each) for each in inner] if type == "L" else None if type == "NULL" else inner
    return value


def _schedule(item: Mapping[str, Any]) -> Schedule | None:
    if item.get("type") != "schedule":
        return None
    named = ("type", "name", "periods", "timezone", "override_status")
    return Schedule(
        name=str(item["name"]),
        periods=_words(item.get("periods"), lower=False),
        timezone=item.get("timezone") or None,
        override_status=str(item["override_status"]).lower() if item.get("override_status") else None,
        options={key: value for key, value in item.items() if key not in named},
    )


def _period(item: Mapping[str, Any]) -> Period | None:
    if item.get("type") != "period":
        return None
    return Period(
        name=str(item["name"]),
        begintime=item.get("begintime") or None,
        endtime=item.get("endtime") or None,
        weekdays=_words(item.get("weekdays")),
        monthdays=_words(item.get("monthdays")),
        months=_words(item.get("months")),
    )


def _words(value: Any, lower: bool = True) -> tuple[str, ...]:
    """The words of a list, of a set, or of a text with commas."""
    given = value if isinstance(value, list | tuple) else [] if value is None else [value]
    words = [word.strip() for each in given for word in str(each).split(",")]
    return tuple(word.lower() if lower else word for word in words if word)
