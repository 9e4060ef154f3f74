"""How long a group that got no spot anywhere waits before it asks for spot again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.capacity import Capacity
from chalicelib.core.group_memory import GroupMemory, News, What, heard
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.pools import Pool, PoolMemory
from chalicelib.core.remix import Remix, decided
from chalicelib.core.shortage import Shortage
from chalicelib.core.tries import FIRST_WAIT, LONGEST_WAIT, Tries

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST, SECOND = Pool("m5.large", "a"), Pool("m6i.large", "a")
POLICY = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.75), types=("m5.large", "m6i.large"))
NONE = Setting(2, 100, POLICY.types)
ASKS = Setting(2, 50, POLICY.types)
WAITS = Tries(in_vain=2, wait_until=NOON + 10 * MINUTE)


def told(memory: MixMemory, setting: Setting, now: datetime = NOON, spot: tuple[Pool, ...] = ()) -> Remix:
    """What a group of ten, up and set so, is told."""
    return decided(POLICY, Mixed(setting, "{}", {"i-1": FIRST}, ("a",)), memory, spot, 10, now)


def refused(memory: MixMemory, now: datetime = NOON) -> Remix:
    """The same where every pool has just refused a launch."""
    news = [News(pool, now, What.REFUSED) for pool in (FIRST, SECOND)]
    return told(memory.with_group(heard(memory.group, news, MINUTE)), ASKS, now)


def test_a_try_that_every_pool_refused_makes_the_group_wait() -> None:
    asked = told(MixMemory(), NONE)
    assert asked.after.on_spot
    assert asked.memory.tries == Tries(asked=True)
    assert refused(asked.memory).memory.tries == Tries(in_vain=1, wait_until=NOON + FIRST_WAIT)


@pytest.mark.parametrize(("in_vain", "minutes"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 60), (900, 60)])
def test_each_try_in_vain_doubles_the_wait_up_to_an_hour(in_vain: int, minutes: int) -> None:
    after = refused(MixMemory(tries=Tries(True, in_vain))).memory.tries
    assert after == Tries(False, in_vain + 1, NOON + minutes * MINUTE)
    assert minutes * MINUTE <= LONGEST_WAIT


def test_while_it_waits_no_pool_is_asked_that_could_be_and_it_says_so() -> None:
    waiting = told(MixMemory(tries=WAITS), NONE)
    assert waiting.setting is None
    assert waiting.after == Mix(10)
    assert waiting.memory.told is not None
    assert waiting.memory.told.until == WAITS.wait_until
    assert waiting.memory.told.because == (
        "spot was refused everywhere 2 times in a row: it is asked for again 2027-03-08T12:10:00Z at the earliest"
    )


def test_once_it_has_waited_it_asks_again() -> None:
    assert told(MixMemory(tries=WAITS), NONE, NOON + 10 * MINUTE).after.on_spot


def test_where_no_pool_could_be_asked_anyway_the_pools_are_the_reason() -> None:
    held = GroupMemory({pool: PoolMemory(hold_until=NOON + timedelta(hours=1)) for pool in (FIRST, SECOND)})
    because = told(MixMemory(tries=WAITS).with_group(held), NONE).memory.told
    assert because is not None
    assert because.because.startswith("each pool is on hold")


def test_a_spot_member_that_runs_ends_all_waiting() -> None:
    assert told(MixMemory(tries=WAITS), ASKS, spot=(FIRST,)).memory.tries == Tries()


def test_members_that_were_taken_back_are_no_try_in_vain() -> None:
    assert refused(told(MixMemory(), ASKS, spot=(FIRST,)).memory).memory.tries == Tries()


def test_a_group_that_begins_does_not_wait() -> None:
    asleep = Mixed(NONE, "{}", {}, ("a",))
    assert decided(POLICY, asleep, MixMemory(tries=WAITS), (), 10, NOON).after.on_spot


def test_where_on_demand_is_short_it_does_not_wait() -> None:
    short = MixMemory(tries=WAITS, launched=7, shortage=Shortage(1, NOON, NOON + timedelta(hours=1)))
    assert told(short, NONE).after.on_spot
    assert not told(replace(short, launched=10, shortage=Shortage()), NONE).after.on_spot
