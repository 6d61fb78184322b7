"""Objectives as a stack file makes them, without Pulumi."""

from decimal import Decimal

from components.monitoring.endpoint_rules import EndpointSlo
from components.monitoring.indicators import OUTCOMES, answers_in_time, first_tokens_in_time
from components.monitoring.load import RequestsInFlight
from components.monitoring.objective import Objective
from components.monitoring.subject import Subject
from reference.model_servers import MLSERVER, Histogram

VLLM_FIRST_TOKEN = Histogram(
    name="vllm:time_to_first_token_seconds",
    labels=("model_name", "le"),
    bounds_ms=(100, 250, 500, 1000),
    source="vllm-project/vllm vllm/v1/metrics/loggers.py",
)
"""The histogram of a server of language models, which no endpoint runs yet."""


def detector(
    *,
    stack="vision-prod",
    namespace="vision-prod",
    endpoint="detector",
    tier=1,
    runtime="triton",
    percent=Decimal("99.5"),
    min_events_per_hour=60,
    team="vision",
    escalation="ml-vision",
    signal=None,
    max_replicas=3,
    others=(),
):
    """The objectives of an endpoint; `others` are functions of its subject."""
    subject = Subject(
        stack=stack, namespace=namespace, name=endpoint, tier=tier, team=team, escalation=escalation
    )
    availability = Objective(
        subject=subject,
        promise="availability",
        percent=percent,
        min_events_per_hour=min_events_per_hour,
        indicator=OUTCOMES[runtime],
    )
    return EndpointSlo(
        availability=availability,
        others=tuple(make(subject) for make in others),
        runtime=runtime,
        signal=signal or RequestsInFlight(runtime=runtime, per_replica=4),
        max_replicas=max_replicas,
    )


def latency(subject, percent="99", within_ms=250):
    """Of MLServer's answers 99 % in 250 ms."""
    return Objective(
        subject=subject,
        promise="latency",
        percent=Decimal(percent),
        min_events_per_hour=60,
        indicator=answers_in_time(MLSERVER.latency, within_ms),
    )


def ttft(subject):
    """Of vLLM's first tokens 99 % in 500 ms."""
    return Objective(
        subject=subject,
        promise="ttft",
        percent=Decimal(99),
        min_events_per_hour=60,
        indicator=first_tokens_in_time(VLLM_FIRST_TOKEN, 500),
    )
