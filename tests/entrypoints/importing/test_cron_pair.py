"""Cron lines: what runs from each start to the next stop."""

from __future__ import annotations

import pytest

from chalicelib.entrypoints.importing.cron_pair import translate
from chalicelib.entrypoints.importing.rule import SourceError
from tests.entrypoints.importing.checking import told, windows_of

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("start", "stop", "windows"),
    [
        ("0 7 * * 1-5", "0 19 * * 1-5", ['"mon-fri 07:00-19:00"']),
        ("30 7 * * *", "0 19 * * *", ['"mon-sun 07:30-19:00"']),
        ("0 22 * * 1-5", "0 6 * * 2-6", ['"mon-fri 22:00-06:00"']),
        ("0 7 * * 1", "0 19 * * 5", ['"mon 07:00-24:00"', '"tue-thu 00:00-24:00"', '"fri 00:00-19:00"']),
        ("0 7 1,15 * 1", "0 19 * * *", ['"mon 07:00-19:00"', '"day 1,15 07:00-19:00"']),
        ("0 8 * * MON#1", "0 12 * * *", ['"1st mon 08:00-12:00"']),
        ("0 8 L * *", "0 12 * * *", ['"day last 08:00-12:00"']),
        ("0 8 * 1-3 1-5", "0 12 * * *", ['{days: [mon-fri], months: [jan-mar], from: "08:00", to: "12:00"}']),
        ("0 8,14 * * 1-5", "0 12,18 * * *", ['"mon-fri 08:00-12:00"', '"mon-fri 14:00-18:00"']),
    ],
)
def test_a_pair_becomes_windows_that_mean_the_same(start: str, stop: str, windows: list[str]) -> None:
    imported = translate(start, stop, BERLIN)
    assert windows_of(imported) == windows
    assert told(imported) == []


def test_in_the_repeated_hour_cron_stops_at_the_first_and_curfew_at_the_last() -> None:
    assert told(translate("0 20 * * *", "30 2 * * *", BERLIN)) == [("down", "up", "the clocks are changed near it", 1)]


def test_stretches_that_follow_no_words_are_told_and_so_is_the_difference() -> None:
    imported = translate("0 7 * * *", "0 19 */9 * *", BERLIN)
    assert "stretches in four years follow no rule that a window can say (first: 20" in imported.unsaid[2].what
    assert {(original, curfew) for original, curfew, _, _ in told(imported)} == {("up", "down")}


@pytest.mark.parametrize(
    ("start", "stop", "words"),
    [
        ("0 7 * *", "0 19 * * *", '"0 7 * *" is not a cron line'),
        ("0 25 * * *", "0 19 * * *", '"0 25 * * *" is not a cron line (Bad hour); write five fields'),
        ("* * * * *", "0 19 * * *", '"* * * * *" fires more than 24 times a day'),
        ("0 7 * * *", "0 7 * * 1", "both fire at Mon 07:00; write different times"),
    ],
)
def test_a_pair_that_cannot_be_is_told_with_one_that_can(start: str, stop: str, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        translate(start, stop, BERLIN)
    assert words in str(refused.value)
