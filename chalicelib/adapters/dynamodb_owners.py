"""Who owns which live resource: one item an ARN, written only by its owner or where there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from chalicelib.adapters.dynamodb_table import MOST_WRITES, ConditionError, Table, Write, delete_if, put_if
from chalicelib.adapters.items import Item, checked, owner_key

OURS_OR_NOBODYS = "attribute_not_exists(#pk) OR #environment = :me"


def own(table: Table, name: str, arns: Collection[str], formerly: str | None) -> dict[str, str]:
    """Each ARN is owned by the environment, except those returned with their other owner."""
    return _in_hundreds(table, arns, lambda arn: _claim(name, arn, formerly or name))


def disown(table: Table, name: str, arns: Collection[str]) -> None:
    """None of the ARNs is owned by the environment."""
    _in_hundreds(table, arns, lambda arn: freed(name, arn))


def freed(name: str, arn: str) -> Write:
    """The write after which the ARN, which is the environment's, is nobody's."""
    return delete_if(owner_key(arn), OURS_OR_NOBODYS, me=name)


def owner(table: Table, arn: str) -> str | None:
    """The environment that owns the ARN, or None."""
    item = table.get(owner_key(arn))
    return _owner(item) if item else None


def _claim(name: str, arn: str, formerly: str) -> Write:
    item: Item = owner_key(arn) | {"environment": {"S": name}}
    return put_if(item, f"{OURS_OR_NOBODYS} OR #environment = :formerly", me=name, formerly=formerly)


def _in_hundreds(table: Table, arns: Collection[str], write: Callable[[str], Write]) -> dict[str, str]:
    """Done for all but the ARNs of others, which are returned with their owner."""
    others: dict[str, str] = {}
    distinct = sorted(set(arns))
    for start in range(0, len(distinct), MOST_WRITES):
        others |= _settle(table, distinct[start : start + MOST_WRITES], write)
    return others


def _settle(table: Table, arns: Sequence[str], write: Callable[[str], Write]) -> Mapping[str, str]:
    """One transaction; where others own some, another one without those."""
    others: dict[str, str] = {}
    left = list(arns)
    while left:
        try:
            table.transact([write(arn) for arn in left])
            break
        except ConditionError as error:
            taken = {arn: _owner(item) for arn, item in zip(left, error.found, strict=True) if item is not None}
        others |= taken
        left = [arn for arn in left if arn not in taken]
    return others


def _owner(item: Item) -> str:
    name: str = checked(item)["environment"]["S"]
    return name
