"""NetworkPolicies evaluated: the addresses, pods and ports that they open for the pods of a namespace."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from policies.addresses import Network, without
from policies.kubernetes_objects import KubernetesObject
from policies.ports import EVERY_PORT, LAST, TRANSPORTS, PortRange
from policies.selectors import LabelSelector, selector
from policies.values import Undetermined

Direction = Literal["Ingress", "Egress"]
DIRECTIONS: tuple[Direction, ...] = ("Ingress", "Egress")
EVERY_POD = LabelSelector()
PEERS: Mapping[Direction, str] = {"Ingress": "from", "Egress": "to"}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One thing that a rule opens to the pods that its policy selects.

    `networks` are addresses. Where they are None it is pods, of the namespaces that `namespaces` selects or of the
    policy's own; or, where `is_anything`, whatever there is. `names` are ports by name: each pod gives it a number.
    """

    path: str
    selected: LabelSelector
    is_anything: bool = False
    networks: tuple[Network, ...] | None = None
    namespaces: LabelSelector | None = None
    pods: LabelSelector = EVERY_POD
    ports: tuple[PortRange, ...] = EVERY_PORT
    names: tuple[str, ...] = ()


def denies(policy: KubernetesObject, direction: Direction) -> bool:
    """Whether a policy by itself closes a direction of every pod of its namespace, and opens nothing in it."""
    spec = _spec(policy)
    # A policy that opens something closes the rest as well, until somebody takes it out: a default stands by itself.
    # A Patch twin says some fields of a policy, and whose pods that one selects is not known.
    selects = not policy.is_patch and _selected(spec).is_everything
    return selects and direction in _directions(spec) and not spec.get(direction.lower())


def openings(policy: KubernetesObject, direction: Direction) -> Iterator[Opening]:
    """Everything that a policy opens in one direction. Raises Undetermined for what is not known, or is none."""
    spec = _spec(policy)
    key = direction.lower()
    if direction not in _directions(spec) and not policy.is_patch:
        return  # rules of a direction that the policy is not about open nothing
    for index, rule in enumerate(_list(spec.get(key), f"spec.{key}")):
        yield from _opened(_mapping(rule, f"spec.{key}"), f"spec.{key}[{index}]", direction, _selected(spec))


def _opened(
    rule: Mapping[str, Any], path: str, direction: Direction, selected: LabelSelector
) -> Iterator[Opening]:
    ports, names = _ports(rule, path)
    bare = Opening(path=path, selected=selected, ports=ports, names=names)
    key = PEERS[direction]
    peers = _list(rule.get(key), f"{path}.{key}")
    if not peers:
        # An empty list of peers is as good as none: it takes in every address and every pod.
        yield replace(bare, is_anything=True)
    for index, peer in enumerate(peers):
        where = f"{path}.{key}[{index}]"
        yield _peer(_mapping(peer, where), replace(bare, path=where))


def _peer(peer: Mapping[str, Any], bare: Opening) -> Opening:
    """An opening of some ports, to the peer that a rule names."""
    path = bare.path
    if peer.get("ipBlock") is not None:
        return replace(bare, networks=tuple(_networks(_mapping(peer["ipBlock"], path), path)))
    namespaces, pods = peer.get("namespaceSelector"), peer.get("podSelector")
    if namespaces is None and pods is None:
        # The API server refuses it; a cluster that took it would let in whatever there is.
        return replace(bare, is_anything=True)
    # Two selectors in one peer both have to hold. As two peers each is let in by itself.
    return replace(
        bare,
        namespaces=None if namespaces is None else selector(namespaces, f"{path}.namespaceSelector"),
        pods=EVERY_POD if pods is None else selector(pods, f"{path}.podSelector"),
    )


def _networks(block: Mapping[str, Any], path: str) -> Sequence[Network]:
    try:
        return _left(str(block.get("cidr")), tuple(map(str, _list(block.get("except"), path))))
    except ValueError:
        raise Undetermined(f"{path}.ipBlock, which is no network") from None


@lru_cache(maxsize=256)
def _left(cidr: str, exceptions: tuple[str, ...]) -> Sequence[Network]:
    """The networks that exceptions leave. Two rules ask for those of every team's policies."""
    return without(cidr, exceptions)


def _ports(rule: Mapping[str, Any], path: str) -> tuple[tuple[PortRange, ...], tuple[str, ...]]:
    """The ports by number and by name. A rule without any is about every port of every protocol."""
    given = _list(rule.get("ports"), f"{path}.ports")
    if not given:
        return EVERY_PORT, ()
    ranges: list[PortRange] = []
    names: list[str] = []
    for each in given:
        port = _mapping(each, f"{path}.ports")
        first = port.get("port")
        if isinstance(first, str) and not first.isdigit():
            names.append(first)
        else:
            ranges.append(_range(port, first, path))
    return tuple(ranges), tuple(names)


def _range(port: Mapping[str, Any], first: Any, path: str) -> PortRange:
    protocol = str(port.get("protocol") or "TCP").lower()
    last = port.get("endPort")
    try:
        if first is None:
            return PortRange(protocol, 0, LAST)  # a protocol alone is all of its ports
        begin = int(first)
        end = begin if last is None else int(last)
    except (TypeError, ValueError):
        raise Undetermined(f"{path}.ports, which hold what is no port") from None
    if protocol not in TRANSPORTS:
        raise Undetermined(f"{path}.ports, which hold a protocol that is not known")
    return PortRange(protocol, begin, end)


def _spec(policy: KubernetesObject) -> Mapping[str, Any]:
    return _mapping(policy.value.at("spec").plain({}), "spec")


def _selected(spec: Mapping[str, Any]) -> LabelSelector:
    return selector(spec.get("podSelector") or {}, "spec.podSelector")


def _directions(spec: Mapping[str, Any]) -> Sequence[str]:
    given = _list(spec.get("policyTypes"), "spec.policyTypes")
    if given:
        return [str(each) for each in given]
    # Left out, a policy is about what comes in, and about what goes out only where it has a rule of it.
    return DIRECTIONS if spec.get("egress") else DIRECTIONS[:1]


def _list(raw: Any, path: str) -> Sequence[Any]:
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple):
        raise Undetermined(f"{path}, which is no list")
    return raw


def _mapping(raw: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise Undetermined(f"{path}, which is no mapping")
    return raw
