"""When a request may go to AWS, and whether and when it is sent again after trouble: decisions alone, nobody waits.

Seconds are those of any clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.core.refusal import Remedy, remedy

BURST = 100.0
FASTEST = 20.0
"""Requests at once, and a second after those: EC2's bucket for actions that change nothing holds 100 tokens and gets
20 a second, for each account and Region. Other services publish less or nothing; their throttles slow us down.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

SLOWEST = 2.0
"""Requests a second, however often AWS throttles: EC2's slowest buckets get as many (same page)."""

FIRST_WAIT = 0.25
LONGEST_WAIT = 2.0
"""Seconds. Twelve waits in a row are 19.75 s at most, so that twelve throttles never cost a look."""

PATIENCE = 20.0
MINUTE = 60.0
"""Seconds of waiting in each minute. A pass has 60 s and begins no call after 50; what its waits do not leave time
for is the next pass's."""

SECOND_CHANCES = 2
"""How often what was no throttle but AWS's own trouble is tried again."""


class Trouble(StrEnum):
    """What an answer means for whoever asked."""

    NONE = "none"
    THROTTLED = "throttled"  # the same request will be welcome, later
    TRANSIENT = "transient"  # something broke on AWS's side or on the way there
    REFUSED = "refused"  # asking again now changes nothing


def trouble(code: str | None, status: int) -> Trouble:
    """What an error code (None without error) and an HTTP status mean together.

    A shortage of capacity is no trouble of a server, though EC2 may answer it with 500 and Server. before its code:
    github.com/hashicorp/terraform-provider-aws/issues/37730.
    """
    if code is None:
        return Trouble.NONE
    helps = remedy(code)
    if helps is Remedy.SLOWER:
        return Trouble.THROTTLED
    return Trouble.TRANSIENT if status >= 500 and helps is Remedy.RETRY else Trouble.REFUSED


def wait_before_next(trouble: Trouble, attempts: int, draw: float) -> float | None:
    """Seconds to wait after so many attempts; None when there is to be no other. `draw` lies between 0 and 1.

    The ceiling doubles, the wait lies anywhere below it ("full jitter"):
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    if trouble in (Trouble.NONE, Trouble.REFUSED) or (trouble is Trouble.TRANSIENT and attempts > SECOND_CHANCES):
        return None
    ceiling: float = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return draw * min(ceiling, LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Budget:
    """The requests that one account and Region may get: `tokens` at second `at`, growing by `rate` a second.

    Fewer than none are there while requests stand in line.
    """

    at: float
    tokens: float = BURST
    rate: float = FASTEST

    def sent(self, now: float) -> tuple[Budget, float]:
        """The budget after one more request, and for how many seconds that has to stand in line first."""
        left = self._grown(now) - 1
        return replace(self, at=now, tokens=left), max(0.0, -left / self.rate)

    def answered(self, said: Trouble, now: float) -> Budget:
        """The budget after an answer: a throttle halves the rate and ends the burst, others give back 1 a second."""
        tokens = self._grown(now)
        if said is Trouble.THROTTLED:
            return replace(self, at=now, tokens=min(tokens, 1.0), rate=max(SLOWEST, self.rate / 2))
        return replace(self, at=now, tokens=tokens, rate=min(FASTEST, self.rate + 1))

    def _grown(self, now: float) -> float:
        return min(BURST, self.tokens + (now - self.at) * self.rate)


@dataclass(frozen=True, slots=True)
class Patience:
    """How much was waited in the minute that began at `since`; the last wait ends at `until`.

    Waits side by side count once: they cost a pass its time only once.
    """

    since: float
    spent: float = 0.0
    until: float = 0.0

    def waiting(self, now: float, seconds: float) -> Patience | None:
        """The patience after a wait of so long from now; None when this minute has not so much left."""
        mine = self if now < self.since + MINUTE else Patience(since=now)
        end = now + seconds
        spent = mine.spent + max(0.0, end - max(now, mine.until))
        return replace(mine, spent=spent, until=max(end, mine.until)) if spent <= PATIENCE else None
