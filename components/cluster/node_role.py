"""What every node may do in AWS, whoever starts it."""

from collections.abc import Mapping

NODE_POLICIES: Mapping[str, str] = {
    "images": "AmazonEC2ContainerRegistryPullOnly",
    "sessions": "AmazonSSMManagedInstanceCore",
    "worker": "AmazonEKSWorkerNodePolicy",
}
"""Policy id -> AWS managed policy. Not the CNI's: its add-on has an identity of its own."""
