"""Traces of a model server: the settings by which it sends some of its requests to the platform's collector."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from components.telemetry.trace_senders import GRPC_ADDRESS, HTTP_ADDRESS

TRACES_PATH = "/v1/traces"


def trace_settings(runtime: str, endpoint: str, percent: Decimal) -> dict[str, Any]:
    """The part of a container that makes its server send traces. Raises KeyError for a server that sends none."""
    return SETTINGS[runtime](endpoint, percent)


def _triton(endpoint: str, percent: Decimal) -> dict[str, Any]:
    """Arguments behind those of KServe's runtime. Triton counts requests, and follows a caller's trace always."""
    one_in = max(1, round(100 / percent))
    settings = (
        "mode=opentelemetry",
        f"opentelemetry,url={HTTP_ADDRESS}{TRACES_PATH}",
        f"opentelemetry,resource=service.name={endpoint}",
        "level=TIMESTAMPS",  # the other level writes the tensors
        f"rate={one_in}",
    )
    return {"args": [f"--trace-config={setting}" for setting in settings]}


def _mlserver(endpoint: str, percent: Decimal) -> dict[str, Any]:
    """Environment of MLServer, and of OpenTelemetry's SDK in it, which follows a caller's decision."""
    variables = {
        "MLSERVER_TRACING_SERVER": GRPC_ADDRESS,
        "MLSERVER_SERVER_NAME": endpoint,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{(percent / 100).normalize():f}",
    }
    return {"env": [{"name": name, "value": value} for name, value in variables.items()]}


SETTINGS: Mapping[str, Callable[[str, Decimal], dict[str, Any]]] = {"mlserver": _mlserver, "triton": _triton}
"""Of each server as the release runs it: triton-inference-server/server r26.06 docs/user_guide/trace.md, whose OTLP is
by HTTP alone, and SeldonIO/MLServer 1.7.1 mlserver/tracing.py, whose is by gRPC alone."""
