"""Fetches the calendars that closures name by address, over https, from hosts that may be asked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from chalicelib.adapters.judged_connection import TIMEOUT, ForbiddenError, judged_connection, path_of
from chalicelib.flows.calendars import Unreachable

MOST_BYTES = 1_000_000
AT_ONCE = 20
PIECE = 65_536

Connect = Callable[[SplitResult, bool], HTTPConnection]


class HttpsCalendars:
    """The Calendars port. `allow_private` is for functions that run in a VPC."""

    def __init__(self, allow_private: bool = False, connect: Connect = judged_connection) -> None:
        self._allow_private = allow_private
        self._connect = connect

    def fetch(self, addresses: Collection[str]) -> dict[str, str | Unreachable]:
        """The text at each address, or why there is none; AT_ONCE at the same time."""
        if not addresses:
            return {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(addresses, pool.map(self._one, addresses), strict=True))

    def _one(self, address: str) -> str | Unreachable:
        try:
            return self._text(urlsplit(address))
        except ForbiddenError as error:
            return Unreachable(str(error))
        except (OSError, HTTPException, ValueError) as error:
            return Unreachable(f"it did not answer: {str(error) or type(error).__name__}")

    def _text(self, url: SplitResult) -> str | Unreachable:
        if url.scheme != "https" or not url.hostname:
            raise ForbiddenError("it is not an https address")
        connection = self._connect(url, self._allow_private)
        try:
            headers = {"User-Agent": "curfew", "Accept": "text/calendar", "Connection": "close"}
            connection.request("GET", path_of(url), headers=headers)
            return _read(connection.getresponse())
        finally:
            connection.close()


def _read(response: HTTPResponse) -> str | Unreachable:
    """The body, if it is all there within five seconds and not too long."""
    if 300 <= response.status < 400:
        host = urlsplit(response.headers.get("Location", "")).hostname or "another address"
        return Unreachable(f"it answered {response.status}, a redirect to {host}: write the address it leads to")
    if response.status != 200:
        return Unreachable(f"it answered {response.status}")
    ends, body = monotonic() + TIMEOUT, b""
    while piece := response.read1(PIECE):
        body += piece
        if len(body) > MOST_BYTES:
            return Unreachable("it is larger than 1 MB")
        if monotonic() > ends:
            return Unreachable("it did not answer within 5 seconds")
    return body.decode("utf-8", "replace")
