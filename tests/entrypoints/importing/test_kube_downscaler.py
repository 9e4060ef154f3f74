"""py-kube-downscaler: times, spans, uptime less downtime."""

from __future__ import annotations

import pytest

from chalicelib.entrypoints.importing.kube_downscaler import translate
from chalicelib.entrypoints.importing.rule import SourceError
from tests.entrypoints.importing.checking import text_of, told, windows_of

BERLIN = "Mon-Fri 08:00-18:00 Europe/Berlin"


@pytest.mark.parametrize(
    ("uptime", "downtime", "windows"),
    [
        (BERLIN, "never", ['"mon-fri 08:00-18:00"']),
        ("always", "never", ['"24/7"']),
        ("Sat-Tue 08:00-24:00 UTC", "never", ['"sat-tue 08:00-24:00"']),
        ("mon-thu 08:00-18:00 UTC, fri-fri 08:00-12:30 UTC", "never", ['"mon-thu 08:00-18:00"', '"fri 08:00-12:30"']),
        ("Mon-Mon 08:00 UTC", "never", ['"mon 08:00-08:30"']),
        ("always", "Mon-Fri 20:00-24:00 UTC", ['"mon-fri 00:00-20:00"', '"sat-sun 00:00-24:00"']),
        (BERLIN, "Mon-Sun 12:00-13:00 Europe/Berlin", ['"mon-fri 08:00-12:00"', '"mon-fri 13:00-18:00"']),
    ],
)
def test_times_become_windows_that_mean_the_same(uptime: str, downtime: str, windows: list[str]) -> None:
    imported = translate(uptime, downtime)
    assert windows_of(imported) == windows
    assert told(imported) == []


def test_each_time_zone_is_an_entry_of_its_own() -> None:
    imported = translate(f"{BERLIN}, Sat-Sun 10:00-12:00 America/New_York")
    assert [entry.timezone for entry in imported.uptimes] == ["Europe/Berlin", "America/New_York"]
    assert told(imported) == []


@pytest.mark.parametrize(
    "span",
    [
        "2027-02-06T10:00:00+01:00-2027-02-06T15:30:00+01:00",
        "2027-02-05T16:00:00Z-2027-02-08T12:00:00+00:00",
        "2027-03-27T22:00:00+01:00-2027-03-29T01:00:00+02:00",
    ],
)
def test_a_span_is_up_or_down_on_its_dates_alone(span: str) -> None:
    assert told(translate(f"{BERLIN}, {span}")) == []
    assert told(translate(f"{BERLIN}, Sat-Sun 10:00-12:00 America/New_York", span)) == []


def test_dates_of_a_span_with_equal_windows_are_one_exception() -> None:
    text = text_of(translate(BERLIN, "2027-02-01T00:00:00+01:00-2027-02-04T12:00:00+01:00"))
    assert '- {dates: "2027-02-01..2027-02-03", windows: [],' in text
    assert '- {dates: "2027-02-04..2027-02-04", windows: ["mon-sun 12:00-18:00"],' in text


def test_a_time_past_midnight_never_held_and_is_told() -> None:
    imported = translate(f"{BERLIN}, Mon-Fri 22:00-06:00 Europe/Berlin")
    assert windows_of(imported) == ['"mon-fri 08:00-18:00"']
    assert "22:00-06:00 passes midnight" in imported.unsaid[1].what
    assert told(imported) == []


def test_a_downtime_by_other_clocks_is_told_and_where_it_differs_too() -> None:
    imported = translate(BERLIN, "Mon-Mon 09:00-10:00 America/New_York")
    assert "a downtime by the clocks of America/New_York" in imported.unsaid[1].what
    assert {(original, curfew) for original, curfew, _, _ in told(imported)} == {("down", "up")}


def test_a_time_without_a_zone_takes_the_one_that_is_given() -> None:
    assert translate("Mon-Fri 08:00-18:00", timezone="Asia/Dubai").uptimes[0].timezone == "Asia/Dubai"


@pytest.mark.parametrize(
    ("uptime", "words"),
    [
        ("Mon 08:00-18:00 UTC", '"Mon 08:00-18:00 UTC" is no time; write e.g. "Mon-Fri'),
        ("Mon-Fri 08:00-18:00", "has no time zone; add one, or say --timezone Europe/Berlin"),
        ("Mon-Fry 08:00-18:00 UTC", '"Fry" is no weekday; write Mon to Sun'),
        ("Mon-Fri 08:00-25:00 UTC", '"25:00" is not a time of day'),
        ("Mon-Fri 08:00-18:00 Europe/Berlln", "did you mean Europe/Berlin?"),
        ("2027-02-31T00:00:00Z-2027-03-01T00:00:00Z", "is no span of instants"),
        ("2027-02-02T00:00:00Z-2027-02-01T00:00:00Z", "ends before it begins; write the earlier instant first"),
        ("never", '"never" is never up in an ordinary week'),
    ],
)
def test_a_text_that_cannot_be_is_told_with_one_that_can(uptime: str, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        translate(uptime)
    assert words in str(refused.value)
