"""Instance types as Karpenter's kwok provider reads them: `python -m tests.live.instances > FILE`."""

import json
import sys
from typing import Any

from reference.instances import InstanceType, instance_types
from tests.live.nodes import ROOT_VOLUME_GIB, ZONES, amounts

CAPACITY_TYPES = {"spot": 0.4, "on-demand": 1.0}
"""How a node may be paid for, and the price of that beside the list price. Prices only order the types here."""


def described(kind: InstanceType) -> dict[str, Any]:
    """One type, offered in every zone, at a price that grows with what it holds."""
    price = kind.vcpus + kind.memory_gib / 8 + 50 * kind.gpus
    return {
        "name": kind.name,
        "architecture": kind.arch,
        "operatingSystems": ["linux"],
        "resources": amounts(kind, 1, ROOT_VOLUME_GIB),
        "offerings": [offering(zone, how, price) for zone in ZONES for how in CAPACITY_TYPES],
    }


def offering(zone: str, capacity_type: str, price: float) -> dict[str, Any]:
    """A type in a zone, paid for in one way."""
    labels = {"karpenter.sh/capacity-type": capacity_type, "topology.kubernetes.io/zone": zone}
    requirements = [{"key": key, "operator": "In", "values": [value]} for key, value in labels.items()]
    return {"Price": price * CAPACITY_TYPES[capacity_type], "Available": True, "Requirements": requirements}


if __name__ == "__main__":
    json.dump([described(kind) for _, kind in sorted(instance_types().items())], sys.stdout)
