"""When Curfew acted on an environment: from when on, and where it only observed in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

REMEMBERED = timedelta(days=100)
"""For so long a stretch that is over is remembered: a month, its close, and a correction of it."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Curfew acted from `begins` until before `ends`; None: it still does."""

    begins: datetime
    ends: datetime | None = None


def noted(stretches: Sequence[Acting], acts: bool, now: datetime) -> tuple[Acting, ...]:
    """The stretches in the order of time, the last of them open exactly if it acts now; that one is never forgotten."""
    late = [each for each in stretches[:-1] if each.ends and now - each.ends < REMEMBERED] + [*stretches[-1:]]
    acted = bool(late) and late[-1].ends is None
    if acts and not acted:
        return (*late, Acting(now))
    if acted and not acts:
        return (*late[:-1], replace(late[-1], ends=now))
    return tuple(late)
