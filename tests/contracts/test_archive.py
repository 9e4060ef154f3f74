"""What every archive promises."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from chalicelib.adapters.s3_archive import S3Archive
from chalicelib.flows.archive import Archive, ArchiveError, Document
from tests.fakes.publication import MemoryArchive

BUCKETS = count()
PAGE = Document("report.html", b"<p>as it was</p>", "text/html; charset=utf-8")
KEY = "reports/2027-03/2027-03-aaaa/report.html"


@pytest.fixture
def bucket(aws: Callable[[str], Any]) -> str:
    name = f"archive-{next(BUCKETS)}"
    aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture(params=["memory", "s3"])
def archive(request: pytest.FixtureRequest) -> Archive:
    if request.param == "memory":
        return MemoryArchive()
    client = request.getfixturevalue("aws")("s3")
    return S3Archive(request.getfixturevalue("bucket"), lambda: client)


def test_a_document_comes_back_byte_for_byte(archive: Archive) -> None:
    archive.put(KEY, PAGE)
    assert archive.get(KEY) == PAGE.content


def test_there_is_nothing_under_another_key(archive: Archive) -> None:
    archive.put(KEY, PAGE)
    assert archive.get(f"{KEY}.old") is None


def test_what_is_there_is_never_written_over(archive: Archive) -> None:
    archive.put(KEY, PAGE)
    archive.put(KEY, Document("report.html", b"forged", "text/html"))
    assert archive.get(KEY) == PAGE.content


def test_a_link_names_the_document(archive: Archive) -> None:
    archive.put(KEY, PAGE)
    link = archive.link(KEY, "curfew-2027-03.html")
    assert link.startswith("http")
    assert KEY in link
    assert "curfew-2027-03.html" in link


def test_the_bucket_says_what_a_document_is_and_links_end(aws: Callable[[str], Any], bucket: str) -> None:
    archive = S3Archive(bucket, lambda: aws("s3"))
    archive.put(KEY, PAGE)
    assert aws("s3").head_object(Bucket=bucket, Key=KEY)["ContentType"] == "text/html; charset=utf-8"
    link = archive.link(KEY, "curfew-2027-03.html")
    assert "Expires=" in link
    assert "response-cache-control=no-store" in link


@pytest.mark.parametrize("ask", [lambda archive: archive.put(KEY, PAGE), lambda archive: archive.get(KEY)])
def test_what_s3_refuses_is_told_with_the_key(aws: Callable[[str], Any], ask: Callable[[Archive], object]) -> None:
    with pytest.raises(ArchiveError, match=f"^{KEY} in the bucket: .*NoSuchBucket"):
        ask(S3Archive("there-is-no-such-bucket", lambda: aws("s3")))
