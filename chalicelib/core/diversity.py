"""Whether a group has enough pools to lean on, and which types would add some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

ENOUGH = 10
"""Pools below which losing one hurts: AWS advises to be flexible across at least ten instance types.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html
"""
USUAL_ZONES = 3
"""Every Region has at least so many zones. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html"""
ALIKE = (
    ("m5", "m5a", "m5n", "m5d", "m6i", "m6a", "m7i", "m7a"),
    ("c5", "c5a", "c5n", "c5d", "c6i", "c6a", "c7i", "c7a"),
    ("r5", "r5a", "r5n", "r5d", "r6i", "r6a", "r7i", "r7a"),
    ("t3", "t3a"),
    ("m6g", "m6gd", "m7g", "m8g"),
    ("c6g", "c6gd", "c7g", "c8g"),
    ("r6g", "r6gd", "r7g", "r8g"),
)
"""Families with the same architecture and the same memory a CPU: a type of one can stand in for one of another.

https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
"""
TYPE = re.compile(r"(?P<family>[a-z0-9-]+)\.(?P<size>[a-z0-9]+)")


def helping(types: Iterable[str], zones: int) -> list[str]:
    """Further types, like those given, that would bring the number of pools to what is enough; none if it is so."""
    given = list(dict.fromkeys(types))
    missing = -(-ENOUGH // max(zones, 1)) - len(given)
    others = dict.fromkeys(other for name in given for other in _like(name) if other not in given)
    return list(others)[: max(missing, 0)]


def _like(name: str) -> Iterator[str]:
    parts = TYPE.fullmatch(name)
    for families in ALIKE if parts else ():
        if parts and parts["family"] in families:
            yield from (f"{family}.{parts['size']}" for family in families)
