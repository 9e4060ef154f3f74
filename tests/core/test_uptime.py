"""Exceptions: other windows for some dates, and what their author should know."""

from datetime import date

import pytest
from pydantic import TypeAdapter

from chalicelib.core.closures import CountryClosure
from chalicelib.core.uptime import DateException, ExceptionError, Uptime, exception_findings, parse_exception
from chalicelib.core.windows import WindowError, parse_window

RAMADAN: dict[str, object] = {
    "dates": "2027-02-08..2027-03-09",
    "windows": ["mon-fri 09:00-16:00"],
    "reason": "Ramadan hours",
}


def test_an_exception_is_read_from_its_form() -> None:
    windows = (parse_window("mon-fri 09:00-16:00"),)
    exception = DateException(date(2027, 2, 8), date(2027, 3, 9), windows, "Ramadan hours")
    assert parse_exception(RAMADAN) == exception


def test_an_exception_takes_one_window_or_long_forms_or_none() -> None:
    one = parse_exception({**RAMADAN, "windows": "mon-fri 09:00-16:00"})
    long = parse_exception({**RAMADAN, "windows": [{"days": "mon-fri", "from": "09:00", "to": "16:00"}]})
    assert one == long == parse_exception(RAMADAN)
    assert parse_exception({**RAMADAN, "windows": []}).windows == ()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({**RAMADAN, "reson": "x"}, '"reson" is not a key of an exception'),
        ({"dates": "2027-02-08", "windows": []}, "an exception needs reason; write e.g. {dates:"),
        ({**RAMADAN, "dates": "2027-02-30"}, "2027-02 has days 01 to 28"),
        ({**RAMADAN, "closures": "off"}, "write closures: hold or ignore"),
        ({**RAMADAN, "mode": "merge"}, "write mode: replace or add"),
    ],
)
def test_a_wrong_exception_is_told_with_a_remedy(form: dict[str, object], told: str) -> None:
    with pytest.raises(ExceptionError) as error:
        parse_exception(form)
    assert told in str(error.value)


def test_a_window_of_an_exception_that_is_no_window_is_told() -> None:
    with pytest.raises(WindowError, match='"8" is not a window'):
        parse_exception({**RAMADAN, "windows": [8]})


def test_the_author_is_told_of_overlaps_of_what_is_past_and_of_holidays_touched() -> None:
    exceptions = (
        parse_exception(RAMADAN),
        parse_exception({**RAMADAN, "dates": "2027-03-01..2027-03-02", "reason": "audit"}),
        parse_exception({**RAMADAN, "dates": "2026-03-01", "reason": "move"}),
    )
    uptime = Uptime("Asia/Dubai", closures=(CountryClosure("AE"),), exceptions=exceptions)
    assert list(exception_findings(uptime, date(2027, 1, 1))) == [
        'exceptions "Ramadan hours" and "audit" overlap on 2027-03-01..2027-03-02; part their dates',
        'exception "Ramadan hours" touches 2027-03-09, Eid al-Fitr (AE, estimated), which stays closed',
        'exception "move" ended on 2026-03-01; remove it',
    ]


def test_an_uptime_survives_json() -> None:
    uptime = Uptime(
        "Asia/Dubai",
        (parse_window("mon-thu 08:00-20:00"),),
        (CountryClosure("AE"),),
        (parse_exception(RAMADAN),),
        start="on-demand",
    )
    adapter = TypeAdapter(tuple[Uptime, ...])
    assert adapter.validate_json(adapter.dump_json((uptime,))) == (uptime,)
