"""Accelerators as pods ask for them: NVIDIA's GPUs, and the Neuron devices of Trainium and Inferentia."""

from collections import Counter
from collections.abc import Iterable, Mapping

from reference.instances import instance_types
from reference.neuron import CORES
from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE

DEVICES = (GPU_RESOURCE, NEURON_RESOURCE)


def device(names: Iterable[str]) -> str | None:
    """What pods ask for of nodes of these instance types; None where no type is known to have an accelerator."""
    known = instance_types()
    makes = [known[name].accelerator for name in names if name in known]
    found = {NEURON_RESOURCE if make in CORES else GPU_RESOURCE for make in makes if make}
    return min(found) if found else None


def summed(amounts: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """How many there are of each device."""
    found: Counter[str] = Counter()
    for name, amount in amounts:
        found[name] += amount
    return found
