"""The specification of NetworkPolicy, which knows packets and no networks.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from policies.pod_networks import PEERS


@dataclass(frozen=True)
class Packet:
    """A connection of a pod with a peer: an address, or a pod in a namespace."""

    port: int
    protocol: str = "tcp"
    address: str = "10.0.0.1"
    labels: dict | None = None
    namespace: dict = field(default_factory=dict)
    is_near: bool = False


def decided(specs, direction, pod, packet):
    """Whether a cluster lets a packet through."""
    meant = [
        spec for spec in specs if direction in types(spec) and selects(spec.get("podSelector") or {}, pod)
    ]
    if not meant:
        return True
    rules = [rule for spec in meant for rule in spec.get(direction.lower()) or ()]
    return any(lets(rule, direction, packet) for rule in rules)


def types(spec):
    if spec.get("policyTypes"):
        return spec["policyTypes"]
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def lets(rule, direction, packet):
    peers, ports = rule.get(PEERS[direction]), rule.get("ports")
    return (not peers or any(is_peer(each, packet) for each in peers)) and (
        not ports or any(is_port(each, packet) for each in ports)
    )


def is_port(port, packet):
    if port.get("protocol", "TCP").lower() != packet.protocol:
        return False
    return "port" not in port or port["port"] <= packet.port <= port.get("endPort", port["port"])


def is_peer(peer, packet):
    if "ipBlock" in peer:
        address, block = ip_address(packet.address), peer["ipBlock"]
        return address in ip_network(block["cidr"], strict=False) and not any(
            address in ip_network(each) for each in block.get("except", ())
        )
    if packet.labels is None:
        return False
    chosen = peer.get("namespaceSelector")
    near = packet.is_near if chosen is None else selects(chosen, packet.namespace)
    return near and selects(peer.get("podSelector") or {}, packet.labels)


def selects(selector, labels):
    wanted = (selector.get("matchLabels") or {}).items()
    if any(labels.get(key) != value for key, value in wanted):
        return False
    return all(holds(each, labels) for each in selector.get("matchExpressions", ()))


def holds(each, labels):
    has = each["key"] in labels
    is_among = has and labels[each["key"]] in each.get("values", ())
    return {"In": is_among, "NotIn": not is_among, "Exists": has, "DoesNotExist": not has}[each["operator"]]
