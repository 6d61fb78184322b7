import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.checks.network import (
    deploy_accounts_are_others,
    nat_survives_a_zone,
    network_is_private,
    parsed,
    services_are_apart,
    services_are_private,
    state_is_elsewhere,
    zones_exist,
)

PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10"


@pytest.mark.parametrize(
    "cidr", ["10.16.0.0/16", "10.16.0.0/18", "192.168.0.0/16", "100.64.0.0/17", "172.18.0.0/16"]
)
def test_a_private_network_of_16_to_18_passes(valid, says, cidr):
    assert says(network_is_private, valid.foundation({"network.cidr": cidr})) == []


@pytest.mark.parametrize(
    ("cidr", "message"),
    [
        ("10.16.0.0/15", "must be a /16 to /18, got 10.16.0.0/15"),
        ("10.16.0.0/24", "must be a /16 to /18, got 10.16.0.0/24"),
        ("8.8.0.0/16", f"must lie in {PRIVATE}, got 8.8.0.0/16"),
        ("172.32.0.0/16", f"must lie in {PRIVATE}, got 172.32.0.0/16"),
        ("172.17.0.0/18", "must not overlap 172.17.0.0/16, which every node uses itself, got 172.17.0.0/18"),
        ("10.16.0.1/16", "must be a network without host bits, such as 10.16.0.0/16, got 10.16.0.1/16"),
        ("10.16.0.0/33", "must be an IPv4 network such as 10.16.0.0/16, got 10.16.0.0/33"),
        ("010.16.0.0/16", "must be an IPv4 network such as 10.16.0.0/16, got 010.16.0.0/16"),
        ("10.256.0.0/16", "must be an IPv4 network such as 10.16.0.0/16, got 10.256.0.0/16"),
    ],
)
def test_another_network_is_refused(valid, says, cidr, message):
    assert says(network_is_private, valid.foundation({"network.cidr": cidr})) == [f"`network.cidr` {message}"]


def test_services_take_rfc_1918_networks_only(valid, says):
    assert says(services_are_private, valid.foundation()) == []
    assert says(services_are_private, valid.foundation({"cluster.service_cidr": "100.64.0.0/16"})) == [
        "`cluster.service_cidr` must lie in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, got 100.64.0.0/16"
    ]
    assert says(services_are_private, valid.foundation({"cluster.service_cidr": "10.0.0.0/25"})) == [
        "`cluster.service_cidr` must be a /12 to /24, got 10.0.0.0/25"
    ]


def test_services_are_apart_from_the_machines(valid, says):
    assert says(services_are_apart, valid.foundation()) == []
    assert says(services_are_apart, valid.foundation({"cluster.service_cidr": "10.16.32.0/20"})) == [
        "`cluster.service_cidr` 10.16.32.0/20 overlaps `network.cidr` 10.16.0.0/16: take another"
    ]


def test_zones_are_of_the_region_and_of_eks(valid, says):
    assert says(zones_exist, valid.foundation()) == []
    zones = ["use1-az3", "use2-az1", "cnn1-az2"]
    known = "`use1-az1`, `use1-az2`, `use1-az4`, `use1-az5` or `use1-az6`"
    assert says(zones_exist, valid.foundation({"network.zones": zones})) == [
        "`network.zones[0]` is use1-az3, where EKS runs no cluster: take another",
        f"`network.zones[1]` must be {known} in us-east-1, got use2-az1",
        f"`network.zones[2]` must be {known} in us-east-1, got cnn1-az2",
    ]


def test_a_zone_is_named_once(valid, says):
    assert says(zones_exist, valid.foundation({"network.zones": ["use1-az2", "use1-az4", "use1-az2"]})) == [
        "`network.zones[2]` is `use1-az2`, as entry 1 of the list is: keep one"
    ]


def test_a_single_nat_gateway_is_for_dev(valid, says):
    assert says(nat_survives_a_zone, valid.foundation({"network.nat": "single", "environment": "dev"})) == []
    assert says(nat_survives_a_zone, valid.foundation({"network.nat": "single"})) == [
        "`network.nat` must be `per_zone` in prod, got `single`: it is for dev"
    ]


@given(st.text(alphabet="0123456789./ :abcdef\u0660", max_size=20))
def test_any_text_is_a_network_or_none(text):
    found = parsed(text)
    assert found is None or found.version == 4


def test_accounts_that_deploy_are_other_accounts_each_once(valid, says):
    accounts = ["444455556666", "111122223333", "444455556666"]
    assert says(deploy_accounts_are_others, valid.foundation({"network.deploy_accounts": accounts})) == [
        "`network.deploy_accounts[2]` is `444455556666`, as entry 1 of the list is: keep one",
        "`network.deploy_accounts[1]` is 111122223333, the account of the stack, whose identities are let through: "
        "leave it out",
    ]
    assert says(deploy_accounts_are_others, valid.foundation({"network.deploy_accounts": accounts[:1]})) == []


def test_the_state_bucket_is_of_another_account(valid, says):
    state = {"name": "pulumi-state", "account": "444455556666"}
    assert says(state_is_elsewhere, valid.foundation({"network.state_bucket": state})) == []
    assert says(state_is_elsewhere, valid.foundation()) == []
    own = {**state, "account": "111122223333"}
    (message,) = says(state_is_elsewhere, valid.foundation({"network.state_bucket": own}))
    assert message.startswith("`network.state_bucket.account` is 111122223333, the account of the stack")


@pytest.mark.parametrize(
    ("region", "account", "said"),
    [
        ("us-east-1", "444455556666", []),
        ("us-east-1", "999999999999", ["must be of the bucket's account, which is 444455556666"]),
        ("eu-west-1", "444455556666", ["must be in us-east-1, where the endpoint is, got eu-west-1"]),
    ],
)
def test_the_key_of_the_state_is_where_its_bucket_and_its_endpoint_are(valid, says, region, account, said):
    key = f"arn:aws:kms:{region}:{account}:key/1a2b"
    state = {"name": "pulumi-state", "account": "444455556666", "key": key}
    found = says(state_is_elsewhere, valid.foundation({"network.state_bucket": state}))
    assert len(found) == len(said)
    assert all(part in message for message, part in zip(found, said, strict=True))
