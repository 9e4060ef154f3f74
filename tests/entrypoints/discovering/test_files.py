"""Files for what was found: good as they are, in observe mode, every guess with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.core.model import Mode
from chalicelib.entrypoints.discovering.files import Drafts, drafted, owner_of
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.flows.discover import discover
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud

TODAY = date(2027, 3, 8)
QA = {"Environment": "orders-qa", "Owner": "Orders Team", "CostCenter": "CC-210"}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(FakeClock())


def drafts(cloud: FakeCloud, timezone: str | None = None) -> Drafts:
    return drafted(discover(cloud, (HERE,)), timezone, TODAY)


def test_a_file_says_what_was_found_and_why(cloud: FakeCloud) -> None:
    cloud.add("rds-instance", "orders-db", tags=QA)
    cloud.add("ec2-instance", "i-1", tags=QA)
    (draft,) = drafts(cloud).environments
    assert (
        draft.text
        == """\
# Found by curfew discover: Environment=orders-qa on 2 resources.
environment: orders-qa
owner: orders-team
cost_center: "CC-210"
stage: qa
mode: observe  # decides and records, touches nothing; write act once that looks right
locations: [{account: "111122223333", region: eu-central-1}]
resources:
  ec2-instances:  # 1 now: i-1
    kind: ec2-instance
    tags: {Environment: orders-qa}
    needs:
      - rds-instances  # by kind: databases come first
  rds-instances:  # 1 now: orders-db
    kind: rds-instance
    tags: {Environment: orders-qa}
uptime: {calendar: office-hours}  # organisation.yaml says when that is
"""
    )


def test_what_all_share_is_in_one_place(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags={"Environment": "shop-dev", "Owner": "shop@example.com"})
    cloud.add("ec2-instance", "i-3", tags={"Environment": "lab"})
    assert (
        drafts(cloud).organisation
        == """\
# What all environments share, as curfew discover found it in eu-central-1.
accounts:  # where Curfew does not run itself it needs role and external_id: docs/iam.md
  "111122223333": {}
teams:
  orders-team: {}  # from Owner=Orders Team; write email or webhook, or nobody can be told
  shop: {email: "shop@example.com"}  # from Owner=shop@example.com
  unassigned: {}  # no tag says whose; write email or webhook, or nobody can be told
calendars:
  office-hours:
    timezone: UTC  # a placeholder: write Europe/Berlin
    windows: ["mon-fri 08:00-20:00"]  # a placeholder: write when your people are at work
"""
    )


def test_a_timezone_that_was_given_is_no_placeholder(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    assert '    timezone: "Europe/Berlin"\n' in drafts(cloud, "Europe/Berlin").organisation


@pytest.mark.parametrize(
    "value",
    ["orders-qa", "Orders QA: #1", "on", "null", "2", '"quoted"', "back\\slash", "{braces}", "B\u00fccher", "a'b"],
)
def test_whatever_the_tags_say_the_files_are_good_and_only_observe(cloud: FakeCloud, value: str) -> None:
    tags = {"Environment": value, "Owner": value, "CostCenter": value, "Tier": value, "odd: key": value}
    cloud.add("ec2-instance", "i-1", tags=tags)
    cloud.add("rds-instance", value, tags=tags)
    found = drafts(cloud)
    assert found.refused == ()
    files = [SourceFile("organisation.yaml", found.organisation)]
    files += [SourceFile(draft.file, draft.text) for draft in found.environments]
    reading = read_schedules(files, TODAY)
    assert reading.problems == ()
    (read,) = reading.definitions
    assert read.definition.mode is Mode.OBSERVE
    assert all(dict(resource.tags)["Environment"] == value for resource in read.definition.resources)


def test_what_gives_no_good_file_is_told_and_not_written(cloud: FakeCloud) -> None:
    cloud.add("ec2-instance", "i-1", tags=QA)
    cloud.add("ec2-instance", "i-2", tags={"Environment": "organisation"})
    found = drafts(cloud)
    assert [draft.file for draft in found.environments] == ["orders-qa.yaml"]
    assert [environment.name for environment, _ in found.refused] == ["organisation"]


@pytest.mark.parametrize(
    ("value", "team", "email"),
    [
        ("Orders Team", "orders-team", None),
        ("shop@example.com", "shop", "shop@example.com"),
        ("the team @ example", "the-team-example", None),
        ("??", "unassigned", None),
    ],
)
def test_an_owner_tag_names_a_team(cloud: FakeCloud, value: str, team: str, email: str | None) -> None:
    cloud.add("ec2-instance", "i-1", tags={"Environment": "orders-qa", "Owner": value})
    (environment,) = discover(cloud, (HERE,)).environments
    owner = owner_of(environment)
    assert (owner.team, owner.email) == (team, email)
