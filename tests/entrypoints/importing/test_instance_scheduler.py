"""Instance Scheduler on AWS: every form of its configuration, every word of its periods."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.entrypoints.importing.instance_scheduler import Asked, translate
from chalicelib.entrypoints.importing.instance_scheduler_reading import read
from chalicelib.entrypoints.importing.rule import Rule, SourceError
from tests.entrypoints.importing.checking import definition_of, text_of, told, windows_of

DAY = {"Name": "day", "Begintime": "09:00", "Endtime": "17:00", "Weekdays": ["mon-fri"]}
CLOCKS = "the clocks are changed near it"


def rule(*periods: dict[str, Any], **options: Any) -> Rule:
    """One schedule `office` with these periods."""
    named = [{"Name": f"p{number}", **period} for number, period in enumerate(periods)]
    schedule = {"Name": "office", "Timezone": "Europe/Berlin", "Periods": [each["Name"] for each in named], **options}
    found = translate(read([("x.json", json.dumps({"Schedules": [schedule], "Periods": named}))]), Asked())
    assert not found.not_imported, found.not_imported
    return found.rules[0]


def refusal(*periods: dict[str, Any], **options: Any) -> str:
    named = [{"Name": f"p{number}", **period} for number, period in enumerate(periods)]
    schedule = {"Name": "office", "Periods": [each["Name"] for each in named], **options}
    found = translate(read([("x.json", json.dumps({"Schedules": [schedule], "Periods": named}))]), Asked())
    (refused,) = found.not_imported
    return f"{refused.what}; {refused.remedy}"


SCHEDULE = {"Name": "office", "Timezone": "Europe/Berlin", "Periods": ["day"]}
PLAIN = {
    "schedules": [{"name": "office", "timezone": "Europe/Berlin", "periods": "day"}],
    "periods": [{"name": "day", "begintime": "09:00", "endtime": "17:00", "weekdays": "mon-fri"}],
}
ITEMS: list[dict[str, Any]] = [
    {
        "type": {"S": "schedule"},
        "name": {"S": "office"},
        "timezone": {"S": "Europe/Berlin"},
        "periods": {"SS": ["day"]},
    },
    {
        "type": {"S": "period"},
        "name": {"S": "day"},
        "begintime": {"S": "09:00"},
        "endtime": {"S": "17:00"},
        "weekdays": {"SS": ["mon-fri"]},
    },
    {"type": {"S": "config"}, "name": {"S": "scheduler"}, "tagname": {"S": "Schedule"}},
]


@pytest.mark.parametrize(
    "files",
    [
        [json.dumps({"Schedules": [SCHEDULE], "Periods": [DAY]})],
        [json.dumps({"Schedules": [SCHEDULE]}), json.dumps({"Periods": [DAY]})],
        [json.dumps({"Schedule": SCHEDULE}), json.dumps({"Period": DAY})],
        [json.dumps(PLAIN)],
        [json.dumps({"Items": ITEMS, "Count": 3})],
        ["\n".join(json.dumps({"Item": item}) for item in ITEMS)],
    ],
    ids=["one file", "two files", "create's answers", "plain", "table scan", "export to S3"],
)
def test_every_form_of_the_configuration_is_read(files: list[str]) -> None:
    found = translate(read([("x.json", text) for text in files]), Asked())
    assert [windows_of(each) for each in found.rules] == [['"mon-fri 09:00-17:00"']]
    assert told(found.rules[0]) == []


@pytest.mark.parametrize(
    ("period", "window"),
    [
        ({"Begintime": "9:00", "Endtime": "17:00", "Weekdays": "0-4"}, '"mon-fri 09:00-17:00"'),
        ({"Weekdays": ["sat", "sun"]}, '"sat-sun 00:00-24:00"'),
        ({"Weekdays": "fri-mon", "Begintime": "08:00", "Endtime": "12:00"}, '"fri-mon 08:00-12:00"'),
        ({"Weekdays": "mon#1, friL", "Begintime": "08:00", "Endtime": "12:00"}, '"1st mon,last fri 08:00-12:00"'),
        ({"Weekdays": "0#2", "Begintime": "08:00", "Endtime": "12:00"}, '"2nd mon 08:00-12:00"'),
        ({"Weekdays": "L", "Begintime": "08:00", "Endtime": "12:00"}, '"sun 08:00-12:00"'),
        ({"Weekdays": "mon-fri/2", "Begintime": "08:00", "Endtime": "12:00"}, '"mon,wed,fri 08:00-12:00"'),
        ({"Monthdays": "1-15", "Begintime": "08:00", "Endtime": "12:00"}, '"day 1-15 08:00-12:00"'),
        ({"Monthdays": ["15W", "L"], "Begintime": "08:00", "Endtime": "12:00"}, '"day 15W,last 08:00-12:00"'),
        ({"Monthdays": "28-L", "Begintime": "08:00", "Endtime": "12:00"}, '"day 28-31 08:00-12:00"'),
        ({"Monthdays": "1-9/4", "Begintime": "08:00", "Endtime": "12:00"}, '"day 1,5,9 08:00-12:00"'),
        (
            {"Months": "november-1", "Begintime": "08:00", "Endtime": "12:00"},
            '{months: [nov-jan], from: "08:00", to: "12:00"}',
        ),
        (
            {"Weekdays": "mon-fri", "Monthdays": "1-5", "Begintime": "08:00", "Endtime": "12:00"},
            '{days: [mon-fri], month_days: ["1-5"], from: "08:00", to: "12:00"}',
        ),
        ({"Weekdays": "?", "Begintime": "08:00"}, '"mon-sun from 08:00"'),
        ({"Weekdays": "mon-fri", "Endtime": "20:00"}, '"mon-fri to 20:00"'),
    ],
)
def test_a_period_becomes_a_window_that_means_the_same(period: dict[str, Any], window: str) -> None:
    imported = rule(period)
    assert windows_of(imported) == [window]
    assert told(imported) == []


def test_periods_that_meet_within_a_minute_stay_one_stretch() -> None:
    imported = rule(
        {"Begintime": "09:00", "Endtime": "23:59", "Weekdays": "mon"},
        {"Weekdays": "tue-thu"},
        {"Begintime": "00:00", "Endtime": "17:00", "Weekdays": "fri"},
    )
    assert told(imported) == []


def test_a_minute_that_was_a_rest_is_told_for_curfew_takes_none_so_short() -> None:
    ((original, curfew, because, times),) = told(rule({"Begintime": "00:00", "Endtime": "23:59"}))
    assert (original, curfew, times) == ("down", "up", 365)
    assert because.startswith("Curfew takes no rest under ")


@pytest.mark.parametrize(
    ("period", "differences"),
    [
        ({"Begintime": "02:30", "Endtime": "12:00"}, [("down", "up", CLOCKS, 1)]),
        ({"Begintime": "00:00", "Endtime": "02:30"}, [("down", "up", CLOCKS, 1)]),
        ({"Begintime": "02:10", "Endtime": "02:50"}, [("down", "up", CLOCKS, 2)]),
    ],
)
def test_where_the_clocks_change_differences_are_told(
    period: dict[str, Any], differences: list[tuple[str, str, str, int]]
) -> None:
    assert told(rule(period)) == differences


def test_always_running_is_a_window_without_end() -> None:
    assert windows_of(rule(OverrideStatus="running")) == ['"24/7"']
    assert told(rule(OverrideStatus="running")) == []


def test_a_file_observes_and_says_where_everything_came_from() -> None:
    text = text_of(rule(DAY, Hibernate=True))
    assert text.startswith('# From Instance Scheduler on AWS, schedule "office".\n')
    assert "# Not said here: hibernate: true." in text
    assert '"mon-fri 09:00-17:00"  # period day' in text
    assert "mode: observe" in text
    assert definition_of(rule(DAY)).resources[0].tags == (("Schedule", "office"),)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({}, "enforced is not set"),
        ({"Enforced": True, "Hibernate": True}, "hibernate: true"),
        ({"Enforced": True, "RetainRunning": True}, "retain_running: true"),
        ({"Enforced": True, "UseMaintenanceWindow": True}, "use_maintenance_window: true"),
        ({"Enforced": True, "SsmMaintenanceWindow": ["patching"]}, "ssm_maintenance_window: patching"),
        ({"Enforced": True, "StopNewInstances": False}, "stop_new_instances: false"),
    ],
)
def test_what_a_file_cannot_say_is_told(options: dict[str, Any], what: str) -> None:
    (unsaid,) = rule(DAY, **options).unsaid
    assert unsaid.what.startswith(what)
    assert unsaid.remedy


def test_an_instance_type_in_a_period_is_told_and_the_period_kept() -> None:
    imported = rule(DAY, Enforced=True, Periods=["day@t2.micro"])
    assert [each.what for each in imported.unsaid] == ["period day resizes to t2.micro"]
    assert windows_of(imported) == ['"mon-fri 09:00-17:00"']


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ({"Begintime": "09:00", "Endtime": "09:00"}, "it ends when it begins"),
        ({"Monthdays": "31", "Months": "feb"}, 'no date is "day 31 in feb"'),
        ({"Weekdays": "7"}, "name none"),
    ],
)
def test_a_period_that_never_runs_is_left_out_and_told(period: dict[str, Any], why: str) -> None:
    imported = rule(DAY, period, Enforced=True)
    assert [why in each.what for each in imported.unsaid] == [True]
    assert windows_of(imported) == ['"mon-fri 09:00-17:00"']
    assert told(imported) == []


@pytest.mark.parametrize(
    ("period", "options", "words"),
    [
        ({"Begintime": "25:00"}, {}, '"25:00" is not a time; write 00:00 to 23:59'),
        ({"Begintime": "22:00", "Endtime": "06:00"}, {}, "begintime 22:00 is after endtime 06:00"),
        ({"Weekdays": "mon-frei"}, {}, '"frei" is nothing that weekdays can hold; write e.g. mon-fri'),
        ({"Weekdays": "mon#9"}, {}, '"mon#9" is nothing that weekdays can hold'),
        ({"Monthdays": "20-10"}, {}, '"20-10" is nothing that monthdays can hold; write e.g. 1-15, 15W or L'),
        ({"Months": "brumaire"}, {}, '"brumaire" is nothing that months can hold; write e.g. jan-mar'),
        (DAY, {"Timezone": "Europe/Berlln"}, '"Europe/Berlln" is not a time zone; did you mean Europe/Berlin?'),
        (DAY, {"Periods": ["night"]}, 'office has a period "night" that no file describes (known: day); give'),
        (DAY, {"OverrideStatus": "stopped"}, "curfew hold office down"),
        (DAY, {"OverrideStatus": "asleep"}, 'override_status "asleep" is unknown; write running or stopped'),
        ({"Weekdays": "7"}, {}, "office has no period that ever runs"),
    ],
)
def test_a_schedule_that_cannot_be_is_told_with_its_words(
    period: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    assert words in refusal(period, **options)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "x.json:1: this is not JSON"),
        ('{"Periods": []}', "no schedule was found"),
        ("[]", "no schedule was found"),
    ],
)
def test_a_file_that_is_none_is_told_with_one_that_is(text: str, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        read([("x.json", text)])
    assert words in str(refused.value)
    assert '{"Schedules": [' in str(refused.value)
