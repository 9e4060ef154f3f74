"""From rules to the files that are wanted: one a rule, or one a group of resources that were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.adapters.tag_reader import Tagged
from chalicelib.entrypoints.importing.drafts import PlannedFile
from chalicelib.entrypoints.importing.grouping import Group, grouped, names, selections
from chalicelib.entrypoints.importing.rule import NotImported, Rule, Translation
from chalicelib.entrypoints.importing.writing import UNASSIGNED, Home


def one_a_rule(rules: Iterable[Rule], owner: str | None) -> tuple[PlannedFile, ...]:
    """A file for each rule, for whatever carries its tag, wherever organisation.yaml says."""
    return tuple(PlannedFile(rule, rule.name, rule.selections, Home(owner or UNASSIGNED)) for rule in rules)


def one_a_group(
    translation: Translation, found: Iterable[Tagged], tag: str, group_by: str | None, owner: str | None
) -> tuple[tuple[PlannedFile, ...], tuple[NotImported, ...]]:
    """A file for each group of resources that were found, and the groups whose tag names no rule."""
    rules = {rule.tag_value: rule for rule in translation.rules}
    groups = grouped(found, tag, group_by)
    known = [group for group in groups if group.value in rules]
    strangers = [group for group in groups if group.value not in rules]
    called = names(known, {group.value: rules[group.value].name for group in known})
    wanted = [
        PlannedFile(
            rules[group.value], name, selections(group, tag, group_by), Home(owner or UNASSIGNED, group.locations)
        )
        for group, name in zip(known, called, strict=True)
    ]
    explained = {each.rule for each in translation.not_imported}
    return tuple(wanted), tuple(_stranger(group, tag) for group in strangers if group.value not in explained)


def _stranger(group: Group, tag: str) -> NotImported:
    ids = _some([each.id for each in group.members])
    return NotImported(group.value, f"{tag}={group.value} on {ids} names no rule", "correct the tag, or give the rule")


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
