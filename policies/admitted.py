"""Those of its own account whom a team's resource lets in beside the team itself."""

from collections.abc import Iterator

from policies.carriers import documents, is_of_aws
from policies.conditions import comparisons, pinned
from policies.documents import Statement, allow_statements, is_everything
from policies.ours import Ours, ours
from policies.resources import JudgedStack, Resource
from policies.values import Value
from reference.vocabulary import IAM_ROLE

LINKED = "role/aws-service-role/"
OF_IDENTITIES = ("aws:iam/", "aws:eks/", "aws:ec2/vpcEndpoint")
"""Beginnings of types whose documents are no policy of a resource. A role's trust is one all the same."""


def others_let_in(subject: Resource, stack: JudgedStack) -> Iterator[tuple[Statement, list[str]]]:
    """Each statement that allows something, with those of the account who are not of the stack."""
    names = stack.derived(_own_roles)
    for document in _documents(subject):
        for each in allow_statements(document):
            yield each, _others(each, names, ours(stack))


def _documents(subject: Resource) -> list[Value]:
    if subject.kind == IAM_ROLE:
        return [subject.at("assumeRolePolicy")]
    if not is_of_aws(subject) or subject.kind.startswith(OF_IDENTITIES):
        return []
    return documents(subject)


def _own_roles(stack: JudgedStack) -> frozenset[str]:
    names = [role.properties.get("name") for role in stack.of(IAM_ROLE)]
    return frozenset(name for name in names if isinstance(name, str))


def _others(each: Statement, roles: frozenset[str], us: Ours) -> list[str]:
    found: list[str] = []
    everybody = each.not_principals
    for name in each.principals.get("AWS", ()) if not each.not_principals else ():
        if is_everything(name):
            everybody = True
        # Another account's are strangers, whom ID-12 tells.
        elif us.has_name(name) and not _is_of_team(name, roles):
            found.append(f"`{name}`")
    if everybody and not _is_narrow(each, roles):
        found.append("everybody of the account")
    return found


def _is_of_team(name: str, roles: frozenset[str]) -> bool:
    """Whether a principal of the account is a role of the stack, or its root, for whom identities' policies decide."""
    resource = name.rpartition(":")[2]
    kind, _, rest = resource.partition("/")
    if kind == "assumed-role":
        return rest.partition("/")[0] in roles
    return name.isdigit() or resource == "root" or (kind == "role" and rest in roles)


def _is_narrow(each: Statement, roles: frozenset[str]) -> bool:
    """Whether conditions leave of the account a service, a service-linked role, or roles of the stack."""
    # So AWS's own policies of `aws/ebs` and the like are written: the caller's role need not exist yet.
    if pinned(each, "kms:ViaService") and pinned(each, "kms:CallerAccount"):
        return True
    for other in comparisons(each):
        if other.absent or other.operator not in ("arnequals", "arnlike", "stringequals"):
            continue
        if other.key == "aws:sourcearn" and all(map(_is_of_one_service, other.values)):
            return bool(other.values)
        if other.key == "aws:principalarn" and all(_names_narrowly(arn, roles) for arn in other.values):
            return bool(other.values)
    return False


def _is_of_one_service(arn: str) -> bool:
    """Whether a source is of one service by name: requests of people and roles have no source."""
    parts = arn.split(":")
    return len(parts) > 2 and bool(parts[2].strip("*?"))


def _names_narrowly(arn: str, roles: frozenset[str]) -> bool:
    return arn.split(":", 5)[-1].startswith(LINKED) or _is_of_team(arn, roles)
