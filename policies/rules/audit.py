"""Rules of audit: an account has a trail, the trail records and keeps what it must, logs are complete and kept."""

from collections.abc import Iterator
from functools import partial

from policies.documents import statements
from policies.ours import ours
from policies.resources import BUCKETS, JudgedStack, Resource, exists
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.storage import companions
from policies.values import Truth, Value, all_of, any_of
from reference.vocabulary import DELIVERY_CHANNEL, EKS_CLUSTER, LOG_GROUP, OBJECT_LOCK, PULUMI_STACK, TRAIL

CLUSTER_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
DAYS_OF_A_YEAR = 365
ARN_OF_BUCKETS = "arn:aws:s3:::"
OURS = f"{ARN_OF_BUCKETS}paved-"
"""The beginning of the ARNs of every bucket that stacks make."""


def present(stack: JudgedStack, option: str, *kinds: str) -> Iterator[Claim]:
    """Claim that a foundation makes a resource, or says that the organisation does, which no plan can tell."""
    if stack.context.kind != "foundation":
        return
    if stack.context.detection.get(option) == "organisation":
        # No pass: whether the organisation really has one is known to `paved audit` alone.
        message = (
            f"`detection.{option}` leaves it to the organisation, which only a look into the account can tell"
        )
        yield claim(Truth.UNSURE, message)
        return
    noun = kinds[0].rpartition(":")[2]
    yield claim(bool(stack.of(*kinds)), f"it has no {noun}: `detection.{option}` is not `own`")


def _logs_and_trail(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        yield from present(stack, "trail", TRAIL)
    elif subject.kind == EKS_CLUSTER:
        given = subject.at("enabledClusterLogTypes")
        for kind in CLUSTER_LOGS:
            yield claim(given.contains(kind), f"`enabledClusterLogTypes` lacks `{kind}`")
    elif subject.kind == LOG_GROUP:
        yield from _log_group(subject, stack)
    else:
        yield from _trail(subject, stack)


def _log_group(group: Resource, stack: JudgedStack) -> Iterator[Claim]:
    days = stack.settings.log_days.days(stack.context.environment)
    # In CloudWatch 0 is for ever, which is refused as well: a log that nobody ends is one that nobody reads.
    kept = group.at("retentionInDays").test(lambda found: int(found) >= days)
    yield claim(kept, f"`retentionInDays` is not set, or less than {days}")
    # Of another class CloudWatch counts no lines: no metric filter sees them, and no alarm rings.
    standard = group.at("logGroupClass").equals("STANDARD", missing=True)
    yield claim(standard, "`logGroupClass` is not `STANDARD`")


def _trail(trail: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for key in ("isMultiRegionTrail", "enableLogFileValidation"):
        yield claim(trail.at(key).equals(True), f"`{key}` is not true")
    # These two are on unless they are switched off, the two above the other way round.
    for key in ("enableLogging", "includeGlobalServiceEvents"):
        yield claim(trail.at(key).equals(True, missing=True), f"`{key}` is false")
    yield claim(trail.at("kmsKeyId").is_given, "`kmsKeyId` names no key")
    yield claim(stack.uses_own_key(trail, trail.at("kmsKeyId")), "`kmsKeyId` names no key of ours")
    yield claim(_sees_management(trail), "no selector takes all management events")


def _sees_management(trail: Resource) -> Truth:
    """Whether a trail takes all management events. One without selectors takes those and no others."""
    basic, advanced = trail.at("eventSelectors"), trail.at("advancedEventSelectors")
    if all_of((basic.is_absent, advanced.is_absent)) is Truth.YES:
        return Truth.YES
    by_basic = any_of(_takes_all_management(each) for each in basic.items())
    return by_basic | any_of(_is_management_alone(each) for each in advanced.items())


def _takes_all_management(selector: Value) -> Truth:
    # `excludeManagementEventSources` leaves out KMS, where the use of keys is recorded.
    return (
        selector.at("includeManagementEvents").equals(True, missing=True)
        & selector.at("readWriteType").equals("All", missing=True)
        & selector.at("excludeManagementEventSources").is_absent
    )


def _is_management_alone(selector: Value) -> Truth:
    # Every further field of an advanced selector narrows it: `readOnly` to reads, `eventSource` to a service.
    fields = selector.at("fieldSelectors").items()
    return (
        _selects(selector, "eventCategory", "Management")
        & (len(fields) == 1)
        & all_of(map(_by_equals, fields))
    )


def _selects(selector: Value, field: str, value: str) -> Truth:
    fields = selector.at("fieldSelectors").items()
    return any_of(each.at("field").equals(field) & each.at("equals").contains(value) for each in fields)


def _by_equals(field: Value) -> Truth:
    """Whether a field is compared for equality alone: each other operator takes some events out."""
    return all_of(value.is_absent for key, value in field.entries() if key not in ("field", "equals"))


def _object_events(reads: bool, trail: Resource, stack: JudgedStack) -> Iterator[Claim]:
    advanced = trail.at("advancedEventSelectors").items()
    basic = trail.at("eventSelectors").items()
    by_advanced = any_of(_sees_objects(each, reads, stack) for each in advanced)
    by_basic = any_of(_sees_objects_basically(each, reads) for each in basic)
    calls = "reads and writes" if reads else "writes"
    yield claim(by_advanced | by_basic, f"no selector takes {calls} of the objects of every bucket of ours")


def _sees_objects(selector: Value, reads: bool, stack: JudgedStack) -> Truth:
    fields = selector.at("fieldSelectors").items()
    is_data = _selects(selector, "eventCategory", "Data")
    of_objects = _selects(selector, "resources.type", "AWS::S3::Object")
    return is_data & of_objects & all_of(_narrows_nothing(each, reads, stack) for each in fields)


def _narrows_nothing(field: Value, reads: bool, stack: JudgedStack) -> Truth:
    """Whether a field of a selector leaves every object of ours in."""
    name = field.at("field").text()
    if name in ("eventCategory", "resources.type"):
        return _by_equals(field)
    if name == "readOnly":
        # Without it both are taken; with `false` writes are, which is enough where reads are not asked.
        return field.at("equals").contains("false") & (not reads) & _by_equals(field)
    # `eventName`, `userIdentity.arn` and whatever else there is take some calls out.
    return _holds_our_buckets(field, stack) if name == "resources.ARN" else Truth.NO


def _holds_our_buckets(field: Value, stack: JudgedStack) -> Truth:
    """Whether a field of ARNs takes every bucket of ours in, but those that the records themselves go to."""
    records = {f"{ARN_OF_BUCKETS}{name}/" for name in stack.derived(_record_buckets)}
    truths: list[Truth] = []
    for key, value in field.entries():
        if key == "startsWiths":
            begins = (each.test(lambda raw: OURS.startswith(raw)) for each in value.items())
            truths.append(any_of(begins))
        elif key == "notStartsWiths":
            truths += [each.test(lambda raw: raw in records) for each in value.items()]
        elif key != "field":
            truths.append(value.is_absent)
    return all_of(truths)


def _record_buckets(stack: JudgedStack) -> frozenset[str]:
    """The names of the buckets to which the stack's trails and AWS Config write, or would."""
    found = (each.properties.get("s3BucketName") for each in stack.of(TRAIL, DELIVERY_CHANNEL))
    written = {name for name in found if isinstance(name, str)}
    stem, account = f"paved-{stack.context.stack}", stack.context.account
    # Records of their own writing would be recorded for ever; of AWS Config also where the organisation has it.
    return frozenset(written | {f"{stem}-{noun}-{account}" for noun in ("config", "trail")})


def _sees_objects_basically(selector: Value, reads: bool) -> Truth:
    kinds = ("All",) if reads else ("All", "WriteOnly")
    of_objects = any_of(
        each.at("type").equals("AWS::S3::Object")
        & any_of(arn.test(lambda raw: OURS.startswith(raw)) for arn in each.at("values").items())
        for each in selector.at("dataResources").items()
    )
    return of_objects & selector.at("readWriteType").one_of(*kinds, missing=True)


def _keeps_lock(bucket: Resource, stack: JudgedStack) -> Truth:
    """Whether a statement denies everybody, without a condition, to delete a record before its time."""
    objects = f"arn:{ours(stack).partition}:s3:::{bucket.properties.get('bucket')}/*"
    policies, unresolved = companions(bucket, stack, "BucketPolicy")
    denied: list[Truth] = [unresolved]
    for policy in policies:
        for each in statements(policy.at("policy")):
            lifts = bool(each.actions) and bool(each.matches("s3:BypassGovernanceRetention"))
            whole = each.denies_everybody and not each.conditions and each.takes_in(objects)
            denied.append(Truth.of(lifts and whole))
    return any_of(denied)


def _locked(trail: Resource, stack: JudgedStack) -> Iterator[Claim]:
    buckets = [found for found in stack.targets(trail, "s3BucketName") if found.kind in BUCKETS]
    if not buckets:
        yield claim(Truth.UNSURE, "its bucket is not of this stack")
    least = stack.settings.log_days.days(stack.context.environment)
    for bucket in buckets:
        locks = stack.companions(bucket, OBJECT_LOCK, "bucket", own="bucket")
        lost = stack.unresolved(OBJECT_LOCK, "bucket")
        yield claim(exists(locks, lost), f"no BucketObjectLockConfiguration refers to {bucket.shown}")
        for lock in locks:
            locked = lock.at("objectLockEnabled").equals("Enabled", missing=True)
            yield claim(locked, "the lock of its bucket is not `Enabled`")
            # A lock without a mode locks nothing: each object would have to bring a retention of its own.
            retention = lock.at("rule.defaultRetention")
            mode = retention.at("mode").one_of("GOVERNANCE", "COMPLIANCE")
            yield claim(mode, "the lock of its bucket has no mode")
            lifted = retention.at("mode").equals("GOVERNANCE") & ~_keeps_lock(bucket, stack)
            yield claim(~lifted, "no statement of its bucket denies everybody to lift the lock of a record")
            days = retention.at("days").test(lambda found: int(found) >= least)
            years = retention.at("years").test(lambda found: int(found) * DAYS_OF_A_YEAR >= least)
            yield claim(any_of((days, years)), f"the lock of its bucket holds for less than {least} days")


RULES = (
    Rule(
        id="DR-02",
        name="object-lock",
        title="Audit buckets are locked for as long as their records are asked for",
        why="Versioning does not keep an administrator from deleting versions.",
        fix="Leave `detection.trail_lock` out or set a mode, and `keep_days` to no less than `log_days`.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="platform",
        controls=("CKV_AWS_143", "FSBP S3.15"),
        scope="stack",
        security="hardened",
        kinds=(TRAIL,),
        check=_locked,
        note="Buckets of trails. In governance mode the bucket's policy denies everybody to lift a "
        "lock. Registry buckets are not judged: no stack declares a retention class yet. AWS Config "
        "delivers to no bucket that locks by default, so its records are not locked.",
    ),
    Rule(
        id="DR-08",
        name="logs-and-trail",
        title="An account has a trail, and logs are complete and kept",
        why="An auditor samples months back; a log group without a retention is kept for ever and read by nobody.",
        fix="Keep a trail of the account's own or the organisation's, multi-region, validated, under a key of ours; "
        "enable all five log types and set retentions.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_AWS_66",
            "CKV_AWS_338",
            "CKV_AWS_35",
            "CKV_AWS_36",
            "CKV_AWS_67",
            "CKV_AWS_37",
            "CKV_AWS_251",
            "FSBP CloudTrail.1",
            "FSBP CloudTrail.2",
            "FSBP CloudTrail.4",
        ),
        scope="stack",
        kinds=(PULUMI_STACK, EKS_CLUSTER, LOG_GROUP, TRAIL),
        check=_logs_and_trail,
        note="`detection.trail: organisation` leaves it undetermined: the organisation's trail is in no plan of ours.",
    ),
    Rule(
        id="DE-04",
        name="object-writes-recorded",
        title="A trail records who writes and deletes objects",
        why="A poisoned dataset or a swapped model is a write like any other, except that nobody asked for it.",
        fix="Leave `detection.data_events` out, or set `writes` or `all`.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        security="hardened",
        controls=("AU-12",),
        kinds=(TRAIL,),
        check=partial(_object_events, False),
    ),
    Rule(
        id="DE-05",
        name="object-reads-recorded",
        title="A trail records who reads objects",
        why="After a leak of regulated data the first question is who has read what.",
        fix="Leave `detection.data_events` out, or set `all`.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        security="regulated",
        controls=("AU-12",),
        kinds=(TRAIL,),
        check=partial(_object_events, True),
    ),
)
