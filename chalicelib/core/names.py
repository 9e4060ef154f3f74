"""Names that people gave in AWS, made into names that schedule files take."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 63
MOST_NAMED = 3
_GAPS = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """The nearest text that can name an environment, a team or a resource; empty when nothing of it can be kept."""
    return _GAPS.sub("-", text.lower()).strip("-")[:LONGEST].strip("-")


def some(names: Sequence[str]) -> str:
    """All of them, or the first three and how many more there are."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
