"""Walking the typed model: every field it has, and other values that a field could hold."""

import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

Path = tuple[str | int, ...]

ALTERNATIVES: Mapping[str, tuple[Any, ...]] = {
    "Account.id": ("999900001111",),
    "Account.region": ("us-west-2",),
    "Budget.savings_plan": ({"hourly_usd": 10.0, "percent": 25},),
    "Budget.actual_percent": ([60, 80, 100],),
    "Budget.forecast_percent": ([110],),
    "MonthlyBudget.actual_percent": ([60, 80, 110],),
    "MonthlyBudget.forecast_percent": ([110],),
    "Cluster.access": ([{"role": "Auditors", "policy": "view"}],),
    "Cluster.break_glass_notify": (["secops@example.com"],),
    "Cluster.deploy_role": ("paved-deploy-blue",),
    "Cluster.service_cidr": ("172.21.0.0/16",),
    "Data.file_systems": ([],),
    "Dataset.data_class": ("public", "confidential"),
    "Dataset.readers": (["risk-prod"],),
    "DatasetUse.access": ("read", "write"),
    "Detection.access_analyzer": ("organisation",),
    "Detection.config": ("own",),
    "Detection.config_recording": ("daily",),
    "Detection.data_events": ("all",),
    "Detection.guardduty": ("organisation",),
    "Detection.keep_days": (500,),
    "Detection.runtime_monitoring": (False,),
    "Detection.trail": ("organisation",),
    "Detection.trail_lock": ("compliance", "governance"),
    "Detection.trail_log_days": (400,),
    "Detection.watch_changes": (False,),
    "Endpoint.tier": (2, 1),
    "FileSystem.backup_days": (7,),
    "FileSystem.expires": ("2031-12-31",),
    "FileSystem.maintenance": ("Wed:03:00",),
    "FileSystem.storage_gib": (2400,),
    "FileSystem.zone": ("use1-az6",),
    "GeneralNodes.instance_families": (["m7i"],),
    "GeneralNodes.repair": (False,),
    "Budget.planned": ({"first_month": "2026-11", "monthly_usd": [170_000.0] * 12},),
    "PlannedYear.first_month": ("2027-01",),
    "PlannedYear.monthly_usd": ([100_000.0] * 12,),
    "Guardrails.monthly_ceiling_usd": (1.0,),
    "FreshnessObjective.name": ("scores",),
    "FreshnessObjective.percent": (99.5,),
    "QualityObjective.percent": (99.5,),
    "InTimeObjective.percent": (99.5,),
    "InTimeObjective.within_ms": (500,),
    "Images.cache": ("elsewhere", "off"),
    "Images.mirror": (["cgr.dev", "nvcr.io"], []),
    "Images.scanning": ("basic", "enhanced", "elsewhere"),
    "Images.signers": (["risk-ci", "risk-release"], []),
    "MaintenanceWindow.end": ("2026-12-16T08:00Z",),
    "MaintenanceWindow.start": ("2026-12-14T08:00Z",),
    "Link.bucket": ("models", None),
    "Link.dataset": ("product-images",),
    "Link.path": ("/elsewhere",),
    "Mount.bucket": ("models",),
    "Mount.writable": (True,),
    "Mount.dataset": ("another", None),
    "Monitor.features": (["position"],),
    "Monitor.metric": ("accuracy",),
    "ModelServer.format": ("xgboost", "tensorrt", "pytorch"),
    "ModelServer.runtime": ("triton", "mlserver"),
    "Network.cidr": ("10.64.0.0/16",),
    "Network.private_mlflow": (True, False),
    "Network.public_buckets": (["open-datasets"],),
    "Network.deploy_accounts": (["444455556666"],),
    "Network.state_bucket": ({"name": "pulumi-state", "account": "444455556666"},),
    "StateBucket.account": ("999900001111",),
    "StateBucket.key": ("arn:aws:kms:us-east-1:444455556666:key/1a2b", None),
    "Network.zones": (["use1-az1", "use1-az2", "use1-az4"],),
    "Organisation.mail_domains": (["elsewhere.example"],),
    "Owner.cost_center": ("CC-9999",),
    "Pool.capacity": (["on-demand"], ["spot", "on-demand"]),
    "Pool.efa": (True, False),
    "Pool.instance_types": (["p5.48xlarge"], ["g6.12xlarge"], ["g6e.12xlarge"]),
    "Pool.zone": ("use1-az2", "use1-az6"),
    "Platform.pools": (
        [
            {
                "name": "rack",
                "instance_types": ["g6e.12xlarge"],
                "zone": "use1-az4",
                "capacity": ["on-demand"],
                "nodes": 1,
            }
        ],
    ),
    "Recovery.backups": (True, False),
    "RegisteredTeam.cost_center": ("CC-9999",),
    "RegisteredTeam.freeze_percent": (100,),
    "RegisteredTeam.mail_domains": (["example.com"],),
    "RegisteredTeam.reviewers": (["@example/others"],),
    "Reviewers.finance": (["@example/others"],),
    "Reviewers.platform": (["@example/others"],),
    "Reviewers.security": (["@example/others"],),
    "Recovery.data_classes": (["confidential", "regulated"],),
    "Registry.findings": ("critical", "medium"),
    "Replicas.min": (2, 4),
    "Grant.starts": ("2026-12-20",),
    "Reservation.starts": ("2026-12-20T11:30Z",),
    "Reservation.ends": ("2026-12-14T11:30Z",),
    "Signatures.required": (True, False),
    "SharedPool.capacity": (["reserved", "on-demand"],),
    "SharedPool.efa": (True, False),
    "SharedPool.grants": ([{"stack": "research-prod", "gpus": 24}, {"stack": "speech-prod", "gpus": 8}],),
    "SharedPool.instance_types": (["p5en.48xlarge"],),
    "SharedPool.topology": (True, False),
    "SharedPool.zone": ("use2-az3",),
    "Slo.availability_percent": (99.5,),
    "SystemNodes.instance_types": (["m6i.2xlarge"],),
    "Tenancy.images": (["nvcr.io/nvidia/"],),
    "Tenancy.data_classes": (["public", "internal", "confidential", "regulated"],),
    "Events.keda": (True, False),
    "KeptMetrics.keep_days": (365,),
    "KeptTraces.sets_account": (True, False),
    "PlatformLogs.days": (731,),
    "PlatformMonitoring.keep_logs": (True, False),
    "PlatformMonitoring.keep_metrics": (True, False),
    "PlatformMonitoring.traces": ({"sample_percent": 5}, None),
    "TracesSpec.sample_percent": (5,),
    "Endpoint.traces": ({"sample_percent": 5}, None),
    "EndpointTraces.sample_percent": (5,),
    "TeamMonitoring.send_traces": (True, False),
    "TeamMonitoring.keep_logs": (True, False),
    "Telemetry.logs": ({"days": 731}, None),
    "Telemetry.metrics": ({"keep_days": 365, "max_series": 5000}, None),
    "Telemetry.traces": ({"sets_account": False}, None),
    "Schedule.cron": ("15 3 * * *",),
    "Schedule.time_zone": ("Europe/Paris",),
    "Tracking.maintenance": ("Mon:05:30",),
    "Tracking.mlflow_version": ("3.0.0",),
    "Tracking.register_models": (True, False),
    "UpstreamLogin.registry": ("cgr.dev",),
    "UpstreamLogin.secret_name": ("another-Ab12Cd",),
}

FILLED: tuple[tuple[str, Path, Any], ...] = (
    ("foundation-prod", ("detection", "config"), "own"),
    ("foundation-prod", ("recovery", "backups"), True),
    ("foundation-dev", ("organisation", "mail_domains"), ["elsewhere.example"]),
    ("foundation-dev", ("images", "shared"), ["shared/"]),
    (
        "foundation-prod",
        ("network", "state_bucket"),
        {
            "name": "pulumi-state",
            "account": "444455556666",
            "key": "arn:aws:kms:us-east-1:444455556666:key/1a2b",
        },
    ),
    (
        "ranking-dev",
        ("serving", "endpoints", 0, "objectives", "latency"),
        {"percent": 99.0, "within_ms": 250},
    ),
    (
        "ranking-dev",
        ("serving", "endpoints", 0, "objectives", "data_quality"),
        {"percent": 99.0},
    ),
    (
        "ranking-dev",
        ("serving", "endpoints", 0, "objectives", "model_quality"),
        {"percent": 99.0},
    ),
    (
        "ranking-dev",
        ("monitoring", "freshness"),
        [{"name": "counts", "source": "table", "tier": 3, "percent": 99.0, "within_minutes": 60}],
    ),
    (
        "ranking-dev",
        ("serving", "endpoints", 0, "objectives", "ttft"),
        {"percent": 99.0, "within_ms": 250},
    ),
    (
        "vision-prod",
        ("budget", "planned"),
        {"first_month": "2026-12", "monthly_usd": [90_000.0, *([180_000.0] * 11)]},
    ),
    (
        "platform-risk",
        ("monitoring", "grafana"),
        {
            "address": "https://dashboards.ml.example.com",
            "certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "authorize_url": "https://login.example.com/oauth2/authorize",
            "token_url": "https://login.example.com/oauth2/token",
            "userinfo_url": "https://login.example.com/oauth2/userinfo",
            "client_id": "ml-dashboards",
            "groups_claim": "groups",
            "viewers": ["ml-engineers"],
            "editors": ["ml-platform"],
            "scopes": ["openid", "groups"],
        },
    ),
    (
        "platform-prod",
        ("monitoring", "receivers"),
        [
            {
                "name": "platform-primary",
                "kind": "slack",
                "secret_name": "chat",
                "takes": ["page", "ticket"],
                "channel": "#on-call",
            }
        ],
    ),
    (
        "platform-prod",
        ("monitoring", "hours"),
        {"first_day": "monday", "last_day": "friday", "start": "08:00", "end": "17:00"},
    ),
    (
        "platform-prod",
        ("monitoring", "maintenance"),
        [
            {
                "start": "2026-12-15T08:00Z",
                "end": "2026-12-15T12:00Z",
                "reason": "new drivers",
                "owner": "ines",
            }
        ],
    ),
    (
        "vision-prod",
        ("monitoring", "receivers"),
        [
            {
                "name": "vision-primary",
                "kind": "slack",
                "secret_name": "chat",
                "takes": ["page", "ticket"],
                "channel": "#on-call",
            }
        ],
    ),
    (
        "vision-prod",
        ("monitoring", "hours"),
        {"first_day": "monday", "last_day": "friday", "start": "08:00", "end": "17:00"},
    ),
    (
        "vision-prod",
        ("monitoring", "maintenance"),
        [
            {
                "start": "2026-12-15T08:00Z",
                "end": "2026-12-15T12:00Z",
                "reason": "new drivers",
                "owner": "ines",
            }
        ],
    ),
)
"""Sections that no sample stack has: the stack, the place and the value."""


def noun(section: type[BaseModel]) -> str:
    """The name of a section to its author, as in stacks/schema.json."""
    return section.__name__.removesuffix("Spec")


def fields(model: type[BaseModel]) -> Iterator[str]:
    """Every field of a model and of the sections in it, as `Section.field`.

    A section that is always there is its fields; one that may be left out is a field as well.
    """
    for name, field in model.model_fields.items():
        if field.annotation not in set(sections(field.annotation)):
            yield f"{noun(model)}.{name}"
        for section in sections(field.annotation):
            yield from fields(section)


def occurrences(
    model: type[BaseModel], data: Mapping[str, Any], path: Path = ()
) -> Iterator[tuple[str, Path, Any, Any]]:
    """Each place in `data` where a field stands: its name, its path, its type and its value."""
    for name, field in model.model_fields.items():
        value, where = data[name], (*path, name)
        yield f"{noun(model)}.{name}", where, field.annotation, value
        for section in sections(field.annotation):
            if isinstance(value, dict):
                yield from occurrences(section, value, where)
            for index, item in enumerate(value if isinstance(value, list) else ()):
                yield from occurrences(section, item, (*where, index))


def sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from sections(argument)


def others(field: str, annotation: Any, value: Any) -> Iterator[Any]:
    """Values that the field could hold instead; not all of them need be valid."""
    yield from (other for other in ALTERNATIVES.get(field, ()) if other != value)
    if typing.get_origin(annotation) is typing.Literal:
        yield from (choice for choice in typing.get_args(annotation) if choice != value)
        return
    match value:
        case None:
            yield from (30, 90, "somebody", {})
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1, value * 2, value // 2)
        case float() | Decimal():
            yield from (float(value) + 1, float(value) / 2)
        case str():
            yield from (f"{value}x", f"x{value}", value[:-1] + "2", "2026.12")
        case list():
            yield from (value[:-1], value[1:])
            if value and isinstance(value[0], str):
                yield from ([*value, "another"], [*value, "another@example.com"])
        case dict():
            yield None


def replaced(data: Any, path: Path, value: Any) -> Any:
    """A copy of JSON data with one value replaced."""
    if not path:
        return value
    head, *rest = path
    if isinstance(data, list):
        return [
            replaced(item, tuple(rest), value) if index == head else item for index, item in enumerate(data)
        ]
    return {key: replaced(item, tuple(rest), value) if key == head else item for key, item in data.items()}
