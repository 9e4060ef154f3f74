"""The price list through boto3: its pages, and the JSON texts on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.adapters.price_list import PriceList
from chalicelib.core.money.listed import Priced
from chalicelib.core.money.price_list import question
from chalicelib.core.money.question import Question
from chalicelib.flows.ports import Refusal
from tests.prices import server

TODAY = date(2026, 11, 16)
KEY = "ec2:ap-south-1:m5.xlarge:linux:shared:on-demand"
FILTERS = {
    "regionCode": "ap-south-1",
    "instanceType": "m5.xlarge",
    "operatingSystem": "Linux",
    "preInstalledSw": "NA",
    "tenancy": "Shared",
    "capacitystatus": "Used",
    "operation": "RunInstances",
}
ASKED = {
    "ServiceCode": "AmazonEC2",
    "Filters": [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in FILTERS.items()],
}


class One:
    """Gives the same client for whatever is asked."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[tuple[str, str, str]] = []

    def client(self, service: str, account: str, region: str) -> Any:
        self.asked.append((service, account, region))
        return self._client


@pytest.fixture
def clients() -> One:
    return One(boto3.Session("testing", "testing", region_name="us-east-1").client("pricing"))


@pytest.fixture
def stub(clients: One) -> Iterator[Stubber]:
    with Stubber(clients.client("", "", "")) as stub:
        clients.asked.clear()
        yield stub


def asked(clients: One) -> Priced | str | Refusal:
    made = question(KEY)
    assert isinstance(made, Question)
    return PriceList(AwsCloud(clients), "111122223333", "us-west-2").ask({KEY: made}, TODAY)[KEY]


def test_a_product_is_found_on_whatever_page_it_is(clients: One, stub: Stubber) -> None:
    other = json.dumps(server("OTHER", "0.2140000000", usagetype="APS3-HostBoxUsage:m5.xlarge"))
    first = {"FormatVersion": "aws_v1", "PriceList": [other], "NextToken": "more"}
    stub.add_response("get_products", first, ASKED)
    second = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(server("EC2LINUX", "0.2020000000"))]}
    stub.add_response("get_products", second, {**ASKED, "NextToken": "more"})
    said = asked(clients)
    assert isinstance(said, Priced)
    assert (said.rate.usd, said.rate.source) == (Decimal("0.202"), "AWS Price List API, AmazonEC2 EC2LINUX")
    assert clients.asked == [("pricing", "111122223333", "us-east-1")]


def test_a_refusal_is_told_as_such(clients: One, stub: Stubber) -> None:
    stub.add_client_error("get_products", "AccessDeniedException", "not authorized to perform: pricing:GetProducts")
    said = asked(clients)
    assert isinstance(said, Refusal)
    assert said.code == "AccessDeniedException"
