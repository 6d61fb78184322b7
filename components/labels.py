"""The keys of the Kubernetes labels, taints and annotations that Paved owns."""

DOMAIN = "paved.dev"

STACK = f"{DOMAIN}/stack"
"""Label of a team's namespace and nodes, and key of the taint on its nodes. Value: the stack's name."""

POOL = f"{DOMAIN}/pool"
"""Label of a node: the pool of the team file it belongs to, or `system` or `general` on the platform's own."""

ACCELERATOR = f"{DOMAIN}/accelerator"
"""Label of a GPU node: its accelerator class, which Kueue's flavors select by."""

EFA = f"{DOMAIN}/efa"
"""Label of a node that has EFA interfaces. Value: `true`."""

WORKER = f"{DOMAIN}/worker"
"""Label of a pod that others of its job find by name. Value: `true`."""

GPU_RESOURCE = "nvidia.com/gpu"
NEURON_RESOURCE = "aws.amazon.com/neuron"
NEURON_CORE_RESOURCE = "aws.amazon.com/neuroncore"
EFA_RESOURCE = "vpc.amazonaws.com/efa"

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
"""Karpenter's annotation of a pod: for how long its node is kept for it. `true`, or a time such as `30m`."""

ADMITTED = "kueue.x-k8s.io/podset"
"""The label that Kueue puts on every pod of a job that it has admitted."""


def calls(stack: str) -> str:
    """Label of a namespace whose pods may call the endpoints of a stack. Value: `true`."""
    return f"calls.{DOMAIN}/{stack}"
