from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.large_answers import LargeAnswers

BUCKET = "curfew-dev-answers"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[LargeAnswers]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        yield LargeAnswers(BUCKET, lambda: s3)


def test_an_answer_waits_where_its_link_says_and_the_link_ends(answers: LargeAnswers) -> None:
    link = answers.link(json.dumps({"items": [1, 2]}).encode())
    (listed,) = boto3.client("s3", region_name="us-east-1").list_objects_v2(Bucket=BUCKET)["Contents"]
    kept = boto3.client("s3", region_name="us-east-1").get_object(Bucket=BUCKET, Key=listed["Key"])
    assert json.loads(kept["Body"].read()) == {"items": [1, 2]}
    assert listed["Key"].startswith("answers/")
    assert listed["Key"] in link
    assert "Expires=" in link


def test_two_answers_never_share_a_name(answers: LargeAnswers) -> None:
    assert answers.link(b"{}") != answers.link(b"{}")
