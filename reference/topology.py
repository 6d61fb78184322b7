"""Of which instance types EC2 tells the place in the network. Dated facts, no network.

EC2 user guide, "Prerequisites for Amazon EC2 topology", read on 2026-11-21.
"""

WHOLE_FAMILIES = frozenset(
    {
        *("g6e", "g7e", "p3dn", "p4d", "p4de", "p5e", "p5en", "p6-b200", "p6-b300", "p6e-gb200"),
        *("trn1", "trn1n", "trn2", "trn2u"),
    }
)
SINGLE_TYPES = frozenset({"p5.48xlarge"})


def shows_topology(instance_type: str) -> bool:
    """Whether nodes of a type get the labels `topology.k8s.aws/network-node-layer-N`. False for one not known."""
    return instance_type in SINGLE_TYPES or instance_type.split(".")[0] in WHOLE_FAMILIES
