"""`curfew discover`: files to begin with, a report of what is not in them, and mistakes that people can mend."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters import own_keys
from chalicelib.adapters.own_keys import KeysError
from chalicelib.flows.ports import Refusal
from chalicelib.kinds import kinds
from tests.entrypoints.cli.terminal import Terminal
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import FakeCloud
from tests.fakes.things import called

HERE = ("--region", "eu-central-1")
QA = {"Environment": "orders-qa", "Owner": "orders"}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """What the keys of this shell, or those of the profile `dev`, can see; the profile's Region is eu-central-1."""
    seen = FakeCloud(FakeClock())
    seen.answers["GetCallerIdentity"] = {"Account": "111122223333"}

    class Keys:
        def __init__(self, profile: str | None) -> None:
            if profile not in (None, "dev"):
                raise KeysError(f"The config profile ({profile}) could not be found; name one of dev")
            self.profile = profile

        @property
        def region(self) -> str:
            if self.profile is None:
                raise KeysError("no Region is set; say --region eu-central-1, or export AWS_REGION")
            return "eu-central-1"

        def cloud(self) -> FakeCloud:
            return seen

    monkeypatch.setattr(own_keys, "OwnKeys", Keys)
    return seen


@pytest.fixture
def orders(cloud: FakeCloud) -> FakeCloud:
    cloud.add("rds-instance", "orders-db", tags=QA)
    cloud.add("auto-scaling-group", "orders-nodes", tags=QA)
    return cloud


def test_files_are_written_and_are_good(curfew: Terminal, orders: FakeCloud, tmp_path: Path) -> None:
    ran = curfew("discover", *HERE, "--out", "found", "--timezone", "Asia/Dubai")
    assert (ran.code, ran.err) == (0, "")
    names = sorted(file.name for file in (tmp_path / "found").iterdir())
    assert names == ["discovered.md", "orders-qa.yaml", "organisation.yaml", "terraform-ignore.md"]
    assert curfew("validate", "found").lines == ["2 files: all good"]
    explained = curfew("explain", "found/orders-qa.yaml", "--json").json
    assert explained[0]["because"].startswith("observing; would be up")


def test_without_a_directory_it_only_reports(curfew: Terminal, orders: FakeCloud, tmp_path: Path) -> None:
    ran = curfew("discover", *HERE)
    assert ran.code == 0
    assert ran.lines[0] == (
        "111122223333, eu-central-1: 1 environment with 2 resources; 0 resources left out. "
        "Grouped by tag: Environment is on 2 of 2 stoppable resources."
    )
    assert [file.name for file in tmp_path.iterdir()] == []


def test_what_to_do_next_speaks_of_files_only_where_there_are_some(curfew: Terminal, orders: FakeCloud) -> None:
    reported = curfew("discover", *HERE).lines
    assert "Next: write the files with --out DIR, check each." in reported
    assert "Next: with --out DIR, terraform-ignore.md has the lines to add before mode: act." in reported
    written = curfew("discover", *HERE, "--out", "found").lines
    assert "Next: check each file in found, write its owner, then curfew validate found." in written
    assert "Next: add the lines of found/terraform-ignore.md before mode: act." in written
    told = "Written to found: orders-qa.yaml, organisation.yaml, discovered.md, terraform-ignore.md"
    assert written[-1] == told


def test_what_is_not_computable_says_why(curfew: Terminal, orders: FakeCloud) -> None:
    orders.answers["DescribeNatGateways"] = {"NatGateways": [{"NatGatewayId": "nat-1"}]}
    why = "not computable: the prices known are nearly all of us-east-1, and not of every type"
    assert sum(why in line for line in curfew("discover", *HERE).lines) == 1


def test_a_tag_that_nothing_has_is_a_mistake_in_an_empty_account_too(curfew: Terminal, cloud: FakeCloud) -> None:
    ran = curfew("discover", *HERE, "--by", "Foo")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip() == "nothing here has the tag Foo: there is nothing here that Curfew could stop"


def test_without_rights_to_look_nothing_is_said_of_the_tag(curfew: Terminal, cloud: FakeCloud) -> None:
    cloud.refusals["DescribeInstances"] = Refusal("UnauthorizedOperation", "no")
    ran = curfew("discover", *HERE, "--by", "Foo")
    assert ran.code == 1
    assert "UnauthorizedOperation" in ran.out


def test_the_profile_says_the_region_where_nobody_else_does(curfew: Terminal, orders: FakeCloud) -> None:
    assert curfew("discover", "--profile", "dev", "--json").json["regions"] == ["eu-central-1"]


def test_each_heading_says_what_to_do_next(curfew: Terminal, orders: FakeCloud, tmp_path: Path) -> None:
    orders.add("ec2-instance", "i-1")
    orders.add("ec2-instance", "i-2", tags={"Environment": "prod"})
    orders.add("ec2-instance", "i-3", tags={**QA, "Schedule": "office"})
    orders.answers["DescribeNatGateways"] = {"NatGateways": [{"NatGatewayId": "nat-1"}]}
    ran = curfew("discover", *HERE, "--out", "found")
    told = (tmp_path / "found" / "discovered.md").read_text(encoding="utf-8")
    for title in (
        "Environments",
        "Guessed needs",
        "Not listed: looks like production",
        "Not listed: scheduled elsewhere",
        "Not listed: untagged",
        "Keeps billing while all sleeps",
        "Terraform would put back",
    ):
        assert title in ran.lines
        assert f"## {title}\n" in told
    assert sum(line.startswith("Next: ") for line in ran.lines) == 7
    assert told.count("\nNext: ") == 7
    assert "| ec2-instance | eu-central-1 | i-3 | Instance Scheduler on AWS has it: Schedule=office |" in told
    assert "| - | NAT gateway | 1 | not computable | AWS has no stop for it; only deleting it ends its cost |" in told


def test_a_document_has_the_keys_that_programs_rely_on(curfew: Terminal, orders: FakeCloud) -> None:
    orders.add("ec2-instance", "i-1")
    orders.answers["DescribeAddresses"] = {"Addresses": [{"PublicIp": "192.0.2.1", "AllocationId": "eipalloc-1"}]}
    document = curfew("discover", *HERE, "--json").json
    assert document["environments"] == [
        {
            "environment": "orders-qa",
            "file": None,
            "owner": "orders",
            "locations": [{"account": "111122223333", "region": "eu-central-1"}],
            "resources": [
                {
                    "key": "auto-scaling-groups",
                    "kind": "auto-scaling-group",
                    "selected_by": "tags",
                    "ids": ["orders-nodes"],
                    "needs": [{"key": "rds-instances", "because": "by kind: databases come first"}],
                    "note": None,
                },
                {
                    "key": "rds-instances",
                    "kind": "rds-instance",
                    "selected_by": "tags",
                    "ids": ["orders-db"],
                    "needs": [],
                    "note": None,
                },
            ],
        }
    ]
    (left,) = document["left_out"]
    assert left.keys() == {"heading", "kind", "account", "region", "because", "ids", "next"}
    billing = document["keeps_billing"]
    assert (billing["usd_per_month"], billing["not_computable"]) == (3.65, 1)
    assert {each["what"]: each["usd_per_month"] for each in billing["resources"]} == {
        "Elastic IP address": 3.65,
        "RDS storage": None,
    }
    assert document["terraform"][0]["type"] == "aws_autoscaling_group"


def test_what_aws_would_not_show_is_told_and_ends_with_1(curfew: Terminal, orders: FakeCloud, tmp_path: Path) -> None:
    orders.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "not yours")
    ran = curfew("discover", *HERE, "--out", "found")
    assert ran.code == 1
    assert "RDS databases  eu-central-1  DescribeDBInstances: AccessDenied: not yours" in ran.lines
    assert (tmp_path / "found" / "orders-qa.yaml").exists()


def test_nothing_is_written_over(curfew: Terminal, orders: FakeCloud, tmp_path: Path) -> None:
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "mine.yaml").write_text("mine", encoding="utf-8")
    ran = curfew("discover", *HERE, "--out", "found")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip() == "found is not an empty directory, and nothing is written over; say another --out"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "no Region is set; say --region eu-central-1"),
        (("--profile", "nobody"), 2, "The config profile (nobody) could not be found; name one of dev"),
        ((*HERE, "--out", "a-file/found"), 2, "a-file/found cannot be written: a-file is no directory"),
        (("--region", "eu-central1"), 2, '"eu-central1" is not a Region; write its code, e.g. eu-central-1'),
        (("--region", ""), 2, '"" is not a Region'),
        ((*HERE, "--region", "us east 1"), 2, '"us east 1" is not a Region'),
        ((*HERE, "--timezone", "mars"), 2, '"mars" is not a time zone'),
        ((*HERE, "--by", "Enviroment"), 2, "nothing here has the tag Enviroment; the tags here are Environment, Owner"),
    ],
)
def test_a_mistake_is_bad_input_with_its_words(
    curfew: Terminal, orders: FakeCloud, arguments: tuple[str, ...], code: int, words: str
) -> None:
    Path("a-file").touch()
    ran = curfew("discover", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err


def test_without_credentials_it_says_how_to_get_some(curfew: Terminal, cloud: FakeCloud) -> None:
    cloud.refusals["GetCallerIdentity"] = Refusal("NoCredentialsError", "Unable to locate credentials")
    ran = curfew("discover", *HERE)
    assert (ran.code, ran.out) == (3, "")
    assert "Unable to locate credentials); say --profile NAME, log in again" in ran.err


def test_where_no_aws_answers_it_names_region_and_endpoint(curfew: Terminal, cloud: FakeCloud) -> None:
    refused = 'Could not connect to the endpoint URL:\n"http://127.0.0.1:1/"'
    cloud.refusals["GetCallerIdentity"] = Refusal("EndpointConnectionError", refused)
    ran = curfew("discover", *HERE)
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert ran.err.startswith("no AWS answers for eu-central-1 (EndpointConnectionError: Could not connect")
    assert "; correct --region or AWS_ENDPOINT_URL" in ran.err


def test_a_no_that_is_not_about_rights_asks_for_none_and_is_told_once(curfew: Terminal, orders: FakeCloud) -> None:
    for operation in ("DescribeDBInstances", "DescribeNatGateways", "DescribeClusters"):
        orders.refusals[operation] = Refusal("ReadTimeoutError", "Read timeout")
    ran = curfew("discover", *HERE)
    assert ran.code == 1
    assert ran.out.count("ReadTimeoutError") == 1
    assert "Next: no AWS answered: discover again" in ran.out
    assert "--rights" not in ran.out


def test_the_rights_are_those_of_every_look_and_no_other(curfew: Terminal, orders: FakeCloud) -> None:
    policy: dict[str, Any] = curfew("discover", "--rights", "--json").json
    (statement,) = policy["Statement"]
    allowed = {action.partition(":")[2] for action in statement["Action"]}
    for kind in kinds():
        orders.add(kind, called(kind, "another"), tags=QA)
    curfew("discover", *HERE)
    assert set(orders.looks) <= allowed
    assert all(operation.startswith(("Describe", "Get", "List", "Lookup")) for operation in allowed)
    assert {"tag:GetResources", "cloudwatch:DescribeAlarms"} <= set(statement["Action"])


def test_the_docs_list_every_right(curfew: Terminal) -> None:
    page = (Path(__file__).parents[3] / "docs" / "iam.md").read_text(encoding="utf-8").partition("## Discover")[2]
    rows = re.findall(r"^\| `(\S+)` \| (.+) \|$", page, re.MULTILINE)
    listed = [f"{service}:{action}" for service, actions in rows for action in re.findall(r"`(\w+)`", actions)]
    assert sorted(listed) == curfew("discover", "--rights", "--json").json["Statement"][0]["Action"]
