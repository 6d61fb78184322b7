"""The resources of one stack as rules see them: plain data, indexed once, with their references."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from policies.context import Context
from policies.pod_templates import found_pods
from policies.settings import Settings
from policies.values import MISSING, Truth, Undetermined, Value, any_of
from reference.tags import effective_tags
from reference.vocabulary import KMS_ALIAS, KMS_KEY, S3_BUCKET, UNKNOWN

PATCH = "Patch"
"""The end of a Kubernetes type that sets some fields of an object which exists already."""
EVERY_KIND = ("*",)
PODS = "kubernetes:*"
"""Every Kubernetes object in which a pod stands, of whatever kind."""

# Kinds that several rules are about, beside those that other layers know (reference/vocabulary.py).
DYNAMODB_TABLE = "aws:dynamodb/table:Table"
ECR_REPLICATION = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
EFS_FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
KUBERNETES_SECRET = "kubernetes:core/v1:Secret"
RDS_INSTANCE = "aws:rds/instance:Instance"
SECRET = "aws:secretsmanager/secret:Secret"
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"

# The provider has a second name for buckets and for what belongs to them.
BUCKETS = (S3_BUCKET, "aws:s3/bucketV2:BucketV2")
BUCKET_ENCRYPTIONS = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)

STABLE = {"autoscaling": "v2"}
"""The version of built-in groups of Kubernetes that is not `v1`."""
OWN_NAMES = ("yaml", "kustomize", "helm.sh", "policy.networking.k8s.io", "gateway.networking.k8s.io")
"""Groups that look built-in: those of the provider itself, and of definitions that are installed."""

Derived = TypeVar("Derived")


@lru_cache(maxsize=4096)
def kind_of(type: str) -> str:
    """The kind that rules are about: a type, where a Patch twin or an old version counts as what it stands for."""
    # Else a pod's host path would pass every rule as a DeploymentPatch.
    kind = type.removesuffix(PATCH) if _is_patch(type) else type
    return _in_stable_version(kind) if kind.startswith("kubernetes:") else kind


def _in_stable_version(kind: str) -> str:
    """A built-in kind of Kubernetes in the version that it has today: the server takes some by older ones too."""
    _, api, name = kind.split(":", 2) if kind.count(":") == 2 else ("", "", "")
    group, _, version = api.partition("/")
    builtin = "." not in group or (group.endswith(".k8s.io") and not group.endswith(".x-k8s.io"))
    if not version or not builtin or group in OWN_NAMES:
        return kind
    if group == "extensions":
        group = "networking.k8s.io" if name in ("Ingress", "NetworkPolicy") else "apps"
    return f"kubernetes:{group}/{STABLE.get(group, 'v1')}:{name}"


def is_about(kinds: tuple[str, ...], type: str) -> bool:
    """Whether a rule of some kinds may be about a resource of a type."""
    with_pods = PODS in kinds and type.startswith("kubernetes:")
    return kinds == EVERY_KIND or with_pods or kind_of(type) in kinds


def _is_patch(type: str) -> bool:
    return type.startswith("kubernetes:") and type.endswith(PATCH)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource. `properties` is plain Python with UNKNOWN where a value is not known yet."""

    urn: str
    type: str
    name: str
    properties: Mapping[str, Any]
    provider: str | None = None
    protect: bool = False
    depends_on: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def kind(self) -> str:
        """The type, where a Patch twin counts as what it patches."""
        return kind_of(self.type)

    @property
    def is_patch(self) -> bool:
        """Whether this sets some fields of an object that exists, and leaves the others as they are."""
        return _is_patch(self.type)

    @cached_property
    def value(self) -> Value:
        """All properties as one value."""
        return Value(self.properties)

    @cached_property
    def pods(self) -> tuple[Value, ...]:
        """The specs of pods that stand in it, wherever."""
        try:
            return tuple(Value(raw, path) for path, raw in found_pods(self.type, self.properties))
        except RecursionError:
            # Of an object that is nested without end nothing can be told, and no rule passes it.
            return (Value(UNKNOWN, "properties"),)

    def at(self, path: str) -> Value:
        """A property by its dotted path. What a Patch twin leaves out is unknown, not missing."""
        value = self.value.at(path)
        return Value(UNKNOWN, value.path) if self.is_patch and value.raw is MISSING else value

    @property
    def shown(self) -> str:
        """The resource as a person names it."""
        return f"{self.type.rsplit(':', 1)[-1]} {self.name}"


class JudgedStack:
    """Every resource of one stack, with the context it is judged in."""

    def __init__(self, resources: Iterable[Resource], context: Context, settings: Settings):
        """Index the resources once; every rule then looks up what it needs."""
        self.resources = tuple(resources)
        self.context = context
        self.settings = settings
        self.by_urn = {resource.urn: resource for resource in self.resources}
        self._derived: dict[Any, Any] = {}
        self._by_kind: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            self._by_kind[resource.kind].append(resource)
            if resource.pods:
                self._by_kind[PODS].append(resource)

    def of(self, *kinds: str) -> list[Resource]:
        """The resources of some kinds, Patch twins with them; `*` is every kind."""
        if kinds == EVERY_KIND:
            return list(self.resources)
        found: list[Resource] = []
        for kind in kinds:
            found += self._by_kind.get(kind, ())
        return found

    def derived(self, work: Callable[["JudgedStack"], Derived]) -> Derived:
        """The result of a function of the stack, worked out once however many resources it is asked for."""
        if work not in self._derived:
            self._derived[work] = work(self)
        found: Derived = self._derived[work]
        return found

    @cached_property
    def _referrers(self) -> Mapping[tuple[str, str], list[Resource]]:
        found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for resource in self.resources:
            for key, urns in resource.property_dependencies.items():
                for urn in urns:
                    found[urn, f"{resource.kind} {key}"].append(resource)
        return found

    @cached_property
    def _by_property(self) -> Mapping[tuple[str, str], list[Resource]]:
        found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for resource in self.resources:
            for key, raw in resource.properties.items():
                if isinstance(raw, str):
                    found[f"{resource.kind} {key}", raw].append(resource)
        return found

    def companions(self, subject: Resource, kind: str, key: str, own: str | None = None) -> list[Resource]:
        """The resources of a kind whose property `key` refers to `subject`.

        A reference is a dependency that the engine recorded, or, where `own` is named, the same text in the
        subject's property `own`. A name that only looks alike is none.
        """
        found = list(self._referrers.get((subject.urn, f"{kind} {key}"), ()))
        identity = subject.properties.get(own) if own else None
        if isinstance(identity, str):
            # Physical names are fixed, so a companion may name its bucket in plain text and depend on nothing.
            found += self._by_property.get((f"{kind} {key}", identity), ())
        return list({resource.urn: resource for resource in found}.values())

    def unresolved(self, kind: str, key: str) -> Truth:
        """UNSURE where a resource of a kind refers to something unknown that no dependency tells; NO otherwise."""
        lost = any(
            resource.properties.get(key) is UNKNOWN and not resource.property_dependencies.get(key)
            for resource in self.of(kind)
        )
        return Truth.UNSURE if lost else Truth.NO

    def targets(self, subject: Resource, key: str, kind: str | None = None) -> list[Resource]:
        """The resources that a property of `subject` depends on."""
        urns = subject.property_dependencies.get(key, ())
        found = [self.by_urn[urn] for urn in urns if urn in self.by_urn]
        return [resource for resource in found if kind in (None, resource.kind)]

    def uses_own_key(self, subject: Resource, value: Value) -> Truth:
        """Whether a property of `subject` names a customer managed KMS key: by reference, ARN, id or alias."""
        if value.is_known:
            # Keys called `alias/aws/…` are AWS's own, whose policies nobody can change.
            return value.test(lambda raw: _is_own_key(raw, self.context.account))
        kinds = {target.kind for target in self.targets(subject, value.root)}
        return Truth.YES if kinds & {KMS_KEY, KMS_ALIAS} else Truth.UNSURE

    def provider_of(self, resource: Resource) -> Resource | None:
        """The provider that a resource goes to, where the stack names it."""
        return self.by_urn.get(resource.provider or "")

    def tags(self, resource: Resource) -> Mapping[str, Value]:
        """The tags AWS will show on a resource. Raises Undetermined where the tags themselves are unknown."""
        # A resource's inputs do not show the default tags of its provider.
        provider = self.provider_of(resource)
        default = _provider_input(provider.properties.get("defaultTags")) if provider else {}
        own = resource.properties.get("tags")
        if default is UNKNOWN or not (own is None or isinstance(own, Mapping)):
            raise Undetermined("tags")
        given = default.get("tags") if isinstance(default, Mapping) else None
        found = effective_tags(given or {}, own)
        return {key: Value(raw, f"tags.{key}") for key, raw in found.items()}

    def region(self, resource: Resource) -> Value:
        """The region of a resource: its own before its provider's."""
        own = resource.at("region")
        provider = self.provider_of(resource)
        if own.raw is MISSING and provider is not None:
            return Value(provider.properties.get("region", MISSING), "the provider's region")
        return own


def _provider_input(value: Any) -> Any:
    """An input of a provider, which the engine passes as JSON text."""
    if not isinstance(value, str):
        return value if value is not None else {}
    try:
        return json.loads(value)
    except ValueError:
        return {}


def _is_own_key(raw: Any, account: str | None) -> bool:
    """Whether a text names a key that is neither AWS's nor another account's."""
    # `alias/aws/s3`, alone or in an ARN; aliases have a case, and this one is theirs in any.
    if not isinstance(raw, str):
        raise TypeError("a key is named by a text")
    parts = raw.strip().split(":")
    if "alias/aws/" in raw.lower() or not raw.strip():
        return False
    # An id or an alias alone is looked up in the account of the resource.
    return len(parts) < 6 or account is None or parts[4] == account


def exists(found: Iterable[Resource], unresolved: Truth) -> Truth:
    """Whether there is a companion; unsure where one may yet turn out to be it."""
    return any_of((bool(list(found)), unresolved))
