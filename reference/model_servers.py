"""The model servers an endpoint may run: the formats they load and the series they export. Facts of 2026-11-30."""

from collections.abc import Mapping
from dataclasses import dataclass, field

HTTP_PORT = 8080
"""The port on which every KServe runtime here answers the Open Inference Protocol (`/v2`)."""

AGENT_PORT = 9081
"""The port of KServe's agent beside a server whose requests are logged, to which the endpoint's Service then leads.

Source: kserve/kserve v0.20.0 pkg/constants/constants.go.
"""
AGENT_MILLICPUS, AGENT_MIB, AGENT_LIMIT_GIB = 100, 100, 1
"""The agent's requests of CPU and memory, and its limit of memory: kserve/kserve v0.20.0 charts/kserve-resources."""


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
    """One KServe ClusterServingRuntime: the model formats it accepts, how it starts, and where and what it exports.

    `latency` is its histogram of whole requests, `first_token` that of the time to a first token, where it has them.
    `always` is a series without which it measures nothing, whatever else it exports. `ready` and `alive` are paths
    of its health, in which `{model}` is the endpoint. `gpus_only` is one that starts on a GPU alone; without `traces`
    it can be told of no place to send them to.
    """

    name: str
    runtime: str
    formats: tuple[str, ...]
    metrics_port: int
    metrics_path: str
    series: tuple[Series, ...]
    latency: Histogram | None = None
    first_token: Histogram | None = None
    always: str | None = None
    ready: str = "/v2/health/ready"
    alive: str = "/v2/health/live"
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    gpus_only: bool = False
    traces: bool = True
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

MLSERVER_LATENCY = Histogram(
    name="rest_server_request_duration_seconds",
    labels=("app_name", "method", "path", "status_code", "le"),
    # MLServer names no buckets, so they are those of Python's client of Prometheus.
    bounds_ms=(5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000),
    source="read off starlette_exporter 0.24.0; SeldonIO/MLServer 02ce71b mlserver/rest/app.py",
)
"""Of whole requests."""

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
    latency=MLSERVER_LATENCY,
    sources=(KSERVE, "SeldonIO/MLServer 1.5.0 and 1.7.1 mlserver/settings.py"),
)

VLLM_METRICS = "vllm-project/vllm v0.24.0 vllm/v1/metrics/loggers.py"
HUGGINGFACE = "kserve/kserve v0.20.0 python/huggingfaceserver, python/huggingface_server.Dockerfile"
ENGINE = ("model_name", "engine")

VLLM_LATENCY = Histogram(
    name="vllm:e2e_request_latency_seconds",
    labels=(*ENGINE, "le"),
    bounds_ms=(
        *(300, 500, 800, 1000, 1500, 2000, 2500, 5000, 10_000, 15_000, 20_000, 30_000, 40_000, 50_000),
        *(60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 7_680_000),
    ),
    source=VLLM_METRICS,
)

VLLM = ModelServer(
    name="vllm",
    runtime="kserve-huggingfaceserver",
    formats=("huggingface",),
    # KServe's server exports its own series and vLLM's on the one port that it has.
    metrics_port=HTTP_PORT,
    metrics_path="/metrics",
    series=(
        # One of each reason from the start. vLLM counts no request that its client left, nor one that it refuses.
        Series(
            name="vllm:request_success_total",
            labels=(*ENGINE, "finished_reason"),
            source=f"{VLLM_METRICS}, vllm/v1/engine/__init__.py",
        ),
        Series(name="vllm:num_requests_running", labels=ENGINE, source=VLLM_METRICS),
        Series(name="vllm:num_requests_waiting", labels=ENGINE, source=VLLM_METRICS),
        Series(name="vllm:kv_cache_usage_perc", labels=ENGINE, source=VLLM_METRICS),
        Series(name="vllm:num_preemptions_total", labels=ENGINE, source=VLLM_METRICS),
        Series(name="vllm:prompt_tokens_total", labels=ENGINE, source=VLLM_METRICS),
        Series(name="vllm:generation_tokens_total", labels=ENGINE, source=VLLM_METRICS),
        Series(name="vllm:inter_token_latency_seconds_bucket", labels=(*ENGINE, "le"), source=VLLM_METRICS),
    ),
    latency=VLLM_LATENCY,
    first_token=Histogram(
        name="vllm:time_to_first_token_seconds",
        labels=(*ENGINE, "le"),
        bounds_ms=(
            *(1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000, 20_000, 40_000),
            *(80_000, 160_000, 640_000, 2_560_000),
        ),
        source=VLLM_METRICS,
    ),
    # A model that vLLM does not know is served by transformers all the same, behind the same port, unmeasured.
    always="vllm:num_requests_running",
    # The server's own health is 200 whatever its engine does (kserve/kserve issue 6259), and an engine that has died
    # stays so. Both of these ask it.
    ready="/v2/models/{model}/ready",
    alive="/openai/v1/models/{model}",
    args=(
        # Prompts would be in the pod's logs.
        "--disable_log_requests",
        # A context that the GPU's memory does not hold is shortened; by default the server would not start.
        "--max-model-len=auto",
    ),
    # A model is what was promoted: nothing is fetched beside it, and nobody is told of it.
    env={"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"},
    gpus_only=True,  # the image of the release row has no build for CPUs
    traces=False,  # KServe's server has no setting for them
    sources=(KSERVE, HUGGINGFACE, f"{VLLM_METRICS}, vllm/config/model.py, vllm/usage/usage_lib.py"),
)

MODEL_SERVERS: Mapping[str, ModelServer] = {server.name: server for server in (MLSERVER, TRITON, VLLM)}


def model_server(name: str) -> ModelServer:
    """A model server by name. Raises KeyError for one that no endpoint can run."""
    return MODEL_SERVERS[name]


def servers_of(model_format: str) -> tuple[str, ...]:
    """The names of the model servers that load a format; none where it is not known."""
    return tuple(name for name, server in MODEL_SERVERS.items() if model_format in server.formats)
