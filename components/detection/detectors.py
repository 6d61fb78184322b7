"""Detectors of one account: GuardDuty for threats, Access Analyzer for access from outside and access unused."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

RUNTIME_MONITORING = "RUNTIME_MONITORING"

AGENT_ENDPOINT = "guardduty-data"
"""The service that the agent reports to. Paved makes its endpoint: one that GuardDuty makes would outlive its VPC."""

AGENTS_OF_GUARDDUTY = ("EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT")


@dataclass(frozen=True, kw_only=True)
class ThreatDetectionArgs:
    """`runtime` decides whether agents on the nodes report the behaviour of processes."""

    runtime: bool


class ThreatDetection(ComponentResource):
    """The detector of an account in one region, of which there is one at most. It sets each feature on or off."""

    def __init__(self, name: str, args: ThreatDetectionArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:ThreatDetection", name, {}, opts)
        detector = aws.guardduty.Detector(
            name,
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=ResourceOptions(parent=self),
        )
        for feature, is_on in features(runtime=args.runtime).items():
            aws.guardduty.DetectorFeature(
                f"{name}-{feature.lower().replace('_', '-')}",
                detector_id=detector.id,
                name=feature,
                status=status(is_on),
                # GuardDuty would install the agents outside of any stack.
                additional_configurations=no_agents() if feature == RUNTIME_MONITORING else None,
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class AccessAnalysisArgs:
    """Analyzers of an account in one region. Days None looks for no unused access, which is charged by role."""

    external_name: str  # physical, at most 255 characters
    unused_name: str  # physical, at most 255 characters
    unused_days: int | None


class AccessAnalysis(ComponentResource):
    """An analyzer of access from outside the account, and one of access that is not used."""

    def __init__(self, name: str, args: AccessAnalysisArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:AccessAnalysis", name, {}, opts)
        child = ResourceOptions(parent=self)
        aws.accessanalyzer.Analyzer(name, analyzer_name=args.external_name, type="ACCOUNT", opts=child)
        if args.unused_days:
            aws.accessanalyzer.Analyzer(
                f"{name}-unused",
                analyzer_name=args.unused_name,
                type="ACCOUNT_UNUSED_ACCESS",
                configuration=aws.accessanalyzer.AnalyzerConfigurationArgs(
                    unused_access=aws.accessanalyzer.AnalyzerConfigurationUnusedAccessArgs(
                        unused_access_age=args.unused_days
                    )
                ),
                opts=child,
            )
        self.register_outputs({})


def no_agents() -> list[aws.guardduty.DetectorFeatureAdditionalConfigurationArgs]:
    """Every agent that GuardDuty could manage, switched off."""
    return [
        aws.guardduty.DetectorFeatureAdditionalConfigurationArgs(name=agent, status=status(False))
        for agent in AGENTS_OF_GUARDDUTY
    ]


def features(*, runtime: bool) -> Mapping[str, bool]:
    """Each feature and whether it is on. AWS chooses for one that is not set: it may be on, and cost money."""
    return {
        "EBS_MALWARE_PROTECTION": True,  # scans a node's disks once something else was found on it
        "EKS_AUDIT_LOGS": True,
        "LAMBDA_NETWORK_LOGS": False,  # Paved makes no function
        "RDS_LOGIN_EVENTS": False,  # and no database
        RUNTIME_MONITORING: runtime,
        "S3_DATA_EVENTS": True,
    }


def status(is_on: bool) -> str:
    """The name of on or off in GuardDuty's API."""
    return "ENABLED" if is_on else "DISABLED"
