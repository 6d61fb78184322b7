"""The objectives of a team's endpoints, of a stack file's numbers."""

from collections.abc import Iterator

from components.monitoring.endpoint_rules import EndpointSlo
from components.monitoring.indicators import (
    OUTCOMES,
    Indicator,
    answers_in_time,
    first_tokens_in_time,
)
from components.monitoring.load import ScalingSignal
from components.monitoring.objective import Objective, Promise
from components.monitoring.subject import Subject
from reference.model_servers import model_server
from stacks.program.team_workspace import Workspace
from stacks.schema.objectives import InTimeObjective
from stacks.schema.serving import EndpointSpec


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
        others=tuple(_in_time(subject, endpoint)),
        runtime=endpoint.model.runtime,
        signal=signal,
        max_replicas=endpoint.replicas.max,
    )


def endpoint_subject(workspace: Workspace, endpoint: EndpointSpec) -> Subject:
    """An endpoint and its owner."""
    context = workspace.context
    return Subject(
        stack=context.name,
        namespace=workspace.namespace.namespace,
        name=endpoint.name,
        tier=endpoint.tier,
        team=context.team.owner.team,
        escalation=context.team.owner.escalation,
    )


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


def _objective(
    subject: Subject, promise: Promise, promised: InTimeObjective, floor: int, indicator: Indicator
) -> Objective:
    return Objective(
        subject=subject,
        promise=promise,
        percent=promised.percent,
        min_events_per_hour=floor,
        indicator=indicator,
    )
