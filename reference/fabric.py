"""EFA: the memory that containers of such nodes may lock, and the bandwidth of sound nodes. Dated facts, no network."""

import csv
from functools import cache
from importlib.resources import files

LOCKED_MEMORY_BYTES = 2**43
"""Bytes that a container of a node with EFA may lock: 8 TiB, more than any node has, so its memory limit decides.

AL2023 sets no limit (awslabs/amazon-eks-ami 81fec2e8, base-runtime-spec.json), so the kernel's few MiB stand, and a
process that is not root cannot raise them. nodeadm reads numbers as floats: `unlimited`, 2^64 - 1, would not survive.
"""

OPEN_FILES = (65536, 1048576)
"""The soft and the hard limit of open files in the image. A list of limits takes the place of the image's."""


def least_bus_gbps(instance_type: str) -> int | None:
    """The bus bandwidth in GB/s that all-reduce over nodes of a type has at least; None where no source says."""
    return _floors().get(instance_type)


@cache
def _floors() -> dict[str, int]:
    text = (files("reference") / "data" / "fabric_floors.csv").read_text(encoding="utf-8")
    return {row["instance_type"]: int(row["bus_gbps"]) for row in csv.DictReader(text.splitlines())}
