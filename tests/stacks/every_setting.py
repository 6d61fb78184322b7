"""Settings that the valid stacks leave out, so that a stack can be written with every one."""

from tests.stacks.runs import RUN, SCHEDULE

TRIGGER = {
    **RUN,
    "name": "nightly",
    "priority": "nightly",
    "schedule": SCHEDULE,
    "new_data": {"suffix": "_SUCCESS"},
    "drift": {"endpoint": "detector"},
}
PLACE = {"bucket": "models", "dataset": "images", "prefix": "a/b"}
DATA = {
    "datasets": [{"name": "images"}],
    "file_systems": [
        {
            "name": "train",
            "deployment": "persistent",
            "storage_gib": 2400,
            "mbps_per_tib": 125,
            "zone": "use1-az4",
            "links": [{"path": "/datasets", "exports": ["new"], **PLACE}],
            "expires": "2031-12-31",
        }
    ],
    "mounts": [{"name": "images", **PLACE}],
}
NOTEBOOKS = {
    "sign_in": {
        "authorize_url": "https://login.example.com/authorize",
        "token_url": "https://login.example.com/token",
        "userinfo_url": "https://login.example.com/userinfo",
        "client_id": "vision-prod-notebooks",
        "secret_name": "sign-in",
    },
    "people": [{"name": "ada", "login": "ada@example.com"}],
    "repository": "finetune",
    "image_digest": f"sha256:{'0' * 64}",
    "servers": [{"name": "gpu", "cpu": 6, "memory_gib": 24, "pool": "l40s", "gpus": 1}],
    "home_gib": 20,
}
ALERTING = {
    "monitoring.receivers": [
        {
            "name": "vision-primary",
            "kind": "slack",
            "secret_name": "chat",
            "takes": ["page", "ticket"],
            "channel": "#ml-vision",
        }
    ],
    "monitoring.hours": {"start": "08:00", "end": "17:00"},
    "monitoring.maintenance": [
        {
            "start": "2026-12-30T22:30Z",
            "end": "2027-01-01T06:00Z",
            "reason": "new drivers",
            "owner": "ines",
        }
    ],
}
OPTIONAL = {
    "foundation-prod": {
        "images.scanning": "enhanced",
        "images.cache": "own",
        "cluster.break_glass_notify": ["security@example.com"],
        "network.state_bucket": {
            "name": "pulumi-state",
            "account": "999900001111",
            "key": "arn:aws:kms:us-east-1:999900001111:key/0a1b2c3d",
        },
        "network.private_mlflow": True,
        "recovery.backups": True,
        "organisation": {
            "mail_domains": ["example.com"],
            "runbooks_url": "https://git.example.com/ml/paved/blob/main/docs/runbooks",
            "reviewers": {"platform": ["@a/p"], "finance": ["@a/f"], "security": ["s@example.com"]},
            "teams": [
                {
                    "team": "vision",
                    "cost_center": "CC-2040",
                    "security": "standard",
                    "freeze_percent": 110,
                    "mail_domains": ["vision.example.com"],
                    "reviewers": ["@a/v"],
                }
            ],
        },
        "guardrails.budget": {"monthly_usd": 1_000_000, "notify": ["finops@example.com"]},
        "telemetry": {
            "metrics": {"keep_days": 365, "max_series": 5000},
            "logs": {"days": 400},
            "traces": {"sets_account": False},
        },
        "usage": {
            "nat_gb": 1,
            "endpoint_gb": 1,
            "control_plane_log_gb": 1,
            "flow_log_gb": 1,
            "data_events_million": 1,
            "config_items_thousand": 1,
            "kept_series_thousand": 1,
            "pod_log_gb": 1,
            "span_gb": 1,
            "bucket_gb": 1,
        },
        "detection": {
            "trail": "own",
            "keep_days": 400,
            "trail_lock": "governance",
            "data_events": "all",
            "trail_log_days": 365,
            "guardduty": "own",
            "runtime_monitoring": True,
            "access_analyzer": "own",
            "watch_changes": True,
            "unused_access_days": 90,
            "config": "own",
            "config_recording": "daily",
        },
        "identity": {
            "people": {
                "issuer": "https://login.example.com",
                "client_id": "kubernetes",
                "username_claim": "email",
                "groups_claim": "roles",
            },
            "ci": {
                "issuer": "https://gitlab.example.com",
                "audience": "https://gitlab.example.com",
                "existing": True,
            },
        },
    },
    "platform-prod": {
        **ALERTING,
        "tenancy.dedicated_to": "vision",
        "usage.general_vcpus": 8,
        "monitoring.keep_metrics": True,
        "monitoring.grafana": {
            "address": "https://dashboards.example.com",
            "certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "authorize_url": "https://login.example.com/authorize",
            "token_url": "https://login.example.com/token",
            "userinfo_url": "https://login.example.com/userinfo",
            "client_id": "dashboards",
            "groups_claim": "groups",
            "viewers": ["ml-engineers"],
            "editors": ["ml-platform"],
            "scopes": ["openid", "groups"],
        },
        "monitoring.keep_logs": True,
        "monitoring.probes": True,
        "monitoring.traces": {"sample_percent": 5},
        "signatures.required": False,
        "queues.capacity.0.vcpus": 64,
        "queues.capacity.1.vcpus": 64,
    },
    "vision-prod": {
        **ALERTING,
        "access": {
            "members": [
                # Both at once is a matter of the checks, not of the model.
                {"role": "vision-engineers", "group": "vision-oncall", "rights": "operate"},
            ],
            "promoters": ["vision-release"],
            "ci": {"subjects": ["repo:example/vision:ref:refs/heads/main"]},
        },
        "registry.archive_days": 90,
        "training.pools.0.zone": "use1-az4",
        "training.pools.1.zone": "use1-az4",
        "training.pools.0.max_vcpus": 64,
        "training.pools.1.max_vcpus": 64,
        "training.quota.0": {"pool": "h100", "gpus": 32, "lend_gpus": 16, "vcpus": 60, "lend_vcpus": 0},
        "training.quota.1": {"pool": "l40s", "gpus": 8, "lend_gpus": 0, "vcpus": 30, "lend_vcpus": 0},
        "serving.endpoints.0.replicas.cpu_percent": 60,
        "serving.endpoints.0.replicas.requests_in_flight": 4,
        "serving.endpoints.0.objectives": {
            "latency": {"percent": 99, "within_ms": 250},
            "ttft": {"percent": 99, "within_ms": 500},
            "data_quality": {"percent": 99},
            "model_quality": {"percent": 99},
            "probe": {"percent": 99},
        },
        "serving.endpoints.0.log": {"sample_percent": 50, "redact": ["email"], "mask": ["phone"]},
        "serving.endpoints.0.traces": {"sample_percent": 5},
        "serving.endpoints.0.monitors": {
            "log": "inference/detector/",
            "reference": "reference/detector/",
            "labels": "labels/detector/",
            "schedule": SCHEDULE,
            "most_hours": 30,
            "checks": [
                {
                    "name": "inputs",
                    "kind": "skew",
                    "metric": "f1",
                    "threshold": 0.3,
                    "window_hours": 48,
                    "delay_hours": 24,
                    "min_rows": 1000,
                    "features": ["mean size", "light"],
                    "offline": "features/detector/",
                    "severity": "page-in-hours",
                    "retrain": "nightly",
                },
            ],
        },
        "serving.model_health": {
            "repository": "finetune",
            "image_digest": f"sha256:{'0' * 64}",
            "pool": "batch",
            "cpu": 2,
            "memory_gib": 8,
            "timeout_hours": 2,
        },
        "monitoring.keep_logs": True,
        "monitoring.send_traces": True,
        "monitoring.freshness": [{"name": "scores", "source": "table", "percent": 99, "within_minutes": 60}],
        "tracking": {"mlflow_version": "2.16.2"},
        "budget.planned": {"first_month": "2026-12", "monthly_usd": [1000] * 12},
        "budget.freeze": {"percent": 100},
        "budget.rate": {"percent": 105, "minutes": 45},
        "retraining": {"triggers": [TRIGGER]},
        "registry.scratch_days": 30,
        "data": DATA,
        "budget.savings_plan": {"hourly_usd": 10, "percent": 20},
        "usage": {
            "models_gib": 1,
            "datasets_gib": 1,
            "images_gib": 1,
            "inference_log_gib": 1,
            "volumes_gib": 1,
            "pod_log_gb": 1,
            "general_vcpus": 1,
            "notebook_hours": 1,
        },
        "notebooks": NOTEBOOKS,
    },
}
