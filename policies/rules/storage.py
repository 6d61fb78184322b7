"""Rules of buckets: versioning, encryption, policy and public access block of each, found by reference."""

from collections.abc import Iterator

from policies.conditions import holds_only
from policies.documents import Statement, statements
from policies.ours import ours
from policies.resources import BUCKETS, JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value, all_of, any_of
from reference.vocabulary import SNS_TOPIC_POLICY, SQS_QUEUE_POLICY

MESSAGES = {SQS_QUEUE_POLICY: "sqs:*", SNS_TOPIC_POLICY: "sns:Publish"}
"""Kinds of policies of queues and topics, and what they have to deny without TLS."""
PLAIN_HTTP = {"aws:securetransport": (("bool", "false"), ("boolifexists", "false"))}
OTHER_THAN_KMS = (("stringnotequals", "aws:kms"), ("stringnotequals", "aws:kms:dsse"))
HEADERS = {
    "s3:x-amz-server-side-encryption": (("null", "false"), *OTHER_THAN_KMS),
    "s3:x-amz-server-side-encryption-customer-algorithm": (("null", "false"),),
}
"""Headers by which an upload chooses its encryption, and the conditions under which a denial by one bites."""
LEAST_DAYS = 7
"""How long a version that was overwritten can be had back at least."""
MOST_DAYS = 3653
LONGEST_UPLOAD_DAYS = 30
FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def companions(bucket: Resource, stack: JudgedStack, noun: str) -> tuple[list[Resource], Truth]:
    """A bucket's companions of a kind, under both names the provider gives it, and whether one may be missed."""
    name = noun[0].lower() + noun[1:]
    kinds = (f"aws:s3/{name}:{noun}", f"aws:s3/{name}V2:{noun}V2")
    found: list[Resource] = []
    for kind in kinds:
        found += stack.companions(bucket, kind, "bucket", own="bucket")
    return found, any_of(stack.unresolved(kind, "bucket") for kind in kinds)


def _encrypted(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    found, unresolved = companions(bucket, stack, "BucketServerSideEncryptionConfiguration")
    yield claim(exists(found, unresolved), "no BucketServerSideEncryptionConfiguration refers to it")
    for config in found:
        yield claim(config.at("rules").is_given, "its encryption has no rule")
        for each in config.at("rules").items():
            default = each.at("applyServerSideEncryptionByDefault")
            algorithm = default.at("sseAlgorithm").one_of("aws:kms", "aws:kms:dsse")
            yield claim(algorithm, "`sseAlgorithm` of its encryption is not `aws:kms`")
            own_key = stack.uses_own_key(config, default.at("kmsMasterKeyId"))
            yield claim(own_key, "`kmsMasterKeyId` of its encryption names no key of ours")
            # Without a bucket key every object is a call to KMS, which costs and is throttled.
            yield claim(each.at("bucketKeyEnabled").equals(True), "`bucketKeyEnabled` is not true")
    yield from _uploads(bucket, stack)


def _uploads(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """Claim that a denial of uploads that choose their own encryption bites, where there is one."""
    for policy in companions(bucket, stack, "BucketPolicy")[0]:
        for each in statements(policy.at("policy")):
            if not each.allows and each.condition_keys & set(HEADERS):
                message = f"{each.shown} does not refuse every upload that chooses its own encryption"
                yield claim(_refuses_uploads(each, bucket, stack), message)


def _refuses_uploads(each: Statement, bucket: Resource, stack: JudgedStack) -> bool:
    """Whether a denial by a header of encryption is for everybody, of every object, under no other condition."""
    objects = f"arn:{ours(stack).partition}:s3:::{bucket.properties.get('bucket')}/*"
    puts = bool(each.actions) and bool(each.matches("s3:PutObject"))
    return each.denies_everybody and puts and each.takes_in(objects) and holds_only(each, HEADERS)


def _tls_only(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if bucket.kind in MESSAGES:
        yield from _messages(bucket)
        return
    found, unresolved = companions(bucket, stack, "BucketPolicy")
    denies: list[Statement] = []
    for policy in found:
        denies += [each for each in statements(policy.at("policy")) if _denies_plain_http(each, "s3:*")]
    arn = f"arn:{ours(stack).partition}:s3:::{bucket.properties.get('bucket')}"
    whole = any(each.takes_in(arn) for each in denies)
    objects = any(each.takes_in(f"{arn}/*") for each in denies)
    yield claim(any_of((whole, unresolved)), "no statement denies plain HTTP to the bucket")
    yield claim(any_of((objects, unresolved)), "no statement denies plain HTTP to its objects")


def _messages(policy: Resource) -> Iterator[Claim]:
    """The policy of a queue or a topic: what it is about is what its statements name."""
    found = statements(policy.at("policy"))
    denies = [each for each in found if _denies_plain_http(each, MESSAGES[policy.kind])]
    for resource in sorted({name for each in found for name in each.resources}):
        # A policy for a queue made elsewhere is one for the queue all the same.
        closed = any(each.takes_in(resource) for each in denies)
        yield claim(closed, "no statement denies plain HTTP to all that the policy names")


def _denies_plain_http(each: Statement, actions: str) -> bool:
    # A second condition would have to hold as well, so plain HTTP passes wherever it does not.
    alone = bool(each.condition_keys) and holds_only(each, PLAIN_HTTP)
    return each.denies_everybody and alone and bool(each.actions) and bool(each.matches(actions))


def _no_public_access(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    found, unresolved = companions(bucket, stack, "BucketPublicAccessBlock")
    yield claim(exists(found, unresolved), "no BucketPublicAccessBlock refers to it")
    for block in found:
        for flag in FLAGS:
            yield claim(block.at(flag).equals(True), f"`{flag}` of its public access block is not true")


def _versioned(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    found, unresolved = companions(bucket, stack, "BucketVersioning")
    yield claim(exists(found, unresolved), "no BucketVersioning refers to it")
    for versioning in found:
        status = versioning.at("versioningConfiguration.status").equals("Enabled")
        yield claim(status, "its versioning is not `Enabled`")
    found, unresolved = companions(bucket, stack, "BucketLifecycleConfiguration")
    yield claim(exists(found, unresolved), "no BucketLifecycleConfiguration refers to it")
    # Noncurrent versions and the parts of an upload that broke off are billed, and no listing of objects shows them.
    for key, effect, most in (
        ("noncurrentVersionExpiration.noncurrentDays", "expires noncurrent versions", MOST_DAYS),
        (
            "abortIncompleteMultipartUpload.daysAfterInitiation",
            "aborts unfinished uploads",
            LONGEST_UPLOAD_DAYS,
        ),
    ):
        if found:
            yield claim(
                _any_enabled(found, key, most), f"no enabled rule of its lifecycle {effect} of all objects"
            )
    least = stack.settings.log_days.days(stack.context.environment)
    for lifecycle in found:
        for rule in lifecycle.at("rules").items():
            yield from _keeps(rule, least)


def _keeps(rule: Value, least: int) -> Iterator[Claim]:
    """Claim that a rule about all objects leaves time to have one back, and deletes no current one early."""
    is_idle = ~(rule.at("status").equals("Enabled") & _is_about_all(rule))
    noncurrent = rule.at("noncurrentVersionExpiration.noncurrentDays")
    kept = noncurrent.test(lambda days: int(days) >= LEAST_DAYS, missing=True)
    yield claim(is_idle | kept, f"`{noncurrent.path}` is less than {LEAST_DAYS}: nothing is had back")
    expiry = rule.at("expiration.days")
    stays = expiry.test(lambda days: int(days) >= least, missing=True) & rule.at("expiration.date").is_absent
    yield claim(is_idle | stays, f"`{rule.path}.expiration` deletes every object within {least} days")


def _is_about_all(rule: Value) -> Truth:
    """Whether a rule names neither a folder nor a tag: a size alone takes most objects in."""
    narrows: list[Truth] = []
    for key in ("prefix", "filter.prefix", "filter.and.prefix", "filter.tag", "filter.and.tags"):
        narrows.append(rule.at(key).is_given)
    return ~any_of(narrows)


def _has_any_size(rule: Value) -> Truth:
    sizes: list[Truth] = []
    for key in ("objectSizeGreaterThan", "objectSizeLessThan"):
        sizes += [rule.at(f"filter.{key}").is_absent, rule.at(f"filter.and.{key}").is_absent]
    return all_of(sizes)


def _any_enabled(lifecycles: list[Resource], key: str, most: int) -> Truth:
    rules: list[Value] = []
    for lifecycle in lifecycles:
        rules += lifecycle.at("rules").items()
    return any_of(
        all_of(
            (
                rule.at("status").equals("Enabled"),
                rule.at(key).test(lambda days: 0 < int(days) <= most),
                _is_about_all(rule) & _has_any_size(rule),
            )
        )
        for rule in rules
    )


RULES = (
    Rule(
        id="EN-01",
        name="s3-kms",
        title="A bucket is encrypted with a key of ours",
        why="Whoever reads the objects must be let in twice, by the bucket and by the key; the key's use is logged.",
        fix="Give the bucket a BucketServerSideEncryptionConfiguration with `aws:kms`, a key and a bucket key.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_19", "CKV_AWS_145", "FSBP S3.17"),
        scope="stack",
        kinds=BUCKETS,
        check=_encrypted,
        note="A denial of uploads that choose their own encryption is judged where a bucket has one: it has to be for "
        "everybody, of every object, under no other condition.",
    ),
    Rule(
        id="EN-02",
        name="s3-tls-only",
        title="A bucket, and a queue or topic with a policy, answers TLS alone",
        why="An object read over plain HTTP is readable by every hop.",
        fix="Deny `s3:*` to everybody on the bucket and its objects where `aws:SecureTransport` is false; `sqs:*` on a "
        "queue, `sns:Publish` on a topic.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("FSBP S3.5", "CIS AWS 3.1.1"),
        scope="stack",
        kinds=(*BUCKETS, *MESSAGES),
        check=_tls_only,
    ),
    Rule(
        id="NW-06",
        name="s3-block-public-access",
        title="A bucket can never be made public",
        why="One wrong ACL or policy otherwise publishes a dataset.",
        fix="Give the bucket a BucketPublicAccessBlock with all four flags true.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_AWS_53",
            "CKV_AWS_54",
            "CKV_AWS_55",
            "CKV_AWS_56",
            "CKV2_AWS_6",
            "FSBP S3.1",
            "FSBP S3.8",
        ),
        scope="stack",
        kinds=BUCKETS,
        check=_no_public_access,
    ),
    Rule(
        id="DR-01",
        name="s3-versioned-lifecycle",
        title="A bucket keeps versions, and does not keep them for ever",
        why="An overwritten model or dataset can be had back; what nobody needs any more is not paid for.",
        fix="Enable versioning, expire noncurrent versions and abort unfinished uploads.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=(
            "CKV_AWS_21",
            "CKV_AWS_300",
            "CKV2_AWS_61",
            "FSBP S3.10",
            "FSBP S3.13",
            "FSBP S3.14",
            "SI-12",
        ),
        scope="stack",
        kinds=BUCKETS,
        check=_versioned,
        note="Rules of a folder or a tag may delete sooner; no rule of the whole bucket deletes what is current before "
        "`log_days`. Longer retention is not checked: nothing declares a class yet.",
    ),
)
