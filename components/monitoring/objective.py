"""The objective of an endpoint, and the names of its series in Prometheus."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pulumi import Input

from components.monitoring.burn_rate import Urgency
from components.monitoring.load import ScalingSignal

Severity = Literal["page", "page-in-hours", "ticket"]

SEVERITIES: dict[int, dict[Urgency, Severity]] = {
    1: {"page": "page", "ticket": "ticket"},
    2: {"page": "page-in-hours", "ticket": "ticket"},
    3: {"page": "ticket", "ticket": "ticket"},
}
"""The severity of an alert by the tier of its endpoint and its urgency."""


@dataclass(frozen=True, kw_only=True)
class Objective:
    """The availability that one endpoint promises over 30 days, the most it serves, and the team that answers for it.

    Under `min_requests_per_hour`, averaged over an alert's long window, no burn-rate alert fires. The rules take an
    objective whose `namespace` is known.
    """

    stack: str
    namespace: Input[str]
    endpoint: str
    tier: int
    runtime: str
    availability_percent: Decimal
    min_requests_per_hour: int
    team: str
    escalation: str
    signal: ScalingSignal
    max_replicas: int

    @property
    def service(self) -> str:
        """The service in sloth's terms. The dot keeps `a-b` + `c` apart from `a` + `b-c`."""
        return f"{self.stack}.{self.endpoint}"

    @property
    def id(self) -> str:
        """The SLO's own name, one per endpoint of all stacks."""
        return f"{self.service}-availability"

    @property
    def job(self) -> str:
        """The `job` label of the endpoint's PodMonitor."""
        return f"{self.namespace}/{self.endpoint}"

    @property
    def deployment(self) -> str:
        """The Deployment that KServe creates for the endpoint."""
        return f"{self.endpoint}-predictor"

    @property
    def identity(self) -> dict[str, str]:
        """The labels of every series and alert of the SLO, as sloth names them."""
        return {"sloth_id": self.id, "sloth_service": self.service, "sloth_slo": "availability"}
