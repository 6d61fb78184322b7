import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.serving.quota import NamespaceLimits
from components.training.capacity import Amount, types_of_one_class
from components.training.queue import QueueQuota
from reference.instances import instance_type, instance_types
from stacks.program.quotas import namespace_quota, own_quotas
from stacks.schema.pools import PoolSpec
from stacks.schema.serving import NamespaceQuota, Serving
from stacks.schema.training import OwnQuota, TrainingSpec


def pool(name, *types, max_gpus=32, efa=False):
    return PoolSpec(name=name, instance_types=types, capacity=("on-demand",), max_gpus=max_gpus, efa=efa)


H100 = pool("h100", "p5.48xlarge", efa=True)
L40S = pool("l40s", "g6e.4xlarge", "g6e.12xlarge", max_gpus=16)
TRAINING = TrainingSpec(
    pools=(H100, L40S), quota=(OwnQuota(pool="h100", gpus=32), OwnQuota(pool="l40s", gpus=8))
)


def quotas(training):
    """The quotas of a training section, by its pools as they are, in flavors of the names of their classes."""
    return own_quotas(training, types(training), str)


def types(training):
    return {each.name: types_of_one_class(each.instance_types) for each in training.pools}


def promise(entry, its_pool):
    """The quota of a team with one pool and one entry."""
    [found] = quotas(TrainingSpec(pools=(its_pool,), quota=(entry,)))
    return found


def limits(declared, training, *endpoints):
    """The limits of the namespace of a team with this training section."""
    serving = Serving(quota=declared, endpoints=endpoints)
    return namespace_quota(serving, training.pools, types(training), quotas(training))


def test_neuron_devices_are_capped_beside_gpus():
    trainium = pool("trn", "trn1.32xlarge")
    training = TrainingSpec(
        pools=(H100, trainium), quota=(OwnQuota(pool="h100", gpus=8), OwnQuota(pool="trn", gpus=16))
    )
    quota = limits(NamespaceQuota(cpu=1, memory_gib=1), training)
    assert (quota.gpus, quota.neurons) == (32, 32)


def test_gpus_bring_the_cpus_and_memory_of_their_nodes():
    quota = OwnQuota(pool="h100", gpus=16, borrow_gpus=8, lend_gpus=4)
    assert promise(quota, H100) == QueueQuota(
        accelerator="h100",
        flavor="h100",
        guaranteed=Amount(gpus=16, vcpus=2 * 192, memory_gib=2 * 2048),
        borrowable=Amount(gpus=8, vcpus=192, memory_gib=2048),
        lendable=Amount(gpus=4, vcpus=96, memory_gib=1024),
        efas=4 * 32,
    )


def test_a_team_borrows_nothing_and_lends_all_unless_it_says_otherwise():
    promised = promise(OwnQuota(pool="h100", gpus=16), H100)
    assert promised.borrowable == Amount(gpus=0, vcpus=0, memory_gib=0)
    assert promised.lendable == promised.guaranteed


def test_a_team_may_lend_nothing():
    assert promise(OwnQuota(pool="h100", gpus=16, lend_gpus=0), H100).lendable.gpus == 0


def test_the_share_is_that_of_the_roomiest_node():
    # g6e.4xlarge has 16 vCPUs and 128 GiB a GPU, g6e.12xlarge 12 and 96.
    promised = promise(OwnQuota(pool="l40s", gpus=8), L40S)
    assert promised.guaranteed == Amount(gpus=8, vcpus=128, memory_gib=1024)
    assert promised.efas == 0


def test_each_entry_of_the_quota_is_promised_from_its_own_pool():
    assert [(each.accelerator, each.guaranteed.gpus) for each in quotas(TRAINING)] == [
        ("h100", 32),
        ("l40s", 8),
    ]


GPU_TYPES = sorted(name for name, kind in instance_types().items() if kind.gpus)


@given(st.sampled_from(GPU_TYPES), st.integers(min_value=1, max_value=512))
def test_gpus_run_out_before_cpus_and_memory(name, gpus):
    kind = instance_type(name)
    promised = promise(OwnQuota(pool="p", gpus=gpus), pool("p", name)).guaranteed
    assert promised.vcpus * kind.gpus >= gpus * kind.vcpus
    assert promised.memory_gib * kind.gpus >= gpus * kind.memory_gib


def test_the_namespace_holds_its_declared_quota_and_that_of_training():
    declared = NamespaceQuota(cpu=96, memory_gib=512, pods=300, storage_gib=2000)
    assert limits(declared, TRAINING) == NamespaceLimits(
        vcpus=96 + 768 + 128,
        memory_gib=512 + 8192 + 1024,
        gpus=32 + 16,
        neurons=0,
        efas=4 * 32,
        pods=300 + 32 + 8,
        storage_gib=2000,
    )


def test_the_namespace_holds_its_endpoints_in_a_rollout(valid):
    """Eight replicas of a GPU, 8 vCPUs and 32 GiB, and one more."""
    [endpoint] = valid.team().serving.endpoints
    declared = NamespaceQuota(cpu=1, memory_gib=2, pods=5)
    without, quota = limits(declared, TRAINING), limits(declared, TRAINING, endpoint, endpoint)
    assert quota.vcpus - without.vcpus == 2 * 9 * 8
    assert quota.memory_gib - without.memory_gib == 2 * 9 * 32
    assert quota.pods - without.pods == 2 * 9


def test_the_namespace_holds_what_is_borrowed_too():
    borrowing = TrainingSpec(pools=(H100,), quota=(OwnQuota(pool="h100", gpus=8, borrow_gpus=16),))
    quota = limits(NamespaceQuota(cpu=1, memory_gib=1), borrowing)
    assert (quota.vcpus, quota.memory_gib) == (1 + 3 * 192, 1 + 3 * 2048)


def test_a_team_without_training_has_no_gpus():
    quota = namespace_quota(Serving(), (), {}, ())
    assert (quota.gpus, quota.efas, quota.vcpus, quota.memory_gib) == (0, 0, 64, 256)


def test_interfaces_are_of_all_nodes_so_that_borrowed_gpus_bring_theirs():
    quota = OwnQuota(pool="h100", gpus=8)
    assert promise(quota, H100).efas == 4 * 32


def test_the_smallest_nodes_of_a_pool_bring_the_most_interfaces():
    assert (
        promise(OwnQuota(pool="p", gpus=8), pool("p", "g6.8xlarge", "g6.12xlarge", max_gpus=8, efa=True)).efas
        == 8
    )


def test_a_pool_of_two_accelerator_classes_is_refused():
    with pytest.raises(ValueError, match="of one class"):
        promise(OwnQuota(pool="p", gpus=1), pool("p", "p5.48xlarge", "g6.xlarge"))


def test_vcpus_bring_memory_and_a_pod_for_each_may_run():
    batch = PoolSpec(
        name="batch", instance_types=("m7i.4xlarge",), capacity=("spot", "on-demand"), max_vcpus=96
    )
    training = TrainingSpec(
        pools=(H100, batch),
        quota=(
            OwnQuota(pool="h100", gpus=8),
            OwnQuota(pool="batch", vcpus=60, borrow_vcpus=30, lend_vcpus=15),
        ),
    )
    [gpus, cpus] = quotas(training)
    assert gpus == promise(OwnQuota(pool="h100", gpus=8), H100)
    amounts = [
        (each.gpus, each.vcpus, each.memory_gib) for each in (cpus.guaranteed, cpus.borrowable, cpus.lendable)
    ]
    assert amounts == [(0, 60, 228), (0, 30, 114), (0, 15, 57)]
    with_cpus = limits(NamespaceQuota(cpu=4, memory_gib=16), training)
    without = limits(
        NamespaceQuota(cpu=4, memory_gib=16), TrainingSpec(pools=(H100,), quota=training.quota[:1])
    )
    assert (with_cpus.gpus, with_cpus.vcpus - without.vcpus) == (without.gpus, 90)
    assert with_cpus.pods - without.pods == 90
