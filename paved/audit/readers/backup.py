"""AWS Backup: vaults and their locks, plans, and what the plans select."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first

_LIFECYCLE = {"coldStorageAfter": "MoveToColdStorageAfterDays", "deleteAfter": "DeleteAfterDays"}
_RULE = {
    "completionWindow": "CompletionWindowMinutes",
    "enableContinuousBackup": "EnableContinuousBackup",
    "recoveryPointTags": "RecoveryPointTags",
    "ruleName": "RuleName",
    "schedule": "ScheduleExpression",
    "scheduleExpressionTimezone": "ScheduleExpressionTimezone",
    "startWindow": "StartWindowMinutes",
    "targetVaultName": "TargetBackupVaultName",
}
"""The provider's words and the service's."""


@reads(
    "aws:backup/vault:Vault",
    "recovery",
    ("name",),
    concerns={"kmsKeyArn": "encryption"},
    left_out={"forceDestroy": PROVIDER},
    tagged=True,
)
def vault(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.ask("backup.DescribeBackupVault", BackupVaultName=name)
    arn = made["BackupVaultArn"]
    return Found(
        names=(name, arn),
        properties={"kmsKeyArn": made.get("EncryptionKeyArn")},
        tags=lambda: sought.ask("backup.ListTags", ResourceArn=arn).get("Tags", {}),
    )


@reads(
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "recovery",
    ("backupVaultName",),
    left_out={"changeableForDays": "AWS tells the day that it ends, not how many there were"},
)
def vault_lock(sought: Lookup) -> Found:
    name = sought.name("backupVaultName")
    made = sought.ask("backup.DescribeBackupVault", BackupVaultName=name)
    if not made.get("Locked"):
        raise NotFound("a lock")
    kept = {
        "minRetentionDays": made.get("MinRetentionDays"),
        "maxRetentionDays": made.get("MaxRetentionDays"),
    }
    return Found(names=(name,), properties=kept)


@reads("aws:backup/plan:Plan", "recovery", ("name",), tagged=True)
def plan(sought: Lookup) -> Found:
    listed = sought.pages("backup.ListBackupPlans", "BackupPlansList")
    id = first([each for each in listed if each["BackupPlanName"] == sought.name("name")])["BackupPlanId"]
    made = sought.ask("backup.GetBackupPlan", BackupPlanId=id)
    arn = made["BackupPlanArn"]
    return Found(
        names=(id, arn),
        properties={"rules": [_rule(each) for each in made["BackupPlan"]["Rules"]]},
        tags=lambda: sought.ask("backup.ListTags", ResourceArn=arn).get("Tags", {}),
    )


@reads("aws:backup/selection:Selection", "recovery", ("name", "planId"), concerns={"iamRoleArn": "identity"})
def selection(sought: Lookup) -> Found:
    plan_id = sought.name("planId")
    listed = sought.pages("backup.ListBackupSelections", "BackupSelectionsList", BackupPlanId=plan_id)
    id = first([each for each in listed if each["SelectionName"] == sought.name("name")])["SelectionId"]
    which = {"BackupPlanId": plan_id, "SelectionId": id}
    made = sought.ask("backup.GetBackupSelection", **which)["BackupSelection"]
    return Found(
        names=(id,),
        properties={
            "conditions": _conditions(made.get("Conditions", {})),
            "iamRoleArn": made["IamRoleArn"],
            "notResources": made.get("NotResources"),
            "resources": made.get("Resources"),
            "selectionTags": [_condition(each) for each in made.get("ListOfTags", ())],
        },
    )


def _rule(made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: made.get(name) for key, name in _RULE.items()},
        "copyActions": [
            {"destinationVaultArn": each["DestinationBackupVaultArn"], "lifecycle": _lifecycle(each)}
            for each in made.get("CopyActions", ())
        ],
        "lifecycle": _lifecycle(made),
    }


def _lifecycle(made: Mapping[str, Any]) -> dict[str, Any]:
    return {key: made.get("Lifecycle", {}).get(name) for key, name in _LIFECYCLE.items()}


def _conditions(made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        operator[0].lower() + operator[1:]: [_condition(each) for each in conditions]
        for operator, conditions in made.items()
    }


def _condition(made: Mapping[str, Any]) -> dict[str, Any]:
    """A condition, whose words all begin alike."""
    return {key.removeprefix("Condition").lower(): value for key, value in made.items()}
