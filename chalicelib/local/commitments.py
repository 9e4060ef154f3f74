"""Savings Plans, which moto does not have, and reservations, of which it shows none: nobody has bought any here."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import convert_to_flask_response
from moto.ec2.responses.reserved_instances import ReservedInstances
from moto.moto_server.werkzeug_app import BackendRequest
from moto.rds.responses import RDSResponse
from moto.redshift.responses import RedshiftResponse

Patch = tuple[Any, str, Any]

SERVICE = "savingsplans"


class SavingsPlans(BaseResponse):
    """What moto's server calls for a request about Savings Plans."""

    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)

    def describe_savings_plans(self) -> ActionResult:
        """There are none.

        https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DescribeSavingsPlans.html
        """
        return ActionResult({"savingsPlans": []})


def savings_plans_app() -> Flask:
    """What answers requests about Savings Plans."""
    app = Flask("savings plans")
    app.request_class = BackendRequest  # moto takes requests of its own sort only
    answer: Any = convert_to_flask_response(SavingsPlans.dispatch)
    app.add_url_rule("/<operation>", endpoint="savings plans", view_func=answer, methods=["POST"])
    return app


def reservation_patches() -> Iterator[Patch]:
    """What to put in which place of moto, which does not answer for reservations."""
    yield ReservedInstances, "describe_reserved_instances", lambda self: ActionResult({"ReservedInstances": []})
    yield RDSResponse, "describe_reserved_db_instances", lambda self: ActionResult({"ReservedDBInstances": []})
    yield RedshiftResponse, "describe_reserved_nodes", lambda self: ActionResult({"ReservedNodes": []})
