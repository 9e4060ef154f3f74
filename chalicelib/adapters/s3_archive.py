"""Kept reports in the bucket. A put is conditional, so that what is there is never written over.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.flows.archive import ArchiveError, Document

THERE, ABSENT = "PreconditionFailed", "NoSuchKey"
GOOD_FOR_SECONDS = 900


class S3Archive:
    """One bucket; its client is made at first use.

    Who may not list the bucket is told "access denied" of a key under which nothing is.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """

    def __init__(self, bucket: str, client_factory: Callable[[], Any]) -> None:
        self._bucket = bucket
        self._client_factory = client_factory

    def put(self, key: str, document: Document) -> None:
        """As the port says."""
        what = {"Body": document.content, "ContentType": document.media}
        with _told(key), _fine_if(THERE):
            self._client_factory().put_object(Bucket=self._bucket, Key=key, IfNoneMatch="*", **what)

    def get(self, key: str) -> bytes | None:
        """As the port says."""
        found: list[bytes] = []
        with _told(key), _fine_if(ABSENT):
            found.append(self._client_factory().get_object(Bucket=self._bucket, Key=key)["Body"].read())
        return found[0] if found else None

    def link(self, key: str, name: str) -> str:
        """As the port says."""
        shown = {"ResponseContentDisposition": f'inline; filename="{name}"', "ResponseCacheControl": "no-store"}
        where = {"Bucket": self._bucket, "Key": key, **shown}
        client = self._client_factory()
        link: str = client.generate_presigned_url("get_object", Params=where, ExpiresIn=GOOD_FOR_SECONDS)
        return link


@contextmanager
def _fine_if(code: str) -> Iterator[None]:
    """S3's refusal with that code is no error."""
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise


@contextmanager
def _told(key: str) -> Iterator[None]:
    """What went wrong with S3 is an ArchiveError that names the key."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise ArchiveError(f"{key} in the bucket: {error}") from error
