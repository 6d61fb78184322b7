"""The accounts, organisations, issuers and subjects that are ours come from stack files and settings alone."""

from policies.context import Context
from policies.ours import ours_of, partition_of
from policies.settings import Settings
from tests.conftest import AS_OF

FOUNDATION = {
    "paved:kind": "foundation",
    "paved:account": {"id": "111122223333", "region": "us-east-1"},
    "paved:identity": {
        "people": {"issuer": "https://login.example.com"},
        "ci": {"issuer": "https://token.example.com"},
    },
    "paved:network": {
        "deploy_accounts": ["444455556666"],
        "state_bucket": {"name": "state", "account": "777788889999"},
    },
    "paved:storage": {
        "datasets": [{"name": "clicks", "data_class": "internal", "owner": "a-prod", "readers": ["b-prod"]}]
    },
}
TEAM = {
    "paved:kind": "team",
    "paved:account": {"id": "111122223333", "region": "us-east-1"},
    "paved:access": {"ci": {"subjects": ["repo:org/x:ref:refs/heads/main"]}},
}
TRUSTED = Settings(
    trusted_accounts=(
        {"id": "222233334444", "owner": "platform", "reason": "the account of the company's backups"},
        {"id": "o-a1b2c3d4e5", "owner": "platform", "reason": "the organisation that pays all of our bills"},
    )
)


def context(stack, config, **bases):
    return Context.of(stack, config, AS_OF, bases)


def test_the_account_of_the_file_is_ours_and_no_other():
    us = ours_of(context("a-prod", TEAM), Settings())
    assert us.accounts == {"111122223333"}
    assert us.organisations == frozenset()


def test_settings_add_accounts_and_organisations():
    us = ours_of(context("a-prod", TEAM), TRUSTED)
    assert us.accounts == {"111122223333", "222233334444"}
    assert us.organisations == {"o-a1b2c3d4e5"}


def test_of_a_stack_without_a_file_nothing_is_ours_and_nothing_is_known():
    us = ours_of(context("nobody", {}), Settings())
    assert us.accounts == frozenset()
    assert us.issuers is None and us.subjects is None


def test_a_teams_issuer_is_its_foundations_and_its_subjects_are_its_own():
    us = ours_of(context("a-prod", TEAM, f=FOUNDATION), Settings())
    assert us.issuers == {"token.example.com"}
    assert us.subjects == {"repo:org/x:ref:refs/heads/main"}
    assert ours_of(context("a-prod", TEAM), Settings()).issuers is None


def test_a_foundation_knows_whom_its_endpoints_let_through():
    found = context("f", FOUNDATION)
    assert found.endpoint_accounts == {"444455556666", "777788889999"}
    assert found.dataset_locations["clicks"].readers == {"b-prod"}
    assert ours_of(found, Settings()).accounts == {"111122223333"}


def test_a_partition_is_that_of_the_region():
    regions = {
        "us-east-1": "aws",
        "cn-north-1": "aws-cn",
        "us-gov-west-1": "aws-us-gov",
        "": "aws",
    }
    assert {region: partition_of(region) for region in regions} == regions
