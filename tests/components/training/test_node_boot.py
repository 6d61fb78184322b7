from email import message_from_string

import yaml

from components.training.node_boot import user_data
from reference.fabric import LOCKED_MEMORY_BYTES


def parts(text):
    """The parts of a text by their type, as Karpenter reads them."""
    message = message_from_string(text)
    assert text.startswith("MIME-Version:")  # by which Karpenter tells an archive
    return {part.get_content_type(): part.get_payload() for part in message.get_payload()}


def test_a_node_without_efa_keeps_the_limits_of_its_image():
    assert user_data(efa=False) is None


def test_a_node_with_efa_lets_containers_lock_memory_and_open_files():
    config = yaml.safe_load(parts(user_data(efa=True))["application/node.eks.aws"])
    assert (config["apiVersion"], config["kind"]) == ("node.eks.aws/v1alpha1", "NodeConfig")
    assert config["spec"]["containerd"]["baseRuntimeSpec"]["process"]["rlimits"] == [
        {"type": "RLIMIT_MEMLOCK", "soft": LOCKED_MEMORY_BYTES, "hard": LOCKED_MEMORY_BYTES},
        {"type": "RLIMIT_NOFILE", "soft": 65536, "hard": 1048576},
    ]
