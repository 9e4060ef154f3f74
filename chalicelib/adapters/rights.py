"""Would AWS take this call? EC2 says so itself when asked for a dry run; for the others IAM simulates the policies.

The caller asks about itself, so the answers are those of the role that would make the calls.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from chalicelib.adapters.iam_names import prefix
from chalicelib.core.arns import arn
from chalicelib.core.model import Location
from chalicelib.core.refusal import Remedy, remedy
from chalicelib.core.rights import Permission
from chalicelib.core.snapshots import PREFIX
from chalicelib.kinds.contract import Call

DRY_RUN = "DryRunOperation"
HOW = "give its role iam:SimulatePrincipalPolicy on itself, or look into its policies"


OWN = {
    "rds:DeleteDBClusterSnapshot": f"cluster-snapshot:{PREFIX}any",
    "rds:DeleteDBSnapshot": f"snapshot:{PREFIX}any",
}
"""Actions that policies allow on snapshots of Curfew's only, and such a one: asked of all, the answer would be no."""


class Clients(Protocol):
    """Where clients come from (adapters.sessions.Sessions)."""

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client."""


def permissions(clients: Clients, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
    """Whether AWS would take each call, in their order; no call is made."""
    simulated = _simulated(clients, location, [call for call in calls if not _knows_dry_run(call)])
    return tuple(
        _dry_run(clients, location, call)
        if _knows_dry_run(call)
        else Permission(location, _action(call), *simulated[_iam_action(call)])
        for call in calls
    )


def _knows_dry_run(call: Call) -> bool:
    return "DryRun" in _model(call.service).operation_model(call.operation).input_shape.members


def _dry_run(clients: Clients, location: Location, call: Call) -> Permission:
    """What EC2 answers to the same request with DryRun: never that it was done."""
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    code, said = "", "it answered a dry run with a success"
    try:
        client = clients.client(call.service, location.account, location.region)
        getattr(client, xform_name(call.operation))(**{**call.parameters, "DryRun": True})
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        said = f"{code}: {error.response['Error'].get('Message', '')}".partition(" Encoded authorization")[0]
    except (BotoCoreError, ResponseParserError, LookupError) as error:
        said = str(error)
    allowed = True if code == DRY_RUN else False if remedy(code) is Remedy.RIGHTS else None
    return Permission(location, _action(call), allowed, "" if allowed else said)


Verdict = tuple[bool | None, str]


def _simulated(clients: Clients, location: Location, calls: Sequence[Call]) -> Mapping[str, Verdict]:
    """What IAM says of each action, by its name; unknown for all where IAM may not be asked."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    actions = sorted({_iam_action(call) for call in calls})
    if not actions:
        return {}
    try:
        sts = clients.client("sts", location.account, location.region)
        iam = clients.client("iam", location.account, location.region)
        who = _who(sts.get_caller_identity())
        answers = [iam.simulate_principal_policy(**asked, **who) for asked in _questions(location, actions)]
    except (ClientError, BotoCoreError, ResponseParserError, LookupError) as error:
        return dict.fromkeys(actions, (None, f"IAM cannot be asked ({_code(error)}); {HOW}"))
    results = [result for answer in answers for result in answer["EvaluationResults"]]
    verdicts = {result["EvalActionName"]: _verdict(result) for result in results}
    return {action: verdicts.get(action, (None, "IAM said nothing of it")) for action in actions}


def _questions(location: Location, actions: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    """One for all that is allowed on whatever there is, and one each for what is allowed on our own only."""
    if anywhere := [action for action in actions if action not in OWN]:
        yield {"ActionNames": anywhere}
    for action in actions:
        if action in OWN:
            yield {"ActionNames": [action], "ResourceArns": [arn(location, "rds", OWN[action])]}


def _who(identity: Mapping[str, str]) -> dict[str, Any]:
    """The caller as IAM knows it, with the user id by which member accounts tell acting from looking.

    arn:aws:sts::123456789012:assumed-role/NAME/SESSION is arn:aws:iam::123456789012:role/NAME; a role's path is
    not in it, and IAM then answers that there is no such role.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    caller = identity["Arn"]
    if ":assumed-role/" in caller:
        head, _, rest = caller.partition(":assumed-role/")
        caller = f"{head.replace(':sts:', ':iam:', 1)}:role/{rest.partition('/')[0]}"
    context = {"ContextKeyName": "aws:userid", "ContextKeyType": "string", "ContextKeyValues": [identity["UserId"]]}
    return {"PolicySourceArn": caller, "ContextEntries": [context]}


def _verdict(result: Mapping[str, Any]) -> Verdict:
    """Allowed, denied, or not known: without the right to read the organisation's policies IAM takes them for a no."""
    decision = result["EvalDecision"]
    if decision == "allowed":
        return True, ""
    if result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations") is False:
        return None, "IAM says that the organisation's service control policies do not allow it, or cannot be read"
    return False, f"IAM says {decision}"


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code") or type(error).__name__)


def _action(call: Call) -> str:
    return f"{call.service}:{call.operation}"


def _iam_action(call: Call) -> str:
    return f"{prefix(call.service)}:{call.operation}"


@cache
def _model(service: str) -> Any:
    import botocore.session

    return botocore.session.get_session().get_service_model(service)
