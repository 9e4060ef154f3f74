"""The page of kinds, docs/kinds.md: what each says of itself, so that a new kind documents itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chalicelib.adapters.iam_names import actions
from chalicelib.core.durations import format_duration
from chalicelib.kinds import kinds, mixings
from chalicelib.kinds.contract import Kind

INTRODUCTION = """# Kinds

What Curfew can put to rest, as the kinds themselves say it; `make generate` writes this page. What each does where
AWS says no: [cases](cases.md). How to add one: [contributing](../CONTRIBUTING.md#a-new-kind).
"""

Columns = Mapping[str, Callable[[Kind], str]]


def kinds_page() -> str:
    """The page as it should be."""
    every = list(kinds().values())
    tables = [
        "\n".join(_table(BEHAVIOUR, every)),
        "## In a schedule file\n\n" + "\n".join(_table(IN_A_FILE, every)),
        "## Capacity\n\nThose that may run on a mix of on-demand and spot ([how](schedule-file.md#capacity)).\n\n"
        + "\n".join(_table(CAPACITY, [kind for kind in every if kind.name in mixings()])),
        "## Rights\n\nWhat each reads, and what it calls to stop and to start ([who may](iam.md)).\n\n"
        + "\n".join(_table(RIGHTS, every)),
    ]
    return "\n".join([INTRODUCTION, *(f"{table}\n" for table in tables)])


def _table(columns: Columns, shown: Iterable[Kind]) -> Iterator[str]:
    yield _row(columns)
    yield _row(["---"] * len(columns)).replace(" ", "")
    for kind in shown:
        yield _row([tell(kind) for tell in columns.values()])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _usual(kind: Kind) -> str:
    return f"{format_duration(kind.usual.start)}, {format_duration(kind.usual.stop)}"


def _events(kind: Kind) -> str:
    return ", ".join(kind.event.detail_types) or "none: seen at the next look"


def _order(kind: Kind) -> str:
    if kind.watches:
        return "first down, last up"
    return "before what computes" if kind.stores_data else "after databases"


def _restarted(kind: Kind) -> str:
    return f"AWS starts it after {format_duration(kind.restarts_after)}" if kind.restarts_after else ""


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _actions(operations: Sequence[tuple[str, str]]) -> str:
    return _named(actions(operations))


BEHAVIOUR: Columns = {
    "Kind": lambda kind: f"`{kind.name}`",
    "What it is": lambda kind: kind.title,
    "At rest": lambda kind: kind.rests,
    "What comes back": lambda kind: kind.returns,
    "Usually up, down after": _usual,
    "By itself": _restarted,
}

IN_A_FILE: Columns = {
    "Kind": lambda kind: f"`{kind.name}`",
    "Order, where nothing says `needs`": _order,
    "Keys of its own": lambda kind: _named(kind.options),
    "Checks before a stop": lambda kind: _named(kind.measures),
    "Events that are heard": _events,
}

CAPACITY: Columns = {
    "Kind": lambda kind: f"`{kind.name}`",
    "Pools": lambda kind: "types and zones" if mixings()[kind.name].on_instances else "one, as wide as the Region",
    "Read besides": lambda kind: _actions([(kind.service, name) for name in mixings()[kind.name].reads]),
    "Events that are heard besides": lambda kind: ", ".join(mixings()[kind.name].event.detail_types),
}

RIGHTS: Columns = {
    "Kind": lambda kind: f"`{kind.name}`",
    "Reads": lambda kind: _actions(kind.reading),
    "Changes": lambda kind: _actions(kind.mutating),
}
