"""The disk of a node that pods may fill, by its type and its root volume."""

from fractions import Fraction

from reference.instances import InstanceType

SHARE_OF_PODS = Fraction(3, 4)
"""The last quarter is for images, the system, and the tenth that kubelet keeps free by evicting pods."""


def disk_for_pods(whole_gib: int | Fraction) -> int:
    """The GiB of a disk that pods may request together."""
    return int(whole_gib * SHARE_OF_PODS)


def pool_node_disk(kind: InstanceType, root_volume_gib: int) -> int:
    """The GiB for pods of a node for jobs: of its instance store, which kubelet is put on, or of its root volume."""
    # AWS counts instance stores in decimal gigabytes.
    store = Fraction(kind.nvme_gb * 10**9, 2**30)
    return disk_for_pods(store or root_volume_gib)
