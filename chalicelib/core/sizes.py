"""Which sizes a group comes back to: those it had, except where somebody set others while it slept.

A group is anything with a minimum, a maximum and a desired size. Field by field: what is neither what we left or set
since nor what it had is somebody's wish and stays. A desired size that alone differs is an autoscaler's and no wish.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from chalicelib.core.model import RestorePoint, Sighting, Sizes

Value = TypeVar("Value")


def intended(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """The sizes to come back to; always min <= desired <= max."""
    wanted = {**restore.sizes, **theirs(sighting, restore)}
    highest = wanted["max"]
    lowest = min(wanted["min"], highest)
    return {"min": lowest, "max": highest, "desired": min(max(wanted["desired"], lowest), highest)}


def theirs(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """The sizes that are neither what we left or set since nor what we restore, and so somebody's."""
    changed = {name: now for name, now in sighting.sizes.items() if now not in _ours(name, restore)}
    return _without_an_autoscalers(changed)


def _ours(name: str, restore: RestorePoint) -> set[int | None]:
    return {restore.left.get(name, 0), restore.sizes[name], *(set_since.get(name) for set_since in restore.ours)}


def kept(sighting: Sighting, restore: RestorePoint) -> Mapping[str, tuple[int, int]]:
    """Where a whole group differs from its restore point, as (restore point, now)."""
    now = sighting.sizes
    return _without_an_autoscalers(
        {name: (size, now[name]) for name, size in restore.sizes.items() if size != now[name]}
    )


def whole(sighting: Sighting, restore: RestorePoint) -> bool:
    """Whether min and max are as intended and desired is at least min."""
    now, aim = sighting.sizes, intended(sighting, restore)
    return now["min"] == aim["min"] and now["max"] == aim["max"] and now["desired"] >= aim["min"]


def _without_an_autoscalers(changed: dict[str, Value]) -> dict[str, Value]:
    if "min" not in changed:
        changed.pop("desired", None)
    return changed
