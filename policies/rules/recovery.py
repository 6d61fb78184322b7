"""Rules of backups: resources that hold data are backed up every day into a vault that nobody empties."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from policies.resources import BUCKETS, JudgedStack, Resource, exists
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value, all_of, any_of
from reference.tags import DATA_CLASS_TAG
from reference.vocabulary import BACKUP_PLAN, BACKUP_SELECTION, BACKUP_VAULT, BACKUP_VAULT_LOCK, PULUMI_STACK

DAILY = re.compile(r"cron\(\d+ \S+ (\* \* \?|\? \* \*) \*\)|rate\(1 day\)")
LEAST_DAYS = 35


def _backed_up(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind == "foundation":
        yield from _vaults(subject, stack)
    elif stack.context.kind == "team" and subject.kind in BUCKETS:
        # The foundation's selection takes buckets by this tag, so a bucket without it is in no backup.
        classes = stack.context.backed_up_classes
        data_class = stack.tags(subject).get(DATA_CLASS_TAG, Value(MISSING))
        covered = Truth.UNSURE if classes is None else data_class.one_of(*classes)
        yield claim(covered, "its foundation takes no backups of its data class")


def _vaults(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        yield claim(bool(stack.of(BACKUP_VAULT)), "it has no backup vault")
    elif subject.kind == BACKUP_VAULT:
        # Without a lock whoever may delete recovery points empties the vault first.
        locks = stack.companions(subject, BACKUP_VAULT_LOCK, "backupVaultName", own="name")
        yield claim(
            exists(locks, stack.unresolved(BACKUP_VAULT_LOCK, "backupVaultName")),
            "no lock keeps what is in it",
        )
        for lock in locks:
            yield claim(_at_least(lock.at("minRetentionDays")), f"its lock keeps less than {LEAST_DAYS} days")
            soon = lock.at("changeableForDays").test(lambda days: int(days) <= LEAST_DAYS, missing=True)
            yield claim(soon, f"its lock can be lifted for more than {LEAST_DAYS} days")
    elif subject.kind == BACKUP_PLAN:
        yield claim(any_of(_is_daily(rule) for rule in subject.at("rules").items()), "no rule of it is daily")
        for rule in subject.at("rules").items():
            kept = _at_least(rule.at("lifecycle.deleteAfter"))
            yield claim(kept, f"`{rule.path}` keeps a backup less than {LEAST_DAYS} days")
        selections = stack.companions(subject, BACKUP_SELECTION, "planId")
        yield claim(
            exists(selections, stack.unresolved(BACKUP_SELECTION, "planId")),
            "no selection says what it takes",
        )


def _taken(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "foundation":
        return
    if subject.kind == PULUMI_STACK:
        for data_class in sorted(stack.context.backed_up_classes or ()):
            taken = any_of(_takes(each, data_class) for each in stack.of(BACKUP_SELECTION))
            yield claim(taken, f"no selection takes what bears `{DATA_CLASS_TAG}: {data_class}`")
    elif subject.kind == BACKUP_SELECTION:
        role = subject.at("iamRoleArn")
        yield claim(_is_ours(role, stack), "`iamRoleArn` is a role of another account")
        yield claim(subject.at("notResources").is_absent, "`notResources` leaves resources out")
    elif subject.kind == BACKUP_PLAN:
        for rule in subject.at("rules").items():
            yield from _copies(rule, stack)
    else:
        yield from _lets_in(subject, stack)


def _takes(selection: Resource, data_class: str) -> Truth:
    """Whether a selection takes every bucket of a class: conditions add up, so a second one takes nothing."""
    conditions = selection.at("conditions").items()
    alone = len(conditions) == 1 and not selection.at("selectionTags").items()
    everything = selection.at("resources").contains("arn:aws:s3:::*") | selection.at("resources").contains(
        "*"
    )
    return everything & alone & all_of(_is_class(each, data_class) for each in conditions)


def _is_class(condition: Value, data_class: str) -> Truth:
    given = [(key, value) for key, value in condition.entries() if value.raw not in (None, [], MISSING)]
    equals = condition.at("stringEquals").items()
    tagged = [
        each.at("key").equals(f"aws:ResourceTag/{DATA_CLASS_TAG}") & each.at("value").equals(data_class)
        for each in equals
    ]
    return all_of(tagged) & (len(given) == 1 and len(equals) == 1)


def _copies(rule: Value, stack: JudgedStack) -> Iterator[Claim]:
    vaults = [each.properties.get("name") for each in stack.of(BACKUP_VAULT)]
    target = rule.at("targetVaultName").test(lambda raw: raw in vaults)
    yield claim(target, f"`{rule.path}.targetVaultName` is no vault of the stack")
    for copy in rule.at("copyActions").items():
        vault = copy.at("destinationVaultArn")
        yield claim(_is_ours(vault, stack), f"`{vault.path}` is a vault of another account")


def _lets_in(lock: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """Claim that a lock takes what plans bring: a backup that is kept longer than it allows fails."""
    most = lock.at("maxRetentionDays")
    kept: list[Value] = []
    for plan in stack.of(BACKUP_PLAN):
        kept += [rule.at("lifecycle.deleteAfter") for rule in plan.at("rules").items()]
    for days in kept:
        fits = most.test(partial(_is_at_least, days.number()), missing=True)
        yield claim(fits, f"`{most.path}` is less than a plan keeps: its backups fail")
    if not kept:
        yield claim(most.is_absent, f"`{most.path}` is set, and no plan is there that it could be held to")


def _is_at_least(days: int, raw: Any) -> bool:
    return int(raw) >= days


def _is_ours(arn: Value, stack: JudgedStack) -> Truth:
    account = stack.context.account
    if not arn.is_known or account is None:
        return arn.is_given
    return arn.test(lambda raw: raw.split(":")[4:5] == [account])


def _is_daily(rule: Value) -> Truth:
    scheduled = rule.at("schedule").test(lambda text: bool(DAILY.fullmatch(str(text))))
    return all_of((scheduled, rule.at("targetVaultName").is_given))


def _at_least(days: Value) -> Truth:
    return days.test(lambda found: int(found) >= LEAST_DAYS)


RULES = (
    Rule(
        id="DR-06",
        name="backup-coverage",
        title="A team's buckets are backed up every day, into a locked vault",
        why="Versions go with the bucket, and with whoever may delete them; a restore begins with a backup.",
        fix="Set `recovery.backups` of the foundation, and list the team's data class in `recovery.data_classes`.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="platform",
        controls=("CKV2_AWS_8", "FSBP DynamoDB.4", "CP-9"),
        scope="stack",
        security="regulated",
        kinds=(PULUMI_STACK, *BUCKETS, BACKUP_VAULT, BACKUP_PLAN),
        check=_backed_up,
        note="The recovery point is a day. Lustre is not asked: it is made again from S3, or has backups of its own. "
        "Buckets of a foundation hold shared datasets, which are never regulated, and records that are locked.",
    ),
    Rule(
        id="DR-10",
        name="backups-take",
        title="Backups take every bucket of their data class, into a vault of the account",
        why="A selection with a second condition, or a lock that refuses what a plan brings, is a backup of nothing.",
        fix="Leave selections and plans to `recovery` of the foundation, and list data classes there.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CP-9",),
        scope="stack",
        kinds=(PULUMI_STACK, BACKUP_SELECTION, BACKUP_PLAN, BACKUP_VAULT_LOCK),
        check=_taken,
        note="Where the foundation takes no backups there is nothing to judge: DR-06 asks from `regulated` on.",
    ),
)
