"""User data of nodes with accelerators: what is set before containerd starts.

cloud-init runs the script, and nodeadm starts containerd and the kubelet after it (awslabs/amazon-eks-ami 81fec2e8,
nodeadm-run.service). Karpenter adds a NodeConfig of its own, and nodeadm merges the two.
"""

from reference.fabric import LOCKED_MEMORY_BYTES, OPEN_FILES
from reference.vocabulary import TOOLKIT_REFUSES

BOUNDARY = "paved-node"
SCRIPT_TYPE = 'text/x-shellscript; charset="us-ascii"'
NODE_CONFIG_TYPE = "application/node.eks.aws"

SHUT_GPUS = f"""\
#!/bin/bash
nvidia-ctk config --in-place --set {TOOLKIT_REFUSES} || systemctl poweroff
"""
"""NVIDIA's runtime gives a pod the GPUs that it was allocated, and none that its environment or its image names.

Images of AL2023 have had both values of the setting (awslabs/amazon-eks-ami issue 2706). A node that cannot be shut
starts no pod: Karpenter sees it stop and takes another.
"""

NODE_CONFIG = f"""\
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  containerd:
    baseRuntimeSpec:
      process:
        rlimits:
          - type: RLIMIT_MEMLOCK
            soft: {LOCKED_MEMORY_BYTES}
            hard: {LOCKED_MEMORY_BYTES}
          - type: RLIMIT_NOFILE
            soft: {OPEN_FILES[0]}
            hard: {OPEN_FILES[1]}
"""
"""The limits of every container. The list replaces the image's, so that of open files is repeated."""


def user_data(*, gpus: bool, efa: bool) -> str | None:
    """The user data of a node, a MIME archive; None where the image's own settings do. `gpus` are NVIDIA's."""
    parts = [(SCRIPT_TYPE, SHUT_GPUS)] if gpus else []
    if efa:
        parts.append((NODE_CONFIG_TYPE, NODE_CONFIG))
    return archive(parts) if parts else None


def archive(parts: list[tuple[str, str]]) -> str:
    """Content types and texts as one multipart text, the same bytes every time."""
    body = "".join(f"--{BOUNDARY}\nContent-Type: {kind}\n\n{text}" for kind, text in parts)
    head = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\n\n'
    return f"{head}{body}--{BOUNDARY}--\n"
