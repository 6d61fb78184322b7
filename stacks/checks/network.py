"""Checks of a foundation's networks: private, of a usable size, apart from each other, in zones that exist."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from reference.regions import EKS_REFUSES
from stacks.checks.check import check, repeats
from stacks.checks.instances import zones_of
from stacks.reading.explain import listed
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation

RFC_1918 = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
CARRIER = IPv4Network("100.64.0.0/10")

# Container engines put this bridge on every node: an address in it is not reached from there.
DOCKER = IPv4Network("172.17.0.0/16")


@check(Foundation)
def network_is_private(stack: Foundation) -> Iterator[Problem]:
    """Refuse a network that is public, larger than a /16 or smaller than a /18."""
    path, cidr = ("network", "cidr"), stack.network.cidr
    # EC2 makes no network larger than a /16; below a /18 the pods of three zones do not fit.
    yield from _block(path, cidr, sizes=(16, 18), private=(*RFC_1918, CARRIER))


@check(Foundation)
def services_are_private(stack: Foundation) -> Iterator[Problem]:
    """Refuse a network of Services that EKS does not take."""
    path, cidr = ("cluster", "service_cidr"), stack.cluster.service_cidr
    # EKS takes Services from RFC 1918 networks of /12 to /24.
    yield from _block(path, cidr, sizes=(12, 24), private=RFC_1918)


@check(Foundation)
def services_are_apart(stack: Foundation) -> Iterator[Problem]:
    """Refuse Services in the VPC's network: an address that is both reaches one of them only."""
    network, services = parsed(stack.network.cidr), parsed(stack.cluster.service_cidr)
    if network and services and network.overlaps(services):
        says = f"{services} overlaps `network.cidr` {network}: take another"
        yield at("cluster", "service_cidr", says=says)


@check(Foundation)
def zones_exist(stack: Foundation) -> Iterator[Problem]:
    """Refuse a zone that the region does not have, or in which EKS runs no cluster."""
    # Zones are given by id, because their names differ from account to account.
    region, zones = stack.account.region, stack.network.zones
    yield from repeats(zones, "network", "zones")
    usable = zones_of(region)
    for position, zone in enumerate(zones):
        if zone in EKS_REFUSES:
            yield at("network", "zones", position, says=f"is {zone}, where EKS runs no cluster: take another")
        elif usable and zone not in usable:
            yield at("network", "zones", position, says=f"must be {listed(usable)} in {region}, got {zone}")


@check(Foundation)
def nat_survives_a_zone(stack: Foundation) -> Iterator[Problem]:
    """Refuse a single NAT gateway outside dev: the loss of its zone cuts every other off."""
    if stack.network.nat == "single" and stack.environment != "dev":
        says = f"must be `per_zone` in {stack.environment}, got `single`: it is for dev"
        yield at("network", "nat", says=says)


@check(Foundation)
def deploy_accounts_are_others(stack: Foundation) -> Iterator[Problem]:
    """Refuse an account that is named twice, and the stack's own, whose identities are let through anyway."""
    accounts = stack.network.deploy_accounts
    yield from repeats(accounts, "network", "deploy_accounts")
    for position, account in enumerate(accounts):
        if account == stack.account.id:
            says = f"is {account}, the account of the stack, whose identities are let through: leave it out"
            yield at("network", "deploy_accounts", position, says=says)


@check(Foundation)
def state_is_elsewhere(stack: Foundation) -> Iterator[Problem]:
    """Refuse a state bucket of the stack's own account, and a key of a third account or of another region."""
    state = stack.network.state_bucket
    if state is None:
        return
    if state.account == stack.account.id:
        says = f"is {state.account}, the account of the stack, whose buckets are open to it: leave the section out"
        yield at("network", "state_bucket", "account", says=says)
    if state.key:
        _, _, _, region, account, _ = state.key.split(":")
        if account != state.account:
            says = f"must be of the bucket's account, which is {state.account}, got one of {account}"
            yield at("network", "state_bucket", "key", says=says)
        if region != stack.account.region:
            # The endpoint is the region's: another's key is reached through NAT, which no endpoint's policy sees.
            says = f"must be in {stack.account.region}, where the endpoint is, got {region}: leave it out"
            yield at("network", "state_bucket", "key", says=says)


def parsed(cidr: str) -> IPv4Network | None:
    """Read a network; None where the text is none."""
    try:
        return IPv4Network(cidr)
    except ValueError:
        return None


def _block(
    path: tuple[str, str], cidr: str, *, sizes: tuple[int, int], private: tuple[IPv4Network, ...]
) -> Iterator[Problem]:
    network, (widest, narrowest) = parsed(cidr), sizes
    if network is None:
        yield at(*path, says=_why_no_network(cidr))
        return
    if not widest <= network.prefixlen <= narrowest:
        yield at(*path, says=f"must be a /{widest} to /{narrowest}, got {cidr}")
    if not any(network.subnet_of(block) for block in private):
        yield at(*path, says=f"must lie in {', '.join(map(str, private))}, got {cidr}")
    if network.overlaps(DOCKER):
        yield at(*path, says=f"must not overlap {DOCKER}, which every node uses itself, got {cidr}")


def _why_no_network(cidr: str) -> str:
    try:
        return f"must be a network without host bits, such as {IPv4Network(cidr, strict=False)}, got {cidr}"
    except ValueError:
        return f"must be an IPv4 network such as 10.16.0.0/16, got {cidr}"
