"""IAM as it answers who asks what its policies allow: here everything, as the embedded cloud has no policies."""

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

Patch = tuple[Any, str, Any]


def policy_patches() -> Iterator[Patch]:
    """What to put in which place of moto, which knows no SimulatePrincipalPolicy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """

    def simulate_principal_policy(self: Any) -> ActionResult:
        actions = self._get_param("ActionNames", [])
        allowed = [{"EvalActionName": name, "EvalResourceName": "*", "EvalDecision": "allowed"} for name in actions]
        return ActionResult({"EvaluationResults": allowed, "IsTruncated": False})

    yield IamResponse, "simulate_principal_policy", simulate_principal_policy
