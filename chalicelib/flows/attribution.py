"""Whose it is that keeps billing: the environment that it is part of, or whose tag it carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.core.decide import production_mark
from chalicelib.core.keeps_billing import Held
from chalicelib.flows.discover import Environment


def attributed(held: Iterable[Held], environments: Sequence[Environment]) -> Iterator[tuple[str | None, Held]]:
    """Each with its environment's name, or None; without what is part of resources that no file lists.

    What looks like production is passed over, too.
    """
    by_member = {found.sighting.id: each.name for each in environments for found in each.members}
    by_tag = {each.pair: each.name for each in environments}
    for one in held:
        if one.part_of is not None:
            if one.part_of in by_member:
                yield by_member[one.part_of], one
        elif production_mark(one.tags) is None:
            yield next((by_tag[pair] for pair in one.tags.items() if pair in by_tag), None), one
