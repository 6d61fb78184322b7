"""The rule of the trust of roles."""

from collections.abc import Iterator, Sequence

from policies.documents import Statement, allow_statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth
from reference.vocabulary import ECR_SERVICE, IAM_ROLE, POD_IDENTITY_ASSOCIATION, POD_IDENTITY_SERVICE

WITHOUT_SOURCE = ("ec2.", ECR_SERVICE, POD_IDENTITY_SERVICE)
"""Services that act for nobody else: EC2 names no source, EKS names the pod instead.

ECR takes a role of the registry's own account alone (API, `customRoleArn`), and its guide names no source to ask for.
"""

SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn"})
POD_TAGS = ("eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account")


def _trust(role: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if role.kind == POD_IDENTITY_ASSOCIATION:
        # Keys and buckets refuse pods of other namespaces by the tags of the session.
        untagged = role.at("disableSessionTags").equals(True)
        yield claim(~untagged, "`disableSessionTags` is true: nothing then says whose pod it is")
        return
    yield claim(role.at("assumeRolePolicy").is_given, "it has no `assumeRolePolicy`")
    for each in allow_statements(role.at("assumeRolePolicy")):
        yield claim(not each.is_for_anyone, f"{_named(each)} lets everybody take the role")
        # A bare account id means its root, and root means every identity that the account lets.
        roots = [name for name in each.principals.get("AWS", ()) if name.endswith(":root") or name.isdigit()]
        yield claim(not roots or bool(each.conditions), f"{_named(each)} lets a whole account take the role")
        if each.principals.get("Federated"):
            yield from _federated(each)
        yield from _trusted_services(each)


def _trusted_services(each: Statement) -> Iterator[Claim]:
    services = each.principals.get("Service", ())
    if POD_IDENTITY_SERVICE in services:
        for tag in POD_TAGS:
            pinned = each.condition(f"aws:RequestTag/{tag}", "stringequals")
            yield claim(_exact(pinned), f"{_named(each)} does not pin the pod's `{tag}`")
    for service in services:
        if not service.startswith(WITHOUT_SOURCE):
            # The confused deputy: any customer of the service could have it take the role.
            sourced = bool(each.condition_keys & SOURCES)
            yield claim(sourced, f"{_named(each)} trusts `{service}` on behalf of every account")


def _federated(each: Statement) -> Iterator[Claim]:
    # Without `sub` any workload of the provider will do, without `aud` a token that was meant for another service.
    for end in (":aud", ":sub"):
        keys = [key for key in each.condition_keys if key.endswith(end)]
        exact: list[str] = []
        for key in keys:
            exact += each.condition(key, "stringequals")
        yield claim(_exact(exact), f"{_named(each)} does not pin `{end[1:]}` of the token exactly")


def _exact(values: Sequence[str]) -> Truth:
    patterns = [value for value in values if "*" in value or "?" in value]
    return Truth.of(bool(values) and not patterns)


def _named(each: Statement) -> str:
    return f"statement `{each.sid}`" if each.sid else "a statement"


RULES = (
    Rule(
        id="ID-05",
        name="trust-policy-pinned",
        title="A role can be taken by exactly whom it is for",
        why="A token of any repository or any pod is otherwise good enough.",
        fix="Pin `aud` and `sub`, the pod's cluster, namespace and service account, or `aws:SourceAccount`.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_393", "CKV_AWS_358"),
        kinds=(IAM_ROLE, POD_IDENTITY_ASSOCIATION),
        check=_trust,
    ),
)
