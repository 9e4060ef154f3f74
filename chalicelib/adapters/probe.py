"""An environment's own health checks: an address that answers, a target group whose targets are healthy.

People choose the addresses, so the functions must not be lent out for reaching into networks: names are
resolved once, every address they stand for is judged, and the connection goes to a judged one. Redirects are
not followed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from chalicelib.core.model import Location
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds.contract import Answer, Look

TIMEOUT = 5.0
"""Seconds to connect, and seconds for each part of the answer."""

PORTS = {"http": 80, "https": 443}

NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that carry an IPv4 one in their last 32 bits. RFC 6052, section 2.1"""

METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("fd00:ec2::23")})
"""Credentials are served here, and at link-local IPv4 addresses.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]


class ForbiddenError(Exception):
    """The address must not be asked."""


def resolved(host: str, port: int) -> list[str]:
    """Every address the name stands for. Raises OSError when there is none."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class AwsProbe:
    """The Probe port. `allow_private` is for functions that run in a VPC (and for tests)."""

    def __init__(self, cloud: Cloud, allow_private: bool = False, resolve: Resolve = resolved) -> None:
        self._cloud = cloud
        self._allow_private = allow_private
        self._resolve = resolve

    def http(self, url: str) -> str | None:
        """None when the address answers 2xx or 3xx; else what was seen, naming its host only."""
        address = urlsplit(url)
        try:
            status = self._status(address)
        except ForbiddenError as error:
            return str(error)
        except (OSError, HTTPException, ValueError) as error:
            return f"{address.hostname} did not answer: {str(error) or type(error).__name__}"
        return None if 200 <= status < 400 else f"{address.hostname} answered {status}"

    def target_group(self, location: Location, arn: str) -> str | None:
        """None when there are targets and every one is healthy."""
        look = Look("DescribeTargetHealth", {"TargetGroupArn": arn})
        answers = self._cloud.look(location, "elbv2", [look])
        if isinstance(answers, Refusal):
            return f"its target group cannot be read: {answers}"
        return _targets(answers[0])

    def _status(self, url: SplitResult) -> int:
        if url.scheme not in PORTS or not url.hostname:
            raise ForbiddenError("the health check is no address; write https://HOST/PATH")
        port = url.port or PORTS[url.scheme]
        peers = self._resolve(url.hostname, port)
        for peer in peers:
            self._judge(url.hostname, ip_address(peer.partition("%")[0]))
        connection = _Pinned(url.hostname, port, peers[0], url.scheme)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("GET", path, headers={"User-Agent": "curfew", "Connection": "close"})
            return connection.getresponse().status
        finally:
            connection.close()

    def _judge(self, host: str, address: Address) -> None:
        """Raises ForbiddenError where nobody's health check can be; link-local and metadata always."""
        peer = _embedded(address)
        if peer.is_link_local or peer in METADATA:
            raise ForbiddenError(f"{host} is a link-local or metadata address, which is never asked")
        if not self._allow_private and (not peer.is_global or peer.is_multicast):
            raise ForbiddenError(f"{host} is a private address, which Curfew outside a VPC does not ask")


class _Pinned(HTTPConnection):
    """A connection to one resolved address, under the name it was resolved from."""

    def __init__(self, host: str, port: int, peer: str, scheme: str) -> None:
        self.default_port = PORTS[scheme]
        super().__init__(host, port, timeout=TIMEOUT)
        self._peer = peer
        self._tls = ssl.create_default_context() if scheme == "https" else None

    def connect(self) -> None:
        """The socket is open, and for https the certificate was that of the name."""
        plain = socket.create_connection((self._peer, self.port), TIMEOUT)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host) if self._tls else plain


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _targets(answer: Answer) -> str | None:
    targets = answer["TargetHealthDescriptions"]
    if not targets:
        return "no target is registered"
    waiting = [target for target in targets if target["TargetHealth"]["State"] != "healthy"]
    if not waiting:
        return None
    healthy = len(targets) - len(waiting)
    first = waiting[0]
    return f"{healthy} of {len(targets)} targets healthy; {first['Target']['Id']} is {_why(first['TargetHealth'])}"


def _why(health: Answer) -> str:
    reason = health.get("Reason")
    return f"{health['State']} ({reason})" if reason else str(health["State"])
