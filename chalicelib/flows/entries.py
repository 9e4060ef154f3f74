"""Entries of a file that select what was found: by tags, so that newcomers belong; else by ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.core.model import Resource
from chalicelib.core.names import slug, some
from chalicelib.flows.guesses import Entry
from chalicelib.flows.inventory import Found
from chalicelib.flows.labels import TIERING
from chalicelib.kinds.contract import selected

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Others:
    """What is not to be listed: `spared` is left alone even if selected, `strangers` must not be selected."""

    spared: tuple[Found, ...] = ()
    strangers: tuple[Found, ...] = ()


def entries(own: Sequence[Found], others: Others, pair: Pair) -> tuple[Entry, ...]:
    """One entry for each kind among its own, or one for each tier of it; `pair` is the tag that they share."""
    wanted = [part for kind in _kinds(own) for part in _parts([each for each in own if _kind(each) == kind])]
    taken = Counter(name for name, _, _ in wanted)
    keys = [name if taken[name] == 1 else f"{name}-{_kind(members[0])}"[:63] for name, _, members in wanted]
    return tuple(
        _entry(key, members, (pair, *more), others) for key, (_, more, members) in zip(keys, wanted, strict=True)
    )


def _kinds(own: Sequence[Found]) -> list[str]:
    return sorted({_kind(each) for each in own})


def _parts(members: Sequence[Found]) -> Iterator[tuple[str, tuple[Pair, ...], Sequence[Found]]]:
    """Key, further tags and members of each part of one kind: its tiers, where every member has one."""
    name = next((name for name in TIERING if all(each.sighting.tags.get(name) for each in members)), None)
    values = sorted({each.sighting.tags[name] for each in members}) if name else []
    if name is None or len({slug(value) for value in values}) < len(values) or not all(map(slug, values)):
        yield f"{_kind(members[0])}s", (), members
    elif len(values) == 1:
        yield slug(values[0]), (), members
    else:
        for value in values:
            yield slug(value), ((name, value),), [each for each in members if each.sighting.tags[name] == value]


def _entry(key: str, members: Sequence[Found], tags: tuple[Pair, ...], others: Others) -> Entry:
    by_tags = Resource(key, _kind(members[0]), tags=tags)
    strangers = _caught(by_tags, others.strangers)
    if strangers:
        ids = tuple(sorted({each.sighting.id for each in members}))
        note = f"by ids, as the tags also select {some(strangers)}, which must not be listed"
        return Entry(key, by_tags.kind, tuple(members), ids=ids, note=note)
    spared = _caught(by_tags, others.spared)
    note = f"has these tags too and is left alone: {some(spared)}" if spared else ""
    return Entry(key, by_tags.kind, tuple(members), tags=tags, note=note)


def _caught(resource: Resource, others: Collection[Found]) -> list[str]:
    return [each.sighting.id for each in others if _kind(each) == resource.kind and selected(resource, each.sighting)]


def _kind(found: Found) -> str:
    return found.sighting.kind
