"""Connections to addresses that people chose, which must not lend the functions out for reaching into networks.

Names are resolved once, every address they stand for is judged, and the connection goes to a judged one.
Redirects are nobody's business here: whoever uses the connection does not follow them.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from http.client import HTTPConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult

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


def judged_connection(url: SplitResult, allow_private: bool, resolve: Resolve = resolved) -> HTTPConnection:
    """A connection to the host of an http or https address, not open yet.

    Raises ForbiddenError where nobody's address can be, OSError when the name stands for none.
    """
    assert url.hostname
    port = url.port or PORTS[url.scheme]
    peers = resolve(url.hostname, port)
    for peer in peers:
        _judge(url.hostname, ip_address(peer.partition("%")[0]), allow_private)
    return _Pinned(url.hostname, port, peers[0], url.scheme)


def path_of(url: SplitResult) -> str:
    """What is asked for on the host: path and query."""
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _judge(host: str, address: Address, allow_private: bool) -> None:
    """Raises ForbiddenError; for link-local and metadata addresses always."""
    peer = _embedded(address)
    if peer.is_link_local or peer in METADATA:
        raise ForbiddenError(f"{host} is a link-local or metadata address, which is never asked")
    if not allow_private and (not peer.is_global or peer.is_multicast):
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
