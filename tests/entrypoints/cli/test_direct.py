"""restore and token issue --direct: with AWS keys alone, the service out of the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.model import Resource
from chalicelib.flows.people import Role
from chalicelib.flows.ports import Refusal
from chalicelib.flows.tokens import admitted
from tests.entrypoints.cli.terminal import Terminal
from tests.entrypoints.served import Served
from tests.flows.stage import definition, down, up


@pytest.fixture(autouse=True)
def _night(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is asleep, and the service does not answer."""
    served.stage.orders()
    served.stage.run_for(timedelta(hours=10))
    assert down(served.stage)
    monkeypatch.setenv("CURFEW_URL", "http://127.0.0.1:9")


def test_printing_gives_a_script_and_makes_no_call(curfew: Terminal, served: Served) -> None:
    made = len(served.stage.cloud.made)
    ran = curfew("restore", "orders-qa", "--print")
    assert ran.code == 0
    assert ran.lines[0] == "# with credentials for account 111122223333:"
    assert ran.lines[1].startswith("aws rds start-db-instance --region eu-central-1 ")
    assert any("orders-nodes" in line for line in ran.lines[2:])
    assert len(served.stage.cloud.made) == made


def test_the_same_for_programs(curfew: Terminal) -> None:
    steps = curfew("restore", "orders-qa", "--print", "--json").json
    assert [step["resource"] for step in steps][:2] == ["database", "nodes"]
    assert set(steps[0]) == {
        "resource",
        "account",
        "region",
        "service",
        "operation",
        "parameters",
        "before",
        "command",
        "lifts",
    }


def test_what_comes_first_and_what_is_to_wait_is_said_in_the_script(curfew: Terminal, served: Served) -> None:
    web = Resource("web", "ecs-service", ids=("shop/web",))
    served.stage.cloud.add("ecs-service", "shop/web", sizes=(2, 6, 3))
    served.stage.apply(definition(web, environment="web-qa"))
    served.stage.run_for(timedelta(hours=24))
    script = [line.partition(" --region")[0] for line in curfew("restore", "web-qa", "--print").lines]
    assert script == [
        "# with credentials for account 111122223333:",
        "aws ecs update-service",
        "aws application-autoscaling register-scalable-target",
        "# with credentials for account 111122223333, "
        "what was suspended for the night: run these once it is up and healthy:",
        "aws application-autoscaling register-scalable-target",
    ]


def test_direct_brings_sizes_back(curfew: Terminal, served: Served) -> None:
    ran = curfew("restore", "orders-qa", "--direct", "--yes")
    assert ran.code == 0
    assert "database: StartDBInstance accepted" in ran.out
    served.stage.clock.advance(timedelta(minutes=30))
    assert up(served.stage)


def test_direct_asks_first(curfew: Terminal, served: Served) -> None:
    made = len(served.stage.cloud.made)
    assert curfew("restore", "orders-qa", "--direct").code == 2
    assert len(served.stage.cloud.made) == made


def test_a_call_that_aws_refuses_ends_with_1(curfew: Terminal, served: Served) -> None:
    served.stage.cloud.refusals["StartDBInstance"] = Refusal("AccessDenied", "no")
    ran = curfew("restore", "orders-qa", "--direct", "--yes", "--json")
    assert ran.code == 1
    assert ran.json[0]["refusal"] == "AccessDenied: no"
    assert ran.json[1]["refusal"] is None


def test_an_unknown_name_ends_with_2(curfew: Terminal) -> None:
    ran = curfew("restore", "order-qa", "--print")
    assert ran.code == 2


def test_the_first_token_opens_what_its_role_allows(curfew: Terminal, served: Served) -> None:
    issued = curfew("token", "issue", "ada", "--role", "admin", "--days", "1", "--direct", "--yes", "--json").json
    token = admitted(served.tokens, issued["token"], served.stage.clock.now())
    assert token is not None
    assert (token.person, token.role) == ("ada", Role.ADMIN)


def test_a_token_is_shown_once_to_be_exported(curfew: Terminal, served: Served) -> None:
    lines = curfew("token", "issue", "ada", "--role", "finance", "--direct", "--yes").lines
    secret = lines[-1].removeprefix("export CURFEW_TOKEN=")
    assert admitted(served.tokens, secret, served.stage.clock.now()) is not None
