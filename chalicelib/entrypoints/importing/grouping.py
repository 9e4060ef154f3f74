"""Resources that carry an old scheduler's tag, grouped into environments: by its value, and by another tag."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.adapters.tag_reader import Tagged
from chalicelib.entrypoints.importing.rule import Selection

KEYS = {
    "ec2-instance": "instances",
    "rds-instance": "databases",
    "rds-cluster": "clusters",
    "auto-scaling-group": "groups",
}
"""What each kind is called under `resources:`."""


@dataclass(frozen=True, slots=True)
class Group:
    """What will be one environment. `named` is the grouping tag's value, None for resources without it."""

    value: str
    named: str | None
    members: tuple[Tagged, ...]

    @property
    def locations(self) -> tuple[tuple[str, str], ...]:
        """The accounts and Regions that its members are in."""
        return tuple(sorted({(each.account, each.region) for each in self.members}))


def grouped(found: Iterable[Tagged], tag: str, group_by: str | None) -> tuple[Group, ...]:
    """The groups, in order of their names; members of Auto Scaling groups are left to their groups."""
    members: dict[tuple[str, str | None], list[Tagged]] = defaultdict(list)
    for each in found:
        if each.group is None:
            named = each.tags.get(group_by) if group_by else None
            members[each.tags[tag], named].append(each)
    order = sorted(members, key=lambda key: (key[1] or "", key[0]))
    return tuple(Group(value, named, tuple(members[value, named])) for value, named in order)


def selections(group: Group, tag: str, group_by: str | None) -> tuple[Selection, ...]:
    """One entry a kind: by tags, so that newcomers belong; by ids where tags would select others too."""
    kinds = sorted({each.kind for each in group.members}, key=list(KEYS).index)
    return tuple(_selection(kind, group, tag, group_by) for kind in kinds)


def _selection(kind: str, group: Group, tag: str, group_by: str | None) -> Selection:
    if group_by is None:
        return Selection(KEYS[kind], kind, {tag: group.value})
    if group.named is not None:
        return Selection(KEYS[kind], kind, {tag: group.value, group_by: group.named})
    return Selection(KEYS[kind], kind, ids=tuple(sorted(each.id for each in group.members if each.kind == kind)))


def names(groups: Sequence[Group], rule_names: dict[str, str]) -> tuple[str, ...]:
    """A name for each group: that of its rule, or the grouping tag's value, with the rule's where both are needed."""
    several = {group.named for group in groups if sum(other.named == group.named for other in groups) > 1}
    return tuple(_name(group, rule_names[group.value], group.named in several) for group in groups)


def _name(group: Group, rule: str, several: bool) -> str:
    if group.named is None:
        return rule
    return f"{group.named}-{rule}" if several else group.named
