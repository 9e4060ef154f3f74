from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.notices import Notice, SendError, TopicSender, WebhookSender, notice
from chalicelib.core.model import Team
from chalicelib.flows.events import NOTICED, Event, What

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOOK = "https://chat.example/hooks/very-secret"
TOLD = Notice("shop-qa", "shop-qa: stuck", "text")


def event(what: What, text: str = "", **fields: Any) -> Event:
    return Event(what, "shop-qa", AT, text, **fields)


@pytest.mark.parametrize("what", sorted(NOTICED))
def test_every_noticed_event_has_its_words(what: What) -> None:
    told = notice("shop-qa", [event(what, "this happened")])
    assert told.subject.startswith("shop-qa: ")
    assert "this happened" in told.text


def test_a_notice_says_what_happened_and_what_to_do() -> None:
    told = notice(
        "shop-qa",
        [
            event(What.KEPT, "max was 55, now 60", resource="nodes", id="shop-nodes"),
            event(What.NOT_READY, "waiting for nodes"),
        ],
    )
    assert told.subject == "shop-qa: not ready at its opening, a size was changed while it slept"
    assert told.text == (
        "shop-qa: not ready at its opening\n"
        "- waiting for nodes\n"
        "What to do: curfew status shop-qa says what it waits for\n"
        "\n"
        "shop-qa: a size was changed while it slept\n"
        "- nodes (shop-nodes): max was 55, now 60\n"
        "What to do: if that was a mistake, set them back by hand"
    )


def test_many_events_of_one_sort_are_counted() -> None:
    told = notice("shop-qa", [event(What.KEPT, str(number)) for number in range(25)])
    assert "- and 5 more" in told.text


def test_a_subject_fits_into_what_sns_takes() -> None:
    told = notice("x" * 63, [event(what) for what in NOTICED])
    assert len(told.subject) <= 100


class Topic:
    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, **asked: Any) -> None:
        self.published.append(asked)


def test_a_topic_gets_the_notice_with_its_owner_as_attribute() -> None:
    topic = Topic()
    TopicSender(lambda: topic, "arn:topic").send(Team("shop-team"), TOLD)
    (asked,) = topic.published
    assert (asked["TopicArn"], asked["Subject"], asked["Message"]) == ("arn:topic", TOLD.subject, TOLD.text)
    assert asked["MessageAttributes"]["owner"]["StringValue"] == "shop-team"


def test_a_webhook_gets_json_with_a_text() -> None:
    posted: list[tuple[str, bytes]] = []

    def take(url: str, body: bytes) -> int:
        posted.append((url, body))
        return 200

    WebhookSender(take).send(Team("shop-team", webhook=HOOK), TOLD)
    assert [(url, json.loads(body)) for url, body in posted] == [(HOOK, {"text": "shop-qa: stuck\ntext"})]


def test_what_tags_say_calls_nobody_and_links_nowhere() -> None:
    posted: list[bytes] = []

    def take(url: str, body: bytes) -> int:
        posted.append(body)
        return 200

    told = Notice("shop-qa", "shop-qa: stuck", "matched by tags Team=<!channel> & <https://x.example|web>")
    WebhookSender(take).send(Team("shop-team", webhook=HOOK), told)
    assert json.loads(posted[0])["text"] == (
        "shop-qa: stuck\nmatched by tags Team=&lt;!channel&gt; &amp; &lt;https://x.example|web&gt;"
    )


def test_an_owner_without_webhook_is_left_alone() -> None:
    def fail(url: str, body: bytes) -> int:
        raise AssertionError(url)

    WebhookSender(fail).send(Team("shop-team"), TOLD)


@pytest.mark.parametrize(
    ("webhook", "answer", "said"),
    [
        (HOOK, 404, "answered 404"),
        (HOOK, OSError("very-secret"), "did not answer: OSError"),
        (HOOK, ValueError("very-secret"), "did not answer: ValueError"),
        ("http://chat.example/hooks/very-secret", 200, "does not begin with https://"),
    ],
)
def test_a_webhook_that_fails_is_told_without_its_address(webhook: str, answer: int | Exception, said: str) -> None:
    def post(url: str, body: bytes) -> int:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(SendError, match=said) as raised:
        WebhookSender(post).send(Team("shop-team", webhook=webhook), TOLD)
    assert "secret" not in str(raised.value)
    assert "shop-team" in str(raised.value)
