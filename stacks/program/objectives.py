"""The objectives of a team's endpoints and of its data, of a stack file's numbers."""

from collections.abc import Iterator, Sequence
from typing import Literal

from components.monitoring.endpoint_rules import EndpointSlo
from components.monitoring.freshness import DataFreshness, FreshnessArgs
from components.monitoring.indicators import (
    OUTCOMES,
    answers_in_time,
    first_tokens_in_time,
)
from components.monitoring.load import ScalingSignal
from components.monitoring.objective import Indicator, Objective, Promise
from components.monitoring.samples import MIN_LOOKS_PER_HOUR, Answered, ChecksPass, Fresh
from components.monitoring.subject import Subject
from reference.model_servers import model_server
from stacks.program.team_workspace import Workspace
from stacks.schema.objectives import FreshnessObjective, InTimeObjective, ProbeObjective, QualityObjective
from stacks.schema.serving import EndpointSpec

Promised = InTimeObjective | QualityObjective | FreshnessObjective | ProbeObjective


def endpoint_slo(workspace: Workspace, endpoint: EndpointSpec, signal: ScalingSignal) -> EndpointSlo:
    """The objectives of an endpoint, and who answers when they are missed."""
    subject = endpoint_subject(workspace, endpoint)
    availability = Objective(
        subject=subject,
        promise="availability",
        percent=endpoint.slo.availability_percent,
        min_events_per_hour=endpoint.slo.min_requests_per_hour,
        indicator=OUTCOMES[endpoint.model.runtime],
    )
    return EndpointSlo(
        availability=availability,
        others=(*_in_time(subject, endpoint), *_quality(subject, endpoint), *_probe(subject, endpoint)),
        runtime=endpoint.model.runtime,
        signal=signal,
        max_replicas=endpoint.replicas.max,
    )


def build_freshness(workspace: Workspace, promised: Sequence[FreshnessObjective]) -> None:
    """Declare the rules of data that is kept fresh."""
    context = workspace.context
    args = FreshnessArgs(
        namespace=workspace.namespace.namespace,
        objectives=[_freshness(workspace, each) for each in promised],
        labels=context.labels,
    )
    DataFreshness(f"{context.name}-freshness", args, workspace.in_cluster())


def endpoint_subject(workspace: Workspace, endpoint: EndpointSpec) -> Subject:
    """An endpoint and its owner."""
    return _subject(workspace, endpoint.name, endpoint.tier, "endpoint")


def _in_time(subject: Subject, endpoint: EndpointSpec) -> Iterator[Objective]:
    """The objectives of time that the endpoint's server has a histogram for."""
    server, promised = model_server(endpoint.model.runtime), endpoint.objectives
    floor = endpoint.slo.min_requests_per_hour
    if promised.latency and server.latency:
        indicator = answers_in_time(server.latency, promised.latency.within_ms)
        yield _objective(subject, "latency", promised.latency, floor, indicator)
    if promised.ttft and server.first_token:
        indicator = first_tokens_in_time(server.first_token, promised.ttft.within_ms)
        yield _objective(subject, "ttft", promised.ttft, floor, indicator)


def _quality(subject: Subject, endpoint: EndpointSpec) -> Iterator[Objective]:
    """The objectives that the checks of model health are held to."""
    promised = endpoint.objectives
    if promised.data_quality:
        indicator = ChecksPass(promise="data-quality")
        yield _objective(subject, "data-quality", promised.data_quality, MIN_LOOKS_PER_HOUR, indicator)
    if promised.model_quality:
        indicator = ChecksPass(promise="model-quality")
        yield _objective(subject, "model-quality", promised.model_quality, MIN_LOOKS_PER_HOUR, indicator)


def _probe(subject: Subject, endpoint: EndpointSpec) -> Iterator[Objective]:
    """The objective that the platform's own requests are held to."""
    if promised := endpoint.objectives.probe:
        yield _objective(subject, "probe", promised, MIN_LOOKS_PER_HOUR, Answered())


def _freshness(workspace: Workspace, promised: FreshnessObjective) -> Objective:
    subject = _subject(workspace, promised.name, promised.tier, "data")
    indicator = Fresh(source=promised.source, within_minutes=promised.within_minutes)
    return _objective(subject, "freshness", promised, MIN_LOOKS_PER_HOUR, indicator)


def _subject(workspace: Workspace, name: str, tier: int, kind: Literal["endpoint", "data"]) -> Subject:
    context = workspace.context
    return Subject(
        stack=context.name,
        namespace=workspace.namespace.namespace,
        name=name,
        tier=tier,
        team=context.team.owner.team,
        escalation=context.team.owner.escalation,
        kind=kind,
    )


def _objective(
    subject: Subject, promise: Promise, promised: Promised, floor: int, indicator: Indicator
) -> Objective:
    return Objective(
        subject=subject,
        promise=promise,
        percent=promised.percent,
        min_events_per_hour=floor,
        indicator=indicator,
    )
