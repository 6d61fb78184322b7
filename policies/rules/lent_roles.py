"""The rule of lent roles: what runs with a role, or adds to one, has a role of its own stack."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from policies.arns import ArnPattern
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value, any_of
from reference.names import role_name, without_path
from reference.vocabulary import BUDGET_ACTION, IAM_ROLE, SERVICE_LINKED_ROLE, UNKNOWN

KARPENTER = "kubernetes:karpenter.k8s.aws/"
KEDA = "kubernetes:keda.sh/"
PROFILE_KEY = "iamInstanceProfile"
PROFILES = "aws:iam/instanceProfile:"
ROLE_KEY = re.compile(r"(role|[a-z][A-Za-z]*Role)(s|Arns?|Names?)?")
"""Names of properties that hold a role, by its name or its ARN."""
BY_NAME = re.compile(r"roles?|([a-z][A-Za-z]*R|r)oleNames?")
"""Those of them that hold a name where they hold no ARN: others (`userRole`) may be of no role of IAM."""
OF_SERVICES = "role/aws-service-role/"
"""The path of roles that AWS wrote for one service, which can be lent to nobody else."""
OF_PODS = "eks.amazonaws.com/role-arn"
"""The annotation of a service account whose pods take on a role."""


def _own_role(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind.startswith("kubernetes:") and subject.kind.endswith(":ServiceAccount"):
        role = subject.value.at("metadata.annotations").key(OF_PODS)
        yield claim(_is_own(role, subject, stack), f"`{OF_PODS}` is no role of this stack")
        return
    # Whatever its version: each of them starts nodes.
    if subject.kind.startswith(KARPENTER) and subject.kind.endswith(":EC2NodeClass"):
        yield from _nodes_role(subject, stack)
        return
    if subject.kind.startswith(KEDA) and subject.kind.endswith("TriggerAuthentication"):
        yield from _scaler_role(subject)
        return
    if not subject.type.startswith("aws:") or subject.kind == IAM_ROLE:
        return
    for role in _roles(subject.value):
        if subject.kind == BUDGET_ACTION and role.root == "definition":
            continue  # the role that it freezes
        yield claim(_is_own(role, subject, stack), f"`{role.path}` is no role of this stack")
    profile = subject.value.at(PROFILE_KEY)
    if subject.type.startswith("aws:ec2/") and profile.is_given is not Truth.NO:
        own = _is_own_profile(profile, subject, stack)
        yield claim(own, f"`{PROFILE_KEY}` is no instance profile of this stack")


def _scaler_role(authentication: Resource) -> Iterator[Claim]:
    """KEDA asks as itself, for every team: whose else it may be is a right of the platform's, not of a team's."""
    identity = authentication.value.at("spec.podIdentity")
    for key in ("roleArn", "identityOwner"):
        own = identity.at(key).one_of("keda", missing=True)
        yield claim(own, f"`spec.podIdentity.{key}` has KEDA work as another than itself")


def _nodes_role(node_class: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """Karpenter may pass every team's role of nodes: which one is said here alone."""
    foundation, team = stack.context.foundation, stack.context.team
    known = {role_name(str(foundation), "karpenter-node")}
    if stack.context.kind == "team":
        known.add(role_name(f"{foundation}.node", str(team)))
    role = node_class.value.at("spec.role").one_of(*known) if foundation else Truth.UNSURE
    yield claim(
        role, "`spec.role` is neither the foundation's role of nodes nor that of the stack's own team"
    )
    profile = node_class.value.at("spec.instanceProfile").is_absent
    yield claim(profile, "`spec.instanceProfile` has a role that nobody sees here: set `spec.role`")


def _roles(value: Value) -> Iterator[Value]:
    """The properties below a value that hold a role, or several."""
    raw: Any = value.raw
    if isinstance(raw, Mapping):
        for key, found in raw.items():
            if _holds_role(key):
                yield from _named(value.key(key))
            elif isinstance(found, Mapping | list | tuple):
                yield from _roles(value.key(key))
    elif isinstance(raw, list | tuple):
        for each in value.items():
            yield from _roles(each)


@lru_cache(maxsize=4096)
def _holds_role(key: str) -> bool:
    return ROLE_KEY.fullmatch(key) is not None


def _named(value: Value) -> Iterator[Value]:
    if isinstance(value.raw, Mapping):
        # Of an identity pool, by who signs in.
        for _, each in value.entries():
            yield each
        return
    yield from value.items()


def _is_own(role: Value, subject: Resource, stack: JudgedStack) -> Truth:
    if role.raw is UNKNOWN:
        lent = [
            *stack.targets(subject, role.root, IAM_ROLE),
            *stack.targets(subject, role.root, SERVICE_LINKED_ROLE),
        ]
        return Truth.YES if lent else Truth.UNSURE
    by_name = bool(BY_NAME.fullmatch(role.path.rpartition(".")[2].partition("[")[0]))
    return role.test(lambda found: _is_of_stack(str(found), by_name, stack), missing=True)


def _is_own_profile(profile: Value, subject: Resource, stack: JudgedStack) -> Truth:
    if any(each.type.startswith(PROFILES) for each in stack.targets(subject, PROFILE_KEY)):
        return Truth.YES
    names = [each.at("name") for each in stack.resources if each.type.startswith(PROFILES)]
    # A launch template names it in a mapping, by name or by ARN.
    raw = profile.raw
    given = [profile.key("name"), profile.key("arn")] if isinstance(raw, Mapping) else [profile]
    told = [each for each in given if each.is_given is not Truth.NO]
    return any_of(each.test(lambda text: str(text).rpartition("/")[2] in _texts(names)) for each in told)


def _texts(values: Sequence[Value]) -> set[str]:
    return {each.raw for each in values if isinstance(each.raw, str)}


def _is_of_stack(role: str, by_name: bool, stack: JudgedStack) -> bool:
    names = stack.derived(_names)
    if not role.startswith("arn:"):
        return not by_name or without_path(role) in names
    found = ArnPattern.of(role)
    own = not found.leaves(stack.context.account) and found.service == "iam"
    return own and (found.resource.startswith(OF_SERVICES) or without_path(found.resource) in names)


def _names(stack: JudgedStack) -> frozenset[str]:
    names = [role.properties.get("name") for role in stack.of(IAM_ROLE)]
    return frozenset(name.casefold() for name in names if isinstance(name, str))


RULES = (
    Rule(
        id="ID-16",
        name="own-roles",
        title="What runs with a role has a role of its own stack, and adds to no other",
        why="Whoever may change the function, the instance or the association has the rights of the role it is lent; "
        "a policy put on another's role is in no plan of its owner.",
        fix="Make the role in the stack that uses it, and name it by reference.",
        cluster="only the plan: EKS refuses no role by whose it is; pods get theirs by associations, not annotations",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-6",),
        scope="stack",
        kinds=("*",),
        check=_own_role,
        note="Roles that AWS wrote for one service are lent to that service alone. A budget's action names the role "
        "that it freezes, which is the platform's: ID-10 and ID-15 judge what it attaches.",
    ),
)
