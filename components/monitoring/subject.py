"""The subject of an objective: an endpoint, or data that is kept fresh, and the team that answers for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    # Checks of stack files read objectives, and start without the SDK.
    from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An endpoint or data of a stack. `kind` is the label by which its alerts name it."""

    stack: str
    namespace: "Input[str]"
    name: str
    tier: int
    team: str
    escalation: str
    kind: Literal["endpoint", "data"] = "endpoint"

    @property
    def service(self) -> str:
        """The service in sloth's terms. The dot keeps `a-b` + `c` apart from `a` + `b-c`."""
        return f"{self.stack}.{self.name}"

    def slo(self, promise: str) -> str:
        """The SLO's own name, one per objective of all stacks."""
        return f"{self.service}-{promise}"

    @property
    def job(self) -> str:
        """The `job` label of the endpoint's PodMonitor."""
        return f"{self.namespace}/{self.name}"

    @property
    def probe(self) -> str:
        """The `job` label of the endpoint's Probe, as the operator names it."""
        return f"probe/{self.job}"

    @property
    def deployment(self) -> str:
        """The Deployment that KServe creates for the endpoint."""
        return f"{self.name}-predictor"

    @property
    def labels(self) -> dict[str, str]:
        """The team that answers. A team's AlertmanagerConfig matches its alerts by `namespace`."""
        return {
            self.kind: self.name,
            "escalation": self.escalation,
            "namespace": str(self.namespace),
            "team": self.team,
            "tier": str(self.tier),
        }
