"""Closed dates: holidays by country, ranges with a reason, calendars fetched before."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter

from chalicelib.core.closures import (
    CalendarClosure,
    CalendarDay,
    Closure,
    ClosureError,
    CountryClosure,
    DatesClosure,
    closed_days,
    closed_on,
    parse_closure,
)

FREEZE = DatesClosure(date(2026, 12, 24), date(2027, 1, 1), "code freeze")
TEAM_DAYS = CalendarClosure(
    "holidays.ics", (CalendarDay(date(2026, 7, 10), "team day"),), datetime(2026, 1, 1, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("closure", "day", "reason", "estimated"),
    [
        (CountryClosure("AE"), date(2026, 12, 2), "National Day (AE)", False),
        (CountryClosure("AE"), date(2027, 3, 9), "Eid al-Fitr (AE, estimated)", True),
        (CountryClosure("EG"), date(2027, 6, 10), "Islamic New Year (observed) (EG, estimated)", True),
        (CountryClosure("DE", "BY"), date(2026, 1, 6), "Epiphany (DE-BY)", False),
        (FREEZE, date(2026, 12, 24), "code freeze", False),
        (FREEZE, date(2027, 1, 1), "code freeze", False),
        (TEAM_DAYS, date(2026, 7, 10), "team day (holidays.ics, fetched 2026-01-01)", False),
    ],
)
def test_a_closed_date_has_a_reason(closure: Closure, day: date, reason: str, estimated: bool) -> None:
    closed = closed_on([closure], day)
    assert closed is not None
    assert (closed.reason, closed.estimated) == (reason, estimated)


@pytest.mark.parametrize(
    ("closure", "day"),
    [
        (CountryClosure("AE"), date(2026, 12, 25)),
        (CountryClosure("DE"), date(2026, 1, 6)),
        (FREEZE, date(2026, 12, 23)),
        (FREEZE, date(2027, 1, 2)),
        (TEAM_DAYS, date(2026, 7, 11)),
        (CalendarClosure("never-fetched.ics"), date(2026, 7, 10)),
    ],
)
def test_any_other_date_is_open(closure: Closure, day: date) -> None:
    assert closed_on([closure], day) is None


def test_the_first_closure_that_names_a_date_gives_the_reason() -> None:
    closed = closed_on([FREEZE, CountryClosure("DE")], date(2026, 12, 25))
    assert closed is not None
    assert closed.reason == "code freeze"


def test_holidays_are_found_across_the_turn_of_the_year() -> None:
    days = closed_days([CountryClosure("DE")], date(2026, 12, 26), date(2027, 1, 1))
    assert sorted(days) == [date(2026, 12, 26), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("form", "closure"),
    [
        ({"country": "AE"}, CountryClosure("AE")),
        ({"country": "de", "subdivision": "BY"}, CountryClosure("DE", "BY")),
        (
            {"country": "US", "categories": ["public", "government"]},
            CountryClosure("US", None, ("public", "government")),
        ),
        ({"dates": "2026-12-24..2027-01-01", "reason": "code freeze"}, FREEZE),
        (
            {"dates": date(2026, 7, 10), "reason": "move"},
            DatesClosure(date(2026, 7, 10), date(2026, 7, 10), "move"),
        ),
        ({"ical": "holidays.ics"}, CalendarClosure("holidays.ics")),
    ],
)
def test_a_closure_is_read_from_its_form(form: dict[str, object], closure: Closure) -> None:
    assert parse_closure(form) == closure


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"country": "XQ"}, '"XQ" is not a known country; write e.g. {country: AE}'),
        ({"country": "DE", "subdivision": "BX"}, "(known: Augsburg, BB, BE"),
        ({"country": "DE", "categories": "pulic"}, "did you mean public?"),
        ({"country": "DE", "reason": "x"}, '"reason" does not go with "country"'),
        ({"dates": "2026-02-31"}, "2026-02 has days 01 to 28"),
        ({"dates": "2026-13-01"}, "months are 01 to 12"),
        ({"dates": "Christmas"}, '"Christmas" is not a date; write e.g. 2026-12-24'),
        ({"dates": "2027-01-01..2026-12-24"}, "ends before it begins; write 2026-12-24..2027-01-01"),
        ({"weekend": True}, "weekend names no closure; write {country: AE}"),
        ({}, "an empty entry names no closure"),
    ],
)
def test_a_wrong_closure_is_told_with_a_remedy(form: dict[str, object], told: str) -> None:
    with pytest.raises(ClosureError) as error:
        parse_closure(form)
    assert told in str(error.value)


def test_closures_survive_json() -> None:
    adapter: TypeAdapter[tuple[Closure, ...]] = TypeAdapter(tuple[Closure, ...])
    closures = (CountryClosure("DE", "BY"), FREEZE, TEAM_DAYS)
    assert adapter.validate_json(adapter.dump_json(closures)) == closures
