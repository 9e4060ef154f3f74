"""What people see, 100 columns wide, in Dubai."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chalicelib.core.model import Mode
from tests.entrypoints.cli.files import ORDERS, write_schedules
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served
from tests.flows.stage import definition

WEEK = """\
orders-qa, times in Asia/Dubai
               0     3     6     9     12    15    18    21
Mon 2027-03-08 ................########################........
Tue 2027-03-09 ................########################........
Wed 2027-03-10 ................................................  closed: office moves
Thu 2027-03-11 ................########################........
Fri 2027-03-12 ................########################........
Sat 2027-03-13 ................................................
Sun 2027-03-14 ................................................
               # up   . down   ~ as-is"""
TONIGHT = """\
Environment  At first  Stops (+04)  Because
orders-qa    up        20:00        outside its windows, next opens Tue 08:00 (Asia/Dubai)"""
EXPLAINED = """\
orders-qa at Wed 2027-03-10 12:00 +04: down until Thu 2027-03-11 07:46
    Rule     Says
->  closure  down: closed: office moves
    window   up: window mon-fri 08:00-20:00 (Asia/Dubai)
    default  down: outside its windows"""
PLAN = """\
orders-qa down takes about 7 min, in this order:
  1. database
  2. nodes
The application runs without its database for about 7 min of that.
Cost per hour: not known"""
ALL = """\
Environment  Phase  Desired  Next change (+04)  Leases  Because
billing-dev  -      up       down Tue 00:00     -       window mon-fri 08:00-20:00 (UTC)
orders-qa    up     up       down Tue 00:00     ada     lease of ada until 2027-03-08T15:02Z: demo"""
ONE = """\
orders-qa is up: lease of ada until 2027-03-08T15:02Z: demo
Next change: down Tue 00:00 (+04)
Ready since 16:02 (+04)
Lease: ada until 19:02, demo

Resource  Id            Observed  Desired  Note
database  orders-db     up        up
nodes     orders-nodes  up        up"""
LIGHT = """\
orders-qa is up: lease of ada until 2027-03-08T23:11Z; light: 4 nodes
Next change: down Tue 03:11 (+04)
Ready since Tue 01:11 (+04)
Lease: ada until Tue 03:11, with 4 nodes

Resource  Id            Observed  Desired       Note
database  orders-db     up        up
nodes     orders-nodes  up        up (4 of 30)"""
SHOWN = """\
orders-dev: new
  0 of 2 resources will be stopped
  Resource  Id            Kind                Observed  Not touched because
  nodes     orders-nodes  auto-scaling-group  up        owned by orders-qa
  database  orders-db     rds-instance        up        owned by orders-qa"""


@pytest.mark.parametrize(
    ("line", "golden"),
    [
        ("calendar orders-qa", WEEK),
        ("calendar orders-qa --from 2027-03-08 --to 2027-03-15", WEEK),
        ("calendar schedules/orders-qa.yaml --to 2027-03-15", WEEK),
        ("calendar", TONIGHT),
        ("explain orders-qa --at 2027-03-10T12:00", EXPLAINED),
        ("plan orders-qa --target down", PLAN),
    ],
)
def test_rules_of_files_are_shown_to_people(curfew: Terminal, tmp_path: Path, line: str, golden: str) -> None:
    write_schedules(tmp_path)
    ran = curfew(*line.split())
    assert (ran.code, ran.err) == (0, "")
    assert "\n".join(ran.lines) == golden


@pytest.mark.parametrize(("line", "golden"), [("status", ALL), ("status orders-qa", ONE)])
def test_environments_are_shown_to_people(curfew: Terminal, served: Served, line: str, golden: str) -> None:
    served.stage.orders()
    served.stage.run_for(timedelta(minutes=2))
    curfew("wake", "orders-qa", "--for", "3h", "--reason", "demo")
    served.stage.apply(definition(environment="billing-dev"))
    shown = curfew(*line.split()).lines
    assert shown == golden.splitlines()


def test_before_the_first_look_nothing_is_said_of_how_it_is_doing(curfew: Terminal, served: Served) -> None:
    served.stage.apply(definition(mode=Mode.OBSERVE))
    assert curfew("status", "orders-qa").lines == [
        "orders-qa has not been looked at yet: observing; would be up: window mon-fri 08:00-20:00 (UTC)",
        "Next change: none is in sight",
        "",
        "No resource has been looked at yet.",
    ]


def test_a_light_wake_is_shown_with_how_many_of_how_many(curfew: Terminal, served: Served) -> None:
    served.stage.orders()
    served.stage.run_for(timedelta(hours=9))
    curfew("wake", "orders-qa", "--size", "nodes=4")
    served.stage.run_for(timedelta(minutes=30))
    assert curfew("status", "orders-qa").lines == LIGHT.splitlines()


def test_what_a_file_would_change_is_shown_to_people(curfew: Terminal, served: Served, tmp_path: Path) -> None:
    served.stage.orders()
    served.stage.run_for(timedelta(minutes=2))
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("orders-qa", "orders-dev")})
    assert "\n".join(curfew("apply", "schedules", "--dry-run").lines) == SHOWN


def test_a_day_on_which_clocks_jump_has_its_hours_where_the_wall_shows_them(curfew: Terminal, tmp_path: Path) -> None:
    berlin = ORDERS.replace("Asia/Dubai", "Europe/Berlin").replace("mon-fri", "mon-sun")
    write_schedules(tmp_path, **{"orders-qa": berlin})
    days = curfew("calendar", "orders-qa", "--from", "2027-03-27", "--to", "2027-03-29").lines[2:4]
    usual = "." * 16 + "#" * 24 + "." * 8
    assert [line[15:] for line in days] == [usual, f"{usual}  clocks change: 23 hours"]


def test_a_week_that_begins_on_a_date_ends_at_the_same_wall_time_though_clocks_change(
    curfew: Terminal, tmp_path: Path
) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("Asia/Dubai", "Europe/Berlin")})
    lines = curfew("calendar", "orders-qa", "--from", "2027-03-22").lines
    assert [line[:14] for line in lines[2:-1]] == [
        f"{day} 2027-03-{22 + number}" for number, day in enumerate(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    ]


def test_a_week_is_drawn_into_a_file_that_loads_nothing_from_elsewhere(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS})
    drawing = tmp_path / "week.svg"
    curfew("calendar", "orders-qa", "--from", "2027-03-22", "--svg", str(drawing))
    text = drawing.read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "orders-qa" in text
    assert text.count("http") == 1  # the name of the SVG language


def test_a_drawing_is_of_one_environment(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS})
    answer = curfew("calendar", "--svg", str(tmp_path / "week.svg"))
    assert (answer.code, answer.err) == (
        2,
        "a drawing shows one environment; say which: curfew calendar NAME --svg FILE\n",
    )


def test_what_nobody_starts_or_stops_has_a_sign_of_its_own(curfew: Terminal, tmp_path: Path) -> None:
    by_hand = ORDERS.replace('["mon-fri 08:00-20:00"]', '["mon-fri 08:00-20:00"]\n  stop: manual')
    write_schedules(tmp_path, **{"orders-qa": by_hand})
    monday = curfew("calendar", "orders-qa").lines[2]
    assert monday == "Mon 2027-03-08 " + "~" * 16 + "#" * 24 + "~" * 8


def test_hours_before_the_first_and_after_the_last_stay_blank(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path)
    ran = curfew("calendar", "orders-qa", "--from", "2027-03-08T10:00", "--to", "2027-03-08T12:00")
    assert ran.lines[2] == "Mon 2027-03-08 " + " " * 20 + "####"


def test_a_terminal_gets_colour_and_no_color_takes_it_away(
    curfew: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_schedules(tmp_path)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in curfew("calendar", "orders-qa").out
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in curfew("calendar", "orders-qa").out


def test_a_pipe_gets_one_line_for_each_row_however_long(
    curfew: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_schedules(tmp_path, **{"orders-qa": ORDERS.replace("office moves", "the office moves " * 20)})
    monkeypatch.delenv("COLUMNS")
    lines = curfew("explain", "orders-qa", "--at", "2027-03-10T12:00").lines
    assert len(lines) == 5
    assert not any(sign in "".join(lines) for sign in "\u2500\u2502\u2501")


@pytest.mark.parametrize("width", [40, 50])
def test_a_narrow_screen_folds_a_table_and_cuts_nothing_off(
    curfew: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    write_schedules(tmp_path)
    compare = ("simulate", "schedules", "schedules/orders-qa.yaml", "--month", "2027-02")
    monkeypatch.setenv("COLUMNS", "200")
    wide = curfew(*compare).lines
    monkeypatch.setenv("COLUMNS", str(width))
    narrow = curfew(*compare).lines
    assert max(map(len, narrow)) <= width
    assert sorted("".join("".join(narrow).split())) == sorted("".join("".join(wide).split()))


def test_what_an_option_does_not_take_is_told_without_the_name_of_a_class(curfew: Terminal, tmp_path: Path) -> None:
    said = curfew("hold", "orders-qa", "sideways", "--reason", "x").err
    assert "'sideways' is not one of" in said
    assert "Value error" not in said
