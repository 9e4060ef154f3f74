"""The AWS Price List Query API: on-demand rates of any Region, from whichever endpoint is nearest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from chalicelib.core.model import Location
from chalicelib.core.money.listed import Priced, Product, priced
from chalicelib.core.money.price_list import Question, nearest
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds.contract import Look

READS = (("pricing", "GetProducts"),)
AT_ONCE = 4

Asked = tuple[str, tuple[tuple[str, str], ...]]
"""A service and filters: what one request asks. Keys may share it."""


class PriceList:
    """Asked from Curfew's own account; what it answers is public."""

    def __init__(self, cloud: Cloud, account: str, region: str) -> None:
        self._cloud = cloud
        self._location = Location(account, nearest(region))

    def ask(self, questions: Mapping[str, Question], today: date) -> dict[str, Priced | str | Refusal]:
        """What the list says of each rate key, why that is no rate, or that AWS did not answer.

        Keys that one request answers share it. After a refusal the rest is not asked: it would be refused as well.
        """
        requests = sorted({_asked(question) for question in questions.values()})
        refused: list[Refusal] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            said = dict(zip(requests, pool.map(lambda asked: self._products(asked, refused), requests), strict=True))
        return {key: _read(key, each, said[_asked(each)], today) for key, each in questions.items()}

    def _products(self, asked: Asked, refused: list[Refusal]) -> tuple[Product, ...] | Refusal:
        if refused:
            return refused[0]
        service, filters = asked
        matches = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters]
        look = Look("GetProducts", {"ServiceCode": service, "Filters": matches}, "pricing")
        answers = self._cloud.look(self._location, look.service, (look,))
        if isinstance(answers, Refusal):
            refused.append(answers)
            return answers
        return tuple(json.loads(entry) for answer in answers for entry in answer.get("PriceList", ()))


def _asked(question: Question) -> Asked:
    return question.service, question.filters


def _read(key: str, asked: Question, said: tuple[Product, ...] | Refusal, today: date) -> Priced | str | Refusal:
    return said if isinstance(said, Refusal) else priced(key, asked, said, today)
