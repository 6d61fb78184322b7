"""Rights in every form in which an identity gets them: attachments, users, boundaries and pod identities."""

import json

from tests.policies.widening.documents import foreign
from tests.policies.widening.identities import ADMIN
from tests.policies.widening.model import FOREIGN, addition, made, put

ADMINS = {
    "AdministratorAccess": ADMIN,
    "AdministratorAccess of another partition": "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
    "PowerUserAccess": "arn:aws:iam::aws:policy/PowerUserAccess",
}
OF_AWS = "arn:aws:iam::aws:policy"
OTHERS = {
    "system administrators": f"{OF_AWS}/job-function/SystemAdministrator",
    "the console's administrators": f"{OF_AWS}/AWSManagementConsoleAdministratorUserAccess",
    "all of SageMaker": f"{OF_AWS}/AmazonSageMakerFullAccess",
    "all of IAM": f"{OF_AWS}/IAMFullAccess",
    "another account's policy": f"arn:aws:iam::{FOREIGN}:policy/all",
}
"""Policies that allow less than everything, and more than anybody here needs."""


def widenings(stack):
    yield from attached(stack)
    yield from users(stack)
    yield from roles(stack)


def attached(stack):
    """The rights of administrators, in every form in which an identity gets rights."""
    role = next(iter(stack.of("aws:iam/role:Role")), None)
    if role is None:
        return
    name = role.properties["name"]
    for what, arn in ADMINS.items():
        yield beside(
            stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": name, "policyArn": arn}, what
        )
    for what, arn in OTHERS.items():
        kind = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
        yield beside(stack, kind, {"role": name, "policyArn": arn}, what, ("ID-15",))
    everything = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    forms = {
        "aws:iam/policyAttachment:PolicyAttachment": {"name": "all", "roles": [name], "policyArn": ADMIN},
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": {
            "roleName": name,
            "policyArns": [ADMIN],
        },
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": {"group": "all", "policyArn": ADMIN},
        "aws:iam/groupPolicy:GroupPolicy": {"group": "all", "policy": everything},
        "aws:iam/rolePolicy:RolePolicy": {"role": name, "name": "all", "policy": everything},
        "aws:iam/policy:Policy": {"name": "all", "policy": everything},
        "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": {"managedPolicyArn": ADMIN},
        "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": {"inlinePolicy": everything},
    }
    for kind, properties in forms.items():
        yield beside(stack, kind, properties, "administrators")
    yield put(role, "managedPolicyArns", [ADMIN], "is an administrator by managedPolicyArns", ("ID-02",))
    inline = [{"name": "all", "policy": everything}]
    yield put(role, "inlinePolicies", inline, "is an administrator by inlinePolicies", ("ID-02",))
    for each in stack.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")[:1]:
        yield put(each, "policyArn", ADMIN, "attaches the policy of administrators", ("ID-02",))


def beside(stack, kind, properties, what, claims=("ID-02",)):
    return addition(
        f"{kind.rsplit(':', 1)[-1]} gives the rights of {what}", claims, made(stack, kind, properties)
    )


USERS = {
    "aws:iam/user:User": {"name": "eve"},
    "aws:iam/accessKey:AccessKey": {"user": "eve"},
    "aws:iam/userLoginProfile:UserLoginProfile": {"user": "eve"},
    "aws:iam/userPolicy:UserPolicy": {"user": "eve", "policy": "{}"},
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": {
        "user": "eve",
        "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
    "aws:iam/userGroupMembership:UserGroupMembership": {"user": "eve", "groups": ["all"]},
    "aws:iam/groupMembership:GroupMembership": {"users": ["eve"], "group": "all"},
    "aws:iam/sshKey:SshKey": {"username": "eve"},
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": {"userName": "eve"},
    "aws:iam/signingCertificate:SigningCertificate": {"userName": "eve"},
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": {"userName": "eve"},
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": {"userName": "eve"},
    "aws:iam/virtualMfaDevice:VirtualMfaDevice": {"virtualMfaDeviceName": "eve"},
}


def users(stack):
    """Nobody is an IAM user, in whatever type a user comes."""
    if stack.of("pulumi:providers:aws"):
        for kind, properties in USERS.items():
            yield addition(f"{kind.rsplit(':', 1)[-1]} of a user", ("ID-01",), made(stack, kind, properties))


def roles(stack):
    """A team's role without the platform's boundary, or with another."""
    for each in [role for role in stack.of("aws:iam/role:Role") if "permissionsBoundary" in role.properties][
        :1
    ]:
        boundary = each.properties["permissionsBoundary"]
        others = {
            "of AWS": ADMIN,
            "of another account": foreign(boundary),
            "called like it": f"{boundary}-2",
            "of another foundation": boundary.replace("foundation", "foundations"),
            "that is empty": "",
        }
        for what, arn in others.items():
            yield put(each, "permissionsBoundary", arn, f"has a boundary {what}", ("ID-06",))
    for each in stack.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")[:1]:
        theirs = f"arn:aws:iam::{FOREIGN}:role/theirs"
        yield put(each, "disableSessionTags", True, "sends no tags", ("ID-05",))
        lent = ("ID-16", "ID-10") if stack.context.kind == "team" else ("ID-16",)
        yield put(each, "roleArn", theirs, "gives a role of another account", lent)
        yield put(each, "targetRoleArn", theirs, "goes on to a role of another account", lent)
        yield put(each, "namespace", "kube-system", "gives its role to another namespace", ())
