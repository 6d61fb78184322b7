"""AWS Backup: vaults and their locks, plans, and the resources that the plans select."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import Rejected, refused
from paved.aws.creating.request import request_members
from paved.aws.reading.account import NotFound
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first
from paved.aws.services import iam_actions
from reference.vocabulary import (
    BACKUP_PLAN,
    BACKUP_SELECTION,
    BACKUP_VAULT,
    BACKUP_VAULT_LOCK,
    UNKNOWN,
)

IAM_ACTIONS = iam_actions(
    "backup",
    "DescribeBackupVault",
    "GetBackupPlan",
    "GetBackupSelection",
    "GetBackupVaultAccessPolicy",
    "ListBackupPlans",
    "ListBackupSelections",
    "ListRecoveryPointsByResource",
    "ListTags",
)
MOTO_UNSUPPORTED = ("backup.CreateBackupSelection",)

LEAST_GRACE_DAYS = 3
"""As AWS documents it; the API model says any number."""

_RULE_REQUEST = {
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
_SELECTION_REQUEST = {
    "name": "SelectionName",
    "selectionTags": "ListOfTags",
    "selectionTags.key": "ConditionKey",
    "selectionTags.type": "ConditionType",
    "selectionTags.value": "ConditionValue",
    "conditions.stringEquals.key": "ConditionKey",
    "conditions.stringEquals.value": "ConditionValue",
    "conditions.stringLikes": "StringLike",
    "conditions.stringLikes.key": "ConditionKey",
    "conditions.stringLikes.value": "ConditionValue",
    "conditions.stringNotEquals.key": "ConditionKey",
    "conditions.stringNotEquals.value": "ConditionValue",
    "conditions.stringNotLikes": "StringNotLike",
    "conditions.stringNotLikes.key": "ConditionKey",
    "conditions.stringNotLikes.value": "ConditionValue",
}


@creates(BACKUP_VAULT)
def create_vault(inputs: Inputs, api: Api) -> Created:
    renamed = {"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"}
    request = api.request("backup", "CreateBackupVault", inputs, renamed)
    require_key(api, "backup.CreateBackupVault", "EncryptionKeyArn", request.get("EncryptionKeyArn"))
    inputs.leave_to_provider("forceDestroy")
    vault = api.call("backup", "CreateBackupVault", {**request, "BackupVaultTags": api.tags(inputs) or None})
    return Created(id=vault["BackupVaultName"], outputs={"arn": vault["BackupVaultArn"], "recoveryPoints": 0})


@creates(BACKUP_VAULT_LOCK)
def create_vault_lock(inputs: Inputs, api: Api) -> Created:
    call = "backup.PutBackupVaultLockConfiguration"
    request = api.request("backup", "PutBackupVaultLockConfiguration", inputs)
    vault_name = request.get("BackupVaultName")
    try:
        api.internal_call("backup", "DescribeBackupVault", {"BackupVaultName": vault_name})
    except Rejected:
        raise refused(call, "BackupVaultName", "must name a vault that exists by now", vault_name) from None
    grace = request.get("ChangeableForDays")
    if isinstance(grace, int) and grace < LEAST_GRACE_DAYS:
        raise refused(call, "ChangeableForDays", f"must be {LEAST_GRACE_DAYS} or more", grace)
    api.call("backup", "PutBackupVaultLockConfiguration", request)
    return Created(id=str(vault_name), outputs={})


@creates(BACKUP_PLAN)
def create_plan(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("backup", "CreateBackupPlan").members["BackupPlan"]
    request = {
        "BackupPlan": request_members(inputs, shape, {"name": "BackupPlanName", **_RULE_REQUEST}),
        "BackupPlanTags": api.tags(inputs) or None,
    }
    plan = api.call("backup", "CreateBackupPlan", request)
    return Created(
        id=plan["BackupPlanId"], outputs={"arn": plan["BackupPlanArn"], "version": plan["VersionId"]}
    )


@creates(BACKUP_SELECTION)
def create_selection(inputs: Inputs, api: Api) -> Created:
    call = "backup.CreateBackupSelection"
    plan_id = inputs.take("planId")
    try:
        api.internal_call("backup", "GetBackupPlan", {"BackupPlanId": plan_id})
    except Rejected:
        raise refused(call, "BackupPlanId", "must name a plan that exists by now", plan_id) from None
    shape: Any = api.shape("backup", "CreateBackupSelection").members["BackupSelection"]
    selection = request_members(inputs, shape, _SELECTION_REQUEST)
    role, parameter = selection.get("IamRoleArn"), "BackupSelection.IamRoleArn"
    require_role(api, call, parameter, role, trusting="backup.amazonaws.com")
    api.call("backup", "CreateBackupSelection", {"BackupPlanId": plan_id, "BackupSelection": selection})
    return Created(id=api.generated_uuid("selection"))


_RULE_INPUTS = {
    "completionWindow": "CompletionWindowMinutes",
    "enableContinuousBackup": "EnableContinuousBackup",
    "recoveryPointTags": "RecoveryPointTags",
    "ruleName": "RuleName",
    "schedule": "ScheduleExpression",
    "scheduleExpressionTimezone": "ScheduleExpressionTimezone",
    "startWindow": "StartWindowMinutes",
    "targetVaultName": "TargetBackupVaultName",
}


@reads(
    BACKUP_VAULT,
    "recovery",
    ("name",),
    concerns={"kmsKeyArn": "encryption"},
    left_out={"forceDestroy": PROVIDER},
    tagged=True,
)
def read_vault(lookup: Lookup) -> Found:
    name = lookup.name("name")
    vault = lookup.ask("backup.DescribeBackupVault", BackupVaultName=name)
    arn = vault["BackupVaultArn"]
    return Found(
        names=(name, arn),
        properties={"kmsKeyArn": vault.get("EncryptionKeyArn")},
        tags=lambda: lookup.ask("backup.ListTags", ResourceArn=arn).get("Tags", {}),
        contents={"policy": lambda: _policies(lookup, name)},
    )


@reads(
    BACKUP_VAULT_LOCK,
    "recovery",
    ("backupVaultName",),
    left_out={"changeableForDays": "AWS tells the day that it ends, not how many there were"},
)
def read_vault_lock(lookup: Lookup) -> Found:
    name = lookup.name("backupVaultName")
    vault = lookup.ask("backup.DescribeBackupVault", BackupVaultName=name)
    if not vault.get("Locked"):
        raise NotFound("a lock")
    properties = {
        "minRetentionDays": vault.get("MinRetentionDays"),
        "maxRetentionDays": vault.get("MaxRetentionDays"),
    }
    return Found(names=(name,), properties=properties)


@reads(BACKUP_PLAN, "recovery", ("name",), tagged=True)
def read_plan(lookup: Lookup) -> Found:
    listed = lookup.pages("backup.ListBackupPlans", "BackupPlansList")
    id = first([each for each in listed if each["BackupPlanName"] == lookup.name("name")])["BackupPlanId"]
    plan = lookup.ask("backup.GetBackupPlan", BackupPlanId=id)
    arn = plan["BackupPlanArn"]
    return Found(
        names=(id, arn),
        properties={"rules": [_rule_inputs(rule) for rule in plan["BackupPlan"]["Rules"]]},
        tags=lambda: lookup.ask("backup.ListTags", ResourceArn=arn).get("Tags", {}),
        contents={
            "selection": lambda: [_selection_content(each) for each in _selections(lookup, id)],
            "copy action": lambda: _more_copies(plan["BackupPlan"]["Rules"], lookup.inputs["rules"]),
        },
    )


@reads(BACKUP_SELECTION, "recovery", ("name", "planId"), concerns={"iamRoleArn": "identity"})
def read_selection(lookup: Lookup) -> Found:
    plan_id = lookup.name("planId")
    listed = _selections(lookup, plan_id)
    id = first([each for each in listed if each["SelectionName"] == lookup.name("name")])["SelectionId"]
    answer = lookup.ask("backup.GetBackupSelection", BackupPlanId=plan_id, SelectionId=id)
    selection = answer["BackupSelection"]
    return Found(
        names=(id,),
        properties={
            "conditions": _conditions_inputs(selection.get("Conditions", {})),
            "iamRoleArn": selection["IamRoleArn"],
            "notResources": selection.get("NotResources"),
            "resources": selection.get("Resources"),
            "selectionTags": [_condition_inputs(each) for each in selection.get("ListOfTags", ())],
        },
    )


def _policies(lookup: Lookup, vault: str) -> Iterator[Content]:
    text = lookup.ask("backup.GetBackupVaultAccessPolicy", BackupVaultName=vault)["Policy"]
    yield Content(kind="policy", name=f"{vault} policy", label=text, concern="recovery")


def _selections(lookup: Lookup, plan: str) -> list[Mapping[str, Any]]:
    return lookup.pages("backup.ListBackupSelections", "BackupSelectionsList", BackupPlanId=plan)


def _selection_content(selection: Mapping[str, Any]) -> Content:
    name = selection["SelectionId"]
    return Content(kind="selection", name=name, label=selection["SelectionName"], concern="recovery")


def _more_copies(
    rules: Iterable[Mapping[str, Any]], planned: Iterable[Mapping[str, Any]]
) -> Iterator[Content]:
    """Copies to vaults that no rule of the plan copies to."""
    known = [copy["destinationVaultArn"] for rule in planned for copy in rule.get("copyActions") or ()]
    for rule in rules:
        for copy in rule.get("CopyActions", ()):
            vault = copy["DestinationBackupVaultArn"]
            if vault not in known and UNKNOWN not in known:
                yield Content(
                    kind="copy action", name=f"copy {vault}", label=f"to {vault}", concern="recovery"
                )


def _rule_inputs(rule: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {key: rule.get(member) for key, member in _RULE_INPUTS.items()}
    copies = [
        {"destinationVaultArn": copy["DestinationBackupVaultArn"], "lifecycle": _lifecycle_inputs(copy)}
        for copy in rule.get("CopyActions", ())
    ]
    return {**inputs, "copyActions": copies, "lifecycle": _lifecycle_inputs(rule)}


def _lifecycle_inputs(holder: Mapping[str, Any]) -> dict[str, Any]:
    lifecycle = holder.get("Lifecycle", {})
    return {
        "coldStorageAfter": lifecycle.get("MoveToColdStorageAfterDays"),
        "deleteAfter": lifecycle.get("DeleteAfterDays"),
    }


def _conditions_inputs(conditions: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {}
    for operator, listed in conditions.items():
        inputs[operator[0].lower() + operator[1:]] = [_condition_inputs(each) for each in listed]
    return inputs


def _condition_inputs(condition: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a condition, all of whose members begin with `Condition`."""
    return {key.removeprefix("Condition").lower(): value for key, value in condition.items()}
