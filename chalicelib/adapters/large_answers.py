"""Answers that are too large for the gateway wait in the bucket, behind a link that is good for fifteen minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

MOST_BYTES = 5_000_000
"""A Lambda function may answer 6 MB, encoding included.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""
PREFIX = "answers/"
"""What the bucket's lifecycle rule deletes after a week."""
GOOD_FOR_SECONDS = 900


class LargeAnswers:
    """One bucket; its client is made at first use."""

    def __init__(self, bucket: str, client_factory: Callable[[], Any]) -> None:
        self._bucket = bucket
        self._client_factory = client_factory

    def link(self, content: bytes, media: str = "application/json", name: str | None = None) -> str:
        """The content is in the bucket, under a name that cannot be guessed; the signed link to it.

        `name` is what a browser calls the file when it is fetched.
        """
        client, key = self._client_factory(), f"{PREFIX}{uuid4().hex}/{name or 'answer.json'}"
        client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=media)
        where = {"Bucket": self._bucket, "Key": key}
        link: str = client.generate_presigned_url("get_object", Params=where, ExpiresIn=GOOD_FOR_SECONDS)
        return link
