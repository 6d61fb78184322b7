"""Rules of the ways to more rights: an identity neither takes them nor hands out what others reach."""

from collections.abc import Iterator, Sequence

from policies.actions import among, by_lower_case, sharing_actions
from policies.arns import ArnPattern
from policies.documents import Statement, allow_statements
from policies.escalations import BY_RIGHTS, BY_ROLES_OF_OTHERS, PROTECTION, TAKING_ROLES
from policies.resources import JudgedStack, Resource
from policies.rights import DOCUMENTS, documents
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim, few
from policies.rules.rights import shown
from reference.names import PREFIX
from reference.tags import SERVICE_TAG

ATTACH_ACTIONS = frozenset({"iam:AttachRolePolicy", "iam:DetachRolePolicy"})
RIGHTS = by_lower_case(*BY_RIGHTS)
ROLES_OF_OTHERS = by_lower_case(*BY_ROLES_OF_OTHERS)
TAKING = by_lower_case(*TAKING_ROLES)
PASSING = by_lower_case("iam:PassRole")
PROTECTED = by_lower_case(*PROTECTION)
KEY_POLICY = by_lower_case("kms:PutKeyPolicy")
OWNER = f"${{aws:PrincipalTag/{SERVICE_TAG}}}"
LINKED = "iam:CreateServiceLinkedRole"
EQUALS = ("arnequals", "stringequals")
ANY_EQUALS = ("foranyvalue:stringequals", "stringequals")


def _no_escalation(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for document in documents(subject):
        for each in allow_statements(document):
            chains = _chains(each, stack)
            yield claim(not chains, f"{shown(each)} can raise its own rights: {few(chains)}")
            yield from _passes(each, stack)
            taken = among(each, TAKING)
            yield claim(
                not taken or names_whole_roles(each, stack),
                f"{shown(each)} takes roles that it does not name",
            )


def _chains(each: Statement, stack: JudgedStack) -> list[str]:
    found = [action for action in among(each, RIGHTS) if not _is_pinned(action, each)]
    if attaches_own_policy(each, stack):
        found = [action for action in found if action not in ATTACH_ACTIONS]
    # Work in the place of one thing that is named is meant: an own function's code, an own job.
    if not _names_whole(each):
        found += among(each, ROLES_OF_OTHERS)
    return found


def _is_pinned(action: str, each: Statement) -> bool:
    """Whether a statement makes the role of a service that AWS wrote, for one service that it names."""
    services = each.condition("iam:AWSServiceName", "stringequals", "stringlike")
    return action == LINKED and is_exact(services)


def _passes(each: Statement, stack: JudgedStack) -> Iterator[Claim]:
    if not among(each, PASSING):
        return
    nodes = _roles_of_nodes(stack)
    named = bool(each.resources) and all(
        is_whole_role(arn, stack) or (arn.endswith(nodes) and not _leaves(arn, stack))
        for arn in each.resources
    )
    yield claim(named, f"{shown(each)} passes roles that it does not name")
    # Whoever may start an instance or a function with a role has that role's rights.
    services = each.condition("iam:PassedToService", "stringequals", "stringlike")
    yield claim(
        is_exact(services), f"{shown(each)} passes a role to any service: set iam:PassedToService to one"
    )


def attaches_own_policy(each: Statement, stack: JudgedStack) -> bool:
    """Whether a statement does no more than to attach policies of ours, named whole, to roles named whole."""
    # A freeze does it: a budget's action attaches a denial to the provisioner. ID-10 asks that it denies.
    pinned = each.condition("iam:PolicyARN", *EQUALS)
    ours = is_exact(pinned) and not any(":aws:policy/" in arn or _leaves(arn, stack) for arn in pinned)
    return ours and ATTACH_ACTIONS.issuperset(each.actions) and names_whole_roles(each, stack)


def _roles_of_nodes(stack: JudgedStack) -> str:
    """The end of the pattern of the stack's roles of teams' nodes, too many to name each.

    No other role is among them: names of other roles have no dot.
    """
    return f":role/{PREFIX}-{stack.context.stack}.node-*"


def names_whole_roles(each: Statement, stack: JudgedStack) -> bool:
    """Whether every resource of a statement is one role of the account, named whole."""
    return bool(each.resources) and all(is_whole_role(arn, stack) for arn in each.resources)


def is_whole_role(arn: str, stack: JudgedStack) -> bool:
    """Whether an ARN is of one role of the account."""
    return ":role/" in arn and is_exact([arn]) and not _leaves(arn, stack)


def _leaves(arn: str, stack: JudgedStack) -> bool:
    return ArnPattern.of(arn).leaves(stack.context.account)


def _names_whole(each: Statement) -> bool:
    return is_exact(each.resources)


def is_exact(values: Sequence[str]) -> bool:
    """Whether there are values, and none is a pattern or holds a variable but the owner of the role itself."""
    # Nobody may tag a role, or take on one with other tags: ID-04 says so.
    plain = [value.replace(OWNER, "") for value in values]
    return bool(plain) and not any(mark in value for value in plain for mark in ("*", "?", "${"))


def _no_sharing(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    for document in documents(subject):
        for each in allow_statements(document):
            shares = [] if _lends_own_key(each) else sharing_actions(_without_iam(each.actions))
            yield claim(not shares, f"{shown(each)} decides who else gets in: {few(shares)}")
            bared = among(each, PROTECTED)
            yield claim(not bared, f"{shown(each)} takes protection away: {few(bared)}")


def _without_iam(actions: Sequence[str]) -> tuple[str, ...]:
    # Rights over rights are ID-04's.
    return tuple(each for each in actions if not each.lower().startswith("iam:"))


def _lends_own_key(each: Statement) -> bool:
    """Whether a statement grants the use of keys that it names by whole alias, or does so to AWS's services alone."""
    only_kms = bool(each.actions) and all(action.lower().startswith("kms:") for action in each.actions)
    to_aws = each.condition("kms:GrantIsForAWSResource", "bool") == ("true",)
    aliases = is_exact(each.condition("kms:ResourceAliases", *ANY_EQUALS))
    grants = not among(each, KEY_POLICY)
    return only_kms and grants and (to_aws or aliases)


RULES = (
    Rule(
        id="ID-04",
        name="no-privilege-escalation",
        title="No identity can raise its own rights",
        why="Passing any role, or rewriting a policy, is a longer way to administrator.",
        fix="Leave the action out; pass roles by exact ARN, or those of teams' nodes, to one service.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288"),
        kinds=tuple(DOCUMENTS),
        check=_no_escalation,
        note="The ways are those of published lists. Work in the place of what has a role (a function's code, a "
        "command on an instance) is one unless its resource is named whole.",
    ),
    Rule(
        id="ID-17",
        name="no-handing-out",
        title="No identity decides who else gets at a resource, or takes its protection away",
        why="Whoever writes the policy of a bucket, grants a key or stops a trail does it in no plan, for any account.",
        fix="Leave the action out: policies of resources come from the stack's file. Grants of a key name it by alias.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_289",),
        kinds=tuple(DOCUMENTS),
        check=_no_sharing,
        note="The actions are those that AWS's service authorization reference counts as permissions management, and "
        "those by which records, versions and keys end.",
    ),
)
