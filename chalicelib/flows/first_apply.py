"""The grace of a file that acts for the first time: what runs and should rest is left as it is for a while.

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
    if definition.mode is not Mode.ACT:
        return wishes
    decision = decide(definition, replace(wishes, pause=None), assess.facts(definition, Switches()), now)
    running = {one.key for one in seen.values() if one.sighting.observed in (Observed.UP, Observed.RISING)}
    if not any(decision.resources.get(key) is Desired.DOWN for key in running & _rests_anew(definition, before)):
        return wishes
    lease = Lease(FIRST_APPLY, now + definition.wake.default, now, Desired.AS_IS)
    return replace(wishes, leases=(*wishes.leases, lease))


def _rests_anew(definition: Definition, before: Definition | None) -> set[str]:
    """The keys that this file is the first to stop: all of them, or where it acted already what starts on request now.

    What a file that acts selects anew is no matter of grace: its owner hears of it before it is first stopped.
    """
    if before is None or before.mode is not Mode.ACT:
        return {resource.key for resource in definition.resources}
    always = {resource.key for resource in before.resources if not resource.on_request}
    return {resource.key for resource in definition.resources if resource.on_request} & always


def for_its_keys(wishes: Wishes, definition: Definition) -> Wishes:
    """The wishes, where a lease names a resource that the file does not have (any more) widened to everything.

    A key that is renamed must not end what was promised for it.
    """
    keys = {resource.key for resource in definition.resources}
    leases = tuple(lease if keys.issuperset(lease.only) else replace(lease, only=()) for lease in wishes.leases)
    return replace(wishes, leases=leases)
