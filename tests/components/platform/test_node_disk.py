import pytest

from components.platform.node_disk import disk_for_pods, pool_node_disk
from reference.instances import instance_types

GIB = 2**30


@pytest.mark.parametrize("name", sorted(name for name, kind in instance_types().items() if kind.gpus))
@pytest.mark.parametrize("root_volume", [50, 200, 16_000])
def test_pods_get_less_than_kubelet_lets_them_request(name, root_volume):
    """Karpenter counts on nine tenths less one GiB."""
    kind = instance_types()[name]
    whole = kind.nvme_gb * 10**9 or root_volume * GIB
    assert pool_node_disk(kind, root_volume) * GIB <= whole * 0.9 - GIB


def test_a_quarter_of_a_disk_is_for_images_and_the_system():
    assert disk_for_pods(100) == 75
