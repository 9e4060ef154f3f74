from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from chalicelib.adapters.probe import AwsProbe
from chalicelib.core.model import Location
from chalicelib.core.rights import Permission
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer, Call, Look

PLACE = Location("111122223333", "eu-west-1")


@dataclass
class Scripted:
    """A cloud that gives one answer to every look."""

    answer: tuple[Answer, ...] | Refusal = ()

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        return self.answer

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        return iter(())

    def may(self, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
        return ()


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/").partition("?")[0] or 200))
        self.send_header("Location", "http://169.254.169.254/latest/meta-data")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def probe(*addresses: str, allow_private: bool = False) -> AwsProbe:
    """A probe for which every name stands for these addresses."""
    return AwsProbe(Scripted(), allow_private, lambda host, port: list(addresses))


@pytest.mark.parametrize("status", [200, 204, 302])
def test_an_address_that_answers_2xx_or_3xx_is_healthy(port: int, status: int) -> None:
    url = f"http://orders.example:{port}/{status}?deep=yes"
    assert probe("127.0.0.1", allow_private=True).http(url) is None


@pytest.mark.parametrize("status", [404, 503])
def test_another_answer_is_told(port: int, status: int) -> None:
    said = probe("127.0.0.1", allow_private=True).http(f"http://orders.example:{port}/{status}")
    assert said == f"orders.example answered {status}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fd12::1",
        "::ffff:10.1.2.3",
        "64:ff9b::a01:203",
        "2002:a01:203::1",
    ],
)
def test_private_addresses_are_refused(address: str) -> None:
    said = probe(address).http("https://orders.example/healthz")
    assert said == "orders.example is a private address, which Curfew outside a VPC does not ask"


@pytest.mark.parametrize("allow_private", [False, True])
@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.170.2",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_link_local_and_metadata_addresses_are_refused_even_in_a_vpc(address: str, allow_private: bool) -> None:
    said = probe(address, allow_private=allow_private).http("http://orders.example/")
    assert said == "orders.example is a link-local or metadata address, which is never asked"


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    assert "private address" in (probe("93.184.215.14", "10.0.0.1").http("https://orders.example/") or "")


@pytest.mark.parametrize("url", ["ftp://orders.example/", "file:///etc/passwd", "orders.example", "https://"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert probe().http(url) == "the health check is no address; write https://HOST/PATH"


def test_a_name_that_does_not_resolve_is_told() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    said = AwsProbe(Scripted(), resolve=nowhere).http("https://orders.example/")
    assert said == "orders.example did not answer: Name or service not known"


def test_a_port_that_is_none_is_told() -> None:
    assert "did not answer" in (probe("127.0.0.1").http("https://orders.example:70000/") or "")


def target(name: str, state: str, reason: str = "") -> dict[str, Any]:
    health = {"State": state, **({"Reason": reason} if reason else {})}
    return {"Target": {"Id": name}, "TargetHealth": health}


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([target("i-1", "healthy"), target("i-2", "healthy")], None),
        ([], "no target is registered"),
        (
            [target("i-1", "healthy"), target("i-2", "initial", "Elb.RegistrationInProgress")],
            "1 of 2 targets healthy; i-2 is initial (Elb.RegistrationInProgress)",
        ),
        ([target("i-1", "draining")], "0 of 1 targets healthy; i-1 is draining"),
    ],
)
def test_a_target_group_is_healthy_when_all_its_targets_are(targets: list[Any], said: str | None) -> None:
    cloud = Scripted(({"TargetHealthDescriptions": targets},))
    assert AwsProbe(cloud).target_group(PLACE, "arn:tg") == said


def test_a_target_group_that_cannot_be_read_is_not_healthy() -> None:
    cloud = Scripted(Refusal("AccessDenied", "no"))
    assert AwsProbe(cloud).target_group(PLACE, "arn:tg") == "its target group cannot be read: AccessDenied: no"
