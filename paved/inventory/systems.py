"""The AI systems of an organisation: every endpoint that serves a model and every job that makes one."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from paved.error_budgets.promises import slos
from stacks.checks.folder import StackFile
from stacks.schema import Team
from stacks.schema.retraining import TriggerSpec
from stacks.schema.serving import EndpointSpec

SCHEMA_VERSION = "1"


@dataclass(frozen=True, kw_only=True)
class System:
    """One AI system, its owner and its monitors. A column that the stack file says nothing of is empty."""

    stack: str
    kind: str
    name: str
    environment: str
    team: str
    email: str
    escalation: str
    cost_center: str
    data_class: str
    residency: str
    account: str
    region: str
    model: str = ""
    model_format: str = ""
    tier: str = ""
    availability_percent: str = ""
    datasets: str = ""
    monitors: str = ""
    retrained_on: str = ""
    code_commit: str = ""
    image_digest: str = ""


COLUMNS = tuple(field.name for field in fields(System))


def systems(files: Iterable[StackFile]) -> list[System]:
    """The systems of team stacks, sorted by stack, kind and name."""
    found: list[System] = []
    for file in files:
        if isinstance(file.stack, Team):
            found += _endpoints(file.name, file.stack)
            found += _retraining_jobs(file.name, file.stack)
    return sorted(found, key=lambda system: (system.stack, system.kind, system.name))


def inventory(found: Iterable[System]) -> dict[str, Any]:
    """The inventory as JSON data."""
    return {"schema_version": SCHEMA_VERSION, "systems": [asdict(system) for system in found]}


def _endpoints(name: str, team: Team) -> Iterator[System]:
    for endpoint in team.serving.endpoints if team.serving else ():
        yield _of(
            name,
            team,
            kind="endpoint",
            name_of=endpoint.name,
            model=endpoint.model.path,
            model_format=endpoint.model.format,
            tier=str(endpoint.tier),
            availability_percent=f"{endpoint.slo.availability_percent:f}",
            monitors=", ".join([*(slo for slo, _ in slos(endpoint)), *_judged(endpoint)]),
            retrained_on=", ".join(_reasons(endpoint, _triggers(team))),
        )


def _judged(endpoint: EndpointSpec) -> Iterator[str]:
    """The monitors of an endpoint's model, by name and kind."""
    for monitor in endpoint.monitors.checks if endpoint.monitors else ():
        yield f"{monitor.name} ({monitor.kind})"


def _retraining_jobs(name: str, team: Team) -> Iterator[System]:
    for trigger in _triggers(team):
        yield _of(
            name,
            team,
            kind="retraining job",
            name_of=trigger.name,
            model=trigger.repository,
            datasets=trigger.dataset,
            retrained_on=_reason(trigger),
            code_commit=trigger.code_commit,
            image_digest=trigger.image_digest,
        )


def _of(stack: str, team: Team, *, kind: str, name_of: str, **more: str) -> System:
    return System(
        stack=stack,
        kind=kind,
        name=name_of,
        environment=team.environment,
        team=team.owner.team,
        email=team.owner.email,
        escalation=team.owner.escalation,
        cost_center=team.owner.cost_center,
        data_class=team.data_class,
        residency=team.residency,
        account=team.account.id,
        region=team.account.region,
        **more,
    )


def _triggers(team: Team) -> tuple[TriggerSpec, ...]:
    return team.retraining.triggers if team.retraining else ()


def _reasons(endpoint: EndpointSpec, triggers: Iterable[TriggerSpec]) -> Iterator[str]:
    """The reasons for which an endpoint's model is retrained: only a drift trigger names its endpoint."""
    for trigger in triggers:
        if trigger.drift and trigger.drift.endpoint == endpoint.name:
            yield f"drift, by {trigger.name}"


def _reason(trigger: TriggerSpec) -> str:
    if trigger.schedule:
        return f"schedule {trigger.schedule.cron} {trigger.schedule.time_zone}"
    return "new data" if trigger.new_data else "drift"
