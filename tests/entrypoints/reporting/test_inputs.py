"""Inputs as files: written and read back as they were, and every mistake told at its line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.money.commitments import Reservation
from chalicelib.core.money.compute import compute
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.core.money.rates import ALWAYS, Rate
from chalicelib.core.money.spans import Draw
from chalicelib.entrypoints.reporting.inputs_files import BASELINES, COVER, FILES, names
from chalicelib.entrypoints.reporting.inputs_reading import BrokenExportError, imported
from chalicelib.entrypoints.reporting.inputs_writing import exported
from tests.core.money.samples import LARGE, SMALL, at, baseline
from tests.entrypoints.reporting.statements import EVERY, IN_EUROS, INPUTS, RUNNING, stated, would


def files(inputs: Inputs = INPUTS) -> dict[str, str]:
    return dict(exported(inputs, stated(inputs)))


def sorted_out(inputs: Inputs) -> Inputs:
    """The inputs without the order in which they came."""
    kept: dict[str, Any] = {file.field: tuple(sorted(getattr(inputs, file.field), key=repr)) for file in FILES}
    return replace(inputs, **kept)


@pytest.mark.parametrize("inputs", EVERY.values(), ids=EVERY)
def test_inputs_are_read_back_as_they_were(inputs: Inputs) -> None:
    assert sorted_out(imported(files(inputs)).inputs) == sorted_out(inputs)


FULL = replace(
    IN_EUROS,
    commitments=(
        *INPUTS.commitments,
        Reservation("ri-1", Decimal("0.5"), Decimal("0.4"), ("rds:*", "ec2:us-east-1:m?.large:*"), at(1), at(2)),
    ),
    rates=(
        *INPUTS.rates,
        Rate("keep:us-east-1:eks-control-plane", Decimal("0.0000001"), 'a "list", ours', at(3).date(), 730, at(2)),
    ),
    baselines=(
        *INPUTS.baselines,
        replace(
            would("orders-qa", baseline(arn="two", begins=at(2), ends=at(3)), "'quoted"),
            on=tuple(Decimal(hour) / 168 for hour in range(168)),
            draws=(Draw(SMALL, Decimal("1.50")), Draw(LARGE, Decimal(2))),
            source="two\nlines",
        ),
    ),
    belongs=(*INPUTS.belongs, Belongs("half", "acme", timezone="Asia/Kolkata", until=at(9, 18, 30))),
    until=datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC),
)


def test_everything_that_inputs_can_hold_is_read_back() -> None:
    assert sorted_out(imported(files(FULL)).inputs) == sorted_out(FULL)


def test_whose_order_is_another_is_written_alike() -> None:
    other = replace(FULL, spans=FULL.spans[::-1], rates=FULL.rates[::-1], baselines=FULL.baselines[::-1])
    assert files(other) == files(FULL)


def test_the_files_say_what_the_report_said() -> None:
    cover = json.loads(files(RUNNING)[COVER])
    statement = stated(RUNNING)
    assert cover["snapshot"] == {"id": statement.snapshot.id, "hash": statement.snapshot.hash}
    assert cover["until"] == "2026-11-09T12:00:00Z"
    assert cover["total"]["actual"] == f"{statement.total.actual / 100:.2f}"


def test_what_a_spreadsheet_saved_is_read() -> None:
    saved = {
        name: "\ufeff" + text.replace("\n", "\r\n").replace("true", "TRUE").replace("false", "FALSE")
        for name, text in files().items()
        if name != COVER
    }
    found = imported({**saved, COVER: files()[COVER]})
    assert stated(found.inputs).snapshot == stated().snapshot


def test_columns_may_come_in_any_order() -> None:
    lines = [line.split(",") for line in files()["belongs.csv"].splitlines()]
    turned = "\n".join(",".join(reversed(line)) for line in lines)
    found = imported({**files(), "belongs.csv": turned}).inputs
    assert {each.environment: each for each in found.belongs} == {each.environment: each for each in INPUTS.belongs}


SPAN = "orders-qa,web,arn:1,2026-11-03T00:00:00Z,2026-11-04T00:00:00Z,ec2:x,1,true,false,told,seen"
SPANS = files()["spans.csv"].splitlines()[0]
ONES = ",".join(["1*24"] * 7)
CLAIM = f"orders-qa,web,arn:1,observed,2026-11-01T00:00:00Z,,1 ec2:x,{ONES},28,false,"
RATE = "ec2:x,0.1,1,,2026-01-01,us"
PLAN = "sp,savings-plan,0.1,,0.27,ec2:*,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z"

MISTAKES = [
    ("spans.csv", SPAN, "orders-qa", "", "environment: is empty; write a name"),
    (
        "spans.csv",
        SPAN,
        "2026-11-03T00:00:00Z",
        "2026-11-03 00:00",
        'begins: "2026-11-03 00:00" is no instant; write e.g. 2026-11-03T08:00:00Z',
    ),
    (
        "spans.csv",
        SPAN,
        "2026-11-03T00:00:00Z",
        "2026-11-31T00:00:00Z",
        'begins: "2026-11-31T00:00:00Z" is no real date and time (day is out of range for month); '
        "write e.g. 2026-12-24T20:00",
    ),
    ("spans.csv", SPAN, "2026-11-04", "2026-11-02", "ends before it begins; write a later instant under ends"),
    ("spans.csv", SPAN, "ec2:x,1", "ec2:x,-1", 'units: "-1" is below 0 or no number; write e.g. 0.107'),
    ("spans.csv", SPAN, "ec2:x,1", "ec2:x,many", 'units: "many" is no number; write e.g. 0.107'),
    ("spans.csv", SPAN, "ec2:x,1", "ec2:x,NaN", 'units: "NaN" is below 0 or no number; write e.g. 0.107'),
    ("spans.csv", SPAN, "ec2:x,1", "ec2:x,1e30", 'units: "1e30" is more than a billion; write e.g. 0.107'),
    ("spans.csv", SPAN, "true", "yes", 'starts: "yes" is neither; write true or false'),
    ("spans.csv", SPAN, "told", "tolt", 'begun: "tolt" is not known; write told'),
    ("spans.csv", SPAN, ",seen", "", "has 10 cells; write 11, as in its first line"),
    ("rates.csv", RATE, "0.1", "0,1", "has 7 cells; write 6, as in its first line"),
    ("rates.csv", RATE, ",1,", ",0,", 'hours: "0" is no length of time; write 1 for a rate by the hour'),
    ("rates.csv", RATE, ",1,", ",1.5,", 'hours: "1.5" is no whole number; write e.g. 28'),
    ("rates.csv", RATE, "2026-01-01", "1.1.2026", 'dated: "1.1.2026" is no date; write e.g. 2026-11-03'),
    (
        "baselines.csv",
        CLAIM,
        "1 ec2:x",
        "ec2:x",
        'draws: "ec2:x" is not drawn; write units and a rate: 2 ec2:us-east-1:m5.large:...',
    ),
    (
        "baselines.csv",
        CLAIM,
        "1*24",
        "1*23",
        "mon: has 23 hours; write one probability for each of 24, such as 0*8 0.95*12 0*4",
    ),
    ("baselines.csv", CLAIM, "1*24", "2*24", 'mon: "2" is no probability; write 0 to 1'),
    ("baselines.csv", CLAIM, "1*24", "1*999999999", 'mon: "1*999999999" is longer than a day; write 24 hours in all'),
    ("baselines.csv", CLAIM, "observed", "seen", 'basis: "seen" is not known; write one of 24x7, declared, observed'),
    ("commitments.csv", PLAN, "0.27", "27", 'discount: "27" is no share of the list rate; write 0.27 for 27 %'),
    ("commitments.csv", PLAN, ",0.1,", ",,", "a savings-plan has no usd_per_hour; write a number under usd_per_hour"),
    ("commitments.csv", PLAN, "savings-plan", "reservation", "a reservation has no units; write a number under units"),
    (
        "commitments.csv",
        PLAN,
        "ec2:*",
        "",
        "covers: covers nothing; write patterns of rate keys: ec2:*:on-demand fargate:*",
    ),
    ("belongs.csv", "a,,,,UTC,", "UTC", "Asia/Dubay", "timezone: "),
    ("budgets.csv", "a,12,USD", "12", "a lot", 'monthly: "a lot" is no number; write e.g. 0.107'),
]


@pytest.mark.parametrize(("name", "line", "text", "other", "told"), MISTAKES)
def test_a_mistake_is_told_at_its_line_with_what_to_write(
    name: str, line: str, text: str, other: str, told: str
) -> None:
    head = files()[name].splitlines()[0]
    good = {**files(), name: f"{head}\n{line}\n"}
    imported(good)
    with pytest.raises(BrokenExportError) as broken:
        imported({**good, name: f"{head}\n\n{line.replace(text, other, 1)}\n"}, "audit")
    (problem,) = map(str, broken.value.problems)
    assert problem.startswith(f"audit/{name}:3: {told}")


def told(changed: dict[str, str]) -> list[str]:
    with pytest.raises(BrokenExportError) as broken:
        imported({**files(), **changed})
    return list(map(str, broken.value.problems))


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (SPANS.replace("units", "unit"), 'spans.csv:1: has no column "unit", or not twice; write units'),
        (SPANS.replace(",units", ",units,units"), 'spans.csv:1: has no column "units", or not twice; write units'),
        (SPANS.replace(",units", ""), f"spans.csv:1: lacks units; begin it with {SPANS}"),
        (SPANS.replace(",", ";"), "spans.csv:1: has semicolons between its columns; save it with commas"),
        ("", f"spans.csv:1: lacks {SPANS.replace(',', ', ')}; begin it with {SPANS}"),
    ],
)
def test_columns_are_those_that_are_known(head: str, problem: str) -> None:
    assert told({"spans.csv": f"{head}\n"}) == [problem]


def test_a_file_that_is_missing_is_told() -> None:
    with pytest.raises(BrokenExportError) as broken:
        imported({name: text for name, text in files().items() if name != "rates.csv"}, "audit")
    assert str(broken.value) == (
        f"audit/rates.csv:1: is missing; export it again: curfew report --export writes {', '.join(names())}"
    )


def test_quotes_that_do_not_close_are_told() -> None:
    (problem,) = told({"spans.csv": f'{SPANS}\n"orders-qa\n'})
    assert problem.startswith("spans.csv:2: is no CSV (")


def test_lines_of_one_plan_commit_to_one_amount() -> None:
    head = files()["commitments.csv"].splitlines()[0]
    other = PLAN.replace("0.27", "0.5")
    parts = imported({**files(), "commitments.csv": f"{head}\n{PLAN}\n{other}\n"}).inputs.commitments
    assert [part.discount for part in parts] == [Decimal("0.27"), Decimal("0.5")]
    assert told({"commitments.csv": f"{head}\n{PLAN}\n{other.replace('0.1', '0.2')}\n"}) == [
        "commitments.csv:3: sp commits to 0.1 an hour in line 2, and to 0.2 here; "
        "write the same amount in all lines of a plan, or another id"
    ]


def test_what_is_not_known_is_in_the_export_and_in_the_snapshot() -> None:
    unknown = replace(INPUTS, unknown=("AWS does not tell Savings Plans of account 111122223333",))
    export = imported(exported(unknown, compute(unknown)))
    assert export.inputs.unknown == unknown.unknown
    assert compute(unknown).snapshot != compute(INPUTS).snapshot


def test_an_environment_belongs_once() -> None:
    text = f"{files()['belongs.csv']}stray,other,,,UTC,\n"
    assert told({"belongs.csv": text}) == [
        "belongs.csv:5: stray is in line 4 already; write each environment once",
    ]


def test_a_resource_is_in_one_place_at_a_time_though_members_of_a_group_share_its_arn() -> None:
    imported({**files(), "spans.csv": f"{SPANS}\n{SPAN}\n{SPAN}\n"})
    other = SPAN.replace("orders-qa,web", "shop-qa,copy")
    assert told({"spans.csv": f"{SPANS}\n{SPAN}\n{other}\n"}) == [
        "spans.csv:3: arn:1 is web of orders-qa in line 2 at that time; count what runs in one place"
    ]
    moved = other.replace("2026-11-04", "2026-11-09").replace("2026-11-03", "2026-11-04")
    imported({**files(), "spans.csv": f"{SPANS}\n{SPAN}\n{moved}\n"})


def test_baselines_of_one_resource_do_not_overlap() -> None:
    head = ",".join(column.name for column in BASELINES.columns)
    first = CLAIM.replace("Z,,", "Z,2026-11-09T00:00:00Z,")
    after = CLAIM.replace("2026-11-01", "2026-11-09")
    imported({**files(), "baselines.csv": f"{head}\n{first}\n{after}\n"})
    assert told({"baselines.csv": f"{head}\n{CLAIM}\n{after}\n"}) == [
        "baselines.csv:3: overlaps with another baseline of web arn:1; end one before the next begins"
    ]
    assert baseline().begins == ALWAYS


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    wrong = told(
        {
            "report.json": files()[COVER].replace("2026-11", "2026-13", 1),
            "spans.csv": f"{SPANS}\n{SPAN.replace('told', 'x').replace('true', 'y')}\n{SPAN},1\n",
            "budgets.csv": "environment\n",
        }
    )
    assert [problem.split(": ")[0] for problem in wrong] == [
        "report.json:2",
        "spans.csv:2",
        "spans.csv:2",
        "spans.csv:3",
        "budgets.csv:1",
    ]


COVERS = [
    ("{", "report.json:1: is no JSON ("),
    ("[]", "report.json:1: "),
    ('{"month": "2026-11"}', 'report.json:1: method: is missing; write "method": ..., or export it again'),
    ('{"month": "2026-11",\n"method": 1,\n"extra": 1}', "report.json:3: extra: is not known here; take it out"),
    ('{"month": "11/2026",\n"method": 1}', 'report.json:1: month: "11/2026" is no month; write e.g. 2026-11'),
    (
        '{"month": "2026-11",\n"method": 1,\n"own_cost_usd": "-1"}',
        "report.json:3: own_cost_usd: should be greater than or equal to 0; correct it",
    ),
    (
        '{"month": "2026-11",\n"method": 1,\n"until": "2026-11-03T00:00:00"}',
        "report.json:3: until: should have timezone info; correct it",
    ),
    (
        '{"month": "2026-11",\n"method": 1,\n"exchange": {\n"currency": "EUR", "per_usd": 0,\n'
        '"source": "", "date": "2026-11-03"}}',
        "report.json:4: exchange.per_usd: should be greater than 0; correct it",
    ),
]


@pytest.mark.parametrize(("text", "problem"), COVERS)
def test_a_mistake_in_the_cover_is_told_at_its_line(text: str, problem: str) -> None:
    first, *_ = told({COVER: text})
    assert first.startswith(problem)
