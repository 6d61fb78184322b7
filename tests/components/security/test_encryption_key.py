import pytest

from components.account import Account
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import key_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ARGS = EncryptionKeyArgs(
    account=ACCOUNT,
    alias="paved-foundation-prod-volumes",
    description="Volumes of foundation-prod",
    policy=key_policy(ACCOUNT),
    deletion_window_days=30,
    protect=True,
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: EncryptionKey("volumes", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/encryption_key.json", planned.as_json()["resources"])


def test_keys_rotate(planned):
    assert planned.one("aws:kms/key:Key").inputs["enableKeyRotation"] is True


@pytest.mark.parametrize("protect", [True, False])
def test_the_key_is_protected_as_asked(plan_program, protect):
    args = EncryptionKeyArgs(**{**vars(ARGS), "protect": protect})
    assert plan_program(lambda: EncryptionKey("k", args)).one("aws:kms/key:Key").protect is protect


def test_the_alias_is_known_before_the_key_exists(plan_program):
    found = []
    plan_program(lambda: found.append(EncryptionKey("volumes", ARGS).alias_arn))
    assert found == ["arn:aws:kms:us-east-1:111122223333:alias/paved-foundation-prod-volumes"]


def test_a_deleted_key_can_be_restored_for_a_month_in_prod():
    assert {env: deletion_window_days(env) for env in ("dev", "staging", "prod")} == {
        "dev": 14,
        "staging": 14,
        "prod": 30,
    }
