"""`curfew import`: files, a report of what they do not say, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters import tag_reader
from chalicelib.adapters.tag_reader import Tagged
from tests.entrypoints.cli.terminal import Terminal

BERLIN = "Mon-Fri 08:00-18:00 Europe/Berlin"
CRON = ("cron", "--start", "0 7 * * 1-5", "--stop", "0 19 * * 1-5", "--timezone", "Europe/Berlin")
SCHEDULES: dict[str, Any] = {
    "Schedules": [
        {"Name": "office", "Timezone": "Europe/Berlin", "Periods": ["day"], "Enforced": True},
        {"Name": "frozen", "OverrideStatus": "stopped"},
    ],
    "Periods": [{"Name": "day", "Begintime": "02:30", "Endtime": "17:00", "Weekdays": ["sun-thu"]}],
}
POLICIES = """\
policies:
  - {name: stop, resource: ec2, filters: [{type: offhour, default_tz: utc, offhour: 19}]}
  - {name: start, resource: ec2, filters: [{type: onhour, default_tz: utc, onhour: 7}]}
"""


@pytest.fixture
def schedules(curfew: Terminal, tmp_path: Path) -> str:
    (tmp_path / "is.json").write_text(json.dumps(SCHEDULES), encoding="utf-8")
    return "is.json"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> list[Tagged]:
    """What the profile `dev` can see; which tag was asked for does not matter here."""
    found: list[Tagged] = []
    monkeypatch.setattr(tag_reader, "session_of", lambda profile, region: (profile, region))
    monkeypatch.setattr(tag_reader, "tagged", lambda session, tag: tuple(found))
    return found


def instance(id: str, **tags: str) -> Tagged:
    return Tagged("ec2-instance", id, "111122223333", "eu-west-1", tags)


def test_a_document_has_the_keys_that_programs_rely_on(curfew: Terminal, schedules: str) -> None:
    document = curfew("import", "instance-scheduler", schedules, "--json").json
    assert document.keys() == {"source", "checked", "files", "not_imported"}
    (file,) = document["files"]
    assert file.keys() == {"environment", "file", "source", "text", "unsaid", "differences"}
    (difference,) = file["differences"]
    assert difference == {
        "original": "down",
        "curfew": "up",
        "because": "the clocks are changed near it",
        "times": 1,
        "hours": 0.5,
        "first": [{"from": "2027-10-31T01:00:00Z", "to": "2027-10-31T01:30:00Z"}],
    }
    assert document["checked"] == {"from": "2027-03-08T00:00:00Z", "to": "2028-03-07T00:00:00Z"}
    assert [each.keys() for each in document["not_imported"]] == [{"rule", "what", "remedy"}]


def test_what_was_not_all_done_ends_with_1(curfew: Terminal, schedules: str) -> None:
    ran = curfew("import", "instance-scheduler", schedules)
    assert ran.code == 1
    assert "frozen  not imported: frozen has override_status: stopped" in ran.out
    assert "was down, is up: 1 times, 0.5 h in all; the clocks are changed near it" in ran.out


def test_files_are_written_and_are_good(curfew: Terminal, tmp_path: Path) -> None:
    ran = curfew("import", "custodian", "on", "--name", "orders-qa", "--out", "found", "--owner", "orders-team")
    assert (ran.code, ran.lines[0]) == (0, "found/orders-qa.yaml: written")
    home = 'defaults: {locations: [{account: "111122223333", region: eu-west-1}]}\nteams: {orders-team: {}}\n'
    (tmp_path / "found" / "organisation.yaml").write_text(home, encoding="utf-8")
    assert curfew("validate", "found").lines == ["2 files: all good"]


def test_no_file_is_ever_written_over(curfew: Terminal, tmp_path: Path) -> None:
    (tmp_path / "offhours.yaml").write_text("mine", encoding="utf-8")
    ran = curfew("import", "custodian", "on", "--out", ".")
    assert (ran.code, ran.err.strip()) == (2, "offhours.yaml is there already; move it away, or say another --out")
    assert (tmp_path / "offhours.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "arguments",
    [("custodian", "off=(M-F,19);on=(M-F,7);tz=cet"), ("kube-downscaler", BERLIN), CRON],
    ids=["custodian", "kube-downscaler", "cron"],
)
def test_what_means_the_same_says_so(curfew: Terminal, arguments: tuple[str, ...]) -> None:
    ran = curfew("import", *arguments, "--name", "orders-qa")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[-1] == "orders-qa: means the same as the original at every instant, 2027-03-08 to 2028-03-07"


def test_policies_come_from_a_file(curfew: Terminal, tmp_path: Path) -> None:
    (tmp_path / "policies.yml").write_text(POLICIES, encoding="utf-8")
    text = curfew("import", "custodian", "policies.yml", "--timezone", "cet", "--json").json["files"][0]["text"]
    assert "  - timezone: Europe/Berlin\n" in text
    assert '"mon-fri 07:00-19:00"' in text


def test_a_profile_finds_the_resources_and_groups_them(curfew: Terminal, schedules: str, account: list[Tagged]) -> None:
    account += [instance("i-1", Schedule="office", App="orders"), instance("i-2", Schedule="offfice", App="shop")]
    options = ("--profile", "dev", "--group-by", "App", "--json")
    document = curfew("import", "instance-scheduler", schedules, *options).json
    assert [file["environment"] for file in document["files"]] == ["orders"]
    assert "instances: {kind: ec2-instance, tags: {Schedule: office, App: orders}}" in document["files"][0]["text"]
    assert "Schedule=offfice on i-2 names no rule" in [each["what"] for each in document["not_imported"]]


def test_a_profile_with_policies_reads_every_tag_there_is(
    curfew: Terminal, tmp_path: Path, account: list[Tagged]
) -> None:
    (tmp_path / "policies.yml").write_text(POLICIES, encoding="utf-8")
    values = ["on", "off=(M-F,21)", "off", "off=(M-F,99)"]
    account += [instance(f"i-{number}", maid_offhours=value) for number, value in enumerate(values)]
    account.append(Tagged("rds-instance", "db", "111122223333", "eu-west-1", {"maid_offhours": "on"}))
    document = curfew("import", "custodian", "policies.yml", "--profile", "dev", "--json").json
    assert len(document["files"]) == 2
    assert {each["rule"] for each in document["not_imported"]} == {"off", "off=(M-F,99)"}
    assert "rds-instance" not in "".join(file["text"] for file in document["files"])


def test_a_tag_with_a_profile_takes_what_carries_that_very_tag(curfew: Terminal, account: list[Tagged]) -> None:
    account += [instance("i-1", maid_offhours="on"), instance("i-2", maid_offhours="tz=pt")]
    (file,) = curfew("import", "custodian", "on", "--profile", "dev", "--json").json["files"]
    assert 'maid_offhours: "on"' in file["text"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("instance-scheduler", "none.json"), "none.json cannot be read: No such file"),
        (("custodian", "off=(M-F,25)"), '"25" is not an hour; write 0 to 23, e.g. off=(M-F,19)'),
        (("custodian", "none.yml"), "none.yml cannot be read: No such file"),
        (("custodian", "on", "--timezone", "mars"), '"mars" is not a time zone'),
        (("custodian", "on", "--group-by", "App"), "add --profile NAME"),
        (("kube-downscaler", "Mon 8-18"), '"Mon 8-18" is no time; write e.g. "Mon-Fri'),
        (("cron", "--start", "x", "--stop", "y", "--timezone", "UTC"), '"x" is not a cron line'),
        (("cron", "--start", "0 7 * * *", "--stop", "0 19 * * *", "--timezone", "CEST"), '"CEST" is not a time zone'),
    ],
)
def test_a_mistake_is_bad_input_with_its_words(curfew: Terminal, arguments: tuple[str, ...], words: str) -> None:
    ran = curfew("import", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_file_that_is_not_utf_8_is_told(curfew: Terminal, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff\xfe")
    assert "save it as UTF-8" in curfew("import", "instance-scheduler", "x.json").err
