"""The worlds of the held-out replay are what their families say, and its table is what it measured."""

from __future__ import annotations

import pytest

from bench import spot_worlds
from bench.spot_held_out import Compared, compared, main
from bench.spot_worlds import FAMILIES, world
from chalicelib.core.prefer import Prefer


@pytest.mark.parametrize("family", FAMILIES)
def test_a_world_is_the_same_each_time_and_another_for_each_number(family: str) -> None:
    first = world(family, 1)
    assert world(family, 1) == first
    assert world(family, 2).steps != first.steps
    assert 3 <= len(first.pools) <= 9
    assert 4 <= first.step * len(first.steps) / 86400 <= 21


@pytest.mark.parametrize(("family", "least", "most"), [("nearly dry", 0, 0.1), ("nearly always up", 0.98, 1)])
def test_at_the_ends_there_is_nearly_never_or_nearly_always_capacity(family: str, least: float, most: float) -> None:
    for number in range(5):
        made = world(family, number)
        up = sum(len(available) for available in made.steps) / len(made.steps) / len(made.pools)
        assert least <= up <= most


def test_lives_last_as_long_as_their_family_says() -> None:
    def changes_a_day(family: str) -> float:
        made = world(family, 3)
        changes = sum(len(before ^ after) for before, after in zip(made.steps, made.steps[1:], strict=False))
        return changes / len(made.pools) / (made.step * len(made.steps) / 86400)

    assert changes_a_day("lives of minutes") > 10 * changes_a_day("lives of days")


def test_the_gap_is_to_the_best_simple_policy_of_that_world() -> None:
    assert Compared("one", Prefer.STEADY, 102.0, {"sticky": 100.0, "on-demand": 150.0}).gap == pytest.approx(0.02)


def test_the_table_has_each_family_at_each_preference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spot_worlds, "MOST_STEPS", 40)
    assert [one.prefer for one in compared("storms", [0, 1])] == [*Prefer, *Prefer]
    assert main(["--worlds", "1"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Held-out worlds")
    assert all(shown.count(family) >= len(Prefer) for family in (*FAMILIES, "all"))
