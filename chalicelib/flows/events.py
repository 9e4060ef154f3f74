"""The typed events that flows emit; logs, metrics, notices and the audit trail only listen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """What happened, in the words of DESIGN.md section 2."""

    DECIDED = "decided"  # desired changed: text is because
    INTENDED = "intended"  # an action was recorded, before any call
    ACCEPTED = "accepted"  # AWS took the call; not yet done
    REFUSED = "refused"  # AWS said no: text is its code and message
    SEEN = "seen"  # an observed state changed: data has before, now
    FALLING = "falling"  # the environment began its descent
    ASLEEP = "asleep"  # everything that can be down is down
    RISING = "rising"  # the environment began its return
    USABLE = "usable"  # its core is up and healthy
    READY = "ready"  # everything that is not supplementary is up and healthy
    RESTORED = "restored"  # a restore point was verified and archived
    TIDIED = "tidied"  # what an earlier stop left behind was removed: text is the call
    REMIXED = "remixed"  # another capacity mix was recorded, before its call: text is because
    KEPT = "kept"  # somebody changed a size while it slept; theirs is kept
    INELIGIBLE = "ineligible"  # AWS will not stop it, or something on it says so: text is because
    CONTESTED = "contested"  # something else undid what we did twice; text is the evidence
    STUCK = "stuck"  # retries used up; a person must look
    NOT_READY = "not-ready-at-opening"
    STILL_UP = "still-up-after-closing"
    STOP_WARNING = "stop-warning"
    BROKEN_FILE = "broken-file"
    OLD_CALENDAR = "old-calendar"  # an address gave no calendar at an apply: the last good copy stays
    ESTIMATED_HOLIDAY = "estimated-holiday"  # a holiday within a week may yet move
    NEWCOMER = "newcomer"  # newly matched resources are named before they are first stopped
    OBSERVED = "observed"  # once a week in observe mode: what would have been stopped
    POSTPONED = "postponed"  # a stop waits: text is what is in use
    STILL_BUSY = "still-busy"  # the longest postponement is over; its owner is to decide
    MAINTENANCE_UNREAD = "maintenance-unread"  # AWS does not tell of maintenance windows that it is to be up for
    ADOPTED = "adopted"  # a start outside Curfew became an as-is lease
    OWNED_ELSEWHERE = "owned-elsewhere"
    WISHED = "wished"  # a person asked: text is the request, actor the person
    APPLIED = "applied"  # a definition was stored
    BACK_FILLED = "back-filled"  # a baseline from a bill or CloudTrail was kept: text is which, actor the person
    RETIRED = "retired"
    METERED = "metered"  # what a resource draws from data's `since` on: text is the draws
    REPORTED = "reported"  # a team was told of a month's savings report
    OPENED = "opened"  # a link to a report was followed
    HEARD = "heard"  # AWS said that a resource runs, or runs no more: text is which


NOTICED = frozenset(
    {
        What.STUCK,
        What.INELIGIBLE,
        What.CONTESTED,
        What.NOT_READY,
        What.STILL_UP,
        What.STOP_WARNING,
        What.BROKEN_FILE,
        What.OLD_CALENDAR,
        What.ESTIMATED_HOLIDAY,
        What.NEWCOMER,
        What.OBSERVED,
        What.POSTPONED,
        What.STILL_BUSY,
        What.MAINTENANCE_UNREAD,
        What.ADOPTED,
        What.KEPT,
        What.OWNED_ELSEWHERE,
    }
)
"""The events that the owner is told of."""


FOR_THE_LEDGER = frozenset({What.METERED, What.HEARD})
"""What the store keeps apart from the journal, and what no listener is told: only the ledger reads it."""


RUNS, RESTS = "runs", "rests"
"""What a HEARD event says."""


ORGANISATION = "organisation"
"""The name under which the journal keeps what concerns no single environment: wide pauses, tokens."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one environment.

    `resource` is the key in the file, `id` the AWS id. `data` holds short strings for programs.
    """

    what: What
    environment: str
    at: datetime
    text: str = ""
    resource: str | None = None
    id: str | None = None
    actor: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
