import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.training.capacity import Amount, NodeTypes, types_of_one_class
from reference.instances import instance_type, instance_types

L4 = [name for name, each in instance_types().items() if each.accelerator == "l4"]


def test_a_pool_has_the_class_of_its_types():
    assert types_of_one_class(["p5.48xlarge", "p5.4xlarge"]).accelerator == "h100"


@pytest.mark.parametrize("types", [["g5.xlarge", "g6.xlarge"], ["g6.xlarge", "m7i.xlarge"]], ids=",".join)
def test_a_pool_of_two_classes_is_refused(types):
    with pytest.raises(ValueError, match="a pool is of one class"):
        types_of_one_class(types)


def test_a_type_that_is_not_known_is_refused():
    with pytest.raises(KeyError):
        types_of_one_class(["x9.huge"])


def test_a_pool_has_the_architectures_of_its_types():
    assert types_of_one_class(["g6.xlarge", "g6.2xlarge"]).architectures == ["amd64"]


def test_limits_are_those_of_the_types_with_the_most_per_gpu():
    assert types_of_one_class(["g6.xlarge", "g6.16xlarge", "g6.48xlarge"]).limits(8) == {
        "cpu": "512",  # eight g6.16xlarge of 64 vCPUs
        "memory": "2048Gi",
        "nvidia.com/gpu": "8",
    }


def test_limits_of_cpu_nodes_are_those_of_the_type_with_the_most_memory():
    assert types_of_one_class(["c7i.4xlarge", "r7i.4xlarge"]).limits(32) == {"cpu": "32", "memory": "256Gi"}


def test_no_gpus_come_with_nothing():
    assert types_of_one_class(["p5.48xlarge"]).amount(0) == Amount(gpus=0, vcpus=0, memory_gib=0)


def test_amounts_add_up():
    one, other = Amount(gpus=1, vcpus=2, memory_gib=3), Amount(gpus=10, vcpus=20, memory_gib=30)
    assert one + other == Amount(gpus=11, vcpus=22, memory_gib=33)


def test_a_part_of_a_node_counts_whole():
    assert types_of_one_class(["g6.12xlarge"]).limits(3) == {
        "cpu": "36",
        "memory": "144Gi",
        "nvidia.com/gpu": "3",
    }


@given(st.lists(st.sampled_from(L4), min_size=1, max_size=4, unique=True), st.integers(1, 200), st.data())
def test_no_mix_of_nodes_reaches_the_other_limits_before_its_gpus(types, max_gpus, data):
    nodes = []
    while fitting := [t for t in types if sum(instance_type(n).gpus for n in [*nodes, t]) <= max_gpus]:
        nodes.append(data.draw(st.sampled_from(fitting)))
        if len(nodes) == 20:
            break
    most = types_of_one_class(types).limits(max_gpus)
    assert sum(instance_type(node).vcpus for node in nodes) <= int(most["cpu"])
    assert sum(instance_type(node).memory_gib for node in nodes) <= int(most["memory"].removesuffix("Gi"))


def test_a_pool_has_an_instance_store_where_one_of_its_types_has():
    assert NodeTypes(names=("m7i.large", "g6.xlarge"), accelerator="l4").has_instance_store
    assert not types_of_one_class(["inf2.xlarge", "inf2.8xlarge"]).has_instance_store


def test_every_node_of_a_pool_has_the_same_efa_interfaces():
    assert types_of_one_class(["g6.8xlarge", "g6.24xlarge"]).efa_interfaces == 1


@pytest.mark.parametrize("types", [["g6e.4xlarge"], ["g6e.24xlarge", "g6e.48xlarge"]], ids=",".join)
def test_types_without_efa_or_that_differ_in_it_are_refused(types):
    with pytest.raises(ValueError, match="the same number of interfaces"):
        _ = types_of_one_class(types).efa_interfaces


def test_a_node_has_one_interface_for_ip_and_one_for_efa_on_each_card():
    assert types_of_one_class(["g6e.24xlarge"]).network_interfaces == [
        {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"},
        {"networkCardIndex": 0, "deviceIndex": 1, "interfaceType": "efa-only"},
        {"networkCardIndex": 1, "deviceIndex": 0, "interfaceType": "efa-only"},
    ]


def test_efa_is_on_the_cards_that_take_it():
    """On p6-b300 the first card is for IP alone."""
    found = types_of_one_class(["p6-b300.48xlarge"]).network_interfaces
    assert found[0] == {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"}
    assert [each["networkCardIndex"] for each in found[1:]] == list(range(1, 17))
    assert {each["deviceIndex"] for each in found[1:]} == {0}


@pytest.mark.parametrize(
    "name", [name for name, each in instance_types().items() if each.efa_interfaces and each.gpus]
)
def test_no_card_has_two_efa_interfaces_and_no_place_is_taken_twice(name):
    found = types_of_one_class([name]).network_interfaces
    cards = [each["networkCardIndex"] for each in found if each["interfaceType"] == "efa-only"]
    assert len(set(cards)) == len(cards) == instance_type(name).efa_interfaces
    assert len({(each["networkCardIndex"], each["deviceIndex"]) for each in found}) == len(cards) + 1


def test_nodes_of_a_pool_have_as_many_gpus_each():
    assert types_of_one_class(["g6e.12xlarge"]).gpus_per_node == 4
    with pytest.raises(ValueError, match=r"got \[4, 8\]"):
        _ = types_of_one_class(["g6e.12xlarge", "g6e.48xlarge"]).gpus_per_node


@pytest.mark.parametrize(
    ("names", "gpus", "root_volume", "gib"),
    [
        # 3800 GB of instance store are 3539 GiB, and three quarters 2654, whatever the root volume.
        (["g6e.12xlarge"], 4, 500, 2654),
        (["g6e.12xlarge"], 1, 50, 663),
        # 250 GB for the one GPU of the smaller.
        (["g6e.xlarge", "g6e.12xlarge"], 4, 200, 4 * 174),
        (["inf2.48xlarge"], 2, 200, 25),
    ],
)
def test_a_job_has_the_disk_that_goes_with_its_gpus(names, gpus, root_volume, gib):
    assert types_of_one_class(names).disk_gib(gpus, root_volume) == gib


def test_of_cpu_nodes_pods_get_less_than_the_limit_says():
    types = types_of_one_class(["m7i.4xlarge", "m6i.4xlarge"])
    assert (types.accelerator, types.device) == ("cpu", "cpu")
    assert types.limits(32) == {"cpu": "32", "memory": "128Gi"}
    # Of 16 vCPUs and 64 GiB a node has 15 and 57 for pods.
    assert types.amount(30) == Amount(gpus=0, vcpus=30, memory_gib=114)
    assert types.limits(0) == {"cpu": "0", "memory": "0Gi"}


def test_memory_of_cpu_nodes_is_that_of_the_roomiest_type():
    assert types_of_one_class(["m7i.4xlarge", "r7i.4xlarge"]).amount(15).memory_gib == 115


def test_disk_of_cpu_nodes_goes_by_the_vcpus_that_pods_get():
    assert types_of_one_class(["m7i.4xlarge"]).disk_gib(15, 200) == 150
