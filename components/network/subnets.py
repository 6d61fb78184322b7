"""The division of a VPC's addresses: a pure function of its CIDR and the zones."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network

LARGEST_PREFIX = 16
SMALLEST_PREFIX = 18
"""AWS allows a VPC of /16 at most; under /18 the subnets of pods are too small to be worth a cluster."""

ZONES = 6
"""The zone numbers a region can have (`use1-az1` to `use1-az6`). Each has addresses kept for it."""


@dataclass(frozen=True, kw_only=True)
class ZoneSubnets:
    """The CIDRs of one zone: for pods and nodes, for NAT gateways, and for endpoints that never reach the internet."""

    private: str
    public: str
    intra: str


def subnet_plan(cidr: str, zones: Iterable[str]) -> dict[str, ZoneSubnets]:
    """The subnets of each zone of a /16 to /18 VPC.

    An eighth of the VPC is private in each zone: VPC CNI takes one address per pod, 8187 in a /16. The
    subnets of a zone follow from its id alone, so adding, swapping or reordering zones never moves another's.

    Raises ValueError for a network or a zone that does not fit.
    """
    network = vpc_network(cidr)
    *private, public, intra = network.subnets(prefixlen_diff=3)
    publics = list(public.subnets(prefixlen_diff=3))
    intras = list(intra.subnets(prefixlen_diff=3))
    plan = {}
    for zone in zones:
        slot = zone_number(zone) - 1
        plan[zone] = ZoneSubnets(
            private=str(private[slot]), public=str(publics[slot]), intra=str(intras[slot])
        )
    return plan


def vpc_network(cidr: str) -> IPv4Network:
    """The network of a VPC. Raises ValueError unless it is a private /16 to /18 without host bits."""
    network = IPv4Network(cidr)
    if not LARGEST_PREFIX <= network.prefixlen <= SMALLEST_PREFIX or not network.is_private:
        raise ValueError(f"a VPC is a private /{LARGEST_PREFIX} to /{SMALLEST_PREFIX}, got {cidr}")
    return network


def zone_number(zone: str) -> int:
    """The number an AZ id ends in, 1 to 6. Raises ValueError for any other."""
    _, found, number = zone.rpartition("-az")
    if not found or not number.isdecimal() or not 1 <= int(number) <= ZONES:
        raise ValueError(f"a zone is an AZ id that ends in -az1 to -az{ZONES}, got {zone}")
    return int(number)
