"""A rule made into a file: its text, whether it can be used, and how it differs from the original in a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.entrypoints.importing.agreement import Difference, differences, read_back
from chalicelib.entrypoints.importing.rule import NotImported, Rule, Selection, Unsaid
from chalicelib.entrypoints.importing.writing import Home, slug, written


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to be written: for which rule, under which name, for which resources, where."""

    rule: Rule
    name: str
    selections: tuple[Selection, ...]
    home: Home


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that can be used, with everything that a person should know of it."""

    environment: str
    source: str
    text: str
    selections: tuple[Selection, ...]
    unsaid: tuple[Unsaid, ...]
    differences: tuple[Difference, ...]

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.environment}.yaml"


def drafted(wanted: Sequence[PlannedFile], begins: datetime) -> tuple[tuple[Draft, ...], tuple[NotImported, ...]]:
    """The files, checked over a year from that instant, and what could not be made one. Names are made unique."""
    drafts: list[Draft] = []
    refused: list[NotImported] = []
    for each in wanted:
        made = _draft(each, _unique(slug(each.name), drafts), begins)
        if isinstance(made, Draft):
            drafts.append(made)
        else:
            refused.append(made)
    return tuple(drafts), tuple(refused)


def _draft(wanted: PlannedFile, environment: str, begins: datetime) -> Draft | NotImported:
    rule = wanted.rule
    text = written(rule, environment, wanted.selections, wanted.home)
    definition, errors = read_back(f"{environment}.yaml", text, begins)
    if definition is None:
        first = errors[0]
        return NotImported(wanted.name, first.what, first.remedy)
    found = differences(rule.original, definition, begins)
    return Draft(environment, rule.source, text, wanted.selections, rule.unsaid, found)


def _unique(name: str, drafts: Sequence[Draft]) -> str:
    taken = {draft.environment for draft in drafts}
    candidates = (name, *(f"{name[:60]}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in candidates if each not in taken)
