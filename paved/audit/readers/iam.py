"""IAM: roles, what they may do, and who may assume them."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, tag_map


@reads(
    "aws:iam/role:Role",
    "identity",
    ("name",),
    concerns={"description": "settings"},
    left_out={"forceDetachPolicies": PROVIDER},
    assumed={"maxSessionDuration": 3600, "path": "/"},
    documents=("assumeRolePolicy",),
    tagged=True,
)
def role(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.ask("iam.GetRole", RoleName=name)["Role"]
    return Found(
        names=(name, made["Arn"]),
        properties={
            "assumeRolePolicy": made["AssumeRolePolicyDocument"],
            "description": made.get("Description"),
            "maxSessionDuration": made.get("MaxSessionDuration"),
            "path": made["Path"],
            "permissionsBoundary": made.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        },
        tags=lambda: tag_map(made.get("Tags")),
        contents=lambda: _policies(sought, name),
    )


@reads(
    "aws:iam/serviceLinkedRole:ServiceLinkedRole", "identity", ("awsServiceName", "customSuffix"), tagged=True
)
def service_linked_role(sought: Lookup) -> Found:
    """AWS names it, and keeps what it may do: it is there, or it is not."""
    path = f"/aws-service-role/{sought.name('awsServiceName')}/"
    listed = sought.one("iam.ListRoles", "Roles", PathPrefix=path)
    made = sought.ask("iam.GetRole", RoleName=listed["RoleName"])["Role"]
    return Found(
        names=(made["Arn"], made["Arn"], made["RoleName"]),
        properties={"description": made.get("Description")},
        tags=lambda: tag_map(made.get("Tags")),
    )


@reads("aws:iam/rolePolicy:RolePolicy", "identity", ("name", "role"), documents=("policy",))
def role_policy(sought: Lookup) -> Found:
    role, name = sought.name("role"), sought.name("name")
    made = sought.ask("iam.GetRolePolicy", RoleName=role, PolicyName=name)
    return Found(names=(f"{role}:{name}",), properties={"policy": made["PolicyDocument"]})


@reads("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "identity", ("policyArn", "role"))
def role_policy_attachment(sought: Lookup) -> Found:
    role, arn = sought.name("role"), sought.name("policyArn", at=1)
    if arn not in [each["PolicyArn"] for each in _attached(sought, role)]:
        raise NotFound(arn)
    return Found(names=(f"{role}/{arn}",))


@reads(
    "aws:iam/policy:Policy",
    "identity",
    ("name", "path"),
    concerns={"description": "settings"},
    documents=("policy",),
    tagged=True,
)
def policy(sought: Lookup) -> Found:
    path = sought.inputs.get("path", "/")
    arn = sought.arn("iam", f"policy{path}{sought.name('name')}", regional=False)
    made = sought.ask("iam.GetPolicy", PolicyArn=arn)["Policy"]
    return Found(
        names=(arn, arn),
        properties={
            "description": made.get("Description"),
            "policy": lambda: _version(sought, arn, made["DefaultVersionId"]),
        },
        tags=lambda: tag_map(made.get("Tags")),
    )


def _version(sought: Lookup, arn: str, version: str) -> Any:
    return sought.ask("iam.GetPolicyVersion", PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _attached(sought: Lookup, role: str) -> list[Mapping[str, Any]]:
    return sought.pages("iam.ListAttachedRolePolicies", "AttachedPolicies", RoleName=role)


def _policies(sought: Lookup, role: str) -> tuple[Content, ...]:
    inline = sought.pages("iam.ListRolePolicies", "PolicyNames", RoleName=role)
    attached = [each["PolicyArn"] for each in _attached(sought, role)]
    return (
        *(_content("inline policy", f"{role}:{name}", name) for name in inline),
        *(_content("attached policy", f"{role}/{arn}", arn) for arn in attached),
    )


def _content(kind: str, name: str, label: str) -> Content:
    return Content(kind=kind, name=name, label=label, concern="identity")
