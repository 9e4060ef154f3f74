"""What is desired of what only watches an environment: silent while it is off or moving, awake when it is up.

That follows from what is desired of the others, and from what is seen of them, not from the rules alone: a start by
somebody else, or a lease for each part, ends the silence too.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.core.model import Desired, Observed

UNTOUCHED = ("kill-switch", "production", "observe", "hold")
"""Rules whose as-is means that nothing is touched: alarms that were muted stay so until they end."""


def desired_of_watchers(
    own: Desired, rule: str, decided: Desired, watched: Iterable[tuple[Desired, Observed]]
) -> Desired:
    """What is desired of them, given what is desired and seen of all that counts; `own` where nothing does."""
    others = list(watched)
    if decided is Desired.AS_IS and rule in UNTOUCHED:
        return Desired.AS_IS
    if not others:
        return own
    wanted = {desired for desired, _ in others}
    if Desired.DOWN in wanted:
        return Desired.DOWN
    up = all(observed is Observed.UP for _, observed in others)
    return Desired.UP if Desired.UP in wanted or up else Desired.AS_IS
