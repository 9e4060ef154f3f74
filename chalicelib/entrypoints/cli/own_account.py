"""Whose account the AWS keys of this shell, or of a profile, belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.cli.answers import CommandError, Exit

if TYPE_CHECKING:
    from chalicelib.flows.ports import Cloud


def own_account(cloud: Cloud, region: str, named_by: str) -> str:
    """The account, as AWS says it in that Region, which `named_by` names. Raises CommandError where it does not."""
    from chalicelib.entrypoints.discovering.remedies import one_line, unreached
    from chalicelib.flows.discover import account_of
    from chalicelib.flows.ports import Refusal

    account = account_of(cloud, region)
    if not isinstance(account, Refusal):
        return account
    if unreached(account):
        what = f"no AWS answers for {region} ({one_line(account)})"
        raise CommandError(f"{what}; correct {named_by} or AWS_ENDPOINT_URL", "unreachable", Exit.FAILED)
    what = f"AWS does not say whose keys these are ({account})"
    raise CommandError(f"{what}; say --profile NAME, log in again, or export AWS_ACCESS_KEY_ID", "no-keys", Exit.FAILED)
