"""Random schedules of Instance Scheduler mean the same once imported, wherever the clocks are left alone.

Two exceptions, both told by the report: what lies within 90 minutes of a change of clocks, where Curfew's rule is
its own (a window opens at the first and closes at the last of a repeated hour), and rests shorter than stopping
and starting takes, which Curfew does not take.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.entrypoints.importing.agreement import YEAR, differences, disagreements
from chalicelib.entrypoints.importing.instance_scheduler import Asked, translate
from chalicelib.entrypoints.importing.instance_scheduler_reading import Configuration, Period, Schedule
from chalicelib.entrypoints.importing.rule import Rule
from tests.entrypoints.importing.checking import definition_of

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago", "UTC"]
TOLD = ("the clocks are changed near it", "Curfew takes no rest under")
WEEKDAYS = ("mon", "tuesday", "2", "thu", "fri", "5", "sunday")

minutes = st.integers(0, 24 * 60 - 1)
weekday = st.sampled_from(WEEKDAYS)
weekday_words = st.one_of(
    weekday,
    st.builds("{}-{}".format, weekday, weekday),
    st.builds("{}#{}".format, weekday, st.integers(1, 5)),
    st.builds("{}l".format, weekday),
    st.builds("{}-{}/2".format, weekday, weekday),
)
month_day_words = st.one_of(
    st.integers(1, 31).map(str),
    st.tuples(st.integers(1, 31), st.integers(1, 31)).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    st.builds("{}w".format, st.integers(1, 31)),
    st.builds("{}-l".format, st.integers(1, 31)),
    st.just("l"),
)
month = st.sampled_from(("jan", "february", "3", "jun", "9", "november", "dec"))
month_words = st.one_of(month, st.builds("{}-{}".format, month, month))


def some(words: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly no words, so that most periods run at all."""
    return st.one_of(st.just(()), st.just(()), st.lists(words, min_size=1, max_size=3).map(tuple))


@st.composite
def periods(draw: st.DrawFn, name: str) -> Period:
    sides = draw(st.sampled_from(("both", "both", "begin", "end", "none")))
    begins, ends = sorted((draw(minutes), draw(minutes)))
    return Period(
        name=name,
        begintime=clock(begins) if sides in ("both", "begin") else None,
        endtime=clock(ends) if sides in ("both", "end") else None,
        weekdays=draw(some(weekday_words)),
        monthdays=draw(some(month_day_words)),
        months=draw(some(month_words)),
    )


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def rules(draw: st.DrawFn) -> Rule | None:
    """A schedule of one to three periods; None when none of them ever runs."""
    found = [draw(periods(f"p{number}")) for number in range(draw(st.integers(1, 3)))]
    schedule = Schedule("random", tuple(each.name for each in found), draw(st.sampled_from(ZONES)))
    configuration = Configuration({"random": schedule}, {each.name: each for each in found})
    return next(iter(translate(configuration, Asked()).rules), None)


@settings(max_examples=25, deadline=None)
@given(rules(), st.integers(2024, 2032))
def test_an_imported_schedule_means_the_same_but_for_what_is_told(rule: Rule | None, year: int) -> None:
    if rule is None:
        return
    for each in differences(rule.original, definition_of(rule), datetime(year, 1, 1, tzinfo=UTC)):
        assert each.because.startswith(TOLD), each


@settings(max_examples=25, deadline=None)
@given(rules(), st.integers(0, 364))
def test_no_change_of_mind_hides_between_the_instants_that_are_compared(rule: Rule | None, day: int) -> None:
    """A scan by minutes finds the original constant between the instants it names."""
    if rule is None:
        return
    begins = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=day)
    named = {at.astimezone(UTC) for at in rule.original.instants(begins, begins + timedelta(days=2))}
    before = rule.original.wants(begins)
    for minute in range(1, 2 * 24 * 60):
        at = begins + timedelta(minutes=minute)
        now = rule.original.wants(at)
        assert now == before or at in named
        before = now


def test_a_planted_mistake_is_found() -> None:
    configuration = Configuration(
        {"office": Schedule("office", ("day",), "UTC")},
        {"day": Period("day", "08:00", "18:00", weekdays=("mon-fri",))},
    )
    (rule,) = translate(configuration, Asked()).rules
    wrong = Configuration(configuration.schedules, {"day": Period("day", "08:00", "18:01", weekdays=("mon-fri",))})
    (other,) = translate(wrong, Asked()).rules
    start = datetime(2027, 1, 1, tzinfo=UTC)
    found = list(disagreements(rule.original, definition_of(other), start, start + YEAR))
    assert len(found) == 261
    assert {each.length for each in found} == {timedelta(minutes=1)}
