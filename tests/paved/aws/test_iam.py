"""Roles and policies."""

import json

import pytest

ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}],
}


def trust(principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


EC2 = trust({"Service": "ec2.amazonaws.com"})


def test_a_role_has_its_trust_its_policies_and_its_tags(account):
    account.create("aws:iam/policy:Policy", {"name": "boundary", "policy": json.dumps(DOCUMENT)})
    inputs = {
        "name": "node",
        "description": "Nodes",
        "assumeRolePolicy": EC2,
        "maxSessionDuration": 7200,
        "permissionsBoundary": "arn:aws:iam::111122223333:policy/boundary",
        "forceDetachPolicies": True,
        "inlinePolicies": [{"name": "read", "policy": json.dumps(DOCUMENT)}],
        "managedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"],
    }
    id, outputs = account.create(ROLE, inputs)
    iam = account.client("iam")
    role = iam.get_role(RoleName="node")["Role"]
    assert (id, outputs["arn"]) == ("node", "arn:aws:iam::111122223333:role/node")
    assert role["AssumeRolePolicyDocument"] == json.loads(EC2)
    assert (role["Description"], role["MaxSessionDuration"]) == ("Nodes", 7200)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/boundary")
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == {"team": "vision", "service": "test"}
    assert iam.get_role_policy(RoleName="node", PolicyName="read")["PolicyDocument"] == DOCUMENT
    attached = iam.list_attached_role_policies(RoleName="node")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AmazonEKSWorkerNodePolicy"]


def test_a_boundary_has_to_be_there_before_its_roles(account):
    inputs = {
        "name": "app",
        "assumeRolePolicy": EC2,
        "permissionsBoundary": "arn:aws:iam::111122223333:policy/boundary",
    }
    (said,) = account.rejections(ROLE, inputs)
    assert "`PermissionsBoundary`: must name a policy that exists by now" in said


def test_an_inline_policy_is_put_on_its_role(account):
    account.role("app", "ec2.amazonaws.com")
    inputs = {"name": "read", "role": "app", "policy": json.dumps(DOCUMENT)}
    id, _ = account.create("aws:iam/rolePolicy:RolePolicy", inputs)
    assert id == "app:read"
    assert (
        account.client("iam").get_role_policy(RoleName="app", PolicyName="read")["PolicyDocument"] == DOCUMENT
    )


def test_a_policy_of_the_account_can_be_attached(account):
    account.role("app", "ec2.amazonaws.com")
    arn, outputs = account.create("aws:iam/policy:Policy", {"name": "read", "policy": json.dumps(DOCUMENT)})
    assert arn == outputs["arn"] == "arn:aws:iam::111122223333:policy/read"
    id, _ = account.create(ATTACHMENT, {"role": "app", "policyArn": arn})
    attached = account.client("iam").list_attached_role_policies(RoleName="app")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [arn]
    assert id == f"app/{arn}"


def test_a_managed_policy_that_aws_does_not_have_is_refused(account):
    account.role("app", "ec2.amazonaws.com")
    arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicies"
    (said,) = account.rejections(ATTACHMENT, {"role": "app", "policyArn": arn})
    assert "does not exist or is not attachable" in said


def test_an_instance_profile_holds_its_role(account):
    account.role("node", "ec2.amazonaws.com")
    id, outputs = account.create("aws:iam/instanceProfile:InstanceProfile", {"name": "node", "role": "node"})
    profile = account.client("iam").get_instance_profile(InstanceProfileName="node")["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == ["node"]
    assert (id, outputs["arn"]) == ("node", profile["Arn"])


def test_documents_are_held_to_the_sizes_of_iam(account):
    def document(characters):
        return json.dumps({**DOCUMENT, "Statement": [{**DOCUMENT["Statement"][0], "Sid": "A" * characters}]})

    account.role("app", "ec2.amazonaws.com")
    inline = "aws:iam/rolePolicy:RolePolicy"
    account.create(inline, {"name": "a", "role": "app", "policy": document(6000)}, name="a")
    (said,) = account.rejections(inline, {"name": "b", "role": "app", "policy": document(6000)}, name="b")
    assert "must have at most 10240 characters, white space aside, got 12" in said
    (said,) = account.rejections("aws:iam/policy:Policy", {"name": "p", "policy": document(6100)})
    assert "must have at most 6144 characters, white space aside, got 62" in said
    long = EC2.replace('"Effect"', f'"Sid": "{"A" * 2000}", "Effect"')
    (said,) = account.rejections(ROLE, {"name": "long", "assumeRolePolicy": long})
    assert "must have at most 2048 characters" in said


def test_a_service_linked_role_is_made_under_its_own_name(account):
    id, outputs = account.create(
        "aws:iam/serviceLinkedRole:ServiceLinkedRole", {"awsServiceName": "spot.amazonaws.com"}
    )
    role = account.client("iam").get_role(RoleName=outputs["name"])["Role"]
    assert id == outputs["arn"] == role["Arn"]
    assert outputs["path"] == "/aws-service-role/spot.amazonaws.com/"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("nope", "must be a JSON object"),
        (
            trust({"Service": "x"}).replace("Allow", "allow"),
            "`Statement[0]` must have an `Effect` of Allow or Deny",
        ),
        (
            trust({"AWS": "arn:aws:iam::111122223333:role/nobody"}),
            "must name a role that exists by now, got 'arn:aws:iam::111122223333:role/nobody'",
        ),
    ],
)
def test_a_trust_policy_is_read(account, policy, said):
    (rejection,) = account.rejections(ROLE, {"name": "app", "assumeRolePolicy": policy})
    assert rejection.startswith("iam.CreateRole `AssumeRolePolicyDocument")
    assert rejection.endswith(said)


def test_roles_of_other_accounts_and_whole_accounts_may_be_trusted(account):
    others = ["arn:aws:iam::999999999999:role/ci", "arn:aws:iam::111122223333:root"]
    account.create(ROLE, {"name": "app", "assumeRolePolicy": trust({"AWS": others})})


def test_the_grammar_of_an_identity_policy_is_held(account):
    account.role("app", "ec2.amazonaws.com")
    policy = json.dumps({**DOCUMENT, "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"]}]})
    (said,) = account.rejections(
        "aws:iam/rolePolicy:RolePolicy", {"name": "read", "role": "app", "policy": policy}
    )
    assert "Policy statement must contain resources" in said


def test_an_account_has_one_provider_of_an_issuer(account):
    type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    inputs = {"url": "https://token.actions.githubusercontent.com", "clientIdLists": ["sts.amazonaws.com"]}
    arn, _ = account.create(type, inputs)
    assert arn == "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    found = account.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert found["ClientIDList"] == ["sts.amazonaws.com"]
    assert {tag["Key"] for tag in found["Tags"]} == {"team", "service"}
    assert account.rejections(type, inputs, name="again")
