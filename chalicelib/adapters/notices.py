"""What an owner is told, in people's words: what happened and what to do, by topic or by webhook."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What

TIMEOUT = 5.0

LONGEST_SUBJECT = 100
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""

MOST_LINES = 20
"""Lines of one kind in a notice; beyond, a count stands for the rest."""


@dataclass(frozen=True, slots=True)
class Words:
    """How one sort of event is told: a headline, and what to do where the event's own text does not say it."""

    said: str
    remedy: str = ""


WORDS = {
    What.NOT_READY: Words("not ready at its opening", "curfew status {name} says what it waits for"),
    What.STUCK: Words("stuck"),
    What.CONTESTED: Words(
        "left alone: something else keeps undoing what Curfew does",
        "stop the other, or take the resource out of the file; then: curfew retry {name}",
    ),
    What.INELIGIBLE: Words(
        "cannot be stopped", "take off what forbids it, or take it out of the file; then: curfew retry {name}"
    ),
    What.STILL_UP: Words("still up after its closing", "curfew status {name} says what stays up, and why"),
    What.STOP_WARNING: Words("about to be stopped"),
    What.BROKEN_FILE: Words(
        "left as it is: its file cannot be used", "correct the file (curfew validate), then: curfew apply FILE"
    ),
    What.NEWCOMER: Words(
        "newly matched resources",
        "nothing, if they should rest with the others; else take them out of the selection, or tag them curfew:never",
    ),
    What.OBSERVED: Words(
        "observed so far", "curfew doctor {name} says what to mend first; then write mode: act, and curfew apply FILE"
    ),
    What.OLD_CALENDAR: Words("an old copy of a calendar is used", "mend the address, then: curfew apply FILE"),
    What.ESTIMATED_HOLIDAY: Words("a holiday may move"),
    What.POSTPONED: Words(
        "in use, so its stop waits", "to put it to rest at once: curfew sleep {name}; to keep it up: curfew wake {name}"
    ),
    What.STILL_BUSY: Words("still in use after the longest postponement"),
    What.MAINTENANCE_UNREAD: Words(
        "its maintenance windows cannot be read", "give the role the right, or correct maintenance: in its file"
    ),
    What.ADOPTED: Words(
        "started outside Curfew",
        "to keep it up longer: curfew wake {name}; an operator can end it now: curfew sleep {name} --insist",
    ),
    What.KEPT: Words("a size was changed while it slept", "if that was a mistake, set them back by hand"),
    What.OWNED_ELSEWHERE: Words("selects what is another environment's", "take it out of one of the two files"),
}
"""In the order in which a notice tells them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one environment."""

    environment: str
    subject: str
    text: str


class Sender(Protocol):
    """One way to reach an owner."""

    def send(self, owner: Team, notice: Notice) -> None:
        """The notice was handed over, or the owner has no address of this sort."""


class SendError(Exception):
    """A notice could not be handed over. Its text holds no address: webhook addresses are secrets."""


def notice(environment: str, events: Sequence[Event]) -> Notice:
    """One message for these events of one environment; all must be of events.NOTICED."""
    told = [what for what in WORDS if any(event.what is what for event in events)]
    parts = [_part(environment, what, [event for event in events if event.what is what]) for what in told]
    subject = f"{environment}: {', '.join(WORDS[what].said for what in told)}"
    return Notice(environment, subject[:LONGEST_SUBJECT], "\n\n".join(parts))


def _part(environment: str, what: What, events: Sequence[Event]) -> str:
    words = WORDS[what]
    lines = [f"{environment}: {words.said}", *(_line(event) for event in events[:MOST_LINES])]
    if len(events) > MOST_LINES:
        lines.append(f"- and {len(events) - MOST_LINES} more")
    if words.remedy:
        lines.append(f"What to do: {words.remedy.format(name=environment)}")
    return "\n".join(lines)


def _line(event: Event) -> str:
    who = " ".join(part for part in (event.resource, f"({event.id})" if event.id else None) if part)
    return f"- {': '.join(part for part in (who, event.text) if part)}"


class TopicSender:
    """Publishes to an SNS topic; the attribute `owner` lets each subscription choose its team.

    `client` gives an SNS client and is asked when the first notice is sent.
    """

    def __init__(self, client: Callable[[], Any], topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def send(self, owner: Team, notice: Notice) -> None:
        """The topic took the notice. Raises what boto3 raises."""
        self._client().publish(
            TopicArn=self._topic_arn,
            Subject=notice.subject,
            Message=notice.text,
            MessageAttributes={
                "owner": {"DataType": "String", "StringValue": owner.name},
                "environment": {"DataType": "String", "StringValue": notice.environment},
            },
        )


Post = Callable[[str, bytes], int]


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect is not followed: it could lead the notice anywhere."""


def post(url: str, body: bytes) -> int:
    """The status that a JSON POST was answered with. Raises OSError when there was no answer."""
    request = Request(url, data=body, headers={"Content-Type": "application/json"})
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


CONTROLS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _plain(text: str) -> str:
    """The text without what chat services take for mentions and links: a tag's value may hold `<!channel>`.

    https://api.slack.com/docs/message-formatting (how to escape characters)
    """
    return text.translate(CONTROLS)


class WebhookSender:
    """Posts `{"text": ...}` to the owner's incoming webhook, over https only."""

    def __init__(self, post: Post = post) -> None:
        self._post = post

    def send(self, owner: Team, notice: Notice) -> None:
        """The webhook answered 2xx, or the owner has none. Raises SendError."""
        if owner.webhook is None:
            return
        if not owner.webhook.startswith("https://"):
            raise SendError(f"the webhook of {owner.name} does not begin with https://")
        body = json.dumps({"text": _plain(f"{notice.subject}\n{notice.text}")}).encode()
        try:
            status = self._post(owner.webhook, body)
        except (OSError, HTTPException, ValueError) as error:
            raise SendError(f"the webhook of {owner.name} did not answer: {type(error).__name__}") from None
        if not 200 <= status < 300:
            raise SendError(f"the webhook of {owner.name} answered {status}")
