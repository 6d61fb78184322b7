"""The credentials that a holder of rights comes by."""

import pytest

from paved.access.grants import AccessGrant
from paved.access.kubeconfig import Way, chosen
from paved.errors import BadInput

SSO = "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Vision_0123456789abcdef"


def way(planner, form, name, rights="develop"):
    foundation = planner.config("foundation-prod").stack
    grant = AccessGrant(stack="vision-prod", form=form, name=name, rights=rights)
    return Way(grant=grant, foundation_name="foundation-prod", foundation=foundation, namespace="vision-prod")


@pytest.mark.parametrize(("form", "name"), [("role", SSO), ("ci", "repo:a/b:ref:refs/heads/main")])
def test_a_role_that_its_login_alone_takes_on_is_not_taken_on_again(planner, form, name):
    """Nobody may assume a role of Identity Center, whose trust is its SAML provider, nor a CI its own."""
    assert "--role-arn" not in way(planner, form, name).login(None)["args"]


def test_a_role_is_taken_on_with_its_path(planner):
    assert way(planner, "role", "people/lead").role_arn == "arn:aws:iam::111122223333:role/people/lead"


def test_a_context_is_named_by_stack_and_rights(planner):
    assert way(planner, "role", "a", "admin, break-glass").context == "vision-prod-admin"


def test_the_subjects_of_a_ci_have_one_way_in():
    first, second = (
        AccessGrant(stack="vision-prod", form="ci", name=f"repo:a/b:ref:refs/heads/{branch}", rights="submit")
        for branch in ("main", "release")
    )
    role = AccessGrant(stack="vision-prod", form="role", name="engineers", rights="submit")
    assert chosen([first, second], "submit", None) == first
    with pytest.raises(BadInput, match="2 holders could be meant"):
        chosen([first, role], "submit", None)
