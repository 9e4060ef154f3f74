"""One resource under the key that selected it: what a look brings home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.core.model import ResourceState, Sighting

UNSEEN = "unseen:"
"""What the ARN of a sighting begins with that stands for something not found; nobody can own it."""
OWNED_BY = "owned by "
"""What the reason begins with for which another environment's resource is ineligible here."""
GONE = "gone"
"""The data of a reading that says that the resource was deleted, or is another environment's now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting under the resource key that selected it."""

    key: str
    sighting: Sighting


States = Mapping[str, ResourceState]
