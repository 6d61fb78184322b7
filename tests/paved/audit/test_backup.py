"""Backups are read as AWS tells them: a lock that is gone, a shorter time, another selection is found."""

import pulumi_aws as aws
import pytest

VAULT = "arn:aws:backup:us-east-1:111122223333:backup-vault:main"
PLAN = "arn:aws:backup:us-east-1:111122223333:backup-plan:p1"
ROLE = "arn:aws:iam::111122223333:role/backups"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f6e"


def backups():
    vault = aws.backup.Vault("main", name="main", kms_key_arn=KEY)
    aws.backup.VaultLockConfiguration(
        "main", backup_vault_name=vault.name, min_retention_days=35, changeable_for_days=3
    )
    plan = aws.backup.Plan(
        "main",
        name="daily",
        rules=[
            aws.backup.PlanRuleArgs(
                rule_name="daily",
                target_vault_name=vault.name,
                schedule="cron(0 2 * * ? *)",
                start_window=60,
                completion_window=1440,
                lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=35),
            )
        ],
    )
    equal = aws.backup.SelectionConditionStringEqualArgs(key="aws:ResourceTag/data-class", value="internal")
    aws.backup.Selection(
        "main",
        name="internal",
        plan_id=plan.id,
        iam_role_arn=ROLE,
        resources=["arn:aws:s3:::*"],
        conditions=[aws.backup.SelectionConditionArgs(string_equals=[equal])],
    )


def told():
    return {
        "backup.DescribeBackupVault": {
            "BackupVaultName": "main",
            "BackupVaultArn": VAULT,
            "EncryptionKeyArn": KEY,
            "Locked": True,
            "MinRetentionDays": 35,
        },
        "backup.ListBackupPlans": {
            "BackupPlansList": [
                {"BackupPlanName": "other", "BackupPlanId": "p0"},
                {"BackupPlanName": "daily", "BackupPlanId": "p1"},
            ]
        },
        "backup.GetBackupPlan": {
            "BackupPlanArn": PLAN,
            "BackupPlanId": "p1",
            "BackupPlan": {
                "BackupPlanName": "daily",
                "Rules": [
                    {
                        "RuleName": "daily",
                        "RuleId": "r1",
                        "TargetBackupVaultName": "main",
                        "ScheduleExpression": "cron(0 2 * * ? *)",
                        "StartWindowMinutes": 60,
                        "CompletionWindowMinutes": 1440,
                        "Lifecycle": {"DeleteAfterDays": 35},
                    }
                ],
            },
        },
        "backup.ListBackupSelections": {
            "BackupSelectionsList": [{"SelectionName": "internal", "SelectionId": "s1"}]
        },
        "backup.GetBackupSelection": {
            "SelectionId": "s1",
            "BackupSelection": {
                "SelectionName": "internal",
                "IamRoleArn": ROLE,
                "Resources": ["arn:aws:s3:::*"],
                "NotResources": [],
                "Conditions": {
                    "StringEquals": [
                        {"ConditionKey": "aws:ResourceTag/data-class", "ConditionValue": "internal"}
                    ],
                    "StringLike": [],
                },
            },
        },
    }


@pytest.fixture
def audited(plan_program, audit_answers):
    plan = plan_program(backups)
    return lambda answers: audit_answers(plan, ("aws:backup/",), answers)


def test_backups_as_planned_are_as_planned(audited):
    found = audited(told())
    assert found.differences == ()
    assert found.named_elsewhere == ()
    assert found.compared == found.planned == 4


def test_a_lock_that_is_gone_is_missing(audited):
    answers = told()
    answers["backup.DescribeBackupVault"] |= {"Locked": False}
    [difference] = audited(answers).differences
    assert (difference.kind, difference.concern) == ("missing", "recovery")
    assert difference.address == "backup VaultLockConfiguration main"


def test_backups_that_are_kept_shorter_and_take_less_are_found(audited):
    answers = told()
    answers["backup.GetBackupPlan"]["BackupPlan"]["Rules"][0]["Lifecycle"] = {"DeleteAfterDays": 1}
    answers["backup.GetBackupSelection"]["BackupSelection"]["Resources"] = ["arn:aws:s3:::scratch"]
    answers["backup.GetBackupSelection"]["BackupSelection"]["Conditions"] = {}
    found = {(each.address, each.property) for each in audited(answers).differences}
    assert found == {
        ("backup Plan main", "rules[0].lifecycle.deleteAfter"),
        ("backup Selection main", "conditions[0].stringEquals[0]"),
        ("backup Selection main", "resources"),
    }
