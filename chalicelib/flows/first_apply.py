"""The grace of a file that acts for the first time: what runs outside its windows is left as it is for a while.

Nobody loses work to a file they have not seen at work yet. The grace is a lease of default length; `sleep` ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.core.decide import decide
from chalicelib.core.model import Definition, Desired, Mode, Observed
from chalicelib.core.wishes import Lease, Switches, Wishes
from chalicelib.flows import assess
from chalicelib.flows.seen import Seen

FIRST_APPLY = "first apply"


def with_grace(
    definition: Definition, before: Definition | None, wishes: Wishes, seen: Mapping[str, Seen], now: datetime
) -> Wishes:
    """The wishes, with a lease that leaves things as they are if something runs that would be stopped now.

    Whether Curfew is paused makes no difference: the grace is for when it is resumed.
    """
    acted_before = before is not None and before.mode is Mode.ACT
    running = any(one.sighting.observed in (Observed.UP, Observed.RISING) for one in seen.values())
    if definition.mode is not Mode.ACT or acted_before or not running:
        return wishes
    decision = decide(definition, replace(wishes, pause=None), assess.facts(definition, Switches()), now)
    if decision.desired is not Desired.DOWN:
        return wishes
    lease = Lease(FIRST_APPLY, now + definition.wake.default, now, Desired.AS_IS)
    return replace(wishes, leases=(*wishes.leases, lease))


def for_its_keys(wishes: Wishes, definition: Definition) -> Wishes:
    """The wishes, where a lease names a resource that the file does not have (any more) widened to everything.

    A key that is renamed must not end what was promised for it.
    """
    keys = {resource.key for resource in definition.resources}
    leases = tuple(lease if keys.issuperset(lease.only) else replace(lease, only=()) for lease in wishes.leases)
    return replace(wishes, leases=leases)
