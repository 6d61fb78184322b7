"""A book of round prices and resources of the test's own, so that every figure can be checked by hand."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pricing.catalogue import charges
from pricing.pricing_inputs import PricingInputs
from pricing.rates import Rates
from pricing.resources import PricedResources
from pricing.usage import Usage
from reference.prices import (
    Basis,
    Free,
    InstancePrice,
    Price,
    PriceBook,
    family_of_instance,
    family_of_item,
)

DAY = date(2026, 8, 1)
REGION = "us-east-1"
HOURLY = {
    "p5.48xlarge": ("50", "20"),
    "g6e.4xlarge": ("3", None),
    "g6e.12xlarge": ("10", "4"),
    "g6.4xlarge": ("1.5", "0.5"),
    "g6.12xlarge": ("5", None),
    "m7i.large": ("0.10", None),
    "m7i.2xlarge": ("0.40", None),
}
UNITS = {
    "budget-with-actions": "0.10",
    "cloudtrail-data-events": "0.10",
    "config-items": "0.003",
    "ebs-gp3-storage": "0.08",
    "ecr-storage": "0.10",
    "eks-extended-support": "0.60",
    "eks-standard-support": "0.10",
    "fsx-lustre-persistent-250": "0.21",
    "fsx-lustre-scratch": "0.14",
    "interface-endpoint": "0.01",
    "interface-endpoint-data": "0.01",
    "kms-key": "1.00",
    "kms-requests": "0.03",
    "load-balancer": "0.02",
    "logs-ingested": "0.50",
    "logs-stored": "0.03",
    "mlflow-medium": "1.04",
    "mlflow-metadata": "0.10",
    "nat-gateway": "0.045",
    "nat-gateway-data": "0.045",
    "network-load-balancer-capacity": "0.006",
    "prometheus-queries": "0.10",
    "prometheus-samples": "0.90",
    "prometheus-storage": "0.03",
    "public-ipv4": "0.005",
    "s3-standard-gets": "0.0004",
    "s3-standard-puts": "0.005",
    "s3-standard-storage": "0.023",
    "sns-emails": "2.00",
    "sqs-requests": "0.40",
}


@dataclass(frozen=True, kw_only=True)
class Fake:
    """A planned resource."""

    type: str
    name: str = "it"
    inputs: dict[str, Any] = field(default_factory=dict)
    parent: str | None = None
    custom: bool = True

    @property
    def urn(self) -> str:
        return f"urn:pulumi:test::paved::{self.type}::{self.name}"


def price(item: str, usd: str | None, as_of: date = DAY) -> Price:
    return Price(
        item=item,
        region=REGION,
        unit="unit",
        usd=Decimal(usd) if usd else None,
        family=family_of_item(item),
        basis=Basis.READ if usd else Basis.UNPRICED,
        source="a test",
        as_of=as_of,
    )


def instance(name: str, usd: str | None, spot: str | None = None, as_of: date = DAY) -> InstancePrice:
    return InstancePrice(
        **{**vars(price(name, usd, as_of)), "family": family_of_instance(name), "unit": "hour"},
        spot_usd=Decimal(spot) if spot else None,
    )


def make_book(**services: str | None) -> PriceBook:
    """The round prices; a keyword `kms_key=None` takes one away."""
    given = {name.replace("_", "-"): usd for name, usd in services.items()}
    units = {**UNITS, **given}
    return PriceBook(
        instances={(name, REGION): instance(name, *both) for name, both in HOURLY.items()},
        services={(name, REGION): price(name, usd) for name, usd in units.items()},
        free={"aws:iam/role:Role": Free(type="aws:iam/role:Role", why="free", source="a test", as_of=DAY)},
    )


@pytest.fixture(scope="session")
def fake():
    return Fake


@pytest.fixture(scope="session")
def book():
    return make_book


@pytest.fixture(scope="session")
def rates():
    def make(book=None, as_of=DAY, discounts=None):
        return Rates(book=book or make_book(), region=REGION, as_of=as_of, discounts=discounts or {})

    return make


@pytest.fixture(scope="session")
def pricing_inputs(rates):
    def make(*resources, usage=None, **options):
        return PricingInputs(
            resources=PricedResources(resources), rates=rates(**options), usage=usage or Usage()
        )

    return make


@pytest.fixture(scope="session")
def charged(pricing_inputs):
    """The charges of the first of some resources, by what is charged."""

    def of(resource, *others, **options):
        return {
            charge.what: charge for charge in charges(resource, pricing_inputs(resource, *others, **options))
        }

    return of


@pytest.fixture(scope="session")
def pool(fake):
    """A NodePool as Paved plans it, with its node class."""

    def make(
        name="gpu", *, types=("p5.48xlarge",), capacity=("on-demand",), limits=None, disk="100Gi", **spec
    ):
        requirements = [
            {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": list(types)},
            {"key": "karpenter.sh/capacity-type", "operator": "In", "values": list(capacity)},
        ]
        node_pool = fake(
            type="kubernetes:karpenter.sh/v1:NodePool",
            name=name,
            inputs={
                "spec": {
                    "limits": limits or {"nvidia.com/gpu": "32"},
                    "template": {
                        "metadata": {"labels": {"paved.dev/pool": name}},
                        "spec": {"nodeClassRef": {"name": f"class-{name}"}, "requirements": requirements},
                    },
                    **spec,
                }
            },
        )
        node_class = fake(
            type="kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
            name=f"{name}-class",
            inputs={
                "metadata": {"name": f"class-{name}"},
                "spec": {"blockDeviceMappings": [{"ebs": {"volumeSize": disk}}]},
            },
        )
        return node_pool, node_class

    return make


@pytest.fixture(scope="session")
def endpoint(fake):
    """An InferenceService on a pool."""

    def make(name="detector", *, pool="gpu", gpus=1, least=1, most=3):
        return fake(
            type="kubernetes:serving.kserve.io/v1beta1:InferenceService",
            name=name,
            inputs={
                "metadata": {"name": name},
                "spec": {
                    "predictor": {
                        "minReplicas": least,
                        "maxReplicas": most,
                        "nodeSelector": {"paved.dev/pool": pool},
                        "model": {"resources": {"limits": {"cpu": "2", "nvidia.com/gpu": str(gpus)}}},
                    }
                },
            },
        )

    return make


@pytest.fixture(scope="session")
def figures():
    """The four figures as text."""

    def of(charge):
        amount = charge.amount
        return tuple(f"{value:.2f}" for value in (amount.floor, amount.low, amount.expected, amount.ceiling))

    return of
