"""The address of a client: of the socket, or of what a trusted proxy says about it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
# A subscriber of IPv6 has at least so many addresses: they are one client.
CLIENT_PREFIX = 64
NOBODY = "unknown"


def parse_networks(value: str) -> tuple[Network, ...]:
    """Return the networks of ``SHOP_TRUSTED_PROXIES``; raises ValueError for one that is none."""
    return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())


def client_of(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Return the client behind ``peer``, an IPv6 address as its /64 network.

    ``forwarded`` are the values of ``X-Forwarded-For``. Anybody can write that header, so it is believed from
    its end and only as far as trusted proxies have written it.
    """
    found = _parse(peer or "")
    if found is None:
        return NOBODY
    hops = [hop.strip() for value in forwarded for hop in value.split(",")] if trusted else []
    while hops and any(found in network for network in trusted):
        hop = _parse(hops.pop())
        if hop is None:
            break
        found = hop
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, CLIENT_PREFIX), strict=False))
    return str(found)


def _parse(value: str) -> Address | None:
    try:
        address = ip_address(value)
    except ValueError:
        return None
    # ::ffff:192.0.2.1 and 192.0.2.1 are the same client.
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
