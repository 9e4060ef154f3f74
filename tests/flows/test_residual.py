"""What keeps billing, read once a day for the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.keeps_billing import Held, Use
from chalicelib.core.model import Location, Resource
from chalicelib.core.money.spans import Span
from chalicelib.flows.keeping_billing import Billed, Everything
from chalicelib.flows.looking import Unseen
from chalicelib.flows.ports import Refusal
from chalicelib.flows.residual import residual_readings
from chalicelib.flows.spans import spans_of
from tests.fakes.cloud import HERE
from tests.flows.stage import MONDAY, Stage, definition

DAY = timedelta(days=1)
SERVER = Resource("server", "ec2-instance", tags=(("Environment", "orders-qa"),))
TAGS = {"Environment": "orders-qa"}
GATEWAY = Held("arn:aws:ec2:eu-central-1:111122223333:natgateway/nat-1", "nat-1", HERE, (Use("nat-gateway"),), TAGS)
VOLUME = "arn:aws:ec2:eu-central-1:111122223333:volume/vol-1"
BROKEN = Unseen(HERE, "NAT gateways", "ec2", "DescribeNatGateways", Refusal("UnauthorizedOperation", "no"))


def volume(gigabytes: int | None) -> Held:
    uses = None if gigabytes is None else (Use("ebs.gp3.gb", Decimal(gigabytes)),)
    return Held(VOLUME, "vol-1", HERE, uses, part_of="i-1")


def days(*billed: Billed) -> tuple[Span, ...]:
    """The spans of an environment whose days were closed with this seen to keep billing, one day after another."""
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-1", tags=TAGS)
    meant = stage.apply(definition(SERVER))
    stage.run_for(timedelta(minutes=5))
    for one in billed:
        stage.clock.advance(DAY)
        residual_readings(stage.world, meant, stage.store.states("orders-qa"), _said(one))
    found = spans_of(stage.store, "orders-qa", MONDAY, MONDAY + 10 * DAY)
    return tuple(span for span in found if span.keeps)


def ran(spans: tuple[Span, ...]) -> list[tuple[str, str, int, datetime, datetime]]:
    return [(span.resource, span.rate, int(span.units), _day(span.begins), _day(span.ends)) for span in spans]


def test_what_keeps_billing_is_one_span_however_often_it_is_read() -> None:
    (span,) = days(*[Billed((GATEWAY,))] * 3)
    assert (span.rate, span.starts, span.resource) == ("keep:eu-central-1:nat-gateway", False, "")


def test_what_is_part_of_a_resource_is_billed_with_it_and_may_grow() -> None:
    assert ran(days(Billed((volume(100),)), Billed((volume(150),)), Billed((volume(150),)))) == [
        ("server", "keep:eu-central-1:ebs.gp3.gb", 100, MONDAY + DAY, MONDAY + 10 * DAY),
        ("server", "keep:eu-central-1:ebs.gp3.gb", 50, MONDAY + 2 * DAY, MONDAY + 10 * DAY),
    ]


def test_what_is_gone_ends_when_that_was_seen() -> None:
    assert ran(days(Billed((GATEWAY,)), Billed(()), Billed(()))) == [
        ("", "keep:eu-central-1:nat-gateway", 1, MONDAY + DAY, MONDAY + 2 * DAY)
    ]


def test_what_could_not_be_looked_at_goes_on() -> None:
    (span,) = days(Billed((GATEWAY,)), Billed((), (BROKEN,)))
    assert _day(span.ends) == MONDAY + 10 * DAY


def test_what_cannot_be_told_is_not_computable_rather_than_nothing() -> None:
    assert [span.rate for span in days(Billed((volume(None),)))] == ["keep:eu-central-1:not-told"]


def _said(billed: Billed) -> Everything:
    def everything(location: Location) -> Billed:
        return billed

    return everything


def _day(at: datetime) -> datetime:
    return at.replace(minute=0, second=0)
