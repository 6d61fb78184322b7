"""Rules of detection: of attacks, of access from outside the account, and of changes of configuration."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.audit import present
from policies.values import Truth, Value, any_of
from reference.vocabulary import (
    ACCESS_ANALYZER,
    CONFIG_RECORDER,
    DELIVERY_CHANNEL,
    DETECTOR_FEATURE,
    EKS_ADDON,
    GUARDDUTY_AGENT_ADDON,
    GUARDDUTY_DETECTOR,
    PULUMI_STACK,
    RECORDER_STATUS,
    SERVICE_LINKED_ROLE,
)

FEATURES = ("EKS_AUDIT_LOGS", "RUNTIME_MONITORING", "S3_DATA_EVENTS")
MODES_OF_TYPES = "recordingMode.recordingModeOverride"
OF_THE_ACCOUNT = ("ACCOUNT", "ORGANIZATION")


def _threats(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        yield from present(stack, "guardduty", GUARDDUTY_DETECTOR)
        return
    yield claim(subject.at("enable").equals(True, missing=True), "`enable` is false")
    features = stack.companions(subject, DETECTOR_FEATURE, "detectorId")
    unresolved = stack.unresolved(DETECTOR_FEATURE, "detectorId")
    for name in FEATURES:
        enabled = any_of(_enables(each, name) for each in features)
        yield claim(enabled | unresolved, f"no DetectorFeature of it enables {name}")
        disabled = any_of(each.at("name").equals(name) & ~_enables(each, name) for each in features)
        yield claim(~disabled, f"a DetectorFeature of it switches {name} off")
    for source in ("s3Logs.enable", "kubernetes.auditLogs.enable"):
        on = subject.at(f"datasources.{source}").equals(True, missing=True)
        yield claim(on, f"`datasources.{source}` is false")
    yield claim(
        _has_agent(features, stack) | unresolved, f"nothing installs the add-on {GUARDDUTY_AGENT_ADDON}"
    )


def _has_agent(features: list[Resource], stack: JudgedStack) -> Truth:
    agents: list[Value] = []
    for each in features:
        agents += each.at("additionalConfigurations").items()
    # GuardDuty installs the add-on itself where it may; else the foundation has to.
    by_guardduty = any_of(_enables(agent, "EKS_ADDON_MANAGEMENT") for agent in agents)
    addons = stack.of(EKS_ADDON)
    return by_guardduty | any_of(each.at("addonName").equals(GUARDDUTY_AGENT_ADDON) for each in addons)


def _enables(feature: Resource | Value, name: str) -> Truth:
    return feature.at("name").equals(name) & feature.at("status").equals("ENABLED")


def _access(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    claims = list(present(stack, "access_analyzer", ACCESS_ANALYZER))
    yield from claims
    if claims and stack.of(ACCESS_ANALYZER):
        # The other types look for access that is not used, which is no way in from outside.
        kinds = (each.at("type").one_of(*OF_THE_ACCOUNT, missing=True) for each in stack.of(ACCESS_ANALYZER))
        yield claim(any_of(kinds), "no Analyzer of it looks at access from outside")


def _configuration(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        yield from present(stack, "config", CONFIG_RECORDER)
        return
    everything = subject.at("recordingGroup.allSupported").equals(True)
    yield claim(everything, "`recordingGroup.allSupported` is not true")
    of_iam = subject.at("recordingGroup.includeGlobalResourceTypes").equals(True)
    yield claim(of_iam, "`recordingGroup.includeGlobalResourceTypes` is not true")
    for key in ("recordingGroup.exclusionByResourceTypes", "recordingGroup.resourceTypes", MODES_OF_TYPES):
        yield claim(subject.at(key).is_absent, f"`{key}` leaves types out")
    continuous = subject.at("recordingMode.recordingFrequency").equals("CONTINUOUS", missing=True)
    yield claim(continuous, "`recordingMode.recordingFrequency` is not `CONTINUOUS`")
    # Only the service-linked role gets each right that a new type of resource needs.
    linked = bool(stack.targets(subject, "roleArn", SERVICE_LINKED_ROLE))
    named = subject.at("roleArn").test(lambda arn: ":role/aws-service-role/config.amazonaws.com/" in arn)
    yield claim(any_of((linked, named)), "`roleArn` is not the role that AWS keeps for it")
    # A recorder that nobody starts records nothing: the provider makes and starts it by two resources.
    started = stack.companions(subject, RECORDER_STATUS, "name", own="name")
    runs = any_of(each.at("isEnabled").equals(True) for each in started)
    yield claim(runs | stack.unresolved(RECORDER_STATUS, "name"), "no RecorderStatus starts it")
    yield claim(exists(stack.of(DELIVERY_CHANNEL), Truth.NO), "no DeliveryChannel takes what it records")


RULES = (
    Rule(
        id="DE-01",
        name="threat-detection",
        title="GuardDuty looks at an account's calls, objects, clusters and nodes",
        why="Stolen credentials and miners are found by how they behave: by then every policy has let them in.",
        fix="Leave `detection.guardduty` and `runtime_monitoring` out, or leave it to the organisation and say so.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        security="hardened",
        controls=("CKV_AWS_238", "FSBP GuardDuty.1", "FSBP GuardDuty.5", "FSBP GuardDuty.11", "SI-4"),
        kinds=(PULUMI_STACK, GUARDDUTY_DETECTOR),
        check=_threats,
        note="The agent's add-on tolerates no taints and cannot be told to (aws/containers-roadmap#2520), so it runs "
        "on system and general nodes and on no team's: GPU nodes are seen through their calls and traffic alone.",
    ),
    Rule(
        id="DE-02",
        name="access-analyzer",
        title="Access from outside an account is looked for",
        why="One principal too many in a bucket's, key's or role's policy opens it to another account.",
        fix="Leave `detection.access_analyzer` out, or leave it to the organisation and say so.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        security="hardened",
        controls=("FSBP IAM.28",),
        kinds=(PULUMI_STACK,),
        check=_access,
    ),
    Rule(
        id="DE-03",
        name="configuration-history",
        title="AWS Config records how every resource of an account changed",
        why="Whether a bucket was public last March is answered by its history or not at all.",
        fix="Leave `detection.config` out, or leave it to the organisation and say so.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        security="regulated",
        controls=("FSBP Config.1", "CM-8"),
        kinds=(PULUMI_STACK, CONFIG_RECORDER),
        check=_configuration,
        note="One region: a foundation's. What lies in other regions needs a recorder there.",
    ),
)
