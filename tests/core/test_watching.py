from __future__ import annotations

import pytest

from chalicelib.core.model import Desired, Observed
from chalicelib.core.watching import desired_of_watchers

UP, DOWN, AS_IS = Desired.UP, Desired.DOWN, Desired.AS_IS
RISEN, ASLEEP = Observed.UP, Observed.DOWN


@pytest.mark.parametrize(
    ("rule", "decided", "watched", "expected"),
    [
        ("window", UP, [(UP, RISEN), (UP, ASLEEP)], UP),
        ("window", DOWN, [(DOWN, RISEN)], DOWN),
        ("lease", UP, [(UP, RISEN), (DOWN, ASLEEP)], DOWN),
        ("lease", UP, [(UP, RISEN), (UP, RISEN)], UP),
        ("window", AS_IS, [(AS_IS, RISEN), (AS_IS, RISEN)], UP),
        ("window", AS_IS, [(AS_IS, RISEN), (AS_IS, ASLEEP)], AS_IS),
        ("lease", AS_IS, [(AS_IS, RISEN)], UP),
        ("hold", AS_IS, [(AS_IS, RISEN)], AS_IS),
        ("kill-switch", AS_IS, [(AS_IS, RISEN)], AS_IS),
        ("production", AS_IS, [(AS_IS, RISEN)], AS_IS),
        ("observe", AS_IS, [(AS_IS, RISEN)], AS_IS),
        ("hold", UP, [(UP, RISEN)], UP),
    ],
)
def test_alarms_are_silent_while_it_is_off_and_awake_when_it_is_up_whoever_started_it(
    rule: str, decided: Desired, watched: list[tuple[Desired, Observed]], expected: Desired
) -> None:
    assert desired_of_watchers(DOWN, rule, decided, watched) is expected


def test_alarms_of_nothing_follow_the_rules() -> None:
    assert desired_of_watchers(DOWN, "window", DOWN, []) is DOWN
