"""AWS Backup: vaults, plans, and what the plans select."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_key, require_role
from paved.aws.creating.fitting import fitted
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected

LEAST_GRACE_DAYS = 3
"""As AWS documents it; the API model says any number."""

_RULE = {
    "rules.schedule": "ScheduleExpression",
    "rules.startWindow": "StartWindowMinutes",
    "rules.completionWindow": "CompletionWindowMinutes",
    "rules.targetVaultName": "TargetBackupVaultName",
    "rules.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
    "rules.lifecycle.deleteAfter": "DeleteAfterDays",
    "rules.copyActions.destinationVaultArn": "DestinationBackupVaultArn",
    "rules.copyActions.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
    "rules.copyActions.lifecycle.deleteAfter": "DeleteAfterDays",
}
_SELECTION = {
    "name": "SelectionName",
    "selectionTags": "ListOfTags",
    "selectionTags.key": "ConditionKey",
    "selectionTags.type": "ConditionType",
    "selectionTags.value": "ConditionValue",
    **{
        f"conditions.{operator}.{name}": f"Condition{name.capitalize()}"
        for operator in ("stringEquals", "stringLikes", "stringNotEquals", "stringNotLikes")
        for name in ("key", "value")
    },
    "conditions.stringLikes": "StringLike",
    "conditions.stringNotLikes": "StringNotLike",
}


@creates("aws:backup/vault:Vault")
def vault(inputs: Inputs, api: Api) -> Created:
    renamed = {"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"}
    request = api.fit("backup", "CreateBackupVault", inputs, renamed)
    require_key(api, "backup.CreateBackupVault", "EncryptionKeyArn", request.get("EncryptionKeyArn"))
    inputs.leave_to_provider("forceDestroy")
    made = api.call("backup", "CreateBackupVault", {**request, "BackupVaultTags": api.tags(inputs) or None})
    return Created(id=made["BackupVaultName"], outputs={"arn": made["BackupVaultArn"], "recoveryPoints": 0})


@creates("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
def lock(inputs: Inputs, api: Api) -> Created:
    call = "backup.PutBackupVaultLockConfiguration"
    request = api.fit("backup", "PutBackupVaultLockConfiguration", inputs)
    vault_name = request.get("BackupVaultName")
    try:
        api.inside("backup", "DescribeBackupVault", {"BackupVaultName": vault_name})
    except Rejected:
        raise refused(call, "BackupVaultName", "must name a vault that exists by now", vault_name) from None
    grace = request.get("ChangeableForDays")
    if isinstance(grace, int) and grace < LEAST_GRACE_DAYS:
        raise refused(call, "ChangeableForDays", f"must be {LEAST_GRACE_DAYS} or more", grace)
    api.call("backup", "PutBackupVaultLockConfiguration", request)
    return Created(id=str(vault_name), outputs={})


@creates("aws:backup/plan:Plan")
def plan(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("backup", "CreateBackupPlan").members["BackupPlan"]
    request = {
        "BackupPlan": fitted(inputs, shape, {"name": "BackupPlanName", **_RULE}),
        "BackupPlanTags": api.tags(inputs) or None,
    }
    made = api.call("backup", "CreateBackupPlan", request)
    return Created(
        id=made["BackupPlanId"], outputs={"arn": made["BackupPlanArn"], "version": made["VersionId"]}
    )


@creates("aws:backup/selection:Selection")
def selection(inputs: Inputs, api: Api) -> Created:
    call = "backup.CreateBackupSelection"
    plan_id = inputs.take("planId")
    try:
        api.inside("backup", "GetBackupPlan", {"BackupPlanId": plan_id})
    except Rejected:
        raise refused(call, "BackupPlanId", "must name a plan that exists by now", plan_id) from None
    shape: Any = api.shape("backup", "CreateBackupSelection").members["BackupSelection"]
    asked = fitted(inputs, shape, _SELECTION)
    require_role(
        api, call, "BackupSelection.IamRoleArn", asked.get("IamRoleArn"), trusting="backup.amazonaws.com"
    )
    api.call("backup", "CreateBackupSelection", {"BackupPlanId": plan_id, "BackupSelection": asked})
    return Created(id=api.made_up_uuid("selection"))
