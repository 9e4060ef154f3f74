"""AWS with the keys of the person who asks, before anything is deployed: any Region, one account, no roles."""

from __future__ import annotations

import os
from typing import Any

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.adapters.pacer import Pacer

CONNECT_SECONDS, READ_SECONDS = 5, 30
"""A person waits, and no claim runs out: longer than the service's own."""


class KeysError(Exception):
    """The keys, or where to use them, cannot be told; the message says what to write."""


class OwnKeys:
    """Clients with the keys of a profile, or those that boto3 finds by itself. AWS_ENDPOINT_URL holds.

    Raises KeysError for a profile that there is not.
    """

    def __init__(self, profile: str | None, pacer: Pacer | None = None) -> None:
        import boto3
        from botocore.exceptions import BotoCoreError

        try:
            self._session = boto3.Session(profile_name=profile)
        except BotoCoreError as error:
            known = ", ".join(boto3.Session().available_profiles) if profile else ""
            raise KeysError(f"{error}; name one of {known}" if known else f"{error}; see aws configure") from error
        self._pacer = pacer or Pacer()
        self._clients: dict[tuple[str, str], Any] = {}

    @property
    def region(self) -> str:
        """The Region that the shell, or the profile, names. Raises KeysError where none does.

        AWS_REGION comes first, as for the AWS CLI; boto3 does not read it.
        https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
        """
        region = os.environ.get("AWS_REGION") or self._session.region_name
        if region is None:
            raise KeysError("no Region is set; say --region eu-central-1, or export AWS_REGION")
        return str(region)

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client, made once for each service and Region; the account is that of the keys.

        Raises KeysError where AWS_ENDPOINT_URL is no address.
        """
        from botocore.config import Config

        key = (service, region)
        if key not in self._clients:
            times: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
            config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, **times)
            try:
                self._clients[key] = self._session.client(service, region_name=region, config=config)
            except ValueError as error:  # what is no address at all
                raise KeysError(f"{error}; correct AWS_ENDPOINT_URL (http://...), or unset it") from error
            self._pacer.pace(self._clients[key], account, region)
        return self._clients[key]

    def cloud(self) -> AwsCloud:
        """AWS as these keys may see it."""
        return AwsCloud(self)
