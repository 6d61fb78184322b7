from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.subnets import ZONES, ZoneSubnets, subnet_plan, vpc_network, zone_number

PRIVATE_RANGES = st.sampled_from([IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12")])
ALL_ZONES = [f"use1-az{number}" for number in range(1, ZONES + 1)]
THREE_ZONES = st.permutations(ALL_ZONES).map(lambda zones: zones[:3])


@st.composite
def vpcs(draw):
    whole = draw(PRIVATE_RANGES)
    prefix = draw(st.integers(16, 18))
    index = draw(st.integers(0, 2 ** (prefix - whole.prefixlen) - 1))
    return IPv4Network((int(whole.network_address) + (index << (32 - prefix)), prefix))


def networks(plan):
    cidrs = []
    for subnets in plan.values():
        cidrs += [subnets.private, subnets.public, subnets.intra]
    return [IPv4Network(cidr) for cidr in cidrs]


@given(vpcs(), THREE_ZONES)
def test_subnets_never_overlap(vpc, zones):
    assert not any(a.overlaps(b) for a, b in combinations(networks(subnet_plan(str(vpc), zones)), 2))


@given(vpcs(), THREE_ZONES)
def test_subnets_lie_inside_the_vpc(vpc, zones):
    assert all(network.subnet_of(vpc) for network in networks(subnet_plan(str(vpc), zones)))


@given(vpcs(), THREE_ZONES, THREE_ZONES)
def test_a_zone_keeps_its_subnets_whatever_the_others_are(vpc, before, after):
    first, second = subnet_plan(str(vpc), before), subnet_plan(str(vpc), after)
    assert {zone: first[zone] for zone in first.keys() & second} == {
        zone: second[zone] for zone in first.keys() & second
    }


@given(vpcs())
def test_all_zones_of_a_region_fit(vpc):
    found = networks(subnet_plan(str(vpc), ALL_ZONES))
    assert len(set(found)) == 3 * ZONES


@given(vpcs(), THREE_ZONES)
def test_the_plan_keeps_the_order_of_the_zones(vpc, zones):
    assert list(subnet_plan(str(vpc), zones)) == list(zones)


def test_pods_get_an_eighth_of_the_vpc_in_each_zone():
    subnets = subnet_plan("10.16.0.0/16", ["use1-az2"])["use1-az2"]
    assert subnets == ZoneSubnets(private="10.16.32.0/19", public="10.16.196.0/22", intra="10.16.228.0/22")


def test_the_smallest_subnet_can_hold_the_control_planes_interfaces():
    """EKS asks for at least 6 free addresses in each, and recommends 16."""
    assert min(network.num_addresses for network in networks(subnet_plan("10.16.0.0/18", ALL_ZONES))) == 256


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/15", "10.0.0.0/19", "52.0.0.0/16", "10.16.0.1/16", "10.16.0.0", "vpc"]
)
def test_a_network_that_is_no_vpc_is_refused(cidr):
    with pytest.raises(ValueError):
        vpc_network(cidr)


@pytest.mark.parametrize("zone", ["us-east-1a", "use1-az0", "use1-az7", "use1-az", "use1-az²", ""])
def test_a_zone_that_is_no_az_id_is_refused(zone):
    with pytest.raises(ValueError, match="AZ id"):
        zone_number(zone)
