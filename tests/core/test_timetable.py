"""The timetable: one answer for every instant, with a reason and an end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from chalicelib.core.closures import CountryClosure, DatesClosure
from chalicelib.core.timetable import Timetable, Verdict, changes, verdict
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import long_window, parse_window

DUBAI = "Asia/Dubai"
OFFICE = Uptime(DUBAI, (parse_window("mon-thu 08:00-20:00"), parse_window("fri 08:00-12:30")))
FREEZE = DatesClosure(date(2026, 7, 14), date(2026, 7, 15), "code freeze")


def uptime(*windows: str, zone: str = "UTC") -> Uptime:
    return Uptime(zone, tuple(parse_window(text) for text in windows))


def local(text: str, zone: str = DUBAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def rows(*uptimes: Uptime, start: str, days: int, rest: timedelta = timedelta()) -> list[str]:
    """The changes as `day-of-month hour:minute desired`, in the first entry's zone."""
    zone = uptimes[0].timezone
    begins = local(start, zone)
    found = changes(uptimes, begins, begins + timedelta(days=days), rest)
    return [f"{row.at.astimezone(ZoneInfo(zone)):%d %H:%M} {row.desired}" for row in found]


def closed(entry: Uptime, *closures: DatesClosure) -> Uptime:
    return replace(entry, closures=closures)


def excepted(entry: Uptime, exception: DateException) -> Uptime:
    return replace(entry, exceptions=(*entry.exceptions, exception))


def exception(first: str, last: str, *windows: str) -> DateException:
    parsed = tuple(parse_window(text) for text in windows)
    return DateException(date.fromisoformat(first), date.fromisoformat(last), parsed, "release")


def test_a_week_opens_and_closes_as_its_windows_say() -> None:
    assert rows(OFFICE, start="2026-07-16T00:00", days=5) == [
        "16 00:00 down",
        "16 08:00 up",
        "16 20:00 down",
        "17 08:00 up",
        "17 12:30 down",
        "20 08:00 up",
        "20 20:00 down",
    ]


@pytest.mark.parametrize(
    ("at", "desired", "because", "until"),
    [
        ("2026-07-13T08:00", "up", "window mon-thu 08:00-20:00 (Asia/Dubai)", "2026-07-13T20:00"),
        ("2026-07-13T19:59", "up", "window mon-thu 08:00-20:00 (Asia/Dubai)", "2026-07-13T20:00"),
        (
            "2026-07-13T20:00",
            "down",
            "outside its windows, next opens Tue 08:00 (Asia/Dubai)",
            "2026-07-14T08:00",
        ),
        (
            "2026-07-17T12:30",
            "down",
            "outside its windows, next opens Mon 08:00 (Asia/Dubai)",
            "2026-07-20T08:00",
        ),
    ],
)
def test_a_verdict_says_what_because_of_what_and_until_when(at: str, desired: str, because: str, until: str) -> None:
    answer = verdict((OFFICE,), local(at))
    assert (answer.desired, answer.because, answer.until) == (desired, because, local(until))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        verdict((OFFICE,), datetime(2026, 7, 13, 8))  # noqa: DTZ001


def test_any_offset_names_the_same_instant() -> None:
    assert verdict((OFFICE,), local("2026-07-13T09:00")) == verdict((OFFICE,), local("2026-07-13T05:00", "UTC"))


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (("mon-fri 22:00-06:00",), ["17 00:00 up", "17 06:00 down", "17 22:00 up", "18 06:00 down"]),
        (("08:00-12:00", "12:00-20:00"), ["17 00:00 down", "17 08:00 up", "17 20:00 down", "18 08:00 up"]),
        (("08:00-14:00", "12:00-20:00"), ["17 00:00 down", "17 08:00 up", "17 20:00 down", "18 08:00 up"]),
        (("20:00-24:00", "00:00-08:00"), ["17 00:00 up", "17 08:00 down", "17 20:00 up", "18 08:00 down"]),
        (("24/7",), ["17 00:00 up"]),
        (("sat 10:00-11:00",), ["17 00:00 down", "18 10:00 up", "18 11:00 down"]),
        (("fri to 20:00",), ["17 00:00 as-is", "17 20:00 down"]),
        (("fri from 08:00",), ["17 00:00 as-is", "17 08:00 up", "18 00:00 down"]),
        (("fri to 20:00", "fri 18:00-22:00"), ["17 00:00 as-is", "17 18:00 up", "17 22:00 down"]),
    ],
)  # fmt: skip
def test_windows_of_friday_17_july_and_the_morning_after(windows: tuple[str, ...], expected: list[str]) -> None:
    begins = local("2026-07-17", "UTC")
    found = changes((uptime(*windows),), begins, begins + timedelta(hours=36))
    assert [f"{row.at:%d %H:%M} {row.desired}" for row in found] == expected


def test_what_never_changes_has_no_until() -> None:
    assert verdict((uptime("24/7"),), local("2026-07-17T00:00")).until is None
    answer = verdict((), local("2026-07-17T00:00"))
    assert (answer.desired, answer.rule, answer.because, answer.until) == ("down", "default", "it has no windows", None)


def test_a_window_that_opens_once_in_years_is_found_by_the_calendar() -> None:
    leap = Uptime("UTC", (long_window({"month_days": 29, "months": "feb", "from": "08:00", "to": "20:00"}),))
    found = list(changes((leap,), local("2026-07-01T00:00"), local("2029-01-01T00:00")))
    assert [row.desired for row in found] == ["down", "up", "down"]
    assert found[0].because == "outside its windows, which do not open within 400 days"


def test_a_window_may_have_its_own_zone() -> None:
    berlin = long_window({"days": "mon", "from": "08:00", "to": "10:00", "timezone": "Europe/Berlin"})
    answer = verdict((Uptime(DUBAI, (berlin,)),), local("2026-07-13T10:00"))
    assert answer.because == "window mon 08:00-10:00 (Europe/Berlin)"
    assert answer.until == local("2026-07-13T12:00")


def test_a_closed_date_has_no_windows_and_says_why() -> None:
    shut = closed(OFFICE, FREEZE)
    assert rows(shut, start="2026-07-13T12:00", days=3) == ["13 12:00 up", "13 20:00 down", "16 08:00 up"]
    answer = verdict((shut,), local("2026-07-14T10:00"))
    assert (answer.rule, answer.because, answer.until) == ("closure", "closed: code freeze", local("2026-07-16T08:00"))


def test_a_window_belongs_to_the_day_it_begins_even_into_a_closed_one() -> None:
    nights = closed(uptime("22:00-06:00", zone=DUBAI), FREEZE)
    assert rows(nights, start="2026-07-13T12:00", days=4) == [
        "13 12:00 down",
        "13 22:00 up",
        "14 06:00 down",
        "16 22:00 up",
        "17 06:00 down",
    ]


def test_holidays_of_a_country_close() -> None:
    shut = replace(OFFICE, closures=(CountryClosure("AE"),))
    assert verdict((shut,), local("2026-12-02T10:00")).because == "closed: National Day (AE)"


def test_an_exception_replaces_the_windows_of_its_dates() -> None:
    entry = excepted(OFFICE, exception("2026-07-14", "2026-07-15", "tue 10:00-11:00"))
    assert rows(entry, start="2026-07-14T00:00", days=3) == [
        "14 00:00 down",
        "14 10:00 up",
        "14 11:00 down",
        "16 08:00 up",
        "16 20:00 down",
    ]
    assert verdict((entry,), local("2026-07-14T10:00")).because == ("exception release: tue 10:00-11:00 (Asia/Dubai)")
    assert verdict((entry,), local("2026-07-15T10:00")).because == "exception release: outside its windows"


def test_an_exception_may_add_to_the_windows() -> None:
    entry = excepted(OFFICE, replace(exception("2026-07-14", "2026-07-14", "20:00-23:00"), mode="add"))
    assert rows(entry, start="2026-07-14T00:00", days=1) == ["14 00:00 down", "14 08:00 up", "14 23:00 down"]


@pytest.mark.parametrize(
    ("closures", "mode", "desired_at_nine_and_ten"),
    [
        ("hold", "replace", ["down", "down"]),
        ("hold", "add", ["down", "down"]),
        ("ignore", "replace", ["down", "up"]),
        ("ignore", "add", ["down", "up"]),
    ],
)
def test_closures_hold_within_an_exception_unless_it_ignores_them(
    closures: str, mode: str, desired_at_nine_and_ten: list[str]
) -> None:
    adapter = TypeAdapter(DateException)
    plain = adapter.dump_python(exception("2026-07-14", "2026-07-14", "10:00-11:00"))
    entry = excepted(closed(OFFICE, FREEZE), adapter.validate_python({**plain, "closures": closures, "mode": mode}))
    answers = [verdict((entry,), local(f"2026-07-14T{hour}:30")).desired for hour in ("09", "10")]
    assert answers == desired_at_nine_and_ten


def test_of_two_exceptions_on_one_date_the_first_in_the_file_replaces() -> None:
    first, second = exception("2026-07-14", "2026-07-14", "10:00-11:00"), exception("2026-07-13", "2026-07-15")
    entry = excepted(excepted(OFFICE, first), second)
    assert verdict((entry,), local("2026-07-14T10:30")).desired == "up"
    assert verdict((entry,), local("2026-07-15T10:30")).desired == "down"


def test_an_entry_started_on_demand_is_left_as_it_is_in_its_windows_and_down_outside() -> None:
    entry = replace(OFFICE, start="on-demand")
    assert rows(entry, start="2026-07-14T00:00", days=1) == ["14 00:00 down", "14 08:00 as-is", "14 20:00 down"]
    assert verdict((entry,), local("2026-07-14T21:00")).because == (
        "outside its windows, may run from Wed 08:00 (Asia/Dubai)"
    )


def test_an_entry_stopped_by_hand_is_left_as_it_is_outside_its_windows() -> None:
    entry = closed(replace(OFFICE, stop="manual"), FREEZE)
    assert rows(entry, start="2026-07-13T00:00", days=3) == ["13 00:00 as-is", "13 08:00 up", "13 20:00 as-is"]


def test_teams_in_two_countries_keep_it_up_when_either_says_so() -> None:
    india = uptime("mon-fri 09:00-18:00", zone="Asia/Kolkata")
    germany = uptime("mon-fri 09:00-18:00", zone="Europe/Berlin")
    assert rows(india, germany, start="2026-07-13T00:00", days=1) == ["13 00:00 down", "13 09:00 up", "13 21:30 down"]


def test_one_countrys_holiday_does_not_close_the_other() -> None:
    india = closed(uptime("mon-fri 09:00-18:00", zone="Asia/Kolkata"), FREEZE)
    germany = uptime("mon-fri 09:00-18:00", zone="Europe/Berlin")
    assert rows(india, germany, start="2026-07-14T00:00", days=1) == ["14 00:00 down", "14 12:30 up", "14 21:30 down"]


REST = timedelta(hours=1, minutes=18)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (("08:00-12:00", "12:45-20:00"), ["17 00:00 down", "17 08:00 up", "17 20:00 down"]),
        (("00:00-12:00", "13:18-20:00"), ["17 00:00 up", "17 12:00 down", "17 13:18 up", "17 20:00 down"]),
        (("00:30-23:30",), ["17 00:00 up"]),
        (("fri to 12:00", "fri 13:00-20:00"), ["17 00:00 as-is", "17 13:00 up", "17 20:00 down"]),
    ],
)  # fmt: skip
def test_a_rest_that_is_too_short_is_not_taken(windows: tuple[str, ...], expected: list[str]) -> None:
    assert rows(uptime(*windows), start="2026-07-17T00:00", days=1, rest=REST) == expected


def test_a_rest_not_taken_says_so() -> None:
    answer = verdict((uptime("08:00-12:00", "12:45-20:00"),), local("2026-07-17T12:30", "UTC"), REST)
    assert answer.because == "rest of 45 min is shorter than 1 h 18 min (stop + start + shortest rest)"
    assert [opinion.rule for opinion in answer.rules if opinion.wins] == ["window"]


def test_a_window_that_lasts_nearly_two_dates_is_whole_wherever_the_pages_part() -> None:
    """West of Greenwich it reaches two UTC dates beyond its own."""
    nights = uptime("23:00-22:50", zone="America/New_York")
    found = list(changes((nights,), local("2026-07-01", "UTC"), local("2026-08-15", "UTC")))
    rests = [back.at - rest.at for rest, back in pairwise(found) if rest.desired == "down"]
    assert set(rests) == {timedelta(minutes=10)}
    assert len(rests) == 45


def test_a_short_rest_is_bridged_wherever_the_pages_part() -> None:
    entry = uptime("00:30-23:30")
    found = list(changes((entry,), local("2026-07-01", "UTC"), local("2026-08-15", "UTC"), REST))
    assert [row.desired for row in found] == ["up"]


def opinions(answer: Verdict) -> dict[str, str | None]:
    return {opinion.rule: opinion.says for opinion in answer.rules}


def test_the_losing_rules_are_told_too() -> None:
    entry = excepted(closed(OFFICE, FREEZE), exception("2026-07-14", "2026-07-14", "10:00-11:00"))
    answer = verdict((entry,), local("2026-07-14T10:30"))
    assert opinions(answer) == {"exception": "up", "closure": "down", "window": "up", "default": "down"}
    assert [opinion.rule for opinion in answer.rules if opinion.wins] == ["closure"]


def test_a_silent_rule_says_nothing() -> None:
    answer = verdict((OFFICE,), local("2026-07-14T21:00"))
    assert opinions(answer) == {"exception": None, "closure": None, "window": None, "default": "down"}
    assert [(opinion.rule, opinion.because) for opinion in answer.rules if opinion.wins] == [
        ("default", answer.because)
    ]


def test_the_next_time_that_something_is_wanted() -> None:
    timetable = Timetable((OFFICE,))
    assert timetable.next_time("up", local("2026-07-17T13:00")) == local("2026-07-20T08:00")
    assert timetable.next_time("up", local("2026-07-20T09:00")) == local("2026-07-20T09:00")
    assert timetable.next_time("as-is", local("2026-07-20T09:00")) is None


def test_answers_do_not_depend_on_the_order_of_questions() -> None:
    instants = [local("2026-07-13", "UTC") + timedelta(hours=7 * n) for n in range(200)]
    forth = Timetable((OFFICE,))
    back = Timetable((OFFICE,))
    assert [forth.verdict(at) for at in instants] == [back.verdict(at) for at in reversed(instants)][::-1]


def test_each_change_is_the_end_that_the_one_before_it_announced() -> None:
    found = list(changes((OFFICE,), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
    assert all(verdict((OFFICE,), one.at).until == other.at for one, other in pairwise(found))
