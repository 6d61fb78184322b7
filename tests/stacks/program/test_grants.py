"""A team's quotas of granted pools, by the platform as it is deployed."""

import pulumi
import pytest

from components.serving.quota import NamespaceLimits as Limits
from components.training.capacity import Amount
from stacks.program.grants import granted_quota, with_granted
from stacks.schema.training import GrantedQuota

POOLS = {
    "block": {
        "flavor": "block",
        "instance_types": ["p5.48xlarge"],
        "efa": True,
        # As numbers come back from the engine.
        "grants": {"research-prod": 24.0},
    },
    "rack": {
        "flavor": "rack",
        "instance_types": ["g6e.48xlarge"],
        "efa": False,
        "grants": {"research-prod": 16},
    },
}


def quota(**changes):
    entry = GrantedQuota(**{"pool": "block", "gpus": 24, **changes})
    return granted_quota(entry, POOLS, "research-prod", "platform-research")


def test_gpus_come_with_their_share_of_a_node():
    found = quota(borrow_gpus=8, lend_gpus=16)
    assert found.flavor == "block"
    assert found.guaranteed == Amount(gpus=24, vcpus=576, memory_gib=6144)
    assert found.borrowable == Amount(gpus=8, vcpus=192, memory_gib=2048)
    assert found.lendable == Amount(gpus=16, vcpus=384, memory_gib=4096)


def test_all_is_lent_unless_the_file_says_less():
    assert quota().lendable == quota().guaranteed


@pytest.mark.parametrize(
    ("changes", "efas"),
    [({}, 96), ({"borrow_gpus": 8}, 128), ({"gpus": 9}, 64), ({"pool": "rack", "gpus": 16}, 0)],
)
def test_efa_interfaces_are_those_of_every_node_that_the_gpus_may_be_on(changes, efas):
    assert quota(**changes).efas == efas


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"gpus": 25}, "asks for 25 GPUs of pool `block`: `platform-research` grants 24 GPUs of it"),
        ({"pool": "nothing"}, "asks for 24 GPUs of pool `nothing`: `platform-research` grants none of it"),
    ],
)
def test_a_team_gets_no_more_than_its_platform_grants_as_it_is_deployed(changes, told):
    with pytest.raises(pulumi.RunError, match=told):
        quota(**changes)


def test_a_namespace_has_room_for_what_its_queue_may_admit():
    limits = Limits(vcpus=10, memory_gib=20, gpus=8, neurons=16, efas=4, pods=100, storage_gib=50)
    found = with_granted(limits, [quota(borrow_gpus=8), quota(pool="rack", gpus=8)])
    assert found == Limits(
        vcpus=10 + 768 + 192,
        memory_gib=20 + 8192 + 1536,
        gpus=8 + 32 + 8,
        neurons=16,
        efas=4 + 128,
        pods=100 + 32 + 8,
        storage_gib=50,
    )


def test_neuron_devices_are_counted_as_such():
    limits = Limits(vcpus=0, memory_gib=0, gpus=8, neurons=16, efas=0, pods=1, storage_gib=1)
    pools = {"trn": {"flavor": "trn", "instance_types": ["trn1.32xlarge"], "efa": False, "grants": {"a": 16}}}
    found = with_granted(limits, [granted_quota(GrantedQuota(pool="trn", gpus=16), pools, "a", "platform")])
    assert (found.gpus, found.neurons) == (8, 32)
