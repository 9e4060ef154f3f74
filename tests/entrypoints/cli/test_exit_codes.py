"""Exit codes, and what people and programs are told when something is not done."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from chalicelib.entrypoints.cli import program
from chalicelib.flows.people import Role
from tests.entrypoints.cli.files import write_schedules
from tests.entrypoints.cli.terminal import Reply, Terminal, listening, problem, reply
from tests.entrypoints.served import Served, secret_of

ANSWERS: list[tuple[Reply, int, str, str]] = [
    (problem(400, "bad-request", "for: write 2h"), 2, "bad-input", "for: write 2h"),
    (problem(404, "unknown", "did you mean orders-qa?"), 2, "unknown-name", "did you mean orders-qa?"),
    (problem(409, "refused", "held by ops1"), 1, "refused", "held by ops1"),
    (problem(403, "forbidden", "takes the role operator"), 1, "forbidden", "takes the role operator"),
    (problem(403, "http", "not authorized"), 3, "unauthorized", "the token is refused; ask an admin for a new one"),
    (reply(401, {"message": "Unauthorized"}), 3, "unauthorized", "the token is refused; ask an admin for a new one"),
    (problem(503, "busy", "try again in a moment"), 3, "busy", "try again in a moment"),
    (problem(500, "unexpected", "the log has it"), 3, "service", "the log has it"),
    (reply(500, {"detail": "the log has it", "request_id": "r-4711"}), 3, "service", "the log has it: r-4711"),
    ((502, "text/html", b"<html>"), 3, "service", "502 Bad Gateway"),
    ((200, "text/html", b"<html>"), 3, "not-curfew", "is not Curfew"),
    ((0, "", b""), 3, "unreachable", "gives no answer"),
]


@pytest.mark.parametrize(("answer", "code", "cause", "told"), ANSWERS)
def test_each_answer_of_the_server_has_its_exit_code(
    curfew: Terminal, monkeypatch: pytest.MonkeyPatch, answer: Reply, code: int, cause: str, told: str
) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", "secret")
    with listening(lambda request: answer) as url:
        ran = curfew("status", "orders-qa", "--url", url, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (code, cause)
    assert told in ran.json["error"]["message"]
    assert told in ran.err
    assert set(ran.json) == {"error"}
    assert set(ran.json["error"]) == {"code", "message"}


def test_an_answer_that_does_not_come_in_time_is_not_taken_for_a_wrong_address(
    curfew: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(self: object, *args: object, **more: object) -> None:
        raise httpx.ReadTimeout("timed out")

    monkeypatch.setenv("CURFEW_TOKEN", "secret")
    monkeypatch.setattr(httpx.Client, "request", late)
    ran = curfew("status", "orders-qa", "--url", "https://curfew.example")
    assert (ran.code, "did not answer within 30 s; what was asked for may be done all the same" in ran.err) == (3, True)


MISTAKES = [
    ("frobnicate", "usage", "No such command"),
    ("wake", "usage", "Missing argument 'NAME'"),
    ("plan orders-qa", "usage", "--target"),
    ("plan orders-qa --target sideways", "usage", "sideways"),
    ("wake orders-qa --for soon", "bad-input", '"soon" is not a duration'),
    ("wake orders-qa --for 0m", "bad-input", "--for 0m is no time at all; say for example --for 2h"),
    ("wake orders-qa --until tomorrow", "bad-input", '"tomorrow" is not a date and time'),
    ("wake orders-qa --for 2h --until 2027-03-09T20:00", "bad-input", "exclude each other"),
    ("pause --reason incident", "usage", "--account ACCOUNT or --all"),
    ("pause orders-qa --all --reason incident", "usage", "only one of them"),
    ("hold orders-qa down", "usage", "--reason"),
    ("status", "no-server", "export CURFEW_URL="),
    ("status --url https://curfew.example", "no-token", "export CURFEW_TOKEN="),
    ("status --url curfew.example", "no-token", "export CURFEW_TOKEN="),
    ("explain orders-qa --at noon", "bad-input", '"noon" is not a date and time'),
    ("explain order-qa", "unknown-name", "did you mean orders-qa?"),
    ("explain nowhere.yaml", "bad-input", "nowhere.yaml does not exist"),
    ("explain schedules/organisation.yaml", "bad-input", "is not the file of one environment"),
    ("validate nowhere", "bad-input", "nowhere does not exist"),
    ("calendar orders-qa --from 2027-03-09 --to 2027-03-08", "bad-input", "--from must come before --to"),
    ("calendar orders-qa --from 2027-01-01 --to 2029-01-01", "bad-input", "400 days"),
    ("restore orders-qa", "usage", "--print"),
    ("restore orders-qa --print", "no-settings", "CURFEW_TABLE is not set"),
    ("token issue asha --role king", "usage", "king"),
    ("retire orders-qa", "nobody-to-ask", "add --yes"),
]


@pytest.mark.parametrize(("line", "cause", "told"), MISTAKES)
def test_a_mistake_at_the_keyboard_ends_with_2_and_says_what_to_write(
    curfew: Terminal, tmp_path: Path, line: str, cause: str, told: str
) -> None:
    write_schedules(tmp_path)
    ran = curfew(*line.split(), "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, cause)
    assert told in ran.json["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("status", ""), '"" cannot be the name of an environment; curfew status lists their names'),
        (("doctor", "a b"), '"a b" cannot be the name of an environment; curfew status lists their names'),
        (
            ("doctor", "schedules/orders-dev.yaml"),
            '"schedules/orders-dev.yaml" cannot be the name of an environment; did you mean orders-dev?',
        ),
        (("wake", ".."), '".." cannot be the name of an environment; curfew status lists their names'),
    ],
)
def test_what_can_name_no_environment_is_told_as_it_was_typed(
    curfew: Terminal, served: Served, arguments: tuple[str, ...], told: str
) -> None:
    ran = curfew(*arguments)
    assert (ran.code, ran.out, ran.err.strip()) == (2, "", told)


def test_an_address_without_a_scheme_is_no_server(curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", "secret")
    ran = curfew("status", "--url", "curfew.example")
    assert (ran.code, ran.out) == (2, "")
    assert '"curfew.example" is no address of a server; write https://...' in ran.err


def test_what_a_role_forbids_ends_with_1(curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.stage.orders()
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.FINANCE))
    ran = curfew("wake", "orders-qa", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "forbidden")
    assert "finn is finance" in ran.json["error"]["message"]


def test_a_token_that_nobody_knows_ends_with_3(
    curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", "invented")
    ran = curfew("status", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (3, "unauthorized")


def test_other_peoples_leases_refuse_a_sleep_with_1_and_their_names(
    curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.stage.orders()
    curfew("wake", "orders-qa")
    monkeypatch.setenv("CURFEW_TOKEN", secret_of(Role.DEVELOPER))
    ran = curfew("sleep", "orders-qa")
    assert ran.code == 1
    assert "leased by others: ada until 14:11Z" in ran.err


class TestAMistakeInCurfewItself:
    @pytest.fixture(autouse=True)
    def _broken_program(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> None:
            raise ZeroDivisionError("oops")

        monkeypatch.setattr(program, "program", broken)

    def test_is_one_line_that_asks_for_a_report(self, curfew: Terminal) -> None:
        ran = curfew("status")
        assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
        assert "ZeroDivisionError: oops" in ran.err
        assert "report it" in ran.err

    def test_shows_its_traceback_when_asked(self, curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CURFEW_DEBUG", "1")
        assert "Traceback" in curfew("status").err


def test_who_leaves_something_out_is_told_where_to_read_on(curfew: Terminal) -> None:
    ran = curfew("recompute")
    assert (ran.code, ran.err.strip().endswith("See curfew recompute --help.")) == (2, True)
