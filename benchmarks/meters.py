"""Meters of the sample organisation: the use of each tag, account and service in a day, at a price."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

PAYER = "999900001111"
PROD, DEV, RISK = "111122223333", "444455556666", "777788889999"


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One kind of charge. `workday` and `weekend` are quantities of `unit` in a day."""

    tags: Mapping[str, str]
    account: str
    region: str
    service: str
    category: str
    subcategory: str
    resource_type: str
    meter: str
    unit: str
    price: Decimal
    workday: Decimal
    weekend: Decimal
    noise: Decimal = field(default=Decimal("0.08"))
    instance_type: str = ""
    spot: bool = False


def _tags(stack: str, team: str, cost_center: str) -> dict[str, str]:
    environment = "dev" if stack.endswith("-dev") else "prod"
    return {
        "user:cost-center": cost_center,
        "user:environment": environment,
        "user:service": stack,
        "user:team": team,
    }


VISION = _tags("vision-prod", "vision", "CC-2040")
RANKING = _tags("ranking-dev", "ranking", "CC-2115")
RISKS = _tags("risk-prod", "risk", "CC-3300")
UNTAGGED: dict[str, str] = {}


def _instance(
    tags: Mapping[str, str],
    location: tuple[str, str],
    instance_type: str,
    price: str,
    hours: tuple[int, int],
    *,
    noise: str = "0.06",
    spot: bool = False,
) -> Meter:
    account, region = location
    return Meter(
        tags=tags,
        account=account,
        region=region,
        service="Amazon Elastic Compute Cloud - Compute",
        category="Compute",
        subcategory="Virtual Machines",
        resource_type="Instance",
        meter=f"{'SpotUsage' if spot else 'BoxUsage'}:{instance_type}",
        unit="Hours",
        price=Decimal(price),
        workday=Decimal(hours[0]),
        weekend=Decimal(hours[1]),
        noise=Decimal(noise),
        instance_type=instance_type,
        spot=spot,
    )


def _other(
    tags: Mapping[str, str],
    location: tuple[str, str],
    resource: tuple[str, str, str, str],
    meter: tuple[str, str],
    price: str,
    quantity: tuple[str, str],
    noise: str = "0.03",
) -> Meter:
    account, region = location
    service, category, subcategory, resource_type = resource
    return Meter(
        tags=tags,
        account=account,
        region=region,
        service=service,
        category=category,
        subcategory=subcategory,
        resource_type=resource_type,
        meter=meter[0],
        unit=meter[1],
        price=Decimal(price),
        workday=Decimal(quantity[0]),
        weekend=Decimal(quantity[1]),
        noise=Decimal(noise),
    )


S3 = ("Amazon Simple Storage Service", "Storage", "Object Storage", "Bucket")
EBS = ("EC2 - Other", "Storage", "Block Storage", "Volume")
NAT = ("EC2 - Other", "Networking", "Network Infrastructure", "NAT Gateway")
ENDPOINTS = ("Amazon Virtual Private Cloud", "Networking", "Network Connectivity", "VPC Endpoint")
EKS = ("Amazon Elastic Container Service for Kubernetes", "Compute", "Containers", "Cluster")
ECR = ("Amazon EC2 Container Registry (ECR)", "Storage", "Other (Storage)", "Repository")
LOGS = ("AmazonCloudWatch", "Management and Governance", "Observability", "Log Group")
KMS = ("AWS Key Management Service", "Security", "Other (Security)", "Key")

CLUSTER_HOURS = ("AmazonEKS-Hours:perCluster", "Hours")
NAT_HOURS, NAT_BYTES = ("NatGateway-Hours", "Hours"), ("NatGateway-Bytes", "GB")
ENDPOINT_HOURS = ("VpcEndpoint-Hours", "Hours")
KMS_KEYS = ("KMS-Keys", "Keys")
LOG_BYTES = ("DataProcessing-Bytes", "GB")
STORAGE = ("TimedStorage-ByteHrs", "GB-Months")
GP3 = ("EBS:VolumeUsage.gp3", "GB-Months")

IN_PROD, IN_DEV, IN_RISK = (PROD, "us-east-1"), (DEV, "us-east-1"), (RISK, "eu-central-1")


def _shared(name: str, location: tuple[str, str], nodes: tuple[str, str, int], nat: int) -> list[Meter]:
    """A foundation with so many NAT gateways and its platform."""
    foundation = _tags(f"foundation-{name}", "platform", "CC-1001")
    platform = _tags(f"platform-{name}", "platform", "CC-1001")
    instance_type, price, hours = nodes
    gateway_hours, volumes = str(24 * nat), str(14 * nat)
    nat_gb, log_gb = (str(160 * nat), str(60 * nat)), (str(22 * nat), str(11 * nat))
    return [
        _other(foundation, location, EKS, CLUSTER_HOURS, "0.10", ("24", "24"), "0"),
        _instance(foundation, location, instance_type, price, (hours, hours), noise="0"),
        _other(foundation, location, NAT, NAT_HOURS, "0.045", (gateway_hours, gateway_hours), "0"),
        _other(foundation, location, NAT, NAT_BYTES, "0.045", nat_gb, "0.15"),
        _other(foundation, location, ENDPOINTS, ENDPOINT_HOURS, "0.01", ("576", "576"), "0"),
        _other(foundation, location, KMS, KMS_KEYS, "0.0328767123", ("9", "9"), "0"),
        _other(foundation, location, LOGS, LOG_BYTES, "0.50", log_gb, "0.12"),
        _instance(platform, location, "m7i.xlarge", "0.2016", (24 * nat, 12 * nat)),
        _other(platform, location, EBS, GP3, "0.08", (volumes, volumes)),
    ]


METERS: tuple[Meter, ...] = (
    _instance(VISION, IN_PROD, "p5.48xlarge", "55.04", (84, 66), noise="0.05"),
    _instance(VISION, IN_PROD, "g6e.4xlarge", "3.00424", (120, 84)),
    _instance(VISION, IN_PROD, "g6e.12xlarge", "10.49264", (22, 4), noise="0.25"),
    _other(VISION, IN_PROD, S3, STORAGE, "0.023", ("1840", "1840"), "0.01"),
    _other(VISION, IN_PROD, EBS, GP3, "0.08", ("210", "180")),
    _other(VISION, IN_PROD, ECR, STORAGE, "0.10", ("21", "21"), "0.01"),
    _other(VISION, IN_PROD, LOGS, ("CW:MetricMonitorUsage", "Metrics"), "0.01", ("330", "330")),
    _instance(RANKING, IN_DEV, "g6.4xlarge", "0.4581", (72, 8), noise="0.30", spot=True),
    _instance(RANKING, IN_DEV, "g6.12xlarge", "4.6016", (14, 1), noise="0.30"),
    _instance(RANKING, IN_DEV, "m7i.xlarge", "0.2016", (24, 24), noise="0"),
    _other(RANKING, IN_DEV, S3, STORAGE, "0.023", ("120", "120"), "0.01"),
    _other(RANKING, IN_DEV, ECR, STORAGE, "0.10", ("4", "4"), "0.01"),
    _instance(RISKS, IN_RISK, "g5.12xlarge", "7.09282", (17, 16), noise="0.10"),
    _instance(RISKS, IN_RISK, "g6.12xlarge", "5.75429", (13, 12), noise="0.15"),
    _other(RISKS, IN_RISK, S3, STORAGE, "0.0245", ("640", "640"), "0.01"),
    _other(RISKS, IN_RISK, ECR, STORAGE, "0.10", ("7", "7"), "0.01"),
    *_shared("prod", IN_PROD, ("m7i.2xlarge", "0.4032", 96), 3),
    *_shared("dev", IN_DEV, ("m7i.xlarge", "0.2016", 48), 1),
    *_shared("risk", IN_RISK, ("m7i.xlarge", "0.2415", 72), 3),
    _other(UNTAGGED, IN_PROD, EBS, ("EBS:SnapshotUsage", "GB-Months"), "0.05", ("96", "96"), "0.01"),
    _other(UNTAGGED, IN_DEV, NAT, ("DataTransfer-Regional-Bytes", "GB"), "0.01", ("900", "300"), "0.20"),
)
"""Prices are list prices of July 2026 where one was found, and of the right size elsewhere."""
