"""What the AWS Price List is asked, and which of the products that it answers with are meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Product = Mapping[str, Any]
"""One entry of PriceList in the answer of GetProducts, read from its JSON.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

_REGION_BEFORE_USAGE = r"(?:(?:EU|[A-Z]{3}[0-9])-)?"
"""APS3-, EU-, or nothing in us-east-1; no more than that, for TS-LoadBalancerUsage is another usage.

https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-region-billing-codes.html
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One product of a service. AWS finds by `filters`; of what it finds, `only` says what else the product has.

    `usage` is its usage type without the Region's prefix, "" for any. Letters' case does not matter in `only`.
    `engines`: its databaseEngine is the first of these that any such product has; () for any.
    """

    service: str
    filters: tuple[tuple[str, str], ...]
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    usage: str = ""
    engines: tuple[str, ...] = ()

    @property
    def request(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What AWS is asked: questions that have it in common are answered at once."""
        return self.service, self.filters

    def meant(self, products: Iterable[Product]) -> list[Product]:
        """The products that the question means, of those that AWS found."""
        found = [each for each in products if self._means(each["product"]["attributes"])]
        for engine in self.engines:
            of_it = [each for each in found if each["product"]["attributes"].get("databaseEngine") == engine]
            if of_it:
                return of_it
        return [] if self.engines else found

    def _means(self, attributes: Mapping[str, Any]) -> bool:
        if self.usage and not re.fullmatch(
            _REGION_BEFORE_USAGE + re.escape(self.usage), attributes.get("usagetype", "")
        ):
            return False
        return all(
            str(attributes.get(name, "")).casefold() in {value.casefold() for value in values}
            for name, values in self.only
        )
