from email import message_from_string

import pytest
import yaml

from components.training.node_boot import user_data
from reference.fabric import LOCKED_MEMORY_BYTES


def parts(text):
    """The parts of a text by their type, as Karpenter reads them."""
    message = message_from_string(text)
    assert text.startswith("MIME-Version:")  # by which Karpenter tells an archive
    return {part.get_content_type(): part.get_payload() for part in message.get_payload()}


def test_a_node_with_neuron_devices_and_no_efa_is_as_its_image_says():
    assert user_data(gpus=False, efa=False) is None


@pytest.mark.parametrize("efa", [False, True])
def test_a_node_with_gpus_starts_no_pod_before_its_runtime_is_shut(efa):
    """nodeadm starts containerd once the script has ended, whatever its status: so the node itself goes."""
    script = parts(user_data(gpus=True, efa=efa))["text/x-shellscript"]
    assert script.startswith("#!/bin/bash\n")
    refuses = "accept-nvidia-visible-devices-envvar-when-unprivileged=false"
    assert f"nvidia-ctk config --in-place --set {refuses} || systemctl poweroff" in script


def test_a_node_of_each_make_has_what_it_needs():
    assert set(parts(user_data(gpus=True, efa=False))) == {"text/x-shellscript"}
    assert set(parts(user_data(gpus=False, efa=True))) == {"application/node.eks.aws"}
    assert len(parts(user_data(gpus=True, efa=True))) == 2


def test_a_node_with_efa_lets_containers_lock_memory_and_open_files():
    config = yaml.safe_load(parts(user_data(gpus=True, efa=True))["application/node.eks.aws"])
    assert (config["apiVersion"], config["kind"]) == ("node.eks.aws/v1alpha1", "NodeConfig")
    assert config["spec"]["containerd"]["baseRuntimeSpec"]["process"]["rlimits"] == [
        {"type": "RLIMIT_MEMLOCK", "soft": LOCKED_MEMORY_BYTES, "hard": LOCKED_MEMORY_BYTES},
        {"type": "RLIMIT_NOFILE", "soft": 65536, "hard": 1048576},
    ]
