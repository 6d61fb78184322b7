"""The forms in which an identity gets rights: documents of its own, and policies that are attached to it."""

from collections.abc import Iterator, Mapping

from policies.resources import Resource
from policies.values import Value
from reference.vocabulary import (
    BUDGET_ACTION,
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
)

DOCUMENTS: Mapping[str, str] = {
    IAM_POLICY: "policy",
    IAM_ROLE: "inlinePolicies[].policy",
    IAM_ROLE_POLICY: "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
}
"""Per kind, where its document of rights is."""

ATTACHED: Mapping[str, str] = {
    BUDGET_ACTION: "definition.iamActionDefinition.policyArn",
    IAM_ROLE: "managedPolicyArns",
    IAM_ROLE_POLICY_ATTACHMENT: "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": "managedPolicyArns",
}
"""Per kind, where the ARNs are of the policies that it attaches."""

NAMED: Mapping[str, str] = {
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment": (
        "customerManagedPolicyReference"
    ),
    "aws:ssoadmin/customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive": (
        "customerManagedPolicyReferences"
    ),
}
"""Per kind, where the names are of policies of the account that it attaches."""

OF_USERS = (
    "aws:iam/accessKey:AccessKey",
    "aws:iam/group:Group",
    "aws:iam/groupMembership:GroupMembership",
    "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
    "aws:iam/signingCertificate:SigningCertificate",
    "aws:iam/sshKey:SshKey",
    "aws:iam/user:User",
    "aws:iam/userGroupMembership:UserGroupMembership",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    "aws:iam/virtualMfaDevice:VirtualMfaDevice",
)
"""Kinds that are users of IAM, groups of them, or what they sign in with."""


def documents(subject: Resource) -> Iterator[Value]:
    """The documents of rights that a resource holds."""
    yield from _at(subject, DOCUMENTS)


def attached(subject: Resource) -> Iterator[Value]:
    """The ARNs of the policies that a resource attaches."""
    yield from _at(subject, ATTACHED)


def named(subject: Resource) -> Iterator[Value]:
    """The references by name to policies of the account that a resource attaches."""
    yield from _at(subject, NAMED)


def _at(subject: Resource, paths: Mapping[str, str]) -> Iterator[Value]:
    path = paths.get(subject.kind)
    if path is None:
        return
    outer, _, inner = path.partition("[].")
    value = subject.at(outer)
    # A document may come as data, and a reference by itself.
    for each in [value] if isinstance(value.raw, Mapping) else value.items():
        yield each.at(inner) if inner else each
