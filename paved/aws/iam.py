"""IAM: roles, policies and instance profiles."""

import json
import re
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_boundary, require_policy
from paved.aws.creating.fitting import pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

TRUST_SIZE = 2_048  # can be raised to 4096
INLINE_SIZE = 10_240  # of all inline policies of a role
MANAGED_SIZE = 6_144
"""Characters that IAM documents as its quotas; its API model allows 131072."""


@creates("aws:iam/role:Role")
def role(inputs: Inputs, api: Api) -> Created:
    renamed = {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
    request = {**api.fit("iam", "CreateRole", inputs, renamed), "Tags": pairs(api.tags(inputs))}
    trust = request.get("AssumeRolePolicyDocument")
    require_policy(api, "iam.CreateRole", "AssumeRolePolicyDocument", trust, has_resource=False)
    require_boundary(api, "iam.CreateRole", request.get("PermissionsBoundary"))
    _check_size("iam.CreateRole", "AssumeRolePolicyDocument", str(trust), TRUST_SIZE)
    inputs.leave_to_provider("forceDetachPolicies")
    made = api.call("iam", "CreateRole", request)["Role"]
    name = made["RoleName"]
    for block in inputs.blocks("inlinePolicies"):
        inline = api.fit("iam", "PutRolePolicy", block, _inline("inlinePolicies."))
        _put_inline(api, {"RoleName": name, **inline})
    for arn in inputs.take("managedPolicyArns", []):
        _attach(api, name, arn)
    return Created(id=name, outputs={"arn": made["Arn"], "name": name, "uniqueId": made["RoleId"]})


@creates("aws:iam/rolePolicy:RolePolicy")
def role_policy(inputs: Inputs, api: Api) -> Created:
    request = api.fit("iam", "PutRolePolicy", inputs, {"role": "RoleName", **_inline()})
    _put_inline(api, request)
    return Created(id=f"{request['RoleName']}:{request['PolicyName']}")


@creates("aws:iam/policy:Policy")
def policy(inputs: Inputs, api: Api) -> Created:
    request = api.fit("iam", "CreatePolicy", inputs, {"name": "PolicyName", "policy": "PolicyDocument"})
    _check_size("iam.CreatePolicy", "PolicyDocument", str(request.get("PolicyDocument")), MANAGED_SIZE)
    made = api.call("iam", "CreatePolicy", {**request, "Tags": pairs(api.tags(inputs))})["Policy"]
    return Created(
        id=made["Arn"],
        outputs={"arn": made["Arn"], "policyId": made["PolicyId"], "attachmentCount": 0},
    )


@creates("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def role_policy_attachment(inputs: Inputs, api: Api) -> Created:
    name, arn = inputs.take("role"), inputs.take("policyArn")
    _attach(api, name, arn)
    return Created(id=f"{name}/{arn}")


@creates("aws:iam/instanceProfile:InstanceProfile")
def instance_profile(inputs: Inputs, api: Api) -> Created:
    request = api.fit("iam", "CreateInstanceProfile", inputs, {"name": "InstanceProfileName"})
    tags = pairs(api.tags(inputs))
    made = api.call("iam", "CreateInstanceProfile", {**request, "Tags": tags})["InstanceProfile"]
    name = made["InstanceProfileName"]
    if "role" in inputs:
        member = {"InstanceProfileName": name, "RoleName": inputs.take("role")}
        api.call("iam", "AddRoleToInstanceProfile", member)
    return Created(id=name, outputs={"arn": made["Arn"], "uniqueId": made["InstanceProfileId"]})


@creates("aws:iam/serviceLinkedRole:ServiceLinkedRole")
def service_linked_role(inputs: Inputs, api: Api) -> Created:
    request = api.fit("iam", "CreateServiceLinkedRole", inputs, {"awsServiceName": "AWSServiceName"})
    made = api.call("iam", "CreateServiceLinkedRole", request)["Role"]
    if tags := pairs(api.tags(inputs)):
        api.call("iam", "TagRole", {"RoleName": made["RoleName"], "Tags": tags})
    return Created(
        id=made["Arn"],
        outputs={
            "arn": made["Arn"],
            "name": made["RoleName"],
            "path": made["Path"],
            "uniqueId": made["RoleId"],
        },
    )


def _inline(place: str = "") -> dict[str, str]:
    return {f"{place}name": "PolicyName", f"{place}policy": "PolicyDocument"}


def _put_inline(api: Api, request: dict[str, Any]) -> None:
    """IAM counts the inline policies of a role together."""
    role = {"RoleName": request.get("RoleName")}
    api.call("iam", "PutRolePolicy", request)
    names = api.inside("iam", "ListRolePolicies", role)["PolicyNames"]
    documents = [api.inside("iam", "GetRolePolicy", {**role, "PolicyName": name}) for name in names]
    whole = "".join(json.dumps(found["PolicyDocument"]) for found in documents)
    _check_size("iam.PutRolePolicy", "PolicyDocument", whole, INLINE_SIZE)


def _check_size(call: str, parameter: str, text: str, most: int) -> None:
    size = len(re.sub(r"\s", "", text))
    if size > most:
        raise refused(call, parameter, f"must have at most {most} characters, white space aside", size)


def _attach(api: Api, role_name: str, policy_arn: str) -> None:
    api.stock_managed_policy(policy_arn)
    api.call("iam", "AttachRolePolicy", {"RoleName": role_name, "PolicyArn": policy_arn})
