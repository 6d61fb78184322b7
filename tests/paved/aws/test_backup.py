"""Backup vaults, plans and selections."""

PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
INPUTS = {
    "name": "daily",
    "rules": [
        {
            "ruleName": "daily",
            "targetVaultName": "models",
            "schedule": "cron(0 3 * * ? *)",
            "startWindow": 60,
            "completionWindow": 180,
            "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 365},
        }
    ],
}


def test_a_vault_has_its_key_and_its_tags(account):
    key = account.key("backups")
    id, outputs = account.create("aws:backup/vault:Vault", {"name": "models", "kmsKeyArn": key})
    found = account.client("backup").describe_backup_vault(BackupVaultName="models")
    assert (id, outputs["arn"], found["EncryptionKeyArn"]) == ("models", found["BackupVaultArn"], key)


def test_a_plan_reads_back(account):
    account.create("aws:backup/vault:Vault", {"name": "models"})
    id, _ = account.create(PLAN, INPUTS)
    (rule,) = account.client("backup").get_backup_plan(BackupPlanId=id)["BackupPlan"]["Rules"]
    assert (rule["RuleName"], rule["TargetBackupVaultName"]) == ("daily", "models")
    assert rule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert (rule["StartWindowMinutes"], rule["CompletionWindowMinutes"]) == (60, 180)
    assert rule["Lifecycle"] == {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 365}


def test_a_selection_is_validated_against_its_plan_and_its_role(account):
    account.create("aws:backup/vault:Vault", {"name": "models"})
    plan, _ = account.create(PLAN, INPUTS)
    inputs = {
        "name": "team",
        "planId": plan,
        "iamRoleArn": account.role("backup", "backup.amazonaws.com"),
        "selectionTags": [{"key": "team", "type": "STRINGEQUALS", "value": "vision"}],
    }
    account.create(SELECTION, inputs)
    assert account.last.status == "validated"
    wrong = [{"key": "team", "type": "EQUALS", "value": "vision"}]
    account.rejections(SELECTION, {**inputs, "selectionTags": wrong}, name="tags")
    assert account.last.rejections[0].parameter == "BackupSelection.ListOfTags[0].ConditionType"
    (said,) = account.rejections(SELECTION, {**inputs, "planId": "none"}, name="plan")
    assert "must name a plan that exists by now" in said


def test_a_lock_holds_a_vault_that_is_there(account):
    lock = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    account.create("aws:backup/vault:Vault", {"name": "models"})
    account.create(lock, {"backupVaultName": "models", "minRetentionDays": 35, "changeableForDays": 3})
    found = account.client("backup").describe_backup_vault(BackupVaultName="models")
    assert found["MinRetentionDays"] == 35
    (said,) = account.rejections(lock, {"backupVaultName": "none", "minRetentionDays": 35}, name="other")
    assert "must name a vault that exists by now" in said
    (said,) = account.rejections(lock, {"backupVaultName": "models", "changeableForDays": 2}, name="hasty")
    assert "must be 3 or more" in said


def test_a_selection_by_conditions_is_read_as_aws_spells_it(account):
    account.create("aws:backup/vault:Vault", {"name": "models"})
    plan, _ = account.create(PLAN, INPUTS)
    inputs = {
        "name": "regulated",
        "planId": plan,
        "iamRoleArn": account.role("backup", "backup.amazonaws.com"),
        "resources": ["arn:aws:s3:::*"],
        "conditions": [{"stringEquals": [{"key": "aws:ResourceTag/data-class", "value": "regulated"}]}],
    }
    account.create(SELECTION, inputs)
    assert account.last.status == "validated"
    wrong = [{"stringEquals": [{"key": "aws:ResourceTag/data-class", "value": 7, "kind": "x"}]}]
    assert account.rejections(SELECTION, {**inputs, "conditions": wrong}, name="wrong")
