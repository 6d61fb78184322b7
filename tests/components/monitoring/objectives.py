"""Objectives as a stack file makes them, without Pulumi."""

from decimal import Decimal

from components.monitoring.endpoint_rules import EndpointSlo
from components.monitoring.indicators import OUTCOMES, answers_in_time, first_tokens_in_time
from components.monitoring.load import RequestsInFlight
from components.monitoring.objective import Objective
from components.monitoring.rules import rule_groups, unmeasured
from components.monitoring.samples import MIN_LOOKS_PER_HOUR, Answered, ChecksPass, Fresh
from components.monitoring.subject import Subject
from reference.model_servers import MLSERVER, VLLM


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
        indicator=first_tokens_in_time(VLLM.first_token, 500),
    )


def quality(promise):
    """Of an endpoint's checks 95 % pass, as a function of its subject."""

    def of(subject):
        return Objective(
            subject=subject,
            promise=promise,
            percent=Decimal(95),
            min_events_per_hour=MIN_LOOKS_PER_HOUR,
            indicator=ChecksPass(promise=promise),
        )

    return of


def probed(subject):
    """Of an endpoint's probes 99 % are answered."""
    return Objective(
        subject=subject,
        promise="probe",
        percent=Decimal(99),
        min_events_per_hour=MIN_LOOKS_PER_HOUR,
        indicator=Answered(),
    )


def fresh(source="table", name="scores", tier=1, percent="99", within_minutes=60, namespace="vision-prod"):
    """Data that is no older than an hour for 99 % of the time."""
    subject = Subject(
        stack="vision-prod",
        namespace=namespace,
        name=name,
        tier=tier,
        team="vision",
        escalation="ml-vision",
        kind="data",
    )
    return Objective(
        subject=subject,
        promise="freshness",
        percent=Decimal(percent),
        min_events_per_hour=MIN_LOOKS_PER_HOUR,
        indicator=Fresh(source=source, within_minutes=within_minutes),
    )


def groups_of(objective):
    """The groups of an objective that stands alone."""
    return rule_groups(objective, [unmeasured(objective)])
