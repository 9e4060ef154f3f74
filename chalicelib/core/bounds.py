"""Which sizes come back where a count may stand alone or between two bounds, as autoscaling sets them for a service.

The rules are those of a group (core.sizes). A count without bounds is its own minimum and maximum, so that every
change of it is somebody's. Bounds that somebody took away are not put back, and those set since our stop stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from chalicelib.core import sizes
from chalicelib.core.model import RestorePoint, Sighting, Sizes

Value = TypeVar("Value")


def bounded(sighting: Sighting) -> bool:
    """Whether autoscaling keeps its count between two bounds."""
    return "max" in sighting.sizes


def left(sighting: Sighting) -> Sizes:
    """Zero, in every size that it has."""
    return dict.fromkeys(sighting.sizes, 0)


def intended(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """The sizes to come back to, in the fields that it has now."""
    return _own(sighting, sizes.intended(*_as_group(sighting, restore)))


def theirs(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """The sizes that somebody set since our stop."""
    return _own(sighting, sizes.theirs(*_as_group(sighting, restore)))


def kept(sighting: Sighting, restore: RestorePoint) -> Mapping[str, tuple[int, int]]:
    """Where it is whole and differs from its restore point, as (restore point, now)."""
    return _own(sighting, sizes.kept(*_as_group(sighting, restore)))


def whole(sighting: Sighting, restore: RestorePoint) -> bool:
    """Whether its bounds, or the count that stands alone, are as intended."""
    return sizes.whole(*_as_group(sighting, restore))


def _as_group(sighting: Sighting, restore: RestorePoint) -> tuple[Sighting, RestorePoint]:
    if bounded(sighting):
        return sighting, replace(restore, sizes={**sighting.sizes, **restore.sizes})
    ours = tuple(map(_alone, restore.ours))
    point = replace(restore, sizes=_alone(restore.sizes), left=_alone(restore.left), ours=ours)
    return replace(sighting, sizes=_alone(sighting.sizes)), point


def _alone(counted: Sizes) -> Sizes:
    return dict.fromkeys(("min", "max", "desired"), counted.get("desired", 0))


def _own(sighting: Sighting, fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if name in sighting.sizes}
