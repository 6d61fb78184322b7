"""Rights by who holds them: read from the RBAC, the access entries and the IAM roles of plans."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from paved.access.grants import AccessGrant
from paved.access.since import Since
from paved.plan.model import Plan, PlannedResource
from policies.documents import Statement, statements
from policies.values import Undetermined, Value
from reference.names import role_name
from reference.vocabulary import (
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    EC2_SERVICE,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    OIDC_PREFIX,
    POD_IDENTITY_SERVICE,
    UNKNOWN,
)

HolderKind = Literal["people", "groups", "pods", "nodes", "services"]
RBAC = "kubernetes:rbac.authorization.k8s.io/v1:"
KINDS: Mapping[str, HolderKind] = {POD_IDENTITY_SERVICE: "pods", EC2_SERVICE: "nodes"}
"""Kinds by the service that assumes a role; every other service acts by itself."""
NOT_KNOWN = "known after `up`"


@dataclass(frozen=True, kw_only=True)
class Right:
    """Actions on resources. `only_if` names the keys of its conditions; `denied` takes rights away."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    only_if: tuple[str, ...] = ()
    denied: bool = False


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody or something with rights, and the stack that gives them. `bound` is the most that they may ever be.

    `since` is when the stack's file came to name them; None for what no file names.
    """

    stack: str
    kind: HolderKind
    name: str
    rights: tuple[Right, ...]
    bound: str | None = None
    since: Since | None = None

    def is_named(self, grant: AccessGrant) -> bool:
        """Whether a grant of a stack file names this holder: a role of people, or a group of the OIDC provider."""
        if grant.form == "ci":
            return self.kind == "people" and self.name == role_name(grant.stack, "ci")
        if grant.form == "group":
            return self.kind == "groups" and self.name == f"group {OIDC_PREFIX}{grant.name}"
        return self.kind == "people" and self.name == grant.name.rpartition("/")[2]


def holders(plan: Plan) -> tuple[Holder, ...]:
    """Everybody to whom a plan gives rights, by kind and name."""
    found = [*_people(plan), *_groups(plan), *_roles(plan)]
    return tuple(sorted(found, key=lambda holder: (holder.kind, holder.name)))


def _people(plan: Plan) -> Iterator[Holder]:
    for resource in plan.of(ACCESS_POLICY_ASSOCIATION):
        inputs = resource.inputs
        policy = _tail(inputs["policyArn"])
        scope = inputs["accessScope"]
        where = scope.get("namespaces") or ["every namespace"]
        right = Right(actions=(policy,), resources=tuple(where))
        yield Holder(stack=plan.stack, kind="people", name=_tail(inputs["principalArn"]), rights=(right,))
    for entry in plan.of(ACCESS_ENTRY):
        groups = tuple(f"group {group}" for group in entry.inputs.get("kubernetesGroups") or ())
        if groups:
            right = Right(actions=("acts as",), resources=groups)
            name = _tail(entry.inputs["principalArn"])
            yield Holder(stack=plan.stack, kind="people", name=name, rights=(right,))


def _groups(plan: Plan) -> Iterator[Holder]:
    for binding in _of(plan, ("RoleBinding", "ClusterRoleBinding")):
        reference = binding.inputs["roleRef"]
        rules = _rules(plan, reference["kind"], reference["name"])
        for subject in binding.inputs.get("subjects", ()):
            yield Holder(stack=plan.stack, kind="groups", name=_subject(subject), rights=rules)


def _rules(plan: Plan, kind: str, name: str) -> tuple[Right, ...]:
    for role in _of(plan, (kind,)):
        if role.inputs["metadata"]["name"] == name:
            return tuple(_rule(rule) for rule in role.inputs.get("rules", ()))
    return (Right(actions=(f"{kind} {name}",), resources=("of the cluster",)),)


def _rule(rule: Mapping[str, Any]) -> Right:
    resources: list[str] = []
    for group in rule.get("apiGroups", ()):
        prefix = f"{group}/" if group else ""
        resources += [f"{prefix}{resource}" for resource in rule.get("resources", ())]
    return Right(actions=tuple(rule["verbs"]), resources=tuple(resources or rule.get("nonResourceURLs", ())))


def _roles(plan: Plan) -> Iterator[Holder]:
    for role in plan.of(IAM_ROLE):
        kind, name = _assumed_by(role)
        bound = role.inputs.get("permissionsBoundary")
        yield Holder(
            stack=plan.stack,
            kind=kind,
            name=name,
            rights=tuple(_rights_of(plan, role)),
            bound=None if bound is None else _tail(bound),
        )


def _assumed_by(role: PlannedResource) -> tuple[HolderKind, str]:
    name = str(role.inputs.get("name", role.name))
    try:
        trusts = statements(Value(role.inputs["assumeRolePolicy"]))
    except Undetermined:
        return "services", name
    services = [service for trust in trusts for service in trust.principals.get("Service", ())]
    kind: HolderKind = next((KINDS[service] for service in services if service in KINDS), "services")
    return kind, f"{name} ({_pod(trusts) or ', '.join(services) or NOT_KNOWN})"


def _pod(trusts: Iterable[Statement]) -> str | None:
    """The namespace and the service account of the pods that a role trusts."""
    for trust in trusts:
        tags = trust.conditions.get("stringequals", {})
        account = tags.get("aws:requesttag/kubernetes-service-account")
        if account:
            return f"{''.join(tags.get('aws:requesttag/kubernetes-namespace', ('*',)))}/{account[0]}"
    return None


def _rights_of(plan: Plan, role: PlannedResource) -> Iterator[Right]:
    name = role.inputs.get("name")
    for policy in plan.of(IAM_ROLE_POLICY):
        if policy.inputs.get("role") == name:
            yield from _document(policy.inputs["policy"])
    for attached in plan.of(IAM_ROLE_POLICY_ATTACHMENT):
        if attached.inputs.get("role") == name:
            yield Right(actions=(_tail(attached.inputs["policyArn"]),), resources=("a policy of AWS",))


def _document(document: Any) -> Iterator[Right]:
    try:
        found = statements(Value(document))
    except Undetermined:
        yield Right(actions=(NOT_KNOWN,), resources=())
        return
    for each in found:
        keys = {key: None for condition in each.conditions.values() for key in condition}
        yield Right(
            actions=each.actions or tuple(f"all but {action}" for action in each.not_actions),
            resources=each.resources or tuple(f"all but {resource}" for resource in each.not_resources),
            only_if=tuple(keys),
            denied=not each.allows,
        )


def _of(plan: Plan, kinds: tuple[str, ...]) -> Iterator[PlannedResource]:
    for kind in kinds:
        yield from plan.of(f"{RBAC}{kind}")


def _subject(subject: Mapping[str, Any]) -> str:
    namespace = f"{subject['namespace']}/" if subject.get("namespace") else ""
    return f"{subject['kind'].lower()} {namespace}{subject['name']}"


def _tail(arn: Any) -> str:
    return NOT_KNOWN if arn is UNKNOWN else str(arn).rpartition("/")[2]
