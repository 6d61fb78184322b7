"""IAM: roles, policies and instance profiles."""

from paved.rehearsal.api import Api
from paved.rehearsal.existence import require_policy
from paved.rehearsal.fitting import pairs
from paved.rehearsal.inputs import Inputs
from paved.rehearsal.registry import Made, creates


@creates("aws:iam/role:Role")
def role(inputs: Inputs, api: Api) -> Made:
    renamed = {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
    request = {**api.fit("iam", "CreateRole", inputs, renamed), "Tags": pairs(api.tags(inputs))}
    trust = request.get("AssumeRolePolicyDocument")
    require_policy(api, "iam.CreateRole", "AssumeRolePolicyDocument", trust, has_resource=False)
    inputs.leave_to_provider("forceDetachPolicies")
    made = api.call("iam", "CreateRole", request)["Role"]
    name = made["RoleName"]
    for block in inputs.blocks("inlinePolicies"):
        inline = api.fit("iam", "PutRolePolicy", block, _inline("inlinePolicies."))
        api.call("iam", "PutRolePolicy", {"RoleName": name, **inline})
    for arn in inputs.take("managedPolicyArns", []):
        _attach(api, name, arn)
    return Made(id=name, outputs={"arn": made["Arn"], "name": name, "uniqueId": made["RoleId"]})


@creates("aws:iam/rolePolicy:RolePolicy")
def role_policy(inputs: Inputs, api: Api) -> Made:
    request = api.fit("iam", "PutRolePolicy", inputs, {"role": "RoleName", **_inline()})
    api.call("iam", "PutRolePolicy", request)
    return Made(id=f"{request['RoleName']}:{request['PolicyName']}")


@creates("aws:iam/policy:Policy")
def policy(inputs: Inputs, api: Api) -> Made:
    request = api.fit("iam", "CreatePolicy", inputs, {"name": "PolicyName", "policy": "PolicyDocument"})
    made = api.call("iam", "CreatePolicy", {**request, "Tags": pairs(api.tags(inputs))})["Policy"]
    return Made(
        id=made["Arn"],
        outputs={"arn": made["Arn"], "policyId": made["PolicyId"], "attachmentCount": 0},
    )


@creates("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def role_policy_attachment(inputs: Inputs, api: Api) -> Made:
    name, arn = inputs.take("role"), inputs.take("policyArn")
    _attach(api, name, arn)
    return Made(id=f"{name}/{arn}")


@creates("aws:iam/instanceProfile:InstanceProfile")
def instance_profile(inputs: Inputs, api: Api) -> Made:
    request = api.fit("iam", "CreateInstanceProfile", inputs, {"name": "InstanceProfileName"})
    tags = pairs(api.tags(inputs))
    made = api.call("iam", "CreateInstanceProfile", {**request, "Tags": tags})["InstanceProfile"]
    name = made["InstanceProfileName"]
    if "role" in inputs:
        member = {"InstanceProfileName": name, "RoleName": inputs.take("role")}
        api.call("iam", "AddRoleToInstanceProfile", member)
    return Made(id=name, outputs={"arn": made["Arn"], "uniqueId": made["InstanceProfileId"]})


@creates("aws:iam/serviceLinkedRole:ServiceLinkedRole")
def service_linked_role(inputs: Inputs, api: Api) -> Made:
    request = api.fit("iam", "CreateServiceLinkedRole", inputs, {"awsServiceName": "AWSServiceName"})
    made = api.call("iam", "CreateServiceLinkedRole", request)["Role"]
    if tags := pairs(api.tags(inputs)):
        api.call("iam", "TagRole", {"RoleName": made["RoleName"], "Tags": tags})
    return Made(
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


def _attach(api: Api, role_name: str, policy_arn: str) -> None:
    api.stock_managed_policy(policy_arn)
    api.call("iam", "AttachRolePolicy", {"RoleName": role_name, "PolicyArn": policy_arn})
