"""Where things can be: what the reference data knows of regions, zones and instance types."""

from collections.abc import Iterable
from functools import cache

from reference.instances import InstanceType, instance_types, known_regions, zones_offering

EKS_REFUSES = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})
"""Zones in which EKS takes no subnet of a cluster (EKS user guide, "VPC and subnet requirements")."""


@cache
def zones_of(region: str) -> tuple[str, ...]:
    """The AZ ids of a region that EKS works in, sorted; empty for a region that is not known."""
    found = {zone for name in instance_types() for zone in zones_offering(name, region)}
    return tuple(sorted(found - EKS_REFUSES))


def regions() -> tuple[str, ...]:
    """The regions that facts are recorded for, sorted."""
    return tuple(sorted(known_regions()))


def known(names: Iterable[str]) -> list[InstanceType]:
    """The facts of those instance types that are known, in their order."""
    table = instance_types()
    return [table[name] for name in names if name in table]


def zones_with(names: Iterable[str], region: str) -> frozenset[str]:
    """The zones of a region that offer at least one of the instance types."""
    return frozenset(zone for name in names for zone in zones_offering(name, region))
