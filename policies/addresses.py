"""Arithmetic of IP ranges: the networks that a set of rules opens together, however it is cut."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

WORLD_BITS = {4: 8, 6: 16}
"""A union that holds more public addresses than a network of this length is open to the world."""

Network = IPv4Network | IPv6Network


def union(cidrs: Iterable[str]) -> list[Network]:
    """The fewest networks that hold the same addresses. Raises ValueError for text that is no network."""
    # Not strict: EC2 takes a network with bits of a host in it, and masks them.
    networks = [ip_network(cidr, strict=False) for cidr in cidrs]
    # Halves of the internet add up to it: 0.0.0.0/1 and 128.0.0.0/1 pass whoever compares texts.
    v4 = collapse_addresses(each for each in networks if isinstance(each, IPv4Network))
    v6 = collapse_addresses(each for each in networks if isinstance(each, IPv6Network))
    return [*v4, *v6]


def public(cidrs: Iterable[str]) -> list[Network]:
    """The parts of a union that are not private addresses."""
    return [network for network in union(cidrs) if not _is_private(network)]


def without(cidr: str, exceptions: Iterable[str]) -> list[Network]:
    """The fewest networks that hold what a network has beside its exceptions. Raises ValueError."""
    left = union([cidr])
    for exception in union(exceptions):
        kept: list[Network] = []
        for network in left:
            kept += _outside(network, exception)
        left = kept
    return left


def _outside(network: Network, exception: Network) -> list[Network]:
    if _is_subnet(network, exception):
        return []
    if not _is_subnet(exception, network):
        return [network]  # two networks are apart, or one holds the other
    if isinstance(network, IPv4Network) and isinstance(exception, IPv4Network):
        return list(network.address_exclude(exception))
    if isinstance(network, IPv6Network) and isinstance(exception, IPv6Network):
        return list(network.address_exclude(exception))
    return [network]


def private(cidrs: Iterable[str]) -> list[Network]:
    """The parts of a union that are private addresses, those inside of wider networks with them."""
    found: list[str] = []
    for network in union(cidrs):
        ranges = PRIVATE_4 if network.version == 4 else PRIVATE_6
        found += [
            str(network if _is_subnet(network, each) else each) for each in ranges if overlaps(network, each)
        ]
    return union(found)


def overlaps(one: Network, other: Network) -> bool:
    """Whether two networks have an address in common."""
    return _is_subnet(one, other) or _is_subnet(other, one)


def is_world(cidrs: Iterable[str]) -> bool:
    """Whether a union opens to the internet at large, in one range or in however many."""
    # By count: every other /8 is half of the internet, and no two of them are neighbours that would collapse.
    counts: dict[int, int] = {4: 0, 6: 0}
    for network in public(cidrs):
        counts[network.version] += network.num_addresses
    most = {4: 1 << (32 - WORLD_BITS[4]), 6: 1 << (128 - WORLD_BITS[6])}
    return any(counts[version] > most[version] for version in counts)


def covers(outer: Iterable[str], inner: Iterable[str]) -> bool:
    """Whether every address of `inner` is in the union of `outer`."""
    wide = union(outer)
    return all(_is_within(network, wide) for network in union(inner))


def _is_within(inner: Network, networks: Iterable[Network]) -> bool:
    return any(_is_subnet(inner, outer) for outer in networks)


def _is_subnet(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False


def _is_private(network: Network) -> bool:
    return _is_within(network, PRIVATE_4 if network.version == 4 else PRIVATE_6)


# `ip_network.is_private` is of no use: it takes in ranges of documentation, and leaves out 100.64.0.0/10 of VPCs.
PRIVATE_4: list[Network] = [
    ip_network(cidr)
    for cidr in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
    )
]
PRIVATE_6: list[Network] = [ip_network(cidr) for cidr in ("fc00::/7", "fe80::/10", "::1/128")]
