"""Whatever ran, at whatever rates: what must always hold of the ledger's figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.core.money.amounts import COLUMNS, Amounts
from chalicelib.core.money.attribution import hourly, lines
from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.billing import second, seconds
from chalicelib.core.money.cells import cells
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan, together
from chalicelib.core.money.compute import compute, roll_ups
from chalicelib.core.money.covering import Covering
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.core.money.lines import MICRO, Line
from chalicelib.core.money.prices import Prices
from chalicelib.core.money.spans import Draw, Span
from chalicelib.core.money.statement import Statement, statement
from tests.core.money.samples import LARGE, MONTH, RDS, SMALL, SUSE, UNKNOWN
from tests.properties.ledgers import (
    BEGINS,
    BOOK,
    CENTS,
    CLOSES,
    MOMENTS,
    WHOLE_MICROS,
    ZONES,
    commitments,
    kept,
    ledgers,
    spans,
)
from tests.properties.naive_money import ran_while_claimed, would_have

quickly = settings(max_examples=25, deadline=None)
HOUR, NOTHING = timedelta(hours=1), Decimal(0)
ON_DEMAND = (SMALL, LARGE, SUSE, RDS)
TINY = Decimal("1e-20")
"""What dividing in Decimal may be off by."""


def exact(inputs: Inputs) -> Statement:
    """The statement before cents are given."""
    return compute(replace(inputs, exchange=WHOLE_MICROS))


def lines_of(inputs: Inputs) -> list[Line]:
    return [line for each in roll_ups(inputs) for line in each.lines]


def total(amounts: Iterable[Amounts]) -> Amounts:
    return sum(amounts, Amounts())


@quickly
@given(ledgers())
def test_parts_sum_to_the_whole_to_the_cent_in_every_grouping(inputs: Inputs) -> None:
    found = compute(inputs)
    for count in range(len(Grain) + 1):
        for grains in combinations(Grain, count):
            assert total(group.amounts for group in found.by(*grains)) == found.total
    assert total(row.amounts for row in found.rows()) == found.total
    before = exact(inputs).total
    assert all(abs(10_000 * getattr(found.total, name) - getattr(before, name)) <= 5_000 for name in COLUMNS)


NOON = BEGINS + timedelta(hours=12)
TEN_SECONDS = Inputs(
    MONTH,
    (Belongs("orders-qa"),),
    (Span("orders-qa", "nodes", "arn:1", NOON, NOON + timedelta(seconds=10), SMALL, Decimal(500)),),
    tuple(rate for rates in BOOK.values() for rate in rates),
    (
        Baseline(
            "orders-qa",
            "nodes",
            "arn:1",
            Basis.DECLARED,
            (Decimal(1),) * WEEK,
            (Draw(SMALL, Decimal(500)),),
            begins=BEGINS,
            ends=CLOSES,
        ),
    ),
    until=CLOSES,
)
"""A run of which AWS bills more than the time that it lasted."""


@quickly
@example(TEN_SECONDS)
@given(ledgers())
def test_the_parts_of_a_line_are_what_it_would_have_cost_less_what_it_did(inputs: Inputs) -> None:
    for row in exact(replace(inputs, commitments=(), own_cost=Decimal(0))).rows():
        amounts = row.amounts
        claimed = ran_while_claimed(inputs, row)
        assert abs(amounts.avoided - (would_have(inputs, row) - claimed)) <= 1


@quickly
@given(ledgers(st.just("UTC")))
def test_avoided_is_never_above_the_baseline_cost_of_what_could_be_stopped(inputs: Inputs) -> None:
    for row in exact(replace(inputs, own_cost=Decimal(0))).rows():
        most = would_have(inputs, row)
        assert row.amounts.avoided <= row.amounts.avoided_at_most
        assert row.amounts.hours + row.amounts.size + row.amounts.spot <= most + 1
        assert row.amounts.avoided <= most + 2


@quickly
@given(st.lists(kept(), max_size=5), ledgers(st.just("UTC")))
def test_what_keeps_billing_changes_only_what_keeps_billing(more: list[Span], inputs: Inputs) -> None:
    without = replace(inputs, spans=tuple(each for each in inputs.spans if not each.keeps))
    found = exact(replace(without, spans=(*without.spans, *more))).total
    kept_seconds = sum((seconds(each) * each.units for each in more), Decimal(0))
    assert replace(found, residual=0) == exact(without).total
    assert abs(found.residual - kept_seconds * Decimal("0.005") * 1_000_000 / 3600) <= 5 * len(more)


@quickly
@given(ledgers(), MOMENTS, MOMENTS)
def test_nothing_is_billed_or_claimed_before_creation_or_after_deletion(
    inputs: Inputs, one: datetime, other: datetime
) -> None:
    created, deleted = sorted((one, other))
    lived = [each for each in inputs.spans if created <= each.begins and each.ends <= deleted]
    claimed = [replace(each, begins=created, ends=deleted) for each in inputs.baselines]
    belongs = inputs.belongs[0]
    for line in lines(belongs, MONTH, lived, BOOK, claimed, CLOSES):
        begins = min(cell.begins for cell in cells(belongs.timezone, MONTH) if cell.day == line.day)
        assert begins < deleted.timestamp()
        assert begins + line.day_seconds > created.timestamp()
    for hour in hourly(belongs, MONTH, lived, BOOK, claimed, CLOSES):
        assert created - timedelta(hours=1) < hour.at < deleted


@quickly
@given(st.lists(spans([SMALL]), max_size=6), ZONES)
def test_one_resource_hour_is_in_one_bucket(ran: list[Span], zone: str) -> None:
    """Of a resource that would always have run, each second either ran or was avoided: never both, never neither."""
    mine = [replace(each, arn="arn:1", units=Decimal(1), starts=False) for each in _apart(ran)]
    of = Baseline("orders-qa", "web", "arn:1", Basis.CEILING, (Decimal(1),) * WEEK, (Draw(SMALL),))
    found = lines(Belongs("orders-qa", timezone=zone), MONTH, mine, BOOK, [of])
    assert [line.would_have for line in found] == [line.day_seconds * Decimal("0.10") / 3600 for line in found]
    inside = [
        each for each in mine if each.begins >= datetime.fromtimestamp(cells(zone, MONTH)[0].begins, BEGINS.tzinfo)
    ]
    if len(inside) == len(mine):
        assert sum(line.seconds for line in found) == sum(seconds(each) for each in mine)
        assert (
            abs(sum(line.actual for line in found) - sum(seconds(each) for each in mine) * Decimal("0.10") / 3600) < 1
        )


def _apart(ran: Iterable[Span]) -> Iterable[Span]:
    """Those of the spans that do not overlap with one before them."""
    free_from = BEGINS
    for each in sorted(ran, key=lambda one: one.begins):
        if each.begins >= free_from and each.ends > each.begins:
            free_from = each.ends
            yield each


@quickly
@given(ledgers(), spans([UNKNOWN]))
def test_a_missing_rate_poisons_only_its_own_resource(inputs: Inputs, odd: Span) -> None:
    stray = replace(odd, arn="odd", ends=odd.ends + timedelta(seconds=1))
    poisoned = replace(inputs, spans=(*inputs.spans, stray))
    found = lines_of(poisoned)
    assert [line for line in found if line.arn != "odd"] == lines_of(inputs)
    assert all((line.avoided, line.missing) == (None, (UNKNOWN,)) for line in found if line.arn == "odd")
    assert exact(poisoned).total == exact(inputs).total


@quickly
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_same_inputs_give_the_same_statement_whatever_their_order(inputs: Inputs, random: Random) -> None:
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(values, len(values)))

    other = replace(
        inputs,
        belongs=shuffled(inputs.belongs),
        spans=shuffled(inputs.spans),
        rates=shuffled(inputs.rates),
        baselines=shuffled(inputs.baselines),
        commitments=shuffled(inputs.commitments),
    )
    assert compute(other) == compute(inputs)
    assert statement(other, reversed(list(roll_ups(other)))) == compute(inputs)


@quickly
@given(ledgers(), st.sampled_from(["0.05", "0.2", "1", "20"]))
def test_what_a_plan_lost_is_borne_whole(inputs: Inputs, usd: str) -> None:
    """It is what the plan covered less than it would have, hour by hour over the whole organisation."""
    long = timedelta(days=365)
    plan = SavingsPlan("sp", Decimal(usd), Decimal("0.27"), ("*",), BEGINS - long, BEGINS + long)
    found = exact(replace(inputs, commitments=(plan,)))
    room, lost, hours = plan.usd_per_hour / (1 - plan.discount), Decimal(0), set()
    for moment in {hour.at for each in roll_ups(inputs) for hour in each.hourly}:
        here = [hour for each in roll_ups(inputs) for hour in each.hourly if hour.at == moment]
        ran = _by_key(hour.ran for hour in here)
        removed = _by_key(hour.removed for hour in here)
        would = {key: ran.get(key, 0) + removed.get(key, 0) for key in ran.keys() | removed.keys()}
        lost += min(room, Decimal(sum(would.values()))) - min(room, Decimal(sum(ran.values())))
        hours.add(moment)
    assert abs(found.total.commitment + lost * 1_000_000) <= 2 * len(hours)
    assert found.total.unused >= 0


@settings(max_examples=200, deadline=None)
@given(commitments(), st.fixed_dictionaries({key: st.decimals("0", "9", places=2) for key in ON_DEMAND}))
def test_a_commitment_covers_no_more_than_it_pays_for_and_no_more_than_ran(
    committed: tuple[Commitment, ...], usage: dict[str, Decimal]
) -> None:
    found = Covering(committed, Prices(BOOK)).covered(usage, second(BEGINS))
    assert sum(each.usd for each in found) <= sum(usage.values()) + TINY
    assert sum(each.paid for each in found) <= sum(map(_price, together(committed))) + TINY


def _price(parts: Sequence[Commitment]) -> Decimal:
    """What a commitment costs an hour, at most: a reservation the dearest of what it could be used for."""
    first = parts[0]
    if isinstance(first, SavingsPlan):
        return first.usd_per_hour
    reserved = [each for each in parts if isinstance(each, Reservation)]
    dearest = max(BOOK[key][0].usd for key in ON_DEMAND)
    return max(each.units * (1 - each.discount) for each in reserved) * dearest


def _by_key(usages: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for usage in usages:
        for key, usd in usage.items():
            found[key] = found.get(key, Decimal(0)) + usd
    return found


def told(inputs: Inputs, used: Decimal, unused: Decimal) -> Inputs:
    """A bill tells of every hour, and the same of each."""
    hours = range(-14, int((CLOSES - BEGINS) / HOUR) + 12)
    uses = tuple(CommitmentUse(BEGINS + n * HOUR, BEGINS + (n + 1) * HOUR, used, unused) for n in hours)
    return replace(inputs, commitment_use=uses)


@quickly
@given(ledgers())
def test_what_a_bill_says_of_commitments_leaves_the_claim_within_its_range(inputs: Inputs) -> None:
    before, after = exact(replace(inputs, commitment_use=())).total, exact(inputs).total
    assert before.avoided <= after.avoided <= after.avoided_at_most <= before.avoided_at_most
    assert replace(after, commitment=0, unused=0) == replace(before, commitment=0, unused=0)


@quickly
@given(ledgers())
def test_a_bill_that_says_all_was_unused_leaves_the_least_and_one_that_says_none_the_most(inputs: Inputs) -> None:
    before = exact(replace(inputs, commitment_use=())).total
    idle = exact(told(inputs, NOTHING, Decimal(1000))).total
    elsewhere = exact(told(inputs, Decimal(1000), NOTHING)).total
    assert (idle.avoided, idle.avoided_at_most) == (before.avoided, before.avoided)
    assert (elsewhere.avoided, elsewhere.avoided_at_most) == (before.avoided_at_most, before.avoided_at_most)


@quickly
@given(ledgers(), CENTS, CENTS)
def test_the_more_a_bill_says_was_unused_the_less_was_avoided(inputs: Inputs, one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    claims = [exact(told(inputs, Decimal(1000), unused)).total.avoided for unused in (less, more)]
    assert claims[1] <= claims[0]


SOME = (Charge("orders-qa", "nothing of it", NOTHING),)


@quickly
@given(ledgers())
def test_every_environment_agrees_with_a_bill_of_what_it_ran_for(inputs: Inputs) -> None:
    ran = exact(replace(inputs, bill=SOME)).agreements
    bill = tuple(Charge(each.environment, one.resource, one.ours) for each in ran for one in each.resources)
    assert all(each.off == 0 and each.agrees for each in exact(replace(inputs, bill=bill or SOME)).agreements)
    billed = [row.amounts.actual for row in exact(inputs).rows() if row.day]
    assert sum(each.ours for each in ran) == sum(billed) * MICRO


@quickly
@given(ledgers(), CENTS)
def test_what_a_bill_has_under_another_resource_is_off_twice(inputs: Inputs, moved: Decimal) -> None:
    ran = exact(replace(inputs, bill=SOME)).agreements
    true = [Charge(each.environment, one.resource, one.ours) for each in ran for one in each.resources]
    bill = [
        charge
        for each in ran
        for charge in (Charge(each.environment, "web", -moved), Charge(each.environment, "odd", moved))
    ]
    for each in exact(replace(inputs, bill=(*SOME, *true, *bill))).agreements:
        assert (each.ours, each.off) == (each.billed, 2 * moved)
        assert each.agrees is (2 * moved <= max(Decimal(1), each.billed / 100))
