"""The words of an import: a rule of another scheduler, what of it could not be said, what it meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import Window

Wanted = Literal["up", "as-is", "down"]


class SourceError(ValueError):
    """What was to be imported cannot be read; the message names the offending words and shows some that work."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something of the original that a schedule file does not say, and what to do instead."""

    what: str
    remedy: str


class Original(Protocol):
    """The original's own meaning, evaluated by itself: it shares nothing with the translation."""

    def wants(self, at: datetime) -> Wanted:
        """What the original wants from that instant (UTC) on, until the next of its instants."""

    def instants(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        """Every instant (UTC) between the two at which it may change its mind, and perhaps some more."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One entry under `resources:` of the file to be written: by tags, or else by ids."""

    key: str
    kind: str
    tags: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of another scheduler in Curfew's words.

    `source` says where it came from, `notes` which words of the original a window stands for. `tag_value` is
    what resources that follow it are tagged with, where it is found by a tag. `original` is what it meant.
    """

    name: str
    source: str
    uptimes: tuple[Uptime, ...]
    original: Original
    selections: tuple[Selection, ...] = ()
    notes: Mapping[Window, str] = field(default_factory=dict)
    unsaid: tuple[Unsaid, ...] = ()
    tag_value: str | None = None


@dataclass(frozen=True, slots=True)
class NotImported:
    """A rule for which no file can be written, why, and what to do instead."""

    rule: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Translation:
    """All that was made of one source."""

    rules: tuple[Rule, ...]
    not_imported: tuple[NotImported, ...] = ()
