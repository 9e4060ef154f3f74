"""wake, extend and --wait: promises in local time, one wish whatever the network does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pytest

from chalicelib.entrypoints.cli import times
from chalicelib.flows.people import Role
from tests.entrypoints.cli.terminal import Ran, Reply, Request, Terminal, behind_http, listening, problem, reply
from tests.entrypoints.served import Served, secret_of
from tests.flows.stage import MONDAY

GRANTED = {
    "environment": "orders-qa",
    "person": "dev1",
    "ready_at": "2027-03-08T12:11:00Z",
    "until": "2027-03-08T15:11:00Z",
    "sizes": {},
}


HUNG_UP: Reply = (0, "", b"")


def status(phase: str, *, resources: bool = True) -> Reply:
    resource = {"resource": "database", "id": "orders-db", "observed": "rising", "desired": "up", "note": None}
    return reply(200, {"phase": phase, "resources": [resource] if resources else []})


@pytest.fixture
def token(curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURFEW_TOKEN", "secret")


@pytest.mark.usefixtures("token")
class TestAWish:
    def asked(self, curfew: Terminal, answers: Reply | Iterator[Reply], *arguments: str) -> tuple[Ran, list[Request]]:
        """What came of a command, and what the server was asked; one answer is given again and again."""
        seen: list[Request] = []
        each = repeat(answers) if isinstance(answers, tuple) else answers

        def answer(request: Request) -> Reply:
            seen.append(request)
            return next(each)

        with listening(answer) as url:
            return curfew(*arguments, "--url", url), seen

    def test_is_sent_with_everything_that_was_said(self, curfew: Terminal) -> None:
        said = ("--for", "3h", "--reason", "demo", "--only", "database")
        ran, (request,) = self.asked(curfew, reply(201, GRANTED), "wake", "orders-qa", *said)
        assert json.loads(request.body) == {"for": "3h", "reason": "demo", "only": ["database"]}
        assert (request.method, request.path) == ("POST", "/environments/orders-qa/leases")
        assert ran.lines == ["orders-qa: ready ~16:11, asleep 19:11 (+04)"]

    @pytest.mark.parametrize(
        ("sizes", "words"),
        [
            ({"nodes": {"size": 4, "full": 30}}, "with 4 of 30 nodes"),
            ({"nodes": {"size": 4, "full": None}}, "with 4 nodes"),
            ({"nodes": {"size": 30, "full": 30}}, "with all 30 nodes"),
            ({"nodes": {"size": 4, "full": 30}, "web": {"size": 1, "full": 6}}, "with 4 of 30 nodes and 1 of 6 web"),
        ],
    )
    def test_for_less_than_all_is_promised_as_so_many_of_so_many(
        self, curfew: Terminal, sizes: object, words: str
    ) -> None:
        said = ("--size", "nodes=4", "--size", "web=1")
        ran, (request,) = self.asked(curfew, reply(201, GRANTED | {"sizes": sizes}), "wake", "orders-qa", *said)
        assert json.loads(request.body) == {"sizes": {"nodes": 4, "web": 1}}
        assert ran.lines == [f"orders-qa: ready ~16:11 {words}, asleep 19:11 (+04)"]

    def test_for_everything_says_that_no_size_is_light(self, curfew: Terminal) -> None:
        _, (request,) = self.asked(curfew, reply(201, GRANTED), "wake", "orders-qa", "--full")
        assert json.loads(request.body) == {"sizes": {}}

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            (["--size", "nodes"], "nodes is not a size; write a resource and a number, e.g. --size nodes=4"),
            (["--size", "nodes=-1"], "nodes=-1 is not a size; write a resource and a number, e.g. --size nodes=4"),
            (["--size", "nodes=0"], "nodes=0 is not a size; write a resource and a number, e.g. --size nodes=4"),
            (["--size", "nodes=4", "--size", "nodes=5"], "the size of nodes is said twice; give it once"),
            (["--size", "nodes=4", "--full"], "--size and --full exclude each other; give one of them"),
        ],
    )
    def test_with_a_size_that_is_none_is_not_sent(self, curfew: Terminal, said: list[str], message: str) -> None:
        ran, seen = self.asked(curfew, reply(201, GRANTED), "wake", "orders-qa", *said)
        assert (ran.code, seen) == (2, [])
        assert message in ran.err

    def test_is_tried_once_more_with_the_same_key_when_the_network_fails(self, curfew: Terminal) -> None:
        ran, (first, second) = self.asked(curfew, iter([HUNG_UP, reply(201, GRANTED)]), "wake", "orders-qa")
        assert ran.code == 0
        assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]

    def test_is_given_up_after_the_second_failure(self, curfew: Terminal) -> None:
        ran, seen = self.asked(curfew, HUNG_UP, "wake", "orders-qa")
        assert (ran.code, len(seen)) == (3, 2)

    def test_is_not_repeated_when_it_was_refused(self, curfew: Terminal) -> None:
        ran, seen = self.asked(curfew, problem(409, "refused", "only observed"), "wake", "orders-qa")
        assert (ran.code, len(seen)) == (1, 1)

    def test_has_a_key_of_its_own(self, curfew: Terminal) -> None:
        asked = [self.asked(curfew, reply(201, GRANTED), "wake", "orders-qa")[1] for _ in range(2)]
        assert len({request.headers["Idempotency-Key"] for (request,) in asked}) == 2

    @pytest.mark.parametrize(
        ("until", "sent"),
        [
            ("2027-03-08T22:30", "2027-03-08T18:30:00Z"),
            ("2027-03-08T22:30+01:00", "2027-03-08T21:30:00Z"),
            ("2027-03-08t22:30z", "2027-03-08T22:30:00Z"),
        ],
    )
    def test_for_an_end_without_an_offset_means_this_terminals_time(
        self, curfew: Terminal, until: str, sent: str
    ) -> None:
        _, (request,) = self.asked(curfew, reply(200, GRANTED), "extend", "orders-qa", "--until", until)
        assert json.loads(request.body) == {"until": sent}

    def test_asks_for_nothing_else_by_a_strange_name(self, curfew: Terminal) -> None:
        ran, requests = self.asked(curfew, reply(201, GRANTED), "wake", "../pause?x")
        assert (ran.code, requests) == (2, [])


@pytest.mark.usefixtures("token")
class TestWaiting:
    def wait(self, curfew: Terminal, *answers: Reply) -> tuple[int, str, str]:
        """Wakes and waits on a server whose last answer stays."""
        rest = iter(answers)

        def answer(request: Request) -> Reply:
            return reply(201, GRANTED) if request.method == "POST" else next(rest, answers[-1])

        with listening(answer) as url:
            ran = curfew("wake", "orders-qa", "--wait", "--url", url)
        return ran.code, ran.out.strip(), ran.err

    def test_ends_when_it_is_ready(self, curfew: Terminal) -> None:
        code, out, err = self.wait(curfew, status("starting"), status("slow"), status("up"))
        assert (code, out) == (0, "orders-qa: ready, asleep 19:11 (+04)")
        assert err.startswith("orders-qa: ready ~16:11, asleep 19:11 (+04)")
        assert "database orders-db: rising" in err

    def test_does_not_take_an_environment_for_ready_that_nobody_looked_at(self, curfew: Terminal) -> None:
        assert self.wait(curfew, status("up", resources=False), status("stuck"))[0] == 1

    @pytest.mark.parametrize("phase", ["stuck", "paused"])
    def test_ends_when_only_a_person_can_help(self, curfew: Terminal, phase: str) -> None:
        code, out, _ = self.wait(curfew, status("starting"), status(phase))
        assert (code, out) == (1, f"orders-qa is {phase}, not ready: curfew status orders-qa says why")

    def test_ends_when_it_takes_far_too_long(self, curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter(range(1000))
        monkeypatch.setattr(times, "now", lambda: MONDAY + timedelta(minutes=next(clock)))
        code, out, _ = self.wait(curfew, status("starting"))
        assert (code, out.split(",")[0]) == (1, "orders-qa is starting")

    def test_is_left_by_ctrl_c_and_the_lease_stays(self, curfew: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(seconds: float) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(time, "sleep", interrupted)
        code, out, _ = self.wait(curfew, status("starting"))
        assert code == 1
        assert "your lease stays until 19:11; to end it: curfew release orders-qa" in out


def test_a_wake_at_night_brings_the_environment_up(
    curfew: Terminal, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.stage.orders()
    served.stage.run_for(timedelta(hours=10))
    monkeypatch.setattr(times, "now", served.stage.clock.now)
    monkeypatch.setattr(time, "sleep", lambda seconds: served.stage.run_for(timedelta(minutes=1)))
    ran = curfew("wake", "orders-qa", "--for", "1h", "--wait", "--json")
    assert (ran.code, ran.json["phase"]) == (0, "up")


def test_settings_may_stand_in_a_file(
    curfew: Terminal, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CURFEW_URL")
    monkeypatch.delenv("CURFEW_TOKEN")
    config = tmp_path / "config" / "curfew" / "config.toml"
    config.parent.mkdir(parents=True)
    with listening(behind_http(served)) as url:
        config.write_text(f'url = "{url}/"\ntoken = "{secret_of(Role.ADMIN)}"\n')
        ran = curfew("status")
    assert ran.lines == ["There are no environments yet; curfew apply schedules brings them in."]


def test_a_settings_file_that_is_no_toml_is_told(curfew: Terminal, tmp_path: Path) -> None:
    config = tmp_path / "config" / "curfew" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("url: https://curfew.example\n")
    ran = curfew("status")
    assert ran.code == 2
    assert "is no TOML" in ran.err
