"""The objectives of a team's stack file, by the names that their series bear."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stacks.schema import Team
from stacks.schema.serving import EndpointSpec


@dataclass(frozen=True, kw_only=True, order=True)
class Promise:
    """One objective: `service` and `slo` are the labels `sloth_service` and `sloth_slo`."""

    service: str
    slo: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of an objective: the percentage over 30 days, and the tier of whom it is for."""

    percent: Decimal
    tier: int


def promises(name: str, team: Team) -> list[Promise]:
    """Every objective of a stack."""
    return sorted(terms(name, team))


def terms(name: str, team: Team) -> dict[Promise, Terms]:
    """The terms of every objective of a stack."""
    found: dict[Promise, Terms] = {}
    for endpoint in team.serving.endpoints if team.serving else ():
        for slo, percent in slos(endpoint):
            promise = Promise(service=f"{name}.{endpoint.name}", slo=slo)
            found[promise] = Terms(percent=percent, tier=endpoint.tier)
    for data in team.monitoring.freshness if team.monitoring else ():
        promise = Promise(service=f"{name}.{data.name}", slo="freshness")
        found[promise] = Terms(percent=data.percent, tier=data.tier)
    return found


def slos(endpoint: EndpointSpec) -> Iterator[tuple[str, Decimal]]:
    """The objectives of an endpoint by their names in Prometheus, and what each promises."""
    yield "availability", endpoint.slo.availability_percent
    for key in type(endpoint.objectives).model_fields:
        promised = getattr(endpoint.objectives, key)
        if promised is not None:
            yield key.replace("_", "-"), promised.percent
