"""The work that is expected of a plan's resources: declared by its owner, or assumed and marked `*`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

DEFAULTS: Mapping[str, Decimal] = MappingProxyType(
    {
        "nat_gb": Decimal(500),
        "endpoint_gb": Decimal(10),
        "bucket_gb": Decimal(1000),
        "control_plane_log_gb": Decimal(50),
        "flow_log_gb": Decimal(100),
        "data_events_million": Decimal(10),
        "config_items_thousand": Decimal(20),
        "kept_series_thousand": Decimal(20),
        "pod_log_gb": Decimal(60),
        "span_gb": Decimal(20),
        "general_vcpus": Decimal(16),
        "models_gib": Decimal(100),
        "datasets_gib": Decimal(1000),
        "inference_log_gib": Decimal(50),
        "images_gib": Decimal(50),
        "volumes_gib": Decimal(100),
        "notebook_hours": Decimal(80),
    }
)
"""The assumption for one resource and month where nobody declares usage."""

POOL_HOURS = Decimal(176)
"""Hours a month that a pool runs at its maximum where nobody declares it: eight on each of 22 working days."""


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """An amount, and whether it is only a default."""

    amount: Decimal
    is_default: bool


@dataclass(frozen=True, kw_only=True)
class PoolWork:
    """The hours of the month that a pool runs, and its units in use then, on average: GPUs, or vCPUs."""

    hours: Decimal
    units: Decimal


@dataclass(frozen=True, kw_only=True)
class ExpectedRun:
    """A run that somebody plans: its GPUs, or its vCPUs, for its hours, some times a month."""

    name: str
    pool: str
    units: int
    hours: Decimal
    per_month: Decimal


@dataclass(frozen=True, kw_only=True)
class EndpointWork:
    """The replicas of an endpoint on average, and its answers in a month."""

    replicas: Decimal | None = None
    predictions: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The usage that a stack's owner declares. `amounts` has the keys of DEFAULTS."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    pools: Mapping[str, PoolWork] = field(default_factory=dict)
    runs: tuple[ExpectedRun, ...] = ()
    endpoints: Mapping[str, EndpointWork] = field(default_factory=dict)

    def amount(self, key: str) -> Assumption:
        """A declared amount, or the default. Raises KeyError for a key that has none."""
        if key in self.amounts:
            return Assumption(amount=self.amounts[key], is_default=False)
        return Assumption(amount=DEFAULTS[key], is_default=True)
