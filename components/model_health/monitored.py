"""The team, the image and the endpoints whose models are monitored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.identity.pod_identity import PodIdentityArgs
from components.monitoring.objective import Severity


@dataclass(frozen=True, kw_only=True)
class MonitoredEndpoint:
    """An endpoint, the times of its job, and its settings as the job reads them.

    `most_hours` is the age of its newest result from which on it is missing.
    """

    endpoint: str
    cron: str
    time_zone: str
    most_hours: int
    settings: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the endpoint's objects."""
        return f"model-health-{self.endpoint}"

    @property
    def text(self) -> str:
        """The settings as JSON, the same bytes for the same settings."""
        return json.dumps(self.settings, indent=1, sort_keys=True) + "\n"

    @property
    def places(self) -> list[str]:
        """The addresses of all data that its job reads."""
        named = [self.settings.get(name) for name in ("log", "reference", "labels")]
        offline = [each.get("offline") for each in self.monitors]
        return [each for each in (*named, *offline) if each]

    @property
    def monitors(self) -> Sequence[Mapping[str, Any]]:
        """The monitors of the settings."""
        found: Sequence[Mapping[str, Any]] = self.settings["monitors"]
        return found

    def severity(self, monitor: Mapping[str, Any]) -> Severity:
        """The severity of a monitor's alert."""
        found: Severity = monitor["severity"]
        return found


@dataclass(frozen=True, kw_only=True)
class HealthJob:
    """The job's image, which names its digest, its resources, and the pool of CPU nodes that its queue admits it to."""

    image: str
    pool: str
    cpu: int
    memory_gib: int
    timeout_hours: int


@dataclass(frozen=True, kw_only=True)
class ModelHealthArgs:
    """A team's monitored endpoints. `models` is the bucket in which jobs leave records, `identity` that of the jobs."""

    stack: str
    team: str
    namespace: Input[str]
    labels: Mapping[str, str]
    models: str
    identity: PodIdentityArgs
    job: HealthJob
    endpoints: Sequence[MonitoredEndpoint]
