"""Resources that a call refers to must exist in the account. AWS checks it; the simulator often does not."""

from collections.abc import Sequence
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.documents import policy_problems, principal_arns
from paved.aws.creating.rejections import Rejected, Rejection, refused


def require_role(api: Api, call: str, parameter: str, arn: Any, trusting: str | None = None) -> None:
    """Refuse a call that names a role of this account which does not exist, or does not trust a service."""
    if not isinstance(arn, str) or f":iam::{api.scope.account}:role/" not in arn:
        return
    try:
        role = api.internal_call("iam", "GetRole", {"RoleName": arn.rpartition("/")[2]})["Role"]
    except Rejected:
        raise refused(call, parameter, "must name a role that exists by now", arn) from None
    if trusting and trusting not in str(role["AssumeRolePolicyDocument"]):
        raise refused(call, parameter, f"must name a role that {trusting} may assume", arn)


def require_boundary(api: Api, call: str, arn: Any) -> None:
    """Refuse a role whose permissions boundary is not a policy that exists by now."""
    if arn is None:
        return
    api.add_managed_policy(str(arn))
    try:
        api.internal_call("iam", "GetPolicy", {"PolicyArn": arn})
    except Rejected:
        raise refused(call, "PermissionsBoundary", "must name a policy that exists by now", arn) from None


def require_key(api: Api, call: str, parameter: str, key: Any, principal: str | None = None) -> None:
    """Refuse a call that names a KMS key, by id, ARN or alias, which is not there or not in use.

    `principal` is a service that has to be named by the key's own policy.
    """
    if not isinstance(key, str):
        return
    try:
        found = api.internal_call("kms", "DescribeKey", {"KeyId": key})["KeyMetadata"]
    except Rejected:
        raise refused(call, parameter, "must name a KMS key that exists by now", key) from None
    if found["KeyState"] != "Enabled":
        raise refused(call, parameter, f"must name a KMS key in use, this one is {found['KeyState']}", key)
    policy = api.internal_call("kms", "GetKeyPolicy", {"KeyId": found["KeyId"], "PolicyName": "default"})[
        "Policy"
    ]
    if principal and f'"{principal}"' not in policy:
        raise refused(call, parameter, f"must name a KMS key whose policy lets {principal} use it", key)


def require_topic(api: Api, call: str, parameter: str, arn: Any, principal: str) -> None:
    """Refuse a call that names a topic which is not there, or which `principal`, a service, may not publish to.

    Where the topic is encrypted, its key's policy has to let the service use the key.
    """
    try:
        found = api.internal_call("sns", "GetTopicAttributes", {"TopicArn": str(arn)})["Attributes"]
    except Rejected:
        raise refused(call, parameter, "must name a topic that exists by now", arn) from None
    if f'"{principal}"' not in str(found["Policy"]):
        raise refused(call, parameter, f"must name a topic whose policy lets {principal} publish", arn)
    require_key(api, call, parameter, found.get("KmsMasterKeyId"), principal)


def require_subnets(api: Api, call: str, parameter: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The subnets of these ids. Refuses a call that names one which does not exist."""
    try:
        return list(api.internal_call("ec2", "DescribeSubnets", {"SubnetIds": list(ids)})["Subnets"])
    except Rejected:
        raise refused(call, parameter, "must name subnets that exist by now", list(ids)) from None


def require_security_groups(api: Api, call: str, parameter: str, ids: Sequence[str]) -> None:
    """Refuse a call that names a security group which does not exist."""
    try:
        api.internal_call("ec2", "DescribeSecurityGroups", {"GroupIds": list(ids)})
    except Rejected:
        raise refused(call, parameter, "must name security groups that exist by now", list(ids)) from None


def require_policy(api: Api, call: str, parameter: str, text: Any, *, has_resource: bool = True) -> None:
    """Refuse a resource's policy that breaks the grammar, or names a role of this account that is not there."""
    if problems := list(policy_problems(text, has_resource=has_resource)):
        raise Rejected([Rejection(call=call, parameter=parameter, rule=problem) for problem in problems])
    for arn in principal_arns(text):
        require_role(api, call, f"{parameter} principal", arn)


def require_bucket_admitting(api: Api, call: str, parameter: str, bucket: Any, principal: str) -> None:
    """Refuse a call that names a bucket whose policy does not name `principal`, a service."""
    try:
        policy = api.internal_call("s3", "GetBucketPolicy", {"Bucket": str(bucket)})["Policy"]
    except Rejected:
        policy = ""
    if principal not in policy:
        raise refused(call, parameter, f"must name a bucket whose policy admits {principal}", bucket)


def require_bucket(api: Api, call: str, parameter: str, bucket: str, value: Any) -> None:
    """Refuse a call whose parameter, of this value, names a bucket that does not exist."""
    try:
        api.internal_call("s3", "HeadBucket", {"Bucket": bucket})
    except Rejected:
        raise refused(call, parameter, "must name a bucket that exists by now", value) from None
