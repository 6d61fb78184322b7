"""Trainium and Inferentia: their classes, and how many processes a device takes. Dated facts, no network.

Neuron SDK documentation, "Developer Guide for Training with PyTorch NeuronX" of 2.28, read on 2026-11-21: a process
has one logical NeuronCore, of which a device has two, and one of Trainium2 four unless it is told otherwise.
"""

CORES = {"inferentia2": 2, "trainium1": 2, "trainium2": 4}
"""Logical NeuronCores of a device by accelerator class."""

TRAINS = ("trainium1", "trainium2")
"""The classes that are made for training; Inferentia is for inference."""
