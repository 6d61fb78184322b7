"""IAM: roles and their policies, instance profiles, and service-linked roles."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_boundary, require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs
from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import (
    IAM_OIDC_PROVIDER,
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    SERVICE_LINKED_ROLE,
)

IAM_ACTIONS = iam_actions(
    "iam",
    "GetOpenIDConnectProvider",
    "GetPolicy",
    "GetPolicyVersion",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListRolePolicies",
    "ListRoles",
)
INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile"

TRUST_SIZE = 2_048  # can be raised to 4096
INLINE_SIZE = 10_240  # of all inline policies of a role
MANAGED_SIZE = 6_144
"""Characters that IAM documents as its quotas; its API model allows 131072."""


@creates(IAM_ROLE)
def create_role(inputs: Inputs, api: Api) -> Created:
    renamed = {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
    request = {**api.request("iam", "CreateRole", inputs, renamed), "Tags": pairs(api.tags(inputs))}
    trust = request.get("AssumeRolePolicyDocument")
    require_policy(api, "iam.CreateRole", "AssumeRolePolicyDocument", trust, has_resource=False)
    require_boundary(api, "iam.CreateRole", request.get("PermissionsBoundary"))
    _check_size("iam.CreateRole", "AssumeRolePolicyDocument", str(trust), TRUST_SIZE)
    inputs.leave_to_provider("forceDetachPolicies")
    role = api.call("iam", "CreateRole", request)["Role"]
    name = role["RoleName"]
    for block in inputs.blocks("inlinePolicies"):
        inline = api.request("iam", "PutRolePolicy", block, _inline("inlinePolicies."))
        _put_inline(api, {"RoleName": name, **inline})
    for arn in inputs.take("managedPolicyArns", []):
        _attach(api, name, arn)
    return Created(id=name, outputs={"arn": role["Arn"], "name": name, "uniqueId": role["RoleId"]})


@creates(IAM_ROLE_POLICY)
def create_role_policy(inputs: Inputs, api: Api) -> Created:
    request = api.request("iam", "PutRolePolicy", inputs, {"role": "RoleName", **_inline()})
    _put_inline(api, request)
    return Created(id=f"{request['RoleName']}:{request['PolicyName']}")


@creates(IAM_POLICY)
def create_policy(inputs: Inputs, api: Api) -> Created:
    request = api.request("iam", "CreatePolicy", inputs, {"name": "PolicyName", "policy": "PolicyDocument"})
    _check_size("iam.CreatePolicy", "PolicyDocument", str(request.get("PolicyDocument")), MANAGED_SIZE)
    policy = api.call("iam", "CreatePolicy", {**request, "Tags": pairs(api.tags(inputs))})["Policy"]
    return Created(
        id=policy["Arn"],
        outputs={"arn": policy["Arn"], "policyId": policy["PolicyId"], "attachmentCount": 0},
    )


@creates(IAM_OIDC_PROVIDER)
def create_oidc_provider(inputs: Inputs, api: Api) -> Created:
    renamed = {"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"}
    request = api.request("iam", "CreateOpenIDConnectProvider", inputs, renamed)
    tags = pairs(api.tags(inputs))
    made = api.call("iam", "CreateOpenIDConnectProvider", {**request, "Tags": tags})
    arn = made["OpenIDConnectProviderArn"]
    return Created(id=arn, outputs={"arn": arn})


@creates(IAM_ROLE_POLICY_ATTACHMENT)
def create_role_policy_attachment(inputs: Inputs, api: Api) -> Created:
    name, arn = inputs.take("role"), inputs.take("policyArn")
    _attach(api, name, arn)
    return Created(id=f"{name}/{arn}")


@creates(INSTANCE_PROFILE)
def create_instance_profile(inputs: Inputs, api: Api) -> Created:
    request = api.request("iam", "CreateInstanceProfile", inputs, {"name": "InstanceProfileName"})
    tags = pairs(api.tags(inputs))
    profile = api.call("iam", "CreateInstanceProfile", {**request, "Tags": tags})["InstanceProfile"]
    name = profile["InstanceProfileName"]
    if "role" in inputs:
        member = {"InstanceProfileName": name, "RoleName": inputs.take("role")}
        api.call("iam", "AddRoleToInstanceProfile", member)
    return Created(id=name, outputs={"arn": profile["Arn"], "uniqueId": profile["InstanceProfileId"]})


@creates(SERVICE_LINKED_ROLE)
def create_service_linked_role(inputs: Inputs, api: Api) -> Created:
    request = api.request("iam", "CreateServiceLinkedRole", inputs, {"awsServiceName": "AWSServiceName"})
    role = api.call("iam", "CreateServiceLinkedRole", request)["Role"]
    if tags := pairs(api.tags(inputs)):
        api.call("iam", "TagRole", {"RoleName": role["RoleName"], "Tags": tags})
    return Created(
        id=role["Arn"],
        outputs={
            "arn": role["Arn"],
            "name": role["RoleName"],
            "path": role["Path"],
            "uniqueId": role["RoleId"],
        },
    )


def _inline(path: str = "") -> dict[str, str]:
    return {f"{path}name": "PolicyName", f"{path}policy": "PolicyDocument"}


def _put_inline(api: Api, request: dict[str, Any]) -> None:
    """IAM counts the inline policies of a role together."""
    role = {"RoleName": request.get("RoleName")}
    api.call("iam", "PutRolePolicy", request)
    names = api.internal_call("iam", "ListRolePolicies", role)["PolicyNames"]
    documents = [api.internal_call("iam", "GetRolePolicy", {**role, "PolicyName": name}) for name in names]
    whole = "".join(json.dumps(found["PolicyDocument"]) for found in documents)
    _check_size("iam.PutRolePolicy", "PolicyDocument", whole, INLINE_SIZE)


def _check_size(call: str, parameter: str, text: str, most: int) -> None:
    size = len(re.sub(r"\s", "", text))
    if size > most:
        raise refused(call, parameter, f"must have at most {most} characters, white space aside", size)


def _attach(api: Api, role_name: str, policy_arn: str) -> None:
    api.add_managed_policy(policy_arn)
    api.call("iam", "AttachRolePolicy", {"RoleName": role_name, "PolicyArn": policy_arn})


@reads(
    IAM_ROLE,
    "identity",
    ("name",),
    concerns={"description": "settings"},
    left_out={"forceDetachPolicies": PROVIDER},
    assumed={"maxSessionDuration": 3600, "path": "/"},
    documents=("assumeRolePolicy",),
    tagged=True,
)
def read_role(lookup: Lookup) -> Found:
    name = lookup.name("name")
    role = lookup.ask("iam.GetRole", RoleName=name)["Role"]
    return Found(
        names=(name, role["Arn"]),
        properties={
            "assumeRolePolicy": role["AssumeRolePolicyDocument"],
            "description": role.get("Description"),
            "maxSessionDuration": role.get("MaxSessionDuration"),
            "path": role["Path"],
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        },
        tags=lambda: tag_map(role.get("Tags")),
        contents={
            "inline policy": lambda: _inline_policies(lookup, name),
            "attached policy": lambda: _attached_contents(lookup, name),
        },
    )


@reads(SERVICE_LINKED_ROLE, "identity", ("awsServiceName", "customSuffix"), tagged=True)
def read_service_linked_role(lookup: Lookup) -> Found:
    """AWS names the role and keeps its permissions: it is there, or it is not."""
    path = f"/aws-service-role/{lookup.name('awsServiceName')}/"
    listed = lookup.one("iam.ListRoles", "Roles", PathPrefix=path)
    role = lookup.ask("iam.GetRole", RoleName=listed["RoleName"])["Role"]
    return Found(
        names=(role["Arn"], role["Arn"], role["RoleName"]),
        properties={"description": role.get("Description")},
        tags=lambda: tag_map(role.get("Tags")),
    )


@reads(IAM_ROLE_POLICY, "identity", ("name", "role"), documents=("policy",))
def read_role_policy(lookup: Lookup) -> Found:
    role, name = lookup.name("role"), lookup.name("name")
    answer = lookup.ask("iam.GetRolePolicy", RoleName=role, PolicyName=name)
    return Found(names=(f"{role}:{name}",), properties={"policy": answer["PolicyDocument"]})


@reads(IAM_ROLE_POLICY_ATTACHMENT, "identity", ("policyArn", "role"))
def read_role_policy_attachment(lookup: Lookup) -> Found:
    role, arn = lookup.name("role"), lookup.name("policyArn", at=1)
    if arn not in _attached_policies(lookup, role):
        raise NotFound(arn)
    return Found(names=(f"{role}/{arn}",))


@reads(
    IAM_POLICY,
    "identity",
    ("name", "path"),
    concerns={"description": "settings"},
    documents=("policy",),
    tagged=True,
)
def read_policy(lookup: Lookup) -> Found:
    path = lookup.inputs.get("path", "/")
    arn = lookup.arn("iam", f"policy{path}{lookup.name('name')}", regional=False)
    policy = lookup.ask("iam.GetPolicy", PolicyArn=arn)["Policy"]
    return Found(
        names=(arn, arn),  # the provider's id of a policy is its ARN
        properties={
            "description": policy.get("Description"),
            "policy": lambda: _document(lookup, arn, policy["DefaultVersionId"]),
        },
        tags=lambda: tag_map(policy.get("Tags")),
    )


@reads(IAM_OIDC_PROVIDER, "identity", ("url",), tagged=True)
def read_oidc_provider(lookup: Lookup) -> Found:
    arn = lookup.arn("iam", f"oidc-provider/{lookup.name('url').removeprefix('https://')}", regional=False)
    found = lookup.ask("iam.GetOpenIDConnectProvider", OpenIDConnectProviderArn=arn)
    return Found(
        names=(arn, arn),
        properties={"clientIdLists": found.get("ClientIDList")},
        tags=lambda: tag_map(found.get("Tags")),
    )


def _document(lookup: Lookup, arn: str, version: str) -> Any:
    return lookup.ask("iam.GetPolicyVersion", PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _attached_policies(lookup: Lookup, role: str) -> list[str]:
    listed: list[Mapping[str, Any]] = lookup.pages(
        "iam.ListAttachedRolePolicies", "AttachedPolicies", RoleName=role
    )
    return [each["PolicyArn"] for each in listed]


def _inline_policies(lookup: Lookup, role: str) -> Iterator[Content]:
    for name in lookup.pages("iam.ListRolePolicies", "PolicyNames", RoleName=role):
        yield _content("inline policy", f"{role}:{name}", name)


def _attached_contents(lookup: Lookup, role: str) -> Iterator[Content]:
    for arn in _attached_policies(lookup, role):
        yield _content("attached policy", f"{role}/{arn}", arn)


def _content(kind: str, name: str, label: str) -> Content:
    return Content(kind=kind, name=name, label=label, concern="identity")
