"""boto3 clients for any account and Region, made when first needed and kept while their credentials last.

boto3 is imported on first use: its import and each client cost more than a warm call does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.pacer import Pacer
from chalicelib.flows.ports import Clock

LIFETIME = timedelta(hours=1)
"""How long assumed credentials last: the longest AWS grants when a role assumes another.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html#role-chaining
"""

MARGIN = timedelta(minutes=5)
"""How long before their end credentials are no longer used."""


@dataclass(frozen=True, slots=True)
class Role:
    """The role that Curfew assumes in an account, with the external id that its trust policy asks for."""

    arn: str
    external_id: str | None = None


class NoRoleError(LookupError):
    """Curfew has no way into an account."""


@dataclass(frozen=True, slots=True)
class _Login:
    """A boto3 session, and until when its credentials are good (None: boto3 renews them itself)."""

    session: Any
    until: datetime | None = None


class Sessions:
    """Clients by service, account and Region.

    The role listed for an account is assumed, under `session_name` (member accounts let only some names act);
    without one, the own account is used as it is. `pacer` decides about retries; without one, botocore does.
    AWS_ENDPOINT_URL and the other settings that boto3 reads from the environment hold.
    """

    def __init__(
        self,
        own_account: str,
        roles: Mapping[str, Role],
        clock: Clock | None = None,
        session_name: str = "curfew",
        pacer: Pacer | None = None,
    ) -> None:
        self._own_account = own_account
        self._roles = roles
        self._clock = clock or SystemClock()
        self._session_name = session_name
        self._pacer = pacer
        self._logins: dict[str, _Login] = {}
        self._clients: dict[tuple[str, str, str], tuple[_Login, Any]] = {}
        self._lock = RLock()

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client whose credentials are good for five minutes at least.

        Raises NoRoleError for an account that has no role, and what STS raises when the role cannot be assumed.
        """
        key = (service, account, region)
        with self._lock:
            login = self._login(account, region)
            made_with, client = self._clients.get(key, (None, None))
            if made_with is not login:
                client = self._made(login.session, service, account, region)
                self._clients[key] = (login, client)
            return client

    def _made(self, session: Any, service: str, account: str, region: str) -> Any:
        if self._pacer is None:
            return session.client(service, region_name=region, config=_config(service, attempts=3))
        client = session.client(service, region_name=region, config=_config(service, attempts=1))
        self._pacer.pace(client, account, region)
        return client

    def _login(self, account: str, region: str) -> _Login:
        login = self._logins.get(account)
        if login is None or (login.until is not None and login.until <= self._clock.now() + MARGIN):
            login = self._logins[account] = self._log_in(account, region)
        return login

    def _log_in(self, account: str, region: str) -> _Login:
        import boto3

        role = self._roles.get(account)
        if role:
            return self._assumed(role, region)
        if account != self._own_account:
            raise NoRoleError(f"account {account} has no role; give it one in organisation.yaml under accounts")
        return _Login(boto3.Session())

    def _assumed(self, role: Role, region: str) -> _Login:
        import boto3

        sts = self._made(boto3, "sts", self._own_account, region)
        external = {"ExternalId": role.external_id} if role.external_id else {}
        seconds = int(LIFETIME.total_seconds())
        named = {"RoleArn": role.arn, "RoleSessionName": self._session_name}
        answer = sts.assume_role(**named, DurationSeconds=seconds, **external)
        given = answer["Credentials"]
        session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return _Login(session, self._clock.now() + LIFETIME)


SIGNED = {"s3": "s3v4"}
"""botocore still signs links to S3 by version 2 in old Regions, which no bucket made since 2020 takes.

https://docs.aws.amazon.com/AmazonS3/latest/API/Appendix-Sigv2.html
"""


def _config(service: str, attempts: int) -> Any:
    """Short timeouts and few attempts of botocore's own, so that one slow endpoint cannot use up a claim."""
    from botocore.config import Config

    retries: Any = {"total_max_attempts": attempts, "mode": "standard"}
    waits = {"connect_timeout": 2, "read_timeout": 10, "retries": retries, "max_pool_connections": 16}
    return Config(signature_version=SIGNED.get(service), **waits)
