"""Roles of IAM Identity Center are named with their path, as the entries of EKS carry it."""

from stacks.checks.roles import cluster_roles_have_their_path, team_roles_have_their_path

NAME = "AWSReservedSSO_Engineers_0123456789abcdef"
WHOLE = f"aws-reserved/sso.amazonaws.com/eu-west-1/{NAME}"
SAYS = (
    f"is `{NAME}`, a role of IAM Identity Center, whose path is `aws-reserved/sso.amazonaws.com/<region>/`: the "
    "region is Identity Center's own, and left out where that is us-east-1"
)


def member(role):
    return {"role": role, "rights": "view"}


def test_a_teams_role_of_identity_center_has_its_path(valid, says):
    short = {"members": [member(NAME)], "promoters": [NAME]}
    assert says(team_roles_have_their_path, valid.team({"access": short})) == [
        f"`access.members[0].role` {SAYS}",
        f"`access.promoters[0]` {SAYS}",
    ]
    whole = {"members": [member(WHOLE), member("engineers")], "promoters": [WHOLE]}
    assert says(team_roles_have_their_path, valid.team({"access": whole})) == []


def test_a_clusters_roles_of_identity_center_have_their_path(valid, says):
    entry = {"role": NAME, "policy": "view"}
    stack = valid.foundation(
        {"cluster.deploy_role": NAME, "cluster.access": [entry], "images": {"signers": [NAME]}}
    )
    assert says(cluster_roles_have_their_path, stack) == [
        f"`{path}` {SAYS}" for path in ("cluster.deploy_role", "cluster.access[0].role", "images.signers[0]")
    ]
    assert says(cluster_roles_have_their_path, valid.foundation({"cluster.deploy_role": WHOLE})) == []


def test_another_path_is_none_of_identity_centers(valid, says):
    assert (
        len(says(team_roles_have_their_path, valid.team({"access": {"members": [member(f"x/{NAME}")]}}))) == 1
    )
