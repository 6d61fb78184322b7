"""A rule of where data goes: to the regions of the stack's residency, and to the account's own resources."""

import re
from collections.abc import Iterator

from policies.json_text import as_data
from policies.leaves import BUCKET_KEYS, PropertyText, leaves
from policies.resources import BUCKETS, EVERY_KIND, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value
from reference.regions import RESIDENCIES
from reference.vocabulary import (
    AWS_PROVIDER,
    BACKUP_SELECTION,
    BUDGET,
    CLOUD_CONTROL_RESOURCE,
    KMS_KEY,
    TRAIL,
    UNKNOWN,
)

REGIONS = {residency: f"{residency}-" for residency in RESIDENCIES}
"""The regions that each residency takes in, by the beginning of their names."""
OF_BILLING = (CLOUD_CONTROL_RESOURCE, BUDGET)
"""Billing, which answers in one region and holds no data of a team's. K8-09 lists what Cloud Control may make."""
ARN = re.compile(r"""arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12})?[a-z]*:([^\s"',]+)""")
REGISTRY_HOST = re.compile(r"([0-9]{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.(?:amazonaws\.com|on\.aws)")
QUEUE_URL = re.compile(r"sqs\.([a-z0-9-]+)\.amazonaws\.com[a-z.]*/([0-9]{12})/")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
REGION_KEYS = ("region", "regions", "regionname", "regionnames")
AN_ACCOUNT = "111122223333"
ACCOUNT_KEYS = re.compile(r"account|owner|registry|principal|user")
ALLOWED = "allowedAccountIds"
ROLES = ("assumeRole", "assumeRoles", "assumeRoleWithWebIdentity")
"""Inputs of a provider that name the role which it works as."""
SELECTING = {
    TRAIL: ("advancedEventSelectors", "eventSelectors"),
    BACKUP_SELECTION: ("resources", "notResources"),
}
"""Properties that say which buckets are meant, by patterns, and send nothing there."""
PARTITIONS = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
"""The partitions of AWS, which trust nobody of each other, by the beginning of their regions."""


def _resident(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == AWS_PROVIDER:
        yield from _provider(subject, stack)
    if not subject.type.startswith(("aws:", "kubernetes:")) or subject.kind in OF_BILLING:
        return
    if subject.type.startswith("aws:"):
        region = stack.region(subject)
        yield claim(_may_hold(region, stack), f"{region.path} is outside `{_residency(stack)}`")
        if subject.kind == KMS_KEY:
            # Its twin in another region opens there what is encrypted here.
            yield claim(~subject.at("multiRegion").equals(True), "`multiRegion` is true")
    for leaf in leaves(subject.properties):
        if leaf.raw is UNKNOWN:
            if _is_of_region(leaf):
                yield claim(Truth.UNSURE, f"`{leaf.path}` is outside `{_residency(stack)}`")
        else:
            yield from _text(subject, leaf, stack)


def _provider(provider: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """Judge the accounts that a provider goes to. Its inputs are texts, or JSON as text."""
    allowed = as_data(provider.at(ALLOWED))
    yield claim(
        allowed.is_given, f"`{ALLOWED}` is not set: it goes to whatever account its credentials are of"
    )
    for leaf in leaves(allowed.raw, ALLOWED):
        yield (
            claim(Truth.UNSURE, f"`{leaf.path}`") if leaf.raw is UNKNOWN else _account(leaf, leaf.raw, stack)
        )
    for key in ROLES:
        for leaf in leaves(as_data(provider.at(key)).raw, key):
            yield from _arns(provider, leaf, stack) if leaf.raw is not UNKNOWN else ()


def _text(subject: Resource, leaf: PropertyText, stack: JudgedStack) -> Iterator[Claim]:
    """Judge a text by the regions and the accounts that it names."""
    if "arn:aws" in leaf.raw:
        yield from _arns(subject, leaf, stack)
    elif leaf.raw.startswith("s3://") or leaf.key in BUCKET_KEYS:
        if subject.type.startswith("aws:"):
            own = _is_own_bucket(leaf.raw.removeprefix("s3://"), stack)
            yield claim(own, f"`{leaf.path}` names a bucket that is not known to be the account's")
    elif "amazonaws.com" in leaf.raw or ".on.aws" in leaf.raw:
        for region, account in QUEUE_URL.findall(leaf.raw):
            yield _region(leaf, region, stack)
            yield _account(leaf, account, stack)
        if subject.type.startswith("aws:"):
            # Of a pod's images K8-06 says which registries may be named.
            for account, _ in REGISTRY_HOST.findall(leaf.raw):
                yield _account(leaf, account, stack)
    elif _is_of_region(leaf) and REGION.fullmatch(leaf.raw):
        yield _region(leaf, leaf.raw, stack)
    elif len(leaf.raw) == len(AN_ACCOUNT) and _is_of_account(subject, leaf):
        yield _account(leaf, leaf.raw, stack)


def _is_of_region(leaf: PropertyText) -> bool:
    # The resource's own is judged with its provider's.
    return leaf.key.lower().endswith(REGION_KEYS) and leaf.path != "region"


def _is_of_account(subject: Resource, leaf: PropertyText) -> bool:
    # In Kubernetes an owner is whose capacity is used, and no data goes there.
    is_key = subject.type.startswith("aws:") and ACCOUNT_KEYS.search(leaf.key.lower())
    return bool(is_key) and leaf.raw.isdigit()


def _arns(subject: Resource, leaf: PropertyText, stack: JudgedStack) -> Iterator[Claim]:
    for partition, service, region, account, name in ARN.findall(leaf.raw):
        yield claim(partition == _partition(stack), f"`{leaf.path}` names another partition of AWS")
        if service == "s3" and not account and not leaf.path.startswith(SELECTING.get(subject.kind, ())):
            own = _is_own_bucket(name, stack)
            yield claim(own, f"`{leaf.path}` names a bucket that is not known to be the account's")
        if region:
            yield _region(leaf, region, stack)
        if account:
            yield _account(leaf, account, stack)


def _region(leaf: PropertyText, region: str, stack: JudgedStack) -> Claim:
    holds = _may_hold(Value(region, leaf.key), stack)
    return claim(holds, f"`{leaf.path}` is outside `{_residency(stack)}`")


def _account(leaf: PropertyText, account: str, stack: JudgedStack) -> Claim:
    own = stack.context.account
    known = Truth.UNSURE if own is None else Truth.of(account == own)
    return claim(known, f"`{leaf.path}` is of account {account}, which is not the stack's")


def _partition(stack: JudgedStack) -> str:
    region = stack.context.region or ""
    return next((name for start, name in PARTITIONS.items() if region.startswith(f"{start}-")), "aws")


def _own_buckets(stack: JudgedStack) -> frozenset[str]:
    names = [bucket.properties.get("bucket") for bucket in stack.of(*BUCKETS)]
    return frozenset(name for name in names if isinstance(name, str))


def _is_own_bucket(name: str, stack: JudgedStack) -> Truth:
    """Whether an ARN's bucket is the account's: an ARN has no account in it, but the names of ours have."""
    bucket = name.partition("/")[0]
    account = stack.context.account
    own = bucket in stack.derived(_own_buckets) or (account is not None and bucket.endswith(f"-{account}"))
    return Truth.YES if own else Truth.UNSURE


def _may_hold(region: Value, stack: JudgedStack) -> Truth:
    if not region.is_given:
        return Truth.UNSURE
    residency, home = stack.context.residency, stack.context.region
    # A foundation and a platform have no residency: what they make stays in the region of their account.
    if residency is None:
        return region.test(lambda found: home is None or found == home)
    # A residency that is not known takes in no region.
    allowed: str | tuple[str, ...] = REGIONS.get(residency, ())
    return region.test(lambda found: str(found).startswith(allowed))


def _residency(stack: JudgedStack) -> str:
    return stack.context.residency or stack.context.region or "the stack's region"


RULES = (
    Rule(
        id="ML-07",
        name="data-residency",
        title="Data rests where its residency says, and goes to the account's own resources",
        why="A resource may name a region or an account of its own, and a copy goes where its rule sends it.",
        fix="Leave `region` to the provider of the stack; copy and send within the residency and the account.",
        cluster="only the plan: the regions are those of AWS resources",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="ml-governance",
        controls=("GOVERN 1.1", "MEASURE 2.10"),
        scope="stack",
        kinds=EVERY_KIND,
        check=_resident,
        note="Every text of a resource is read for ARNs, regions and accounts. Policy documents are left to the rules "
        "of identity. The ARN of a bucket names no account: of one that is not the stack's, and whose name does not "
        "end in the account's id, nobody can tell whose it is.",
    ),
)
