"""SLO attainment of the month, from the series that the rules of each endpoint's SLO record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from paved.operations.organisation import OrganisationFacts
from paved.operations.range_export import ExportedSeries


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """One endpoint's month: `requests` and `failures` are sums of rates of one step each, so that only their ratio
    says anything; `objective` is the share of requests that must succeed.
    """

    service: str
    team: str
    tier: str
    objective: float
    requests: float
    failures: float

    @property
    def attained(self) -> float | None:
        """The share of requests that succeeded; None where there was no request."""
        return 1 - self.failures / self.requests if self.requests else None

    @property
    def budget_left(self) -> float | None:
        """The part of the month's error budget that is left; below 0 where more failed than may."""
        if self.attained is None:
            return None
        return 1 - (1 - self.attained) / (1 - self.objective)

    @property
    def is_met(self) -> bool | None:
        """Whether the month met the objective; None where there was no request."""
        return None if self.attained is None else self.attained >= self.objective


def attainments(
    exports: Mapping[str, Sequence[ExportedSeries]], organisation: OrganisationFacts
) -> tuple[Attainment, ...]:
    """The month of every endpoint whose objective was recorded."""
    requests, failures = _sums(exports["slo_requests"]), _sums(exports["slo_failures"])
    found: list[Attainment] = []
    for series in exports["slo_objective"]:
        service = series.label("sloth_service")
        if series.values:
            found.append(
                Attainment(
                    service=service,
                    team=_team(service, organisation),
                    tier=_tier(service, organisation),
                    objective=series.values[max(series.values)],
                    requests=requests.get(service, 0.0),
                    failures=failures.get(service, 0.0),
                )
            )
    return tuple(sorted(found, key=lambda each: (each.tier, each.service)))


def _sums(series: Iterable[ExportedSeries]) -> dict[str, float]:
    return {each.label("sloth_service"): sum(each.values.values()) for each in series}


def _team(service: str, organisation: OrganisationFacts) -> str:
    endpoint = organisation.endpoint(service)
    return endpoint[0].team if endpoint else ""


def _tier(service: str, organisation: OrganisationFacts) -> str:
    endpoint = organisation.endpoint(service)
    return str(endpoint[0].tiers[endpoint[1]]) if endpoint else "not in a stack file"
