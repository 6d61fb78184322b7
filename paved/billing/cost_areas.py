"""Areas of a bill: the part of the platform that a line is for, as far as its service and category say."""

from typing import Final

from paved.billing.bill_line import BillLine
from reference.instances import instance_types

GPU_NODES: Final = "GPU nodes"
CPU_NODES: Final = "CPU nodes"
COMMITMENTS: Final = "Commitments"
MARKETPLACE: Final = "Marketplace"
FEES: Final = "Fees and credits"
OTHER: Final = "Other"

BY_SERVICE = (
    ("container service for kubernetes", "Control plane"),
    ("elastic kubernetes", "Control plane"),
    ("virtual private cloud", "Network"),
    ("load balancing", "Network"),
    ("route 53", "Network"),
    ("simple storage", "Models and data"),
    ("container registry", "Models and data"),
    ("cloudwatch", "Monitoring"),
    ("prometheus", "Monitoring"),
    ("notification", "Monitoring"),
    ("key management", "Security"),
    ("secrets manager", "Security"),
    ("cloudtrail", "Security"),
    ("sagemaker", "SageMaker"),
    ("data transfer", "Network"),
    ("cloudfront", "Network"),
    ("elastic file system", "Disks"),
    ("elastic block store", "Disks"),
    ("guardduty", "Security"),
    ("inspector", "Security"),
    ("fsx", "Disks"),
    ("budgets", "Monitoring"),
)
"""Part of a service's name, as bills spell it."""

BY_PRODUCT = {"marketplace": MARKETPLACE, "transfer": "Network"}
"""Kinds of products that a service does not tell: transfer is a part of every one."""

BY_CATEGORY = {
    "Networking": "Network",
    "Storage": "Disks",
    "Security": "Security",
    "Identity": "Security",
    "Management and Governance": "Monitoring",
}
"""FOCUS service categories, for services that are more than one thing, such as `EC2 - Other`."""

AREAS = (
    GPU_NODES,
    CPU_NODES,
    "Control plane",
    "Network",
    "Models and data",
    "Disks",
    "SageMaker",
    "Monitoring",
    "Security",
    MARKETPLACE,
    OTHER,
    COMMITMENTS,
    FEES,
)
"""Every area, in the order of a table."""

FEE_CATEGORIES = ("Purchase", "Tax", "Credit", "Adjustment")
"""FOCUS charge categories that are not usage."""


def line_area(line: BillLine) -> str:
    """The area of a bill line."""
    if line.is_commitment_fee or (line.commitment and line.commitment.status == "Unused"):
        return COMMITMENTS
    if line.category in FEE_CATEGORIES:
        return FEES
    if line.product:
        return BY_PRODUCT[line.product]
    # Instances of SageMaker are called ml.*, and are no nodes of a cluster.
    if line.instance_type and not line.instance_type.startswith("ml."):
        return node_area(line.instance_type)
    name = line.service.casefold()
    for part, area in BY_SERVICE:
        if part in name:
            return area
    # Cost Explorer knows no categories, and has volumes, NAT gateways and transfer in one service.
    uncategorised = "Disks" if name == "ec2 - other" else OTHER
    return BY_CATEGORY.get(line.service_category, uncategorised)


def node_area(instance_type: str) -> str:
    """The area of an instance type. One that is not in the reference counts as a CPU node."""
    known = instance_types().get(instance_type)
    return GPU_NODES if known and known.accelerator else CPU_NODES
