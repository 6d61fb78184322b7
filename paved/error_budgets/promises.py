"""The objectives of a team's stack file, by the names that their series bear."""

from collections.abc import Iterator
from dataclasses import dataclass

from stacks.schema import Team
from stacks.schema.serving import EndpointSpec


@dataclass(frozen=True, kw_only=True, order=True)
class Promise:
    """One objective: `service` and `slo` are the labels `sloth_service` and `sloth_slo`."""

    service: str
    slo: str


def promises(name: str, team: Team) -> list[Promise]:
    """Every objective of a stack."""
    found: list[Promise] = []
    for endpoint in team.serving.endpoints if team.serving else ():
        found += [Promise(service=f"{name}.{endpoint.name}", slo=slo) for slo in slos(endpoint)]
    for data in team.monitoring.freshness if team.monitoring else ():
        found.append(Promise(service=f"{name}.{data.name}", slo="freshness"))
    return sorted(found)


def slos(endpoint: EndpointSpec) -> Iterator[str]:
    """The objectives of an endpoint by their names in Prometheus."""
    yield "availability"
    for key in type(endpoint.objectives).model_fields:
        if getattr(endpoint.objectives, key) is not None:
            yield key.replace("_", "-")
