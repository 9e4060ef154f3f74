"""The price list, which moto does not have: what an hour of an EC2 instance costs on demand.

The embedded book's prices where it knows one, else made up: by size alone, and the same in every Region.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-api.html
"""

import json
import re
from decimal import Decimal
from typing import Any

from flask import Flask
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import convert_to_flask_response
from moto.moto_server.werkzeug_app import BackendRequest

from chalicelib.adapters.price_book import PriceBook

SERVICE = "pricing"
BOOK = PriceBook()
OF_LARGE = Decimal("0.10")
"""US dollars an hour."""
SIZES = {"medium": Decimal("0.5"), "large": Decimal(1), "xlarge": Decimal(2)}
"""How many times the price of `large`; of `4xlarge` it is four times that of `xlarge`."""


class PriceList(BaseResponse):
    """What moto's server calls for a request to the price list."""

    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)

    def get_products(self) -> ActionResult:
        """The one product of the instance type that the filters name; none for other questions.

        https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
        """
        asked = {one["Field"]: one["Value"] for one in self._get_param("Filters", [])}
        price = _known(asked) or price_of(asked.get("instanceType", ""))
        products = [] if price is None else [json.dumps(_product(asked, price))]
        return ActionResult({"FormatVersion": "aws_v1", "PriceList": products})


def price_of(instance_type: str) -> Decimal | None:
    """US dollars an hour; None for what is no instance type, or has a size without a price."""
    told = re.fullmatch(r"[a-z0-9-]+\.(\d*)(medium|large|xlarge)", instance_type)
    return OF_LARGE * SIZES[told[2]] * int(told[1] or 1) if told else None


def _known(asked: dict[str, str]) -> Decimal | None:
    known = BOOK.rate(f"ec2:{asked.get('regionCode')}:{asked.get('instanceType')}:linux:shared:on-demand")
    return known.usd if known else None


def price_list_app() -> Flask:
    """What answers requests to the price list."""
    app = Flask("price list")
    app.request_class = BackendRequest  # moto takes requests of its own sort only
    answer: Any = convert_to_flask_response(PriceList.dispatch)
    app.add_url_rule("/", endpoint="price list", view_func=answer, methods=["POST"])
    return app


def _product(attributes: dict[str, str], price: Decimal) -> dict[str, Any]:
    sku = f"SIM{attributes['instanceType'].replace('.', '').upper()}"
    hourly = {"unit": "Hrs", "pricePerUnit": {"USD": f"{price:.10f}"}}
    term = {"sku": sku, "priceDimensions": {f"{sku}.ONDEMAND.HOUR": hourly}}
    return {
        "serviceCode": "AmazonEC2",
        "product": {"sku": sku, "productFamily": "Compute Instance", "attributes": attributes},
        "terms": {"OnDemand": {f"{sku}.ONDEMAND": term}},
    }
