"""The configuration of the collector of traces: who sent a span, what it may say, and how much of it is kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from components.account import Account
from components.telemetry.trace_senders import OTLP_GRPC_PORT, OTLP_HTTP_PORT

METRICS_PORT, HEALTH_PORT = 8888, 13133
POD = "${env:MY_POD_IP}"
"""The address of the pod, which the chart gives it: the collector's own default is the loopback."""

CLAIMS = r"^(aws|cloud|host|k8s)\."
"""Attributes of a resource that say where it runs. A pod may write anything there, so that they are asked for anew."""

PRIVATE_KEYS = (
    # Of OpenTelemetry, OpenInference and Traceloop: prompts, answers, and the arguments of tools.
    r"^gen_ai\.(prompt|completion|input|output|system_instructions|tool\.(call\.)?(arguments|result))(\.|$)",
    r"^gen_ai\.event\.content$",
    r"^(llm\.(prompts?|completions?|input_messages|output_messages|invocation_parameters)|traceloop\.entity)(\.|$)",
    r"^(input|output)\.value$",
    # Of requests: bodies, headers, and addresses with what stands behind a question mark. Routes stay.
    r"^(http|rpc\.grpc|messaging)\.(request|response|message)\.(body|content|header|metadata)(\.|$)",
    r"^(http\.(url|target)|url\.(full|query))$",
    # Texts that programs make of data: queries, and messages of exceptions. Their types stay.
    r"^(db\.statement|db\.query\.(text|parameter).*|exception\.(message|stacktrace))$",
    r"^(enduser|user)\.",
    r"(?i)(authorization|cookie|passw(or)?d|secret|api[_-]?key|(^|[._])token$)",
)
"""Keys of attributes whose values are masked: data and secrets belong to no trace, which has no class of data."""
PRIVATE_VALUES = (
    r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    r"(?i)\bbearer\s+[a-z0-9._~+/=-]+",
    r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+",
)
"""Keys of AWS and tokens, masked under whatever key they come."""

NAMESPACE_OF_SPAN, SERVICE_OF_SPAN = (
    f'resource.attributes["{key}"]' for key in ("k8s.namespace.name", "service.name")
)
OWNER = (
    # X-Ray knows services by their names alone: without its namespace two teams' would be one.
    f'set({SERVICE_OF_SPAN}, Concat([{NAMESPACE_OF_SPAN}, {SERVICE_OF_SPAN}], "/")) where {SERVICE_OF_SPAN} != nil',
    f"set({SERVICE_OF_SPAN}, {NAMESPACE_OF_SPAN}) where {SERVICE_OF_SPAN} == nil",
    # The text of an exception, as SDKs write it.
    'set(span.status.message, "")',
    # By it a sender would keep all of its spans, whatever the platform's share is.
    'delete_key(span.attributes, "sampling.priority")',
)

SPANS_OF_A_BATCH = 1000
"""X-Ray takes 10,000 spans and 5 MB at once, of spans of up to 200 KB: a tenth leaves room for long ones."""


def collector_config(account: Account, sample_percent: Decimal) -> dict[str, Any]:
    """The collector's whole configuration. It keeps `sample_percent` of traces, all spans of one or none."""
    return {
        "receivers": {"otlp": {"protocols": receivers()}},
        "processors": processors(sample_percent),
        "exporters": {"otlp_http": exporter(account)},
        "extensions": {
            "health_check": {"endpoint": f"{POD}:{HEALTH_PORT}"},
            "sigv4auth": {"region": account.region, "service": "xray"},
        },
        "service": {
            "extensions": ["health_check", "sigv4auth"],
            "pipelines": {
                # In the order in which they are listed above each other.
                "traces": {
                    "receivers": ["otlp"],
                    "processors": list(processors(sample_percent)),
                    "exporters": ["otlp_http"],
                }
            },
            "telemetry": {"metrics": {"readers": [{"pull": {"exporter": {"prometheus": own_metrics()}}}]}},
        },
    }


def receivers() -> Mapping[str, Any]:
    """OTLP by gRPC and by HTTP, which the Service leads to and a network policy closes."""
    return {"grpc": {"endpoint": f"{POD}:{OTLP_GRPC_PORT}"}, "http": {"endpoint": f"{POD}:{OTLP_HTTP_PORT}"}}


def processors(sample_percent: Decimal) -> dict[str, Any]:
    """The steps of a span by name, in their order."""
    return {
        "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 25},
        "resource": {"attributes": [{"action": "delete", "pattern": CLAIMS}]},
        # By the address of the connection, which no pod can choose. It comes before the batch, which forgets it.
        "k8s_attributes": {
            "auth_type": "serviceAccount",
            "extract": {"metadata": ["k8s.namespace.name", "k8s.pod.name", "k8s.node.name"]},
            "pod_association": [{"sources": [{"from": "connection"}]}],
            # Until it knows the pods it would take every span for a stranger's.
            "wait_for_metadata": True,
            "wait_for_metadata_timeout": "60s",
        },
        "filter": {"error_mode": "propagate", "trace_conditions": [f"{NAMESPACE_OF_SPAN} == nil"]},
        "transform": {"error_mode": "propagate", "trace_statements": list(OWNER)},
        "redaction": {
            "allow_all_keys": True,
            "blocked_key_patterns": list(PRIVATE_KEYS),
            "blocked_values": list(PRIVATE_VALUES),
            "redact_all_types": True,
            "summary": "silent",
        },
        "probabilistic_sampler": {"sampling_percentage": float(sample_percent)},
        "batch": {"send_batch_size": SPANS_OF_A_BATCH, "send_batch_max_size": SPANS_OF_A_BATCH},
    }


def exporter(account: Account) -> Mapping[str, Any]:
    """X-Ray's endpoint of OTLP. What it does not take is sent again for five minutes, and then lost."""
    return {
        "traces_endpoint": f"https://{account.endpoint('xray')}/v1/traces",
        "auth": {"authenticator": "sigv4auth"},
        "retry_on_failure": {"max_elapsed_time": "300s"},
        "sending_queue": {"queue_size": 200},  # batches: some minutes of a busy platform, within its memory
    }


def own_metrics() -> Mapping[str, Any]:
    """The address of the collector's own metrics. The form of their names is said: its default has changed."""
    return {"host": POD, "port": METRICS_PORT, "without_type_suffix": False, "without_units": True}
