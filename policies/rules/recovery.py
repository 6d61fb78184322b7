"""Rules of backups: resources that hold data are backed up every day into a vault that nobody empties."""

import re
from collections.abc import Iterator

from policies.resources import BUCKETS, JudgedStack, Resource, exists
from policies.rule import BEYOND_DEV, Claim, Rule, Severity, claim
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
)
