"""Groups and CIs of teams come by a provider that their foundation names."""

import pytest

from stacks.checks.identity import an_account_has_one_provider_of_an_issuer, providers_are_there
from tests.stacks.checks.registered import checks_of

PEOPLE = {"issuer": "https://login.example.com", "client_id": "kubernetes"}
GITHUB = {"issuer": "https://token.actions.githubusercontent.com"}
ONCALL = {"members": [{"group": "oncall", "rights": "operate"}]}
CI = {"ci": {"subjects": ["repo:example/vision:ref:refs/heads/main"]}}


@pytest.mark.parametrize("check", checks_of("identity"))
def test_good_stacks_pass(valid, says, check):
    foundation = valid.foundation({"identity": {"people": PEOPLE, "ci": GITHUB}})
    team = valid.team({"access": {**ONCALL, **CI}})
    assert says(check, valid.organisation(foundation_prod=foundation, vision_prod=team)) == []
    assert says(check, valid.organisation()) == []


def test_a_group_needs_the_peoples_provider(valid, says):
    foundation = valid.foundation({"identity": {"ci": GITHUB}})
    team = valid.team({"access": {**ONCALL, **CI}})
    assert says(providers_are_there, valid.organisation(foundation_prod=foundation, vision_prod=team)) == [
        "vision-prod: `access.members[0].group` needs a provider: `foundation-prod` has no `identity.people`, of which "
        "`oncall` would be a group; name it there, or name an IAM role"
    ]


def test_a_ci_needs_its_issuer(valid, says):
    foundation = valid.foundation({"identity": {"people": PEOPLE}})
    team = valid.team({"access": {**ONCALL, **CI}})
    assert says(providers_are_there, valid.organisation(foundation_prod=foundation, vision_prod=team)) == [
        "vision-prod: `access.ci` needs a provider: `foundation-prod` has no `identity.ci`, whose tokens the team's CI "
        "would bring; name it there, or leave `ci` out"
    ]


def test_an_account_has_one_provider_of_an_issuer(valid, says):
    first = valid.foundation({"identity": {"ci": GITHUB}})
    second = valid.foundation({"identity": {"ci": {"issuer": f"{GITHUB['issuer']}/"}}})
    existing = valid.foundation({"identity": {"ci": {**GITHUB, "existing": True}}})
    elsewhere = valid.foundation({"identity": {"ci": GITHUB}, "account.id": "444455556666"})
    apart = valid.organisation(foundation_prod=first, foundation_dev=existing, foundation_eu=elsewhere)
    assert says(an_account_has_one_provider_of_an_issuer, apart) == []
    both = valid.organisation(foundation_prod=first, foundation_staging=second)
    [found] = says(an_account_has_one_provider_of_an_issuer, both)
    assert found.startswith("foundation-staging: `identity.ci.issuer` is")
    assert "of which `foundation-prod` makes the provider" in found
