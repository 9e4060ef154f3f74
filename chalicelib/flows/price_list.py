"""The price list's questions as a look at AWS, and its answers as products."""

from __future__ import annotations

import json
from collections.abc import Iterable

from chalicelib.core.money.question import Product, Question
from chalicelib.kinds.contract import Answer, Look

SERVICE, PRODUCTS = "pricing", "GetProducts"
READS = ((SERVICE, PRODUCTS),)


def look(asked: Question) -> Look:
    """What the list is asked.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
    """
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in asked.filters]
    return Look(PRODUCTS, {"ServiceCode": asked.service, "Filters": filters}, SERVICE)


def products(answers: Iterable[Answer]) -> tuple[Product, ...]:
    """The products on all pages."""
    return tuple(json.loads(entry) for answer in answers for entry in answer.get("PriceList", ()))
