"""Rules of the supply chain: images by digest from known registries, and no resource that hides others."""

import re
from collections.abc import Iterator
from functools import cache

from policies.pods import images, is_tool
from policies.resources import EVERY_KIND, PODS, JudgedStack, Resource
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.charts import addressed
from policies.values import MISSING, Truth, Value, all_of, any_of
from reference.registries import account_registry, registry_host
from reference.releases import chart_name, releases
from reference.vocabulary import (
    CLOUD_CONTROL_RESOURCE,
    DEFINITIONS_ALONE,
    ECR_CREATION_TEMPLATE,
    ECR_REPOSITORY,
    EKS_ADDON,
    GUARDDUTY_AGENT_ADDON,
    HELM_CHART,
    HELM_RELEASE,
    PULUMI_STACK,
    REGISTRY_SCANNING,
)

CLOUD_CONTROL_TYPES = ("AWS::CE::AnomalyMonitor",)
"""Types of Cloud Control for which the provider has no working type of its own."""
ADDONS = frozenset(
    {
        *(addon for release in releases() for addon in release.addons),
        *("aws-efs-csi-driver", "aws-fsx-csi-driver", "aws-mountpoint-s3-csi-driver", GUARDDUTY_AGENT_ADDON),
    }
)
"""The add-ons of EKS that foundations install: those of a release, drivers of storage and GuardDuty's agent."""
HIDDEN = (
    "aws:cloudformation/stack:Stack",
    "aws:cloudformation/stackSet:StackSet",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:yaml:ConfigFile",
    "kubernetes:yaml:ConfigGroup",
    "kubernetes:yaml/v2:ConfigFile",
    "kubernetes:yaml/v2:ConfigGroup",
    "kubernetes:kustomize:Directory",
    "kubernetes:kustomize/v2:Directory",
    "pulumi-python:dynamic:Resource",
    "pulumi-nodejs:dynamic:Resource",
)
HIDING_PACKAGES = ("command", "aws-native", "docker", "docker-build")
OPTIONS = frozenset(
    {
        *("atomic", "chart", "compat", "createNamespace", "maxHistory", "name", "namespace", "postRenderer"),
        *("repositoryOpts", "skipCrds", "timeout", "values", "version"),
    }
)
"""The properties that releases of ours have: each other one, such as `postrender`, changes what is made of a chart."""
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
API_GROUPS = (
    "cert-manager.io",
    "jobset.x-k8s.io",
    "karpenter.k8s.aws",
    "karpenter.sh",
    "keda.sh",
    "kueue.x-k8s.io",
    "monitoring.coreos.com",
    "policy.sigstore.dev",
    "ray.io",
    "serving.kserve.io",
    "trainer.kubeflow.org",
)
"""Groups of custom resources whose operators the platform installs."""


def _images(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in (ECR_REPOSITORY, ECR_CREATION_TEMPLATE):
        yield claim(
            subject.at("imageTagMutability").equals("IMMUTABLE"), "`imageTagMutability` is not `IMMUTABLE`"
        )
    if subject.kind == ECR_CREATION_TEMPLATE:
        return  # what it makes the registry's own scanning looks at, whose rules are judged below
    if subject.kind == ECR_REPOSITORY:
        scanned = subject.at("imageScanningConfiguration.scanOnPush").equals(True)
        yield claim(scanned, "`imageScanningConfiguration.scanOnPush` is not true")
        return
    if subject.kind == REGISTRY_SCANNING:
        yield claim(_scans_all(subject, "SCAN_ON_PUSH", "CONTINUOUS_SCAN"), "no rule scans every repository")
        return
    for image in images(subject):
        if image.raw is MISSING:
            yield claim(Truth.UNSURE, f"`{image.path}` is not named here: a runtime or a job brings it")
            continue
        pinned = image.test(lambda raw: bool(DIGEST.search(str(raw))))
        yield claim(pinned, f"`{image.path}` is not pinned by digest")
        yield claim(_is_allowed(image, stack), f"`{image.path}` is of a registry that is not allowed")


def _scans_all(configuration: Resource, *frequencies: str) -> Truth:
    """Whether a rule of a registry looks at every repository, at one of some frequencies."""
    rules = configuration.at("rules").items()
    return any_of(rule.at("scanFrequency").one_of(*frequencies) & _is_for_all(rule) for rule in rules)


def _is_for_all(rule: Value) -> Truth:
    return any_of(each.at("filter").equals("*") for each in rule.at("repositoryFilters").items())


def _rescanned(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        if stack.context.kind == "foundation" and not stack.of(REGISTRY_SCANNING):
            yield claim(Truth.UNSURE, "another stack decides how the account's registry is scanned")
        return
    yield claim(subject.at("scanType").equals("ENHANCED"), "`scanType` is not `ENHANCED`")
    yield claim(_scans_all(subject, "CONTINUOUS_SCAN"), "no rule scans every repository continuously")


def _is_allowed(image: Value, stack: JudgedStack) -> Truth:
    """Whether an image is of the account's own registry or a declared one, or one of a release by its digest."""
    # Whole hosts: a name that begins like the account's registry can be anybody's.
    hosts = set(stack.settings.image_registries)
    if stack.context.account and stack.context.region:
        hosts.add(account_registry(stack.context.account, stack.context.region))
    return image.test(lambda raw: registry_host(str(raw)) in hosts) | is_tool(image, stack)


def _opaque(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == HELM_RELEASE:
        yield from _release(subject)
        for key in ("atomic", "skipCrds"):
            yield claim(subject.at(key).equals(True), f"`{key}` is not true")
    elif subject.kind == HELM_CHART:
        filtered = subject.at("postRenderer").test(lambda raw: raw == DEFINITIONS_ALONE)
        yield claim(filtered, "`postRenderer` is not the filter that keeps a chart's definitions alone")
        yield from _release(subject)
    elif subject.kind == CLOUD_CONTROL_RESOURCE:
        known = subject.at("typeName").one_of(*CLOUD_CONTROL_TYPES)
        yield claim(known, "`typeName` is not one that is reached through Cloud Control for a known reason")
    elif subject.kind == EKS_ADDON:
        known = subject.at("addonName").one_of(*ADDONS)
        yield claim(known, "`addonName` is of no release: what it installs, no rule sees")
    elif subject.kind in HIDDEN or subject.kind.partition(":")[0] in HIDING_PACKAGES:
        yield claim(False, "what it makes is seen by no other rule")
    elif subject.kind.startswith("kubernetes:"):
        yield claim(
            not subject.kind.endswith("List"), "it is a list of objects: write each as one of its own"
        )
        yield from _api_group(subject)


def has_answer(kind: str) -> bool:
    """Whether K8-09 refuses whatever is of a type."""
    group = kind.split(":")[1].partition("/")[0] if kind.startswith("kubernetes:") else ""
    return kind in HIDDEN or kind.partition(":")[0] in HIDING_PACKAGES or not _is_of_operator(group)


@cache
def _is_of_operator(group: str) -> bool:
    # `*.k8s.io` is kept for Kubernetes itself; projects of its community use `*.x-k8s.io`.
    builtin = group.endswith(".k8s.io") and not group.endswith(".x-k8s.io")
    return "." not in group or builtin or group in API_GROUPS


def _api_group(subject: Resource) -> Iterator[Claim]:
    group = subject.kind.split(":")[1].partition("/")[0]
    if "." in group:
        yield claim(_is_of_operator(group), f"`{group}` is of no operator of the platform")


def _release(subject: Resource) -> Iterator[Claim]:
    yield from addressed(subject)
    for key, value in subject.value.entries():
        unusual = key not in OPTIONS and value.raw is not False
        yield claim(not unusual or value.is_absent, f"`{key}` is no option of the platform's charts")
    rows = [row.charts for row in releases()]
    chart = subject.at("chart").test(lambda raw: any(chart_name(str(raw)) in row for row in rows))
    yield claim(chart, "`chart` is in no release of the platform")
    named = subject.at("chart").test(lambda raw: True)
    listed = subject.at("version").test(lambda raw: _is_listed(subject, raw))
    yield claim(all_of((named, listed)), "`version` is not the one that a release of the platform lists")


def _is_listed(subject: Resource, version: str) -> bool:
    name = chart_name(subject.at("chart").text())
    return any(row.charts.get(name) == version for row in releases())


RULES = (
    Rule(
        id="K8-06",
        name="images-pinned",
        title="An image is what was scanned: by digest, from a registry of ours",
        why="A tag can be moved after the review; another registry can serve anything.",
        fix="Name the image by digest in the account's ECR; make repositories immutable and scanned.",
        cluster=(
            "`paved-new-pods` and the policies of jobs: by registry and repository. A digest only the"
            " plan asks for, as experiments run what was just pushed; tags of a repository do not "
            "move"
        ),
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="security",
        controls=(
            "CKV_K8S_14",
            "CKV_K8S_43",
            "CKV_AWS_51",
            "CKV_AWS_163",
            "FSBP ECR.1",
            "FSBP ECR.2",
            "CIS K8s 5.5.1",
        ),
        kinds=(ECR_REPOSITORY, ECR_CREATION_TEMPLATE, REGISTRY_SCANNING, PODS),
        check=_images,
    ),
    Rule(
        id="K8-09",
        name="opaque-resources",
        title="Nothing makes resources that the rules cannot see, but charts of a release",
        why="What a chart or a script creates passes every other rule unseen.",
        fix="Use a typed resource; a chart goes into `releases.toml` at an exact version first.",
        cluster=(
            "only the plan: it is about what the plan cannot see. The cluster sees every object, and "
            "`paved-operators` has a row for each who makes some"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        kinds=EVERY_KIND,
        check=_opaque,
        note="An add-on of EKS is one of a release. Helm charts come as `helm.v3.Release`, which is opaque; of a "
        "`helm.v4.Chart` definitions alone pass.",
    ),
    Rule(
        id="K8-11",
        name="images-rescanned",
        title="An image is scanned again when an advisory is published",
        why="Most of what is found in an image was not known on the day of its push.",
        fix="Leave `images.scanning` of the foundation out, or set it to `enhanced`.",
        severity=Severity.MEDIUM,
        enforcement=BEYOND_DEV,
        security="hardened",
        owner="security",
        controls=("FSBP ECR.1", "RA-5"),
        scope="stack",
        kinds=(PULUMI_STACK, REGISTRY_SCANNING),
        check=_rescanned,
    ),
)
