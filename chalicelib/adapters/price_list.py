"""The AWS Price List Query API: on-demand rates of any Region, from whichever endpoint is nearest."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from chalicelib.core.model import Location
from chalicelib.core.money.listed import Priced, priced
from chalicelib.core.money.price_list import nearest
from chalicelib.core.money.question import Product, Question
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.price_list import SERVICE, look, products

AT_ONCE = 4


class PriceList:
    """Asked from Curfew's own account; what it answers is public."""

    def __init__(self, cloud: Cloud, account: str, region: str) -> None:
        self._cloud = cloud
        self._location = Location(account, nearest(region))

    def ask(self, questions: Mapping[str, Question], today: date) -> dict[str, Priced | str | Refusal]:
        """What the list says of each rate key, why that is no rate, or that AWS did not answer.

        Keys that one request answers share it. After a refusal the rest is not asked: it would be refused as well.
        """
        requests = {question.request: question for question in questions.values()}
        refused: list[Refusal] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = pool.map(lambda asked: self._products(asked, refused), requests.values())
            said = dict(zip(requests, answers, strict=True))
        return {key: _read(key, asked, said[asked.request], today) for key, asked in questions.items()}

    def _products(self, asked: Question, refused: list[Refusal]) -> tuple[Product, ...] | Refusal:
        if refused:
            return refused[0]
        answers = self._cloud.look(self._location, SERVICE, (look(asked),))
        if isinstance(answers, Refusal):
            refused.append(answers)
            return answers
        return products(answers)


def _read(key: str, asked: Question, said: tuple[Product, ...] | Refusal, today: date) -> Priced | str | Refusal:
    return said if isinstance(said, Refusal) else priced(key, asked, said, today)
