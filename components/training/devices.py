"""What a job asks for to get an accelerator: NVIDIA's GPUs, or AWS's Neuron devices."""

from reference.neuron import CORES
from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE

NEURON_CLASSES = tuple(CORES)
"""The accelerator classes whose nodes have Neuron devices. The nodes of every other class have GPUs."""

NOUNS = {GPU_RESOURCE: "GPUs", NEURON_RESOURCE: "Neuron devices"}
"""What people call the devices of a resource."""

DEVICES = tuple(NOUNS)


def device(accelerator: str) -> str:
    """The resource that pods request of an accelerator class, which is also the key of its nodes' taint."""
    return NEURON_RESOURCE if accelerator in NEURON_CLASSES else GPU_RESOURCE
