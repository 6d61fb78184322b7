"""Threat detection: GuardDuty over one account's API calls, clusters, buckets and nodes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

AGENT_ENDPOINT = "guardduty-data"
"""What the agent reports to. Paved makes both itself: GuardDuty's own endpoint would outlive the VPC it is in."""

AGENTS_OF_GUARDDUTY = ("EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT")


@dataclass(frozen=True, kw_only=True)
class ThreatDetectionArgs:
    """`runtime` says whether agents on the nodes report what processes do."""

    runtime: bool


class ThreatDetection(ComponentResource):
    """The detector of an account in one region: there is one at most, and its features are each said, on or off."""

    def __init__(self, name: str, args: ThreatDetectionArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:ThreatDetection", name, {}, opts)
        detector = aws.guardduty.Detector(
            name,
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=ResourceOptions(parent=self),
        )
        for feature, is_on in features(runtime=args.runtime).items():
            agents = AGENTS_OF_GUARDDUTY if feature == "RUNTIME_MONITORING" else ()
            aws.guardduty.DetectorFeature(
                f"{name}-{feature.lower().replace('_', '-')}",
                detector_id=detector.id,
                name=feature,
                status=status(is_on),
                additional_configurations=[
                    aws.guardduty.DetectorFeatureAdditionalConfigurationArgs(name=agent, status=status(False))
                    for agent in agents
                ]
                or None,
                opts=ResourceOptions(parent=self),
            )
        self.register_outputs({})


def features(*, runtime: bool) -> Mapping[str, bool]:
    """Each feature and whether it is on. One that nobody mentions may be on, and cost money, since AWS chooses."""
    return {
        "EBS_MALWARE_PROTECTION": True,  # scans a node's disks once something else was found on it
        "EKS_AUDIT_LOGS": True,
        "LAMBDA_NETWORK_LOGS": False,  # Paved makes no function
        "RDS_LOGIN_EVENTS": False,  # and no database
        "RUNTIME_MONITORING": runtime,
        "S3_DATA_EVENTS": True,
    }


def status(is_on: bool) -> str:
    """On or off, as GuardDuty spells it."""
    return "ENABLED" if is_on else "DISABLED"
