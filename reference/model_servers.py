"""The model servers an endpoint may run: the formats they load and the series they export. Facts of 2026-11-30."""

from collections.abc import Mapping
from dataclasses import dataclass

HTTP_PORT = 8080
"""The port on which every KServe runtime here answers the Open Inference Protocol (`/v2`)."""

READY_PATH = "/v2/health/ready"
"""The route that says whether all models of a server are loaded: Triton's unless `--strict-readiness` is off."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """A counter that a server exports under exactly this name, and its labels."""

    name: str
    labels: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """A histogram of seconds, without the end of its series' names, and the upper bounds of its buckets."""

    name: str
    labels: tuple[str, ...]
    bounds_ms: tuple[int, ...]
    source: str

    def bound(self, milliseconds: int) -> str:
        """The label `le` of a bucket, as Python's client writes it. Raises ValueError for a bound that is none."""
        if milliseconds not in self.bounds_ms:
            raise ValueError(f"{self.name} has no bucket of {milliseconds} ms")
        return str(milliseconds / 1000)


@dataclass(frozen=True, kw_only=True)
class ModelServer:
    """One KServe ClusterServingRuntime: the model formats it accepts, and where and what it exports.

    `latency` is its histogram of whole requests, `first_token` that of the time to a first token, where it has them.
    """

    name: str
    runtime: str
    formats: tuple[str, ...]
    metrics_port: int
    metrics_path: str
    series: tuple[Series, ...]
    latency: Histogram | None = None
    first_token: Histogram | None = None
    ready_path: str = READY_PATH
    sources: tuple[str, ...]


KSERVE = "kserve/kserve v0.20.0 charts/kserve-runtime-configs/files/runtimes/resources.yaml"

# Its one histogram is of first responses, of models that answer a request in several parts, and is off by default.
TRITON = ModelServer(
    name="triton",
    runtime="kserve-tritonserver",
    formats=("onnx", "pytorch", "tensorrt", "triton"),  # no TensorFlow backend since 25.03
    metrics_port=8002,
    metrics_path="/metrics",
    series=(
        Series(
            name="nv_inference_request_success",
            labels=("model", "version"),
            source="triton-inference-server/server r26.06 docs/user_guide/metrics.md",
        ),
        Series(
            name="nv_inference_request_failure",
            labels=("model", "version", "reason"),
            source="triton-inference-server/core r24.07 src/metric_model_reporter.cc",
        ),
        Series(
            name="nv_inference_request_duration_us",
            labels=("model", "version"),
            source="triton-inference-server/server r26.06 docs/user_guide/metrics.md",
        ),
    ),
    sources=(KSERVE, "triton-inference-server/server r26.06 build.py, docs/user_guide/metrics.md"),
)

# KServe annotates the MLServer runtime with metrics port 8080, where MLServer answers 404: it serves them on
# a port of its own, 8082. Names, labels and both ports were read off a running MLServer 1.5.0, and are
# the same in the sources of 1.7.1, which the release row names.
MLSERVER = ModelServer(
    name="mlserver",
    runtime="kserve-mlserver",
    formats=("lightgbm", "mlflow", "sklearn", "xgboost"),
    metrics_port=8082,
    metrics_path="/metrics",
    series=(
        Series(
            name="rest_server_requests_total",
            labels=("app_name", "method", "path", "status_code"),
            source="SeldonIO/MLServer 1.5.0 and 1.7.1 mlserver/rest/app.py",
        ),
        Series(
            name="rest_server_request_duration_seconds_sum",
            labels=("app_name", "method", "path", "status_code"),
            source="SeldonIO/MLServer 02ce71b mlserver/rest/app.py; starlette_exporter 00c9dc8 middleware.py",
        ),
        Series(
            name="model_infer_request_success_total",
            labels=("model", "version"),
            source="SeldonIO/MLServer 1.5.0 and 1.7.1 mlserver/handlers/dataplane.py",
        ),
        Series(
            name="model_infer_request_failure_total",
            labels=("model", "version"),
            source="SeldonIO/MLServer 1.5.0 and 1.7.1 mlserver/handlers/dataplane.py",
        ),
    ),
    latency=Histogram(
        name="rest_server_request_duration_seconds",
        labels=("app_name", "method", "path", "status_code", "le"),
        # MLServer names no buckets, so they are those of Python's client of Prometheus.
        bounds_ms=(5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000),
        source="read off starlette_exporter 0.24.0; SeldonIO/MLServer 02ce71b mlserver/rest/app.py",
    ),
    sources=(KSERVE, "SeldonIO/MLServer 1.5.0 and 1.7.1 mlserver/settings.py"),
)

MODEL_SERVERS: Mapping[str, ModelServer] = {server.name: server for server in (MLSERVER, TRITON)}


def model_server(name: str) -> ModelServer:
    """A model server by name. Raises KeyError for one that no endpoint can run."""
    return MODEL_SERVERS[name]


def servers_of(model_format: str) -> tuple[str, ...]:
    """The names of the model servers that load a format; none where it is not known."""
    return tuple(name for name, server in MODEL_SERVERS.items() if model_format in server.formats)
