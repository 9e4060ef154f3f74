"""Which baseline is chosen, and what it is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib.core.model import Definition, Team
from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.choosing import CEILING, Acted, baselines_of, best_known
from chalicelib.core.money.declaring import Declared, declared_shares
from chalicelib.core.money.spans import Draw
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from tests.core.money.samples import ADDRESS, LARGE, SMALL, SPOT, at, baseline

HOUR_A_DAY = tuple(Decimal(hour % 24 == 9) for hour in range(WEEK))
CREATED = at(5)


def declared(*windows: str, timezone: str = "UTC") -> Declared:
    return Declared(tuple(map(parse_window, windows)), timezone)


def environment(of: Declared | None = None, timezone: str = "UTC") -> Definition:
    uptime = (Uptime(timezone, (parse_window("mon-fri 08:00-20:00"),)),)
    return Definition("orders-qa", Team("orders-team"), (), (), uptime, baseline=of)


def acted(*draws: Draw, arn: str = "arn:1") -> Acted:
    return Acted("web", arn, draws or (Draw(SMALL),), CREATED)


def seen(*, provisional: bool = False, days: int = 40, units: str = "3") -> Baseline:
    found = baseline(units=units, provisional=provisional)
    return replace(found, on=HOUR_A_DAY, days=days, source="observed")


def chosen(definition: Definition, *observed: Baseline, of: Acted | None = None) -> Baseline:
    (found,) = baselines_of(definition, [of or acted()], observed)
    return found


OFFICE = declared("mon-fri 07:00-22:00")


@pytest.mark.parametrize(
    ("of", "observed", "basis", "provisional", "days", "hours"),
    [
        pytest.param(OFFICE, (seen(),), Basis.OBSERVED, False, 40, 7, id="28 days observed win over what is declared"),
        pytest.param(OFFICE, (seen(provisional=True, days=9),), Basis.DECLARED, True, 9, 75, id="fewer do not"),
        pytest.param(None, (seen(provisional=True, days=9),), Basis.CEILING, True, 9, 168, id="nor over nothing"),
        pytest.param(OFFICE, (), Basis.DECLARED, True, 0, 75, id="nothing observed"),
        pytest.param(None, (), Basis.CEILING, True, 0, 168, id="nothing at all"),
        pytest.param(declared("24/7"), (), Basis.CEILING, True, 0, 168, id="a ceiling is one whoever says so"),
    ],
)
def test_the_best_that_there_is_is_chosen_and_named(
    of: Declared | None, observed: tuple[Baseline, ...], basis: Basis, provisional: bool, days: int, hours: int
) -> None:
    found = chosen(environment(of), *observed)
    assert (found.basis, found.provisional, found.days, sum(found.on)) == (basis, provisional, days, hours)


@pytest.mark.parametrize("of", [OFFICE, None])
def test_its_sizes_are_the_observed_ones_whatever_its_hours_are(of: Declared | None) -> None:
    found = chosen(environment(of), seen(provisional=True), of=acted(Draw(SMALL, Decimal(50))))
    assert found.draws == (Draw(SMALL, Decimal(3)),)


def test_without_any_it_is_what_it_draws_at_full_size_at_on_demand_rates() -> None:
    found = chosen(environment(), of=acted(Draw(SPOT, Decimal(2)), Draw(SMALL), Draw(LARGE), Draw(ADDRESS)))
    assert found.draws == (Draw(SMALL, Decimal(3)), Draw(LARGE))


def test_what_nobody_knows_the_size_of_has_no_baseline() -> None:
    assert baselines_of(environment(OFFICE), [Acted("web", "arn:1", (), CREATED)], []) == ()


@pytest.mark.parametrize(
    ("watched", "told", "source", "units"),
    [
        pytest.param(40, 90, "watched", 2, id="28 watched days win"),
        pytest.param(9, 28, "told", 2, id="fewer yield to 28 that were told, and keep their sizes"),
        pytest.param(9, 27, "watched", 2, id="and not to fewer"),
        pytest.param(None, 9, "told", 3, id="what was never watched is as told"),
        pytest.param(9, None, "watched", 2, id="or as watched"),
    ],
)
@pytest.mark.parametrize("of", ["arn:1", "web-1"])
def test_the_best_that_is_known_is_what_was_watched_or_else_told_for_28_days(
    watched: int | None, told: int | None, source: str, units: int, of: str
) -> None:
    def past(days: int | None, name: str, units: str, arn: str) -> list[Baseline]:
        found = seen(provisional=(days or 0) < 28, days=days or 0, units=units)
        return [] if days is None else [replace(found, source=name, arn=arn)]

    (found,) = best_known(past(watched, "watched", "2", "arn:1"), past(told, "told", "3", of), {"arn:1": "web-1"})
    assert (found.source, found.draws) == (source, (Draw(SMALL, Decimal(units)),))


def test_what_is_told_without_sizes_has_those_of_the_resource_when_it_is_up() -> None:
    found = chosen(environment(), replace(seen(), draws=()), of=acted(Draw(SMALL, Decimal(5))))
    assert (found.basis, found.draws) == (Basis.OBSERVED, (Draw(SMALL, Decimal(5)),))


def test_a_resource_is_known_by_its_id_and_under_another_key() -> None:
    of = replace(acted(), id="web-1")
    assert chosen(environment(), replace(seen(), arn="web-1"), of=of).basis is Basis.OBSERVED
    assert chosen(environment(), replace(seen(), resource="front"), of=of).basis is Basis.OBSERVED
    assert chosen(environment(), replace(seen(), resource="front", arn="web-1"), of=of).basis is Basis.CEILING


def test_it_holds_while_curfew_acts_on_the_resource() -> None:
    of = replace(acted(), ends=at(20))
    for observed in ((), (seen(),)):
        found = chosen(environment(), *observed, of=of)
        assert (found.begins, found.ends) == (CREATED, at(20))


def test_each_resource_has_its_own() -> None:
    found = baselines_of(environment(OFFICE), [acted(arn="arn:2"), acted()], [seen()])
    assert [(each.arn, each.basis) for each in found] == [("arn:1", Basis.OBSERVED), ("arn:2", Basis.DECLARED)]


def test_it_says_where_it_is_from() -> None:
    assert chosen(environment(OFFICE)).source == "declared: mon-fri 07:00-22:00 (UTC)"
    assert chosen(environment()).source == CEILING
    assert chosen(environment(), seen()).source == "observed"


def shares(*windows: str, timezone: str = "UTC", of: str = "UTC") -> dict[int, Decimal]:
    found = declared_shares(declared(*windows, timezone=timezone), of, datetime(2026, 11, 2, tzinfo=UTC).date())
    return {hour: share for hour, share in enumerate(found) if share}


def test_a_window_of_every_week_is_open_or_not() -> None:
    assert shares("mon 09:00-11:00", "sun 22:00-02:00") == dict.fromkeys([9, 10, 0, 1, 166, 167], 1)


def test_a_part_of_an_hour_and_a_part_of_the_weeks_are_probabilities() -> None:
    assert shares("mon 09:00-10:15") == {9: 1, 10: Decimal("0.25")}
    assert shares("1st mon 09:00-10:00") == {9: Decimal("0.230769")}


def test_hours_are_those_of_the_environment_wherever_the_windows_are() -> None:
    assert shares("mon 09:00-10:00", timezone="Asia/Dubai", of="Asia/Dubai") == {9: 1}
    assert shares("mon 09:00-10:00", timezone="Asia/Dubai", of="Asia/Kolkata") == dict.fromkeys(
        [10, 11], Decimal("0.5")
    )


def test_clocks_that_change_move_no_window_of_their_own_zone() -> None:
    assert shares("mon-fri 08:00-20:00", timezone="America/New_York", of="America/New_York") == {
        day * 24 + hour: 1 for day in range(5) for hour in range(8, 20)
    }
