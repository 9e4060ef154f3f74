"""Cloud Custodian's off-hours: tags, policies, their defaults, and what happens when the clocks change."""

from __future__ import annotations

import pytest

from chalicelib.entrypoints.importing.custodian import UNTAGGED, translate, translate_all
from chalicelib.entrypoints.importing.custodian_policies import Policies, read_policies
from chalicelib.entrypoints.importing.rule import NotImported, Rule, SourceError
from tests.entrypoints.importing.checking import definition_of, text_of, told, windows_of

CLOCKS = "the clocks are changed near it"
MEANS = "the rules mean different things"
PAIR = """\
policies:
  - name: stop
    resource: aws.ec2
    filters: [{type: offhour, default_tz: cet, offhour: 20, tag: downtime%s}]
  - name: start
    resource: ec2
    filters: [{and: [{type: onhour, default_tz: cet, onhour: 6, tag: downtime%s}]}]
"""
STOP = "{name: stop, resource: ec2, filters: [{type: offhour, default_tz: utc, offhour: 19%s}]}"
CHOSEN = "policies: [{name: stop, resource: ec2, filters: ['tag:x', {type: offhour, default_tz: utc}]}]"
START = "{name: start, resource: asg, filters: [{type: onhour, default_tz: utc, onhour: 7%s}]}"


def rule(value: str, policies: Policies = UNTAGGED) -> Rule:
    found = translate(value, policies)
    assert isinstance(found, Rule)
    return found


def policies(text: str) -> Policies:
    (found,) = read_policies("policies.yml", text)
    return found


@pytest.mark.parametrize(
    ("value", "timezone", "windows"),
    [
        ("off=(M-F,19);on=(M-F,7);tz=cet", "Europe/Berlin", ['"mon-fri 07:00-19:00"']),
        ("on", "America/New_York", ['"mon-fri 07:00-19:00"']),
        ("", "America/New_York", ['"mon-fri 07:00-19:00"']),
        ("tz=pt", "America/Los_Angeles", ['"mon-fri 07:00-19:00"']),
        ("tz=asia/kolkata", "Asia/Kolkata", ['"mon-fri 07:00-19:00"']),
        ("off=(M-F,21)", "America/New_York", ['"mon-fri 07:00-21:00"']),
        (
            "off=[(M-F,21),(U,18)];on=[(M-F,6),(U,10)];tz=pt",
            "America/Los_Angeles",
            ['"mon-fri 06:00-21:00"', '"sun 10:00-18:00"'],
        ),
        ("off=(S-H,20);on=(S-H,8);", "America/New_York", ['"sat-thu 08:00-20:00"']),
        ("off=(T-S,4);on=(M-F,20)", "America/New_York", ['"mon-fri 20:00-04:00"']),
        (
            "off=(F,19);on=(M,7)",
            "America/New_York",
            ['"mon 07:00-24:00"', '"tue-thu 00:00-24:00"', '"fri 00:00-19:00"'],
        ),
        ("'off=(M-F,19);on=(M-F,7)'", "America/New_York", ['"mon-fri 07:00-19:00"']),
    ],
)
def test_a_tag_becomes_windows_that_mean_the_same(value: str, timezone: str, windows: list[str]) -> None:
    imported = rule(value)
    assert [entry.timezone for entry in imported.uptimes] == [timezone]
    assert windows_of(imported) == windows
    assert told(imported) == []


def test_a_start_in_the_hour_that_is_skipped_is_lost_and_told() -> None:
    assert told(rule("off=(U,19);on=(U,2);tz=cet")) == [("down", "up", CLOCKS, 1)]


def test_a_tag_that_opts_out_is_left_out() -> None:
    assert isinstance(translate("off", UNTAGGED), NotImported)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("off=(M-F,25);on=(M-F,7)", '"25" is not an hour; write 0 to 23'),
        ("off=(M-F,19) on=(M-F,7)", "with semicolons between them and no blanks"),
        ("off=(M-F 19)", "is not (days,hour) or a list of them"),
        ("off=(X,19)", '"x" names no days; write letters of M, T, W, H, F, S, U'),
        ("sleep=(M-F,19)", '"sleep=(m-f,19)" is not on=, off= or tz='),
        ("tz=mars/olympus", '"mars/olympus" is not a time zone'),
        ("off=(M-F,7);on=(M-F,7)", "on and off are the same hour (M 7, T 7"),
    ],
)
def test_a_tag_that_cannot_be_is_told_with_one_that_can(value: str, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        translate(value, UNTAGGED)
    assert words in str(refused.value)


def test_among_many_tags_a_broken_one_stands_in_nobodys_way() -> None:
    found = translate_all(["on", "off=(M-F,25)"], UNTAGGED)
    assert [each.tag_value for each in found.rules] == ["on"]
    assert [each.what for each in found.not_imported] == ['"25" is not an hour']


def test_policies_that_go_together_give_the_hours_and_the_tag() -> None:
    found = policies(PAIR % ("", ""))
    imported = rule("on", found)
    assert (found.tag, found.resource) == ("downtime", "ec2")
    assert windows_of(imported) == ['"mon-fri 06:00-20:00"']
    assert definition_of(imported).resources[0].tags == (("downtime", "on"),)
    assert told(imported) == []


@pytest.mark.parametrize(
    ("settings", "windows"),
    [
        (", weekends: false", ['"mon-sun 06:00-20:00"']),
        (", weekends-only: true", ['"mon 06:00-24:00"', '"tue-thu 00:00-24:00"', '"fri 00:00-20:00"']),
    ],
)
def test_weekends_are_as_the_policies_say(settings: str, windows: list[str]) -> None:
    imported = rule("on", policies(PAIR % (settings, settings)))
    assert windows_of(imported) == windows
    assert told(imported) == []


def test_days_that_are_skipped_are_closed() -> None:
    skip = ", skip-days: [2027-03-10, 2027-12-24]"
    imported = rule("on", policies(PAIR % (skip, skip)))
    assert '- {dates: "2027-03-10..2027-03-10", reason: skip-days}' in text_of(imported)
    assert told(imported) == []


def test_a_stop_that_alone_was_skipped_kept_things_up_and_is_told() -> None:
    imported = rule("on", policies(PAIR % (", skip-days: [2027-03-05]", "")))
    assert told(imported) == [("up", "down", MEANS, 1)]


def test_policies_that_only_stop_leave_everything_else_as_it_is() -> None:
    imported = rule("on", policies(f"policies: [{STOP % ''}]"))
    assert windows_of(imported) == ['"mon-fri 00:00-19:00"', '"mon-fri 20:00-24:00"', '"sat-sun 00:00-24:00"']
    assert imported.uptimes[0].start == "on-demand"
    assert told(imported) == []


def test_policies_that_only_start_leave_everything_else_as_it_is() -> None:
    imported = rule("on", policies(f"policies: [{START % ''}]"))
    assert windows_of(imported) == ['"mon-fri 07:00-08:00"']
    assert imported.uptimes[0].stop == "manual"
    assert told(imported) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"policies: [{STOP % ', opt-out: true'}]", "policy stop: opt-out"),
        (f"policies: [{STOP % ', skip-days-from: {url: x}'}]", "policy stop: skip-days-from"),
        (f"policies: [{STOP % ', fallback-schedule: on'}]", "policy stop: fallback-schedule"),
        (CHOSEN, "policy stop: 1 more filter"),
        (f"policies: [{STOP % ''}, {(STOP % '').replace('stop', 'again')}]", "policy again: a second offhour filter"),
    ],
)
def test_what_a_policy_says_beyond_hours_is_told(text: str, what: str) -> None:
    unsaid = rule("on", policies(text)).unsaid
    assert [each.what.startswith(what) for each in unsaid[1:]] == [True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("policies: [", "policies.yml:1: "),
        ("policies: []", "no policy with an onhour or offhour filter; write e.g."),
        (f"policies: [{STOP.replace('19', '24') % ''}]", 'offhour: "24" is not an hour; write 0 to 23'),
        (f"policies: [{STOP % ', skip-days: [2027-02-31]'}]", 'skip-days: "2027-02-31" is not a date'),
    ],
)
def test_policies_that_cannot_be_are_told_with_some_that_can(text: str, words: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_policies("policies.yml", text)
    assert words in str(refused.value)


def test_a_policy_for_what_curfew_does_not_stop_is_left_in_force() -> None:
    with pytest.raises(SourceError, match=r"is for app-engine, .*; leave that policy in force"):
        translate("on", policies("policies: [{resource: app-engine, filters: [offhour]}]"))
