"""The rule of what a plan may hold: types that rules know, through providers that go where the stack is."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import yaml

from policies.resources import EVERY_KIND, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.supply_chain import has_answer
from policies.settings import UniqueKeyLoader
from policies.values import MISSING, Truth, Value
from reference.known_types import known_types
from reference.vocabulary import AWS_PROVIDER, KUBERNETES_PROVIDER

OF_ITSELF = ("paved:", "pulumi:pulumi:")
"""Components, and the stack with those it refers to, which make nothing but what is judged by itself."""
IN_PART = ("NW-04", "RE-12")
"""Rules of one property of many types: whether it is public, and who writes it. All else of the type they leave."""
OPTIONS: Mapping[str, frozenset[str]] = {
    AWS_PROVIDER: frozenset(
        {
            *(
                "allowedAccountIds",
                "assumeRole",
                "assumeRoles",
                "defaultTags",
                "maxRetries",
                "profile",
                "region",
            ),
            *("retryMode", "skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation"),
            *("skipRequestingAccountId", "useDualstackEndpoint", "useFipsEndpoint", "version"),
        }
    ),
    KUBERNETES_PROVIDER: frozenset(
        {
            *(
                "clusterIdentifier",
                "enablePatchForce",
                "enableServerSideApply",
                "kubeClientSettings",
                "kubeconfig",
            ),
            *("suppressDeprecationWarnings", "suppressHelmHookWarnings", "upsertExistingObjects", "version"),
        }
    ),
}
"""Options of providers that change neither where a stack goes nor what is kept of it."""
OFF = ("skipCredentialsValidation", "skipRequestingAccountId")


def _known(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in OPTIONS:
        yield from _options(subject)
        yield from _aws(subject, stack) if subject.kind == AWS_PROVIDER else _kubernetes(subject, stack)
    elif not subject.kind.startswith(OF_ITSELF) and (known := _is_known(subject.kind)) is not None:
        yield claim(known, f"`{subject.kind}` is a type that no rule knows")


@cache
def _is_known(kind: str) -> bool | None:
    """Whether rules know a type; None of one that K8-09 answers for."""
    # `v1:PodList` and whatever else no rule has a word for stand here, beside other clouds.
    if kind in known_types() or kind in _of_rules():
        return True
    return None if has_answer(kind) else False


@cache
def _of_rules() -> frozenset[str]:
    """The types that rules judge by name."""
    found: set[str] = set()
    # When rules are imported the registry does not exist yet.
    for rule in import_module("policies.registry").RULES:
        if rule.id not in IN_PART:
            found.update(rule.kinds)
    return frozenset(found)


def _options(provider: Resource) -> Iterator[Claim]:
    for key, value in provider.value.entries():
        unusual = key not in OPTIONS[provider.kind] and value.raw not in (False, "false")
        yield claim(not unusual or value.is_absent, f"`{key}` is no option of the stack's providers")


def _aws(provider: Resource, stack: JudgedStack) -> Iterator[Claim]:
    account, region = stack.context.account, stack.context.region
    held = _input(provider, "allowedAccountIds")
    pinned = held.test(lambda raw: raw == [account]) if account else Truth.UNSURE
    yield claim(pinned, "`allowedAccountIds` is not the account of the stack file, alone")
    same = provider.at("region").equals(region) if region else Truth.UNSURE
    yield claim(same, "`region` is not that of the stack file")
    for key in OFF:
        yield claim(provider.at(key).equals(False, missing=True), f"`{key}` is not false")
    for key in ("assumeRole", "assumeRoles"):
        for role in _listed(_input(provider, key)):
            yield claim(_is_of(role.at("roleArn"), account), f"`{key}` takes on a role of another account")


def _is_of(role: Value, account: str | None) -> Truth:
    if account is None:
        return Truth.UNSURE
    return role.test(lambda raw: str(raw).split(":")[4:5] == [account], missing=True)


def _kubernetes(provider: Resource, stack: JudgedStack) -> Iterator[Claim]:
    applied = provider.at("enableServerSideApply").equals(True, missing=True)
    yield claim(applied, "`enableServerSideApply` is not true: fields of others are overwritten")
    given = provider.at("kubeconfig")
    if given.is_known:
        own = given.test(lambda raw: _is_cluster(raw, stack.context.region))
        yield claim(own, "`kubeconfig` is of no EKS cluster of the stack's region")


def _is_cluster(text: str, region: str | None) -> bool:
    """Whether a kubeconfig, YAML or JSON, leads to EKS clusters of a region alone, whose certificates are checked."""
    config = yaml.load(text, Loader=UniqueKeyLoader)
    # A provider also takes a path, which says nothing of where it leads.
    clusters = [each["cluster"] for each in config["clusters"]] if isinstance(config, Mapping) else []
    return bool(clusters) and all(
        _is_of_eks(str(each["server"]), region)
        and not each.get("insecure-skip-tls-verify")
        and not each.get("proxy-url")
        for each in clusters
    )


def _is_of_eks(server: str, region: str | None) -> bool:
    """Whether an address is one that EKS gives a cluster in a region."""
    # The second of each partition is that of clusters with IPv6.
    ends = (
        f".{region}.eks.amazonaws.com",
        f".eks-cluster.{region}.api.aws",
        f".{region}.eks.amazonaws.com.cn",
        f".eks-cluster.{region}.api.amazonwebservices.com.cn",
    )
    # Taken apart as clients do: what follows `?` or `#` is no part of the host.
    address = urlsplit(server)
    return address.scheme == "https" and (address.hostname or "").endswith(ends)


def _input(provider: Resource, key: str) -> Value:
    """An input of a provider, which the engine passes as JSON text."""
    raw = provider.properties.get(key, MISSING)
    data: Any = json.loads(raw) if isinstance(raw, str) and raw[:1] in "[{" else raw
    return Value(data, key)


def _listed(value: Value) -> list[Value]:
    return [value] if isinstance(value.raw, Mapping) else value.items()


RULES = (
    Rule(
        id="K8-19",
        name="known-types",
        title="A resource is of a type that rules know, and goes where its stack is",
        why="What no rule has a word for passes all of them, and a provider with another endpoint makes it elsewhere.",
        fix="Use a type that the components make, or have an exception decide on this one; leave the providers to the "
        "program.",
        cluster="only the plan: types and providers are of the program; of objects, admission refuses what it must",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CM-7",),
        scope="stack",
        kinds=EVERY_KIND,
        check=_known,
        note="reference/data/known_types.toml lists the types, with a reason for each that no rule is about by itself. "
        "Types that hide others, and objects of operators that the platform has not, are K8-09's. A kubeconfig of "
        "another stack's outputs is judged once it is known: in `up`, or in a plan with `--outputs`.",
    ),
)
