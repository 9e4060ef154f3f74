"""What removing usage saves where commitments had paid for some of it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.billing import second
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.covering import Covering, Effect
from chalicelib.core.money.prices import Prices
from chalicelib.core.money.rates import book
from tests.core.money.samples import LARGE, RATES, RDS, SMALL, SUSE, at, rate

LONG = timedelta(days=365)
NOON = at(3, 12)


def plan(usd: str, discount: str = "0.27", covers: str = "ec2:*:on-demand", name: str = "sp") -> SavingsPlan:
    return SavingsPlan(name, Decimal(usd), Decimal(discount), (covers,), NOON - LONG, NOON + LONG)


def reservation(units: str, discount: str = "0.4", covers: str = SMALL) -> Reservation:
    return Reservation("ri", Decimal(units), Decimal(discount), (covers,), NOON - LONG, NOON + LONG)


def usage(**by_name: str) -> Mapping[str, Decimal]:
    keys = {"small": SMALL, "large": LARGE, "suse": SUSE, "rds": RDS}
    return {keys[name]: Decimal(usd) for name, usd in by_name.items()}


def effect(ran: Mapping[str, Decimal], removed: Mapping[str, Decimal], *commitments: Commitment) -> tuple[str, str]:
    covering = Covering(commitments, Prices(book(RATES)))
    found = covering.effect(ran, removed, second(NOON))
    return f"{found.lost.normalize():f}", f"{found.unused.normalize():f}"


def test_with_a_savings_plan_over_half_of_the_compute_the_claim_is_half_the_list_claim() -> None:
    assert effect({}, usage(small="100"), plan("36.50")) == ("50", "36.5")


@pytest.mark.parametrize(
    ("ran", "removed", "commitments", "lost", "unused"),
    [
        pytest.param(usage(small="50"), usage(small="50"), [plan("36.50")], "0", "0", id="what ran uses the plan up"),
        pytest.param(usage(small="20"), usage(small="80"), [plan("36.50")], "30", "21.9", id="what ran uses some"),
        pytest.param({}, usage(small="30"), [plan("36.50")], "30", "21.9", id="the plan had room already"),
        pytest.param({}, usage(rds="100"), [plan("36.50")], "0", "0", id="the plan does not cover it"),
        pytest.param(usage(small="10"), usage(small="-10"), [plan("36.50")], "-10", "-7.3", id="more ran, for nothing"),
        pytest.param(usage(large="50"), usage(small="50"), [plan("36.50")], "0", "0", id="the other size uses it"),
        pytest.param({}, usage(small="1"), [reservation("4")], "0.4", "0.24", id="four reserved of ten"),
        pytest.param({}, usage(large="1"), [reservation("4")], "0", "0", id="reserved is another size"),
        pytest.param(
            {}, usage(small="0.5"), [plan("0.219"), reservation("4")], "0.5", "0.313", id="reservations before plans"
        ),
        pytest.param(
            usage(small="30"),
            usage(small="40"),
            [plan("36.50", name="low"), plan("15", "0.5", name="high")],
            "40",
            "29.2",
            id="the highest discount first",
        ),
    ],
)
def test_what_commitments_would_have_covered_saves_nothing(
    ran: Mapping[str, Decimal], removed: Mapping[str, Decimal], commitments: list[Commitment], lost: str, unused: str
) -> None:
    assert effect(ran, removed, *commitments) == (lost, unused)


def test_a_reservation_of_several_sizes_covers_what_costs_most() -> None:
    assert effect(usage(small="0.1", large="0.2"), usage(), reservation("1", covers="ec2:*")) == ("0", "0")
    covering = Covering([reservation("1", covers="ec2:*")], Prices(book(RATES)))
    assert [each.usd for each in covering.covered(usage(small="0.1", large="0.2"), second(NOON))] == [Decimal("0.2")]


def parts(*by_discount: tuple[str, str], usd: str = "9") -> list[SavingsPlan]:
    """One plan that takes each discount off one type."""
    return [plan(usd, discount, covers) for discount, covers in by_discount]


@pytest.mark.parametrize(
    ("usd", "ran", "covered", "paid"),
    [
        pytest.param("2", usage(small="4", large="10"), "4", "2", id="first what it takes most off"),
        pytest.param("6", usage(small="4", large="10"), "9", "6", id="then the rest, for less"),
        pytest.param("20", usage(small="4", large="10"), "14", "10", id="no more than there is"),
        pytest.param("1", usage(large="10"), "1.25", "1", id="what it takes less off, where that is all"),
    ],
)
def test_a_plan_is_spent_once_on_its_highest_discounts_first(
    usd: str, ran: Mapping[str, Decimal], covered: str, paid: str
) -> None:
    """Prices as in AWS's own example: 50 % off the one type, 20 % off the other."""
    covering = Covering(parts(("0.2", LARGE), ("0.5", SMALL), usd=usd), Prices(book(RATES)))
    (found,) = covering.covered(ran, second(NOON))
    assert (found.usd, found.paid) == (Decimal(covered), Decimal(paid))


def test_what_is_freed_of_a_plan_covers_what_it_takes_less_off() -> None:
    """Of 4 that cost 2 under the plan nothing is left; the 2 then cover 2.50 of what ran at list prices before."""
    assert effect(usage(large="10"), usage(small="4"), *parts(("0.2", LARGE), ("0.5", SMALL), usd="2")) == ("1.5", "0")


@pytest.mark.parametrize(
    ("ran", "removed", "free"),
    [
        pytest.param({}, usage(small="4"), "4", id="all of it lies idle"),
        pytest.param(usage(large="10"), usage(small="4"), "0", id="what ran takes all of it"),
        pytest.param(usage(large="1.25"), usage(small="4"), "2", id="what ran takes half of it"),
        pytest.param(usage(small="4"), usage(small="-4"), "0", id="nothing was removed"),
    ],
)
def test_what_is_free_is_worth_what_it_covered_as_far_as_it_lies_idle(
    ran: Mapping[str, Decimal], removed: Mapping[str, Decimal], free: str
) -> None:
    covering = Covering(parts(("0.2", LARGE), ("0.5", SMALL), usd="2"), Prices(book(RATES)))
    assert covering.effect(ran, removed, second(NOON)).free == Decimal(free)


FLEXIBLE = [reservation("4", "0.5"), reservation("2", "0.5", LARGE)]
"""Two m5.xlarge, or four m5.large."""


@pytest.mark.parametrize(
    ("ran", "covered"),
    [
        pytest.param(usage(small="0.4"), "0.4", id="four small ones"),
        pytest.param(usage(large="0.4"), "0.4", id="two large ones"),
        pytest.param(usage(small="0.2", large="0.4"), "0.4", id="two small ones and one large one"),
        pytest.param(usage(small="0.1"), "0.1", id="one small one"),
        pytest.param(usage(small="0.8", large="0.4"), "0.4", id="no more than one reservation"),
    ],
)
def test_a_reservation_of_several_sizes_is_used_once(ran: Mapping[str, Decimal], covered: str) -> None:
    (found,) = Covering(FLEXIBLE, Prices(book(RATES))).covered(ran, second(NOON))
    assert (found.usd, found.paid) == (Decimal(covered), Decimal(covered) / 2)


def test_a_part_of_no_units_covers_nothing() -> None:
    (found,) = Covering([reservation("0")], Prices(book(RATES))).covered(usage(small="1"), second(NOON))
    assert found.usd == 0


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_commitment_covers_nothing_before_it_begins_and_after_it_ends(hours: int) -> None:
    one_hour = replace(plan("73"), begins=NOON, ends=NOON + timedelta(hours=1))
    covering = Covering([one_hour], Prices({}))
    found = covering.effect({}, usage(small="10"), second(NOON + timedelta(hours=hours)))
    assert found == (Effect() if hours else Effect(Decimal(10), Decimal("7.30"), Decimal(10)))


COLUMNS = "PricingCategory,ChargeCategory,ListCost,EffectiveCost,CommitmentDiscountQuantity,CommitmentDiscountStatus"
FULLY_USED = f"""{COLUMNS}
Standard,Purchase,3.00,0.00,1.00,null
Committed,Usage,3.00,1.50,1.00,Used
"""
USED = f"""{COLUMNS}
Committed,Usage,,1.00,1.00,Used
"""
UNUSED = f"""{COLUMNS}
Committed,Usage,,1.00,1.00,Unused
"""
"""Some columns of worked examples of the FOCUS 1.2 specification: one hundred percent utilization without commitment
discount flexibility; commitment discount usage, scenarios 1 and 2.
FinOps Foundation, https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, CC BY 4.0.
"""


def focus(text: str, status: str) -> dict[str, Decimal]:
    row = next(row for row in csv.DictReader(text.splitlines()) if row["CommitmentDiscountStatus"] == status)
    return {name: Decimal(value) for name, value in row.items() if value.replace(".", "").isdigit()}


VM = "ec2:us-east-1:vm-large:linux:shared:on-demand"


def test_a_used_reservation_costs_what_the_specification_of_focus_says() -> None:
    row = focus(FULLY_USED, "Used")
    discount = 1 - row["EffectiveCost"] / row["ListCost"]
    reserved = Reservation("ri", row["CommitmentDiscountQuantity"], discount, (VM,), NOON - LONG, NOON + LONG)
    covering = Covering([reserved], Prices(book([rate(VM, str(row["ListCost"]))])))
    (covered,) = covering.covered({VM: row["ListCost"]}, second(NOON))
    assert covered.paid == row["EffectiveCost"]


def test_what_is_no_longer_used_of_a_commitment_is_unused_as_the_specification_of_focus_says() -> None:
    used, unused = focus(USED, "Used"), focus(UNUSED, "Unused")
    committed = plan(str(used["CommitmentDiscountQuantity"]))
    covering = Covering([committed], Prices({}))
    at_list = used["EffectiveCost"] / (1 - committed.discount)
    found = covering.effect({}, {SMALL: at_list}, second(NOON))
    assert found.unused.quantize(Decimal("0.01")) == unused["EffectiveCost"]
    assert found.lost == at_list
