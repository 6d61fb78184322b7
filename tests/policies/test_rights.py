"""No form in which an identity gets rights is missed: the types that AWS's provider has are looked through."""

import re
from functools import cache
from pathlib import Path

import pulumi_aws
import pytest

from policies.rights import ATTACHED, DOCUMENTS, NAMED, OF_USERS
from policies.rules.lent_roles import ROLE_KEY

SERVICES = ("budgets", "cognito", "eks", "iam", "identitystore", "organizations", "rolesanywhere", "ssoadmin")
"""Folders of the provider whose resources are identities, or give rights to them."""
POLICY = re.compile(r"(?i)polic(y|ies)(arns?|names?|references?)?$")
USER = re.compile(r"(?i)^(users?|usernames?|groups?|groupnames?)$")
PROPERTY = re.compile(r'@pulumi\.getter(?:\(name="(\w+)"\))?\s*(?:@[^\n]*\s*)*def (\w+)\(self\)')
TYPE = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'(aws:[^']+)'")

NO_RIGHTS = {
    "aws:cognito/userPool:UserPool": "the rules of passwords and of sign-in",
    "aws:eks/capability:Capability": "what a deletion leaves",
    "aws:eks/cluster:Cluster": "the policy of upgrades",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "a policy of the session, which takes away alone",
    "aws:iam/role:Role": "deletion, beside what is listed",
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": "the names of documents that are judged themselves",
    "aws:rolesanywhere/profile:Profile": "policies of the session, which take away alone",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "rights in a cluster: DE-07, ID-07 and SE-03",
}
"""Types with a policy that gives no rights of IAM, and the policy's use."""
NO_USERS = {
    "aws:cognito/user:User": "a customer of an application",
    "aws:cognito/userInGroup:UserInGroup": "a customer of an application",
    "aws:eks/accessEntry:AccessEntry": "a name within a cluster",
    "aws:iam/policyAttachment:PolicyAttachment": "judged by its users",
    "aws:identitystore/user:User": "a person of the company's login",
    "aws:rolesanywhere/profile:Profile": "no user",
}


@cache
def inputs():
    """The inputs of every type of those services, by type. Each file holds one resource, its arguments first."""
    found = {}
    for service in SERVICES:
        for path in sorted((Path(pulumi_aws.__file__).parent / service).glob("*.py")):
            source = path.read_text(encoding="utf-8")
            if kind := TYPE.search(source):
                arguments = source.partition("\n@pulumi.input_type\nclass _")[0]
                found[kind[1]] = {name or spelt for name, spelt in PROPERTY.findall(arguments)}
    return found


def test_the_types_of_the_provider_are_read():
    assert {"policyArn", "role"} <= inputs()["aws:iam/rolePolicyAttachment:RolePolicyAttachment"]
    assert len(inputs()) > 60


def test_every_type_that_holds_or_attaches_a_policy_is_judged():
    holding = {kind for kind, names in inputs().items() if any(POLICY.search(name) for name in names)}
    known = {*DOCUMENTS, *ATTACHED, *NAMED, *OF_USERS}
    assert holding - known <= NO_RIGHTS.keys()
    assert holding >= NO_RIGHTS.keys()


@pytest.mark.parametrize("paths", [DOCUMENTS, ATTACHED, NAMED], ids=["documents", "attached", "named"])
def test_the_paths_of_the_forms_are_inputs_of_the_provider(paths):
    for kind, path in paths.items():
        assert re.split(r"[.\[]", path)[0] in inputs()[kind], kind


def test_every_type_that_has_a_user_is_one_of_users():
    having = {kind for kind, names in inputs().items() if any(USER.search(name) for name in names)}
    assert having - set(OF_USERS) <= NO_USERS.keys()
    assert set(OF_USERS) <= inputs().keys()


@pytest.mark.parametrize(
    "name",
    [
        "role",
        "roles",
        "roleArn",
        "iamRoleArn",
        "serviceRole",
        "deliverCrossAccountRole",
        "roleArns",
        "iamRoles",
    ],
)
def test_properties_that_hold_a_role_are_known_by_their_names(name):
    assert ROLE_KEY.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["principalArn", "controller", "roleLastUsed", "assumeRolePolicy", "policyArn"]
)
def test_other_properties_hold_none(name):
    assert not ROLE_KEY.fullmatch(name)
