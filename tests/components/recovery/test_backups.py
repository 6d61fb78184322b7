import json

import pytest

from components.account import Account
from components.recovery.backups import Backups, BackupsArgs

ACCOUNT = Account(id="777788889999", region="eu-central-1", partition="aws")
ARGS = BackupsArgs(
    account=ACCOUNT,
    stack="foundation-risk",
    data_classes=["regulated", "confidential"],
    keep_days=90,
    lock="governance",
    deletion_window_days=30,
    protect=True,
)
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


@pytest.fixture
def planned(plan_program):
    def run(**changes):
        return plan_program(lambda: Backups("backups", BackupsArgs(**{**vars(ARGS), **changes})))

    return run


def test_the_vault_and_its_key_are_protected(planned):
    plan = planned()
    assert plan.one("aws:backup/vault:Vault").protect
    assert plan.one("aws:kms/key:Key").protect
    assert plan.one("aws:backup/vault:Vault").inputs["name"] == "paved-foundation-risk"


def test_no_backup_is_deleted_before_its_time(planned):
    lock = planned().one("aws:backup/vaultLockConfiguration:VaultLockConfiguration").inputs
    assert lock == {"backupVaultName": "paved-foundation-risk", "minRetentionDays": 90}


def test_compliance_gives_three_days_to_think(planned):
    lock = planned(lock="compliance").one("aws:backup/vaultLockConfiguration:VaultLockConfiguration").inputs
    assert lock["changeableForDays"] == 3


def test_a_backup_a_day_is_kept_as_long_as_the_lock_says(planned):
    [rule] = planned().one("aws:backup/plan:Plan").inputs["rules"]
    assert rule["schedule"] == "cron(0 2 * * ? *)"
    assert rule["targetVaultName"] == "paved-foundation-risk"
    assert rule["lifecycle"] == {"deleteAfter": 90}
    assert rule["completionWindow"] <= 24 * 60


def test_buckets_are_taken_by_their_data_class_and_nothing_else_is(planned):
    chosen = {each.inputs["name"]: each.inputs for each in planned().of("aws:backup/selection:Selection")}
    assert set(chosen) == {"regulated", "confidential"}
    for data_class, each in chosen.items():
        assert each["resources"] == ["arn:aws:s3:::*"]
        assert "selectionTags" not in each
        [condition] = each["conditions"]
        assert condition["stringEquals"] == [{"key": "aws:ResourceTag/data-class", "value": data_class}]


def test_the_role_is_of_aws_backup_in_this_account_and_uses_one_key(planned):
    plan = planned()
    trust = json.loads(plan.one("aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "backup.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "777788889999"}}
    attached = plan.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs["policyArn"]
    assert attached == "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"
    for statement in json.loads(plan.one(ROLE_POLICY).inputs["policy"])["Statement"]:
        own = statement["Condition"]["ForAnyValue:StringEquals"]
        assert own == {"kms:ResourceAliases": "alias/paved-foundation-risk-backups"}
