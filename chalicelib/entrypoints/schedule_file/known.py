"""The names that a schedule file may use: the kinds there are, and what organisation.yaml lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationInfo

from chalicelib.entrypoints.schedule_file.document import Document
from chalicelib.entrypoints.schedule_file.problems import choose
from chalicelib.kinds import kinds

ANY = "any"
"""In place of a kind: every kind that has the tags or names."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What may be named. An empty set of teams or accounts means that none are listed: any will do."""

    kinds: frozenset[str]
    teams: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()


def keys_of(entry: str, kind: str) -> Mapping[str, str]:
    """The resource keys that an entry stands for, each with its kind: "all-rds-instance" and more for one of any kind.

    Alarms are muted only where a file says so: they are no part of "any".
    """
    if kind != ANY:
        return {entry: kind}
    return {f"{entry}-{each.name}": each.name for each in kinds().values() if not each.watches}


def entries_by_key(document: Document) -> Mapping[str, str]:
    """The entry under `resources:` for each name that it goes by: its own, and the keys that it stands for."""
    entries = document.entries("resources")
    kind_of = {entry: str(document.at("resources", entry, "kind")) for entry in entries}
    return {key: entry for entry, kind in kind_of.items() for key in keys_of(entry, kind)} | {
        key: key for key in entries
    }


def known_names(organisation: Document | None) -> KnownNames:
    """The names that the organisation's file lists, however broken it is otherwise."""
    if organisation is None:
        return KnownNames(frozenset(kinds()))
    return KnownNames(
        kinds=frozenset(kinds()),
        teams=frozenset(organisation.entries("teams")),
        accounts=frozenset(organisation.entries("accounts")),
        calendars=frozenset(organisation.entries("calendars")),
    )


def known_kind(name: str, info: ValidationInfo) -> str:
    """The name of a kind that there is, or `any`. Raises ValueError."""
    return _listed("kind", name, _names(info).kinds | {ANY})


def known_team(name: str, info: ValidationInfo) -> str:
    """The name of a team of the organisation, or any when it lists none. Raises ValueError."""
    known = _names(info).teams
    return _listed("team in organisation.yaml", name, known) if known else name


def listed_team(name: str, info: ValidationInfo) -> str:
    """The name of a team that the organisation lists. Raises ValueError."""
    known = _names(info).teams
    if not known:
        raise ValueError(f"no team is listed, so none is called {name}; write teams: {{{name}: {{email: ...}}}}")
    return _listed("team in organisation.yaml", name, known)


def known_account(number: str, info: ValidationInfo) -> str:
    """An account of the organisation, or any when it lists none. Raises ValueError."""
    known = _names(info).accounts
    if known and number not in known:
        listed = ", ".join(sorted(known))
        raise ValueError(f"account {number} is not in organisation.yaml; add it, or write one of {listed}")
    return number


def known_calendar(name: str, info: ValidationInfo) -> str:
    """The name of one of the organisation's calendars. Raises ValueError."""
    known = _names(info).calendars
    if not known:
        raise ValueError(f"there is no calendar called {name}; add it to organisation.yaml under calendars")
    return _listed("calendar in organisation.yaml", name, known)


def _names(info: ValidationInfo) -> KnownNames:
    assert isinstance(info.context, KnownNames)
    return info.context


def _listed(what: str, name: str, known: frozenset[str]) -> str:
    if name not in known:
        raise ValueError(f"there is no {what} called {name}; {choose(name, known)}")
    return name
