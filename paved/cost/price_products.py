"""The product of AWS's Price List for each row of the price book."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reference.prices import InstancePrice, Price

PREFIX = r"([A-Z]{2,4}[0-9]?-|[a-z]{2}(-[a-z]+)+-[0-9]-)?"
"""The prefix of usage types outside us-east-1: a code of the region, or its name."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """A service code, what a product's attributes are, and its usage type without the region."""

    service: str
    filters: Mapping[str, str] = field(default_factory=dict)
    usage_type: str = ""
    per: int = 1
    """The number of AWS's units in one of the price book's."""

    def is_of(self, usage_type: str) -> bool:
        """Whether a usage type is this product's, in whichever region."""
        return not self.usage_type or bool(re.fullmatch(PREFIX + self.usage_type, usage_type))


def instance(instance_type: str) -> Product:
    """An hour of Linux on demand, on shared hardware, without a licence."""
    return Product(
        service="AmazonEC2",
        filters={
            "capacitystatus": "Used",
            "instanceType": instance_type,
            "marketoption": "OnDemand",
            "operatingSystem": "Linux",
            "preInstalledSw": "NA",
            "tenancy": "Shared",
        },
    )


# Service codes and usage types as infracost 95ba4f49 asks for them (internal/resources/aws); those of S3, KMS requests,
# CloudTrail, alarms, backups and GuardDuty as namratabhatia21/Clarchy aws_prices.py and a public catalog of AWS's
# calculator do.
ITEMS: Mapping[str, Product] = MappingProxyType(
    {
        "application-load-balancer-capacity": Product(
            service="AWSELB", filters={"productFamily": "Load Balancer-Application"}, usage_type="LCUUsage"
        ),
        "backup-storage": Product(service="AWSBackup", usage_type="WarmStorage-ByteHrs-S3"),
        "cloudtrail-data-events": Product(
            service="AWSCloudTrail", usage_type="DataEventsRecorded", per=100_000
        ),
        "cloudwatch-alarm": Product(service="AmazonCloudWatch", usage_type="CW:AlarmMonitorUsage"),
        "config-items": Product(service="AWSConfig", usage_type="ConfigurationItemRecorded"),
        "ebs-gp3-storage": Product(
            service="AmazonEC2", filters={"productFamily": "Storage", "volumeApiName": "gp3"}
        ),
        "ecr-storage": Product(service="AmazonECR", usage_type="TimedStorage-ByteHrs"),
        "eks-standard-support": Product(service="AmazonEKS", usage_type="AmazonEKS-Hours:perCluster"),
        "guardduty-events": Product(
            service="AmazonGuardDuty", usage_type="PaidEventsAnalyzed", per=1_000_000
        ),
        "guardduty-kubernetes-audit": Product(
            service="AmazonGuardDuty", usage_type="PaidKubernetesAuditLogsAnalyzed", per=1_000_000
        ),
        "guardduty-logs": Product(service="AmazonGuardDuty", usage_type="PaidEventsAnalyzed-Bytes"),
        "guardduty-malware-scans": Product(
            service="AmazonGuardDuty", usage_type="PaidMalwareProtectionEBSDataScanned"
        ),
        "guardduty-runtime": Product(service="AmazonGuardDuty", usage_type="PaidEKSvCPUMonitored"),
        "guardduty-s3-events": Product(
            service="AmazonGuardDuty", usage_type="PaidS3DataEventsAnalyzed", per=1_000_000
        ),
        "interface-endpoint": Product(service="AmazonVPC", usage_type="VpcEndpoint-Hours"),
        "interface-endpoint-data": Product(service="AmazonVPC", usage_type="VpcEndpoint-Bytes"),
        "kms-key": Product(service="awskms", usage_type="KMS-Keys"),
        "kms-requests": Product(service="awskms", usage_type="KMS-Requests", per=10_000),
        "load-balancer": Product(
            service="AWSELB",
            filters={"productFamily": "Load Balancer-Network"},
            usage_type="LoadBalancerUsage",
        ),
        "logs-ingested": Product(
            service="AmazonCloudWatch",
            filters={"productFamily": "Data Payload"},
            usage_type="DataProcessing-Bytes",
        ),
        "logs-stored": Product(
            service="AmazonCloudWatch",
            filters={"productFamily": "Storage Snapshot"},
            usage_type="TimedStorage-ByteHrs",
        ),
        "nat-gateway": Product(
            service="AmazonEC2", filters={"productFamily": "NAT Gateway"}, usage_type="NatGateway-Hours"
        ),
        "nat-gateway-data": Product(
            service="AmazonEC2", filters={"productFamily": "NAT Gateway"}, usage_type="NatGateway-Bytes"
        ),
        "network-load-balancer-capacity": Product(
            service="AWSELB", filters={"productFamily": "Load Balancer-Network"}, usage_type="LCUUsage"
        ),
        "public-ipv4": Product(service="AmazonVPC", usage_type="PublicIPv4:InUseAddress"),
        "s3-standard-gets": Product(service="AmazonS3", usage_type="Requests-Tier2", per=1000),
        "s3-standard-puts": Product(service="AmazonS3", usage_type="Requests-Tier1", per=1000),
        "s3-standard-storage": Product(service="AmazonS3", usage_type="TimedStorage-ByteHrs"),
        "sqs-requests": Product(
            service="AWSQueueService",
            filters={"productFamily": "API Request", "queueType": "Standard"},
            per=1_000_000,
        ),
    }
)
"""The items that are read by `paved prices refresh`. Another item keeps its row until somebody reads it by hand."""


def product(price: Price) -> Product | None:
    """The product of a row of the book; None for an item that is read by hand."""
    return instance(price.item) if isinstance(price, InstancePrice) else ITEMS.get(price.item)
