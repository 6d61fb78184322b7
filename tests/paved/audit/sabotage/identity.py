"""Roles of the plan: what they may, who may be them, and what bounds them."""

import json

from tests.paved.audit.sabotage.hand import ANYTHING, PROD, Hand, Seen, changed, extra, sabotage

TRAINER = "paved-vision-prod-trainer"
ROLE = "iam Role vision-prod-trainer-role"
CI = f"arn:aws:iam::{PROD}:oidc-provider/token.actions.githubusercontent.com"


@sabotage(
    "an inline policy of a role that nobody planned",
    extra(ROLE, "inline policy", "identity"),
    stack="vision-prod",
)
def inline(hand: Hand) -> None:
    hand("iam").put_role_policy(RoleName=TRAINER, PolicyName="more", PolicyDocument=ANYTHING)


@sabotage(
    "a managed policy attached to a role", extra(ROLE, "attached policy", "identity"), stack="vision-prod"
)
def attached(hand: Hand) -> None:
    made = hand("iam").create_policy(PolicyName="theirs", PolicyDocument=ANYTHING)["Policy"]["Arn"]
    hand("iam").attach_role_policy(RoleName=TRAINER, PolicyArn=made)


@sabotage(
    "a planned inline policy that allows more",
    changed("iam RolePolicy vision-prod-trainer-role-registry", "policy *", "identity"),
    stack="vision-prod",
)
def widened(hand: Hand) -> None:
    role = {"RoleName": TRAINER, "PolicyName": "registry"}
    policy = hand("iam").get_role_policy(**role)["PolicyDocument"]
    policy["Statement"][0]["Action"] = "s3:*"
    hand("iam").put_role_policy(**role, PolicyDocument=json.dumps(policy))


@sabotage(
    "the boundary of a role dropped", changed(ROLE, "permissionsBoundary", "identity"), stack="vision-prod"
)
def boundary(hand: Hand) -> None:
    hand("iam").delete_role_permissions_boundary(RoleName=TRAINER)


@sabotage(
    "sessions of a role that last twelve hours",
    changed(ROLE, "maxSessionDuration", "identity"),
    stack="vision-prod",
)
def session(hand: Hand) -> None:
    hand("iam").update_role(RoleName=TRAINER, MaxSessionDuration=43_200)


@sabotage(
    "a role that anybody may be",
    changed(ROLE, "assumeRolePolicy * Principal", "identity"),
    stack="vision-prod",
)
def trust(hand: Hand) -> None:
    policy = hand("iam").get_role(RoleName=TRAINER)["Role"]["AssumeRolePolicyDocument"]
    policy["Statement"][0]["Principal"] = {"AWS": "*"}
    hand("iam").update_assume_role_policy(RoleName=TRAINER, PolicyDocument=json.dumps(policy))


@sabotage(
    "a new default version of the policy that bounds teams",
    Seen("*", "high", "identity", "iam Policy foundation-prod-team-boundary", "policy *"),
)
def bounds(hand: Hand) -> None:
    arn = f"arn:aws:iam::{PROD}:policy/paved-foundation-prod-team-boundary"
    hand("iam").create_policy_version(PolicyArn=arn, PolicyDocument=ANYTHING, SetAsDefault=True)


@sabotage(
    "tokens of the forge for another audience",
    changed("iam OpenIdConnectProvider foundation-prod-ci", "clientIdLists", "identity"),
)
def audience(hand: Hand) -> None:
    hand.patch(
        "iam.GetOpenIDConnectProvider",
        lambda answer, _: answer["ClientIDList"].append("theirs"),
    )


@sabotage(
    "a role of the stack's own name that nobody planned",
    Seen("extra", "high", "identity", f"arn:aws:iam::{PROD}:role/paved-vision-prod-theirs"),
    stack="vision-prod",
)
def namesake(hand: Hand) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    hand("iam").create_role(RoleName="paved-vision-prod-theirs", AssumeRolePolicyDocument=text)
