"""Kubernetes objects by kind, whichever version, list or Patch twin they are written as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from policies.resources import JudgedStack, Resource
from policies.values import MISSING, Value

PREFIX = "kubernetes:"
ANY_LIST = f"{PREFIX}core/v1:List"
GROUPS = {
    "Namespace": ("core/v1",),
    "Service": ("core/v1",),
    "NetworkPolicy": ("networking.k8s.io/v1", "extensions/v1beta1"),
    "Ingress": ("networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"),
}
"""The groups and versions in which Kubernetes has had a kind."""


@dataclass(frozen=True)
class KubernetesObject:
    """One object, and the resource that makes it, alone or with others of a list."""

    resource: Resource
    kind: str
    value: Value

    @property
    def is_patch(self) -> bool:
        """Whether this sets some fields of an object that exists. What it leaves out is not known."""
        return self.resource.is_patch

    @property
    def name(self) -> str:
        """The name of the object; that of its resource, where the cluster makes one up."""
        raw = self.value.at("metadata.name").raw
        return raw if isinstance(raw, str) and raw else self.resource.name

    @property
    def namespace(self) -> str:
        """The namespace of the object. Raises Undetermined."""
        return self.value.at("metadata.namespace").text() or "default"


@cache
def tokens(*kinds: str) -> tuple[str, ...]:
    """The types of resources that make objects of some kinds."""
    found: list[str] = []
    for kind in kinds:
        for group in GROUPS[kind]:
            found += [f"{PREFIX}{group}:{kind}", f"{PREFIX}{group}:{kind}List"]
    return (*found, ANY_LIST)


def objects_of(resource: Resource) -> Iterator[KubernetesObject]:
    """The objects that a resource makes: itself, or each item of a list."""
    kind = resource.kind.rpartition(":")[2]
    items = resource.value.at("items")
    if not kind.endswith("List") or items.raw is MISSING:
        yield KubernetesObject(resource, kind, resource.value)
        return
    for item in items.items():
        # An item of a `v1` List says what it is; one of a NetworkPolicyList may leave it out.
        own = item.at("kind").raw
        yield KubernetesObject(resource, own if isinstance(own, str) else kind.removesuffix("List"), item)


def objects_of_kind(stack: JudgedStack, *kinds: str) -> Sequence[KubernetesObject]:
    """The objects of some kinds in a stack."""
    found: list[KubernetesObject] = []
    for resource in stack.of(*tokens(*kinds)):
        found += [each for each in objects_of(resource) if each.kind in kinds]
    return found
