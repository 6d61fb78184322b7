"""Retention of a stack's data once the team is gone: what is kept for how long and why, by the plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from paved.aws.s3 import LIFECYCLE
from paved.aws.sagemaker import TRACKING_SERVER
from paved.plan.model import Plan, PlannedResource
from paved.table_text import counted
from reference.vocabulary import (
    ECR_REPOSITORY,
    KMS_KEY,
    LOG_GROUP,
    LUSTRE_FILE_SYSTEM,
    OBJECT_LOCK,
    S3_BUCKET,
    SCRATCH_FOLDER,
)
from stacks.schema import Foundation, Team
from stacks.schema.notebooks import NotebooksSpec
from stacks.schema.security_level import is_backed_up

NAMESPACE_VOLUMES = "volumes that pods claimed"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing that holds data. `stays` says whether it outlives `pulumi destroy`; `kept` for how long, `why`."""

    what: str
    stays: bool
    kept: str
    why: str
    owner: str


def retention(name: str, team: Team, plan: Plan, foundation: Foundation, below: Plan) -> tuple[Kept, ...]:
    """Everything that holds data of a team, its own first; `below` is the plan of its foundation."""
    rows = [_of_resource(name, team, plan, each) for each in plan.resources]
    found = [row for row in rows if row]
    if team.has_namespace:
        why = "their class deletes a volume with its claim, and the namespace goes"
        found.append(
            Kept(what=NAMESPACE_VOLUMES, stays=False, kept="until `pulumi destroy`", why=why, owner=name)
        )
    if team.notebooks:
        found.append(_homes(name, team.notebooks))
    return (*found, *_of_foundation(team, foundation, below))


def _homes(name: str, notebooks: NotebooksSpec) -> Kept:
    homes = counted(len(notebooks.people), "home")
    why = "their class deletes a volume with its claim, and no backup holds one: people copy what they keep to a bucket"
    return _row(name, f"{homes} of notebooks", "until `pulumi destroy`", why, stays=False)


def _of_resource(name: str, team: Team, plan: Plan, resource: PlannedResource) -> Kept | None:
    match resource.type:
        case t if t == S3_BUCKET:
            return _bucket(name, team, plan, resource)
        case t if t == ECR_REPOSITORY:
            return _row(
                name,
                f"images {resource.inputs['name']}",
                "until somebody deletes them",
                "a model is made again by the image of its run, and no rule of the repository deletes a release",
            )
        case t if t == KMS_KEY:
            days = resource.inputs["deletionWindowInDays"]
            return _row(
                name,
                f"key {resource.name}",
                f"until its deletion is scheduled, and {days} days more",
                "without it nobody reads what it encrypts, copies by AWS Backup apart: schedule it last, and "
                "`aws kms cancel-key-deletion` takes it back within these days",
            )
        case t if t == LUSTRE_FILE_SYSTEM:
            why = (
                "its daily backups go with it, and none is made at the end; what its links export is in S3 once "
                "`AgeOfOldestQueuedMessage` is zero"
            )
            return _row(name, f"file system {resource.name}", "until `pulumi destroy`", why, stays=False)
        case t if t == TRACKING_SERVER:
            why = "its runs, parameters and metrics go with it; logged files stay in the models bucket"
            return _row(name, f"MLflow server {resource.name}", "until `pulumi destroy`", why, stays=False)
        case t if t == LOG_GROUP:
            why = "it is the stack's own: take out what somebody will still ask for"
            return _row(name, f"log {resource.inputs['name']}", "until `pulumi destroy`", why, stays=False)
    return None


def _row(name: str, what: str, kept: str, why: str, *, stays: bool = True) -> Kept:
    return Kept(what=what, stays=stays, kept=kept, why=why, owner=name)


def _bucket(name: str, team: Team, plan: Plan, resource: PlannedResource) -> Kept:
    bucket = resource.inputs["bucket"]
    rules = _rules(plan, bucket)
    days = _days(rules, "housekeeping", "noncurrentVersionExpiration", "noncurrentDays")
    scratch = _days(rules, "scratch", "expiration", "days")
    kept = "until its owner deletes it"
    why = f"its data is `{team.data_class}`, and `registry.noncurrent_days` of the team's file says how long"
    if expiry := _folder_days(rules):
        kept = f"each object for {expiry} days from when it was written"
        why = f"what was asked of `{team.data_class}` models names people, and is kept no longer than that"
    if days:
        kept += f"; each object can be restored for {days} days after that, and then S3 deletes it"
    if scratch:
        kept += f"; `{SCRATCH_FOLDER}/` for {scratch} days from when it was written"
    if lock := _lock(plan, bucket):
        kept += f"; {lock}"
    return _row(name, f"bucket {bucket}", kept, why)


def _rules(plan: Plan, bucket: str) -> Mapping[str, Any]:
    for each in plan.of(LIFECYCLE):
        if each.inputs["bucket"] == bucket:
            return {rule["id"]: rule for rule in each.inputs["rules"]}
    return {}


def _days(rules: Mapping[str, Any], rule: str, action: str, key: str) -> int | None:
    days: int | None = rules.get(rule, {}).get(action, {}).get(key)
    return days


def _folder_days(rules: Mapping[str, Any]) -> int | None:
    """The days after which what lies in folders that expire is gone."""
    found = [rule["expiration"]["days"] for each, rule in rules.items() if each.startswith("expiry-")]
    return max(found, default=None)


def _lock(plan: Plan, bucket: str) -> str | None:
    for each in plan.of(OBJECT_LOCK):
        if each.inputs["bucket"] == bucket:
            retained = each.inputs["rule"]["defaultRetention"]
            return (
                f"nobody deletes a version for {retained['days']} days ({str(retained['mode']).lower()} lock)"
            )
    return None


def _of_foundation(team: Team, foundation: Foundation, below: Plan) -> Iterator[Kept]:
    """Yield records and backups of the foundation, which no team's leaving shortens."""
    recovery = foundation.recovery
    if is_backed_up(foundation) and team.data_class in recovery.data_classes:
        yield _row(
            below.stack,
            "backups of the buckets",
            f"{recovery.keep_days} days from each backup",
            f"the vault's {recovery.lock} lock, for `{team.data_class}` data (`recovery`)",
        )
    for group in below.of(LOG_GROUP):
        days = group.inputs.get("retentionInDays")
        kept = f"{days} days from each record" if days else "for ever"
        yield _row(
            below.stack, f"log {group.inputs['name']}", kept, "an account's records name every team in it"
        )
    for bucket in below.of(S3_BUCKET):
        name = bucket.inputs["bucket"]
        days = _days(_rules(below, name), "expiry", "expiration", "days")
        if days:
            lock = _lock(below, name)
            kept = f"{days} days from each record" + (f"; {lock}" if lock else "")
            yield _row(below.stack, f"bucket {name}", kept, "an account's records name every team in it")
