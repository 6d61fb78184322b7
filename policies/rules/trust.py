"""The rule of trust: a role can be taken by exactly whom it is for, and tokens are those of the declared issuer."""

from collections.abc import Iterator

from policies.conditions import pinned
from policies.documents import Statement, allow_statements
from policies.ours import Ours, ours
from policies.principals import strangers
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.names import issuer_host
from reference.vocabulary import (
    IAM_OIDC_PROVIDER,
    IAM_ROLE,
    NAMESPACE,
    POD_IDENTITY_ASSOCIATION,
    POD_IDENTITY_SERVICE,
)

SAML_PROVIDER = "aws:iam/samlProvider:SamlProvider"
POD_TAGS = ("eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account")
PROVIDER = ":oidc-provider/"
INSTANCES = frozenset({"ec2.amazonaws.com", "ec2.amazonaws.com.cn"})
"""EC2, which says of no instance whose it is."""
TAGGING = ("sts:TagSession",)
CALLER_KEYS = ("aws:PrincipalArn", "aws:userid")
"""Keys that name a caller of the account, and not some of what it is."""


def _trust(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == POD_IDENTITY_ASSOCIATION:
        # Keys and buckets refuse pods of other namespaces by the tags of the session.
        untagged = subject.at("disableSessionTags").equals(True)
        yield claim(~untagged, "`disableSessionTags` is true: nothing then says whose pod it is")
    elif subject.kind == IAM_OIDC_PROVIDER:
        yield from _declared_provider(subject, ours(stack))
    elif subject.kind == SAML_PROVIDER:
        yield claim(False, "no stack file declares a provider of SAML: people come by SSO, CI by its issuer")
    else:
        yield claim(subject.at("assumeRolePolicy").is_given, "it has no `assumeRolePolicy`")
        allowed = list(allow_statements(subject.at("assumeRolePolicy")))
        instances = [each for each in allowed if INSTANCES & set(each.principals.get("Service", ()))]
        alone = not instances or len(allowed) == 1
        yield claim(alone, "instances may take it beside others: whoever starts one has its rights")
        for each in allowed:
            yield from _statement(each, ours(stack))
            if POD_IDENTITY_SERVICE in each.principals.get("Service", ()):
                yield from _pods(each, stack)


def _pods(each: Statement, stack: JudgedStack) -> Iterator[Claim]:
    for tag in POD_TAGS:
        values = pinned(each, f"aws:RequestTag/{tag}")
        yield claim(len(values) == 1, f"{each.shown} does not pin the pod's `{tag}` to one")
    if stack.context.kind == "team":
        own = [namespace.at("metadata.name") for namespace in stack.of(NAMESPACE)]
        for value in pinned(each, "aws:RequestTag/kubernetes-namespace"):
            is_own = any_of(name.equals(value) for name in own)
            yield claim(is_own, f"{each.shown} trusts pods of a namespace that is not of this stack")


def _statement(each: Statement, us: Ours) -> Iterator[Claim]:
    found = strangers(each, us)
    yield claim(not found, f"{each.shown} lets the role be taken by {', '.join(found)}")
    yield claim(bool(each.principals) or each.not_principals, f"{each.shown} names nobody")
    wide = [] if found else _whole_accounts(each)
    yield claim(not wide, f"{each.shown} lets a whole account take the role: pin `aws:PrincipalArn`")
    services = each.principals.get("Service", ())
    # The tags of a session say whose pod it is: who may set them is any pod.
    tags = bool(each.matches(*TAGGING)) and set(services) != {POD_IDENTITY_SERVICE}
    yield claim(not tags, f"{each.shown} lets others than EKS tag the session, by which pods are known")
    for provider in each.principals.get("Federated", ()):
        yield from _federated(each, provider, us)


def _whole_accounts(each: Statement) -> list[str]:
    """The principals that stand for every identity of their account, where no condition names the caller."""
    names = each.principals.get("AWS", ())
    # A bare account id means its root, and root means every identity that the account lets.
    roots = [name for name in names if name.endswith(":root") or name.isdigit() or "*" in name]
    every = roots or (["NotPrincipal"] if each.not_principals else [])
    return [] if any(pinned(each, key) for key in CALLER_KEYS) else every


def _federated(each: Statement, provider: str, us: Ours) -> Iterator[Claim]:
    host = provider.partition(PROVIDER)[2]
    if not host:
        saml = ":saml-provider/" in provider
        yield claim(not saml, f"{each.shown} trusts a provider of SAML, which no stack file declares")
        return
    if us.issuers is not None:
        yield claim(host in us.issuers, f"{each.shown} trusts an issuer that no stack file declares")
    # Without `sub` any workload of the provider will do, without `aud` a token that was meant for another service.
    # A key of another issuer is in no token of this one.
    for end in ("aud", "sub"):
        values = pinned(each, f"{host}:{end}")
        yield claim(bool(values), f"{each.shown} does not pin `{end}` of the token exactly")
        if end == "sub" and us.subjects is not None:
            strange = [value for value in values if value not in us.subjects]
            yield claim(
                not strange,
                f"{each.shown} takes tokens of {', '.join(strange)}, not of `access.ci.subjects`",
            )


def _declared_provider(provider: Resource, us: Ours) -> Iterator[Claim]:
    if us.issuers is None:
        yield claim(Truth.UNSURE, "the foundation's file, which names the issuer, is not there")
        return
    issuers = us.issuers
    declared = provider.at("url").test(lambda url: issuer_host(str(url)) in issuers)
    yield claim(declared, "`url` is an issuer that no stack file declares")


RULES = (
    Rule(
        id="ID-05",
        name="trust-policy-pinned",
        title="A role can be taken by exactly whom it is for",
        why="A token of any repository or any pod is otherwise good enough.",
        fix="Pin `aud` and `sub`, the pod's cluster, namespace and service account, or `aws:SourceAccount`; declare "
        "the issuer in `identity.ci` and the subjects in `access.ci`.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_393", "CKV_AWS_358"),
        scope="stack",
        kinds=(IAM_ROLE, POD_IDENTITY_ASSOCIATION, IAM_OIDC_PROVIDER, SAML_PROVIDER),
        check=_trust,
        note="Another account's identities count as strangers (ID-12), whatever a condition says of them.",
    ),
)
