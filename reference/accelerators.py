"""Accelerator classes, the class of nodes without any, and what is counted of each. Dated facts, no network.

Cores: Neuron SDK documentation, "Developer Guide for Training with PyTorch NeuronX" of 2.28, read on 2026-11-21. A
process has one logical NeuronCore, of which a device has two, and one of Trainium2 four by default.
"""

from reference.vocabulary import GPU_RESOURCE, NEURON_RESOURCE

NEURON_CORES = {"inferentia2": 2, "trainium1": 2, "trainium2": 4}
"""Logical NeuronCores of a device by accelerator class. The nodes of every class that is not here have GPUs."""

NEURON_CLASSES = tuple(NEURON_CORES)

NEURON_TRAINING_CLASSES = ("trainium1", "trainium2")
"""The classes that are made for training; Inferentia is for inference."""

DEVICE_NOUNS = {GPU_RESOURCE: "GPUs", NEURON_RESOURCE: "Neuron devices"}
"""The devices of a resource in a sentence."""

DEVICES = tuple(DEVICE_NOUNS)

BUSY_PERCENT = 5
"""Use of a GPU from which it counts as used, in rules, reports and dashboards: below it `GpuIdle` fires."""

THROTTLE_EVENTS = ("hw_power_brake", "hw_slowdown", "hw_thermal", "sw_thermal")
"""The reasons of lowered clocks that are a fault or heat. `power_cap` and `gpu_idle` are a GPU's everyday life."""

CPU_CLASS = "cpu"
"""The class of nodes without accelerators, and the resource that is counted of them."""

UNIT_NOUNS = {**DEVICE_NOUNS, CPU_CLASS: "vCPUs"}
"""What is counted of a class in a sentence, by the resource that pods request."""


def device(accelerator: str) -> str:
    """The resource that is counted of a class; of accelerators, the key of their nodes' taint too."""
    if accelerator == CPU_CLASS:
        return CPU_CLASS
    return NEURON_RESOURCE if accelerator in NEURON_CORES else GPU_RESOURCE
