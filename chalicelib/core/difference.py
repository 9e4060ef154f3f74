"""What differs between two definitions, one line a difference, in the words of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from chalicelib.core.closures import CalendarClosure
from chalicelib.core.durations import format_duration
from chalicelib.core.model import Definition
from chalicelib.core.windows import Window, describe

NO_RULE = "organisation"
"""The name that reports use: whoever gives himself another one changes no environment."""
SECRET = ".webhook"
"""Who knows the address of an incoming webhook can write to it; differences go into logs and the journal."""


def differences(before: Definition, after: Definition) -> tuple[str, ...]:
    """Lines like "stop_order: same -> reverse"; empty when both mean the same."""
    return lines(before, after)


def lines(before: object, after: object) -> tuple[str, ...]:
    """The same of any two dataclasses, or mappings of them."""
    old, new = dict(_flat("", before)), dict(_flat("", after))
    names = [name for name in (*new, *(name for name in old if name not in new)) if name != NO_RULE]
    return tuple(_line(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _line(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{name}: {new} (new)"
    return f"{name}: {old} -> {new}" if new is not None else f"{name}: {old} (gone)"


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each leaf of the value with its path; resources are named by their key, other entries by position."""
    if isinstance(value, Window):
        yield path, describe(value)
    elif isinstance(value, CalendarClosure):
        # When it was fetched is no rule: the same dates fetched again are no difference.
        yield f"{path}.ical", value.label
        yield from ((f"{path}.{each.day}", each.summary) for each in value.days)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _flat(f"{path}.{field.name}".lstrip("."), getattr(value, field.name))
    elif isinstance(value, Mapping) or (isinstance(value, tuple | list) and any(is_dataclass(each) for each in value)):
        for name, each in _entries(value):
            yield from _flat(f"{path}.{name}".lstrip("."), each)
    elif value not in (None, (), ""):
        yield path, _fingerprint(value) if path.endswith(SECRET) else _text(value)


def _entries(value: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    else:
        yield from ((getattr(each, "key", number), each) for number, each in enumerate(value, start=1))


def _fingerprint(value: str) -> str:
    """Tells two secrets apart and gives neither away."""
    return f"(secret, {sha256(value.encode()).hexdigest()[:8]})"


def _text(value: Any) -> str:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(_text(each) for each in value)
    return str(value)
