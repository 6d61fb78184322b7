"""Serving: a team's namespace, its limits and its online endpoints."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import Exact, Section, Slug, Whole
from stacks.schema.monitors import ModelHealthSpec, MonitorsSpec
from stacks.schema.objectives import EndpointObjectives
from stacks.schema.request_log import RequestLogSpec


class NamespaceQuota(Section):
    """What the pods of the team's namespace may request together, beside those of its queue and of its endpoints."""

    cpu: Annotated[int, Field(ge=1, le=100_000, description="1 to 100000 vCPUs")] = 64
    memory_gib: Annotated[int, Field(ge=1, le=1_000_000, description="1 to 1000000 GiB")] = 256
    pods: Annotated[int, Field(ge=5, le=10_000, description="5 to 10000 pods")] = 200
    storage_gib: Annotated[
        int, Field(ge=0, le=1_000_000, description="0 to 1000000 GiB of volume claims")
    ] = 500


class ModelServerSpec(Section):
    """Which model an endpoint serves, and with what."""

    runtime: Annotated[
        Literal["triton", "mlserver", "vllm"], Field(description="`triton`, `mlserver` or `vllm`")
    ]
    format: Annotated[
        Literal["onnx", "tensorrt", "pytorch", "sklearn", "xgboost", "lightgbm", "huggingface"],
        Field(
            description="`onnx`, `tensorrt`, `pytorch`, `sklearn`, `xgboost`, `lightgbm` or `huggingface` (a language "
            "model's folder as `transformers` saves it)"
        ),
    ]
    path: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)+$",
            max_length=200,
            description="a model and its version in the team's models bucket, such as `detector/2026-11-03`",
        ),
    ]


class EndpointResources(Section):
    """What one replica of an endpoint requests. Memory and GPUs are limits as well."""

    cpu: Annotated[int, Field(ge=1, le=192, description="1 to 192 vCPUs")]
    memory_gib: Annotated[int, Field(ge=1, le=2048, description="1 to 2048 GiB")]
    pool: Annotated[
        Slug | None, Field(description="the name of one of `training.pools`; leave out to run without a GPU")
    ] = None
    gpus: Annotated[int, Field(ge=0, le=8, description="0 to 8 GPUs")] = 0


CPU_PERCENT = 60
REQUESTS_IN_FLIGHT = 4
"""A small batch, or one request that is answered and three that wait."""


class ReplicasSpec(Section):
    """How far an endpoint scales."""

    min: Annotated[int, Field(ge=1, le=200, description="1 to 200 replicas")]
    max: Annotated[int, Field(ge=1, le=500, description="1 to 500 replicas")]
    cpu_percent: Annotated[
        int | None,
        Field(
            ge=10,
            le=95,
            description=f"10 to 95 percent of requested CPU before it scales out, without GPUs; {CPU_PERCENT} if "
            "left out",
        ),
    ] = None
    # A server waits for its GPU without using CPU.
    requests_in_flight: Annotated[
        int | None,
        Field(
            ge=1,
            le=1000,
            description="1 to 1000 requests that a replica answers or lets wait before it scales out, with GPUs; "
            f"{REQUESTS_IN_FLIGHT} if left out, which `vllm` does not allow",
        ),
    ] = None


class Slo(Section):
    """What the endpoint promises over 30 days."""

    availability_percent: Annotated[
        Decimal,
        Field(
            ge=Decimal("93.1"),
            le=Decimal("99.99"),
            decimal_places=3,
            description="93.1 to 99.99 (below it a fast-burn page can never fire, above it one failed request pages)",
        ),
        Exact,
    ]
    min_requests_per_hour: Annotated[
        int,
        Field(
            ge=1,
            le=1_000_000,
            description="1 to 1000000 requests an hour, under which no burn rate of requests alerts",
        ),
    ] = 100


class EndpointTraces(Section):
    """Traces of an endpoint's requests, which its server sends to the platform's collector."""

    sample_percent: Annotated[
        Decimal,
        Field(
            ge=Decimal("0.01"),
            le=100,
            decimal_places=2,
            description="0.01 to 100 percent of requests, of which the platform keeps its own share; Triton traces one "
            "of so many, in whole numbers",
        ),
        Exact,
    ] = Decimal(10)


class EndpointSpec(Section):
    """One online endpoint: a KServe InferenceService."""

    name: Annotated[Slug, Field(max_length=30)]
    tier: Annotated[
        Literal[1, 2, 3],
        Whole,
        Field(description="1 (pages day and night), 2 (pages in hours) or 3 (tickets)"),
    ]
    model: ModelServerSpec
    resources: EndpointResources
    replicas: ReplicasSpec
    slo: Slo
    objectives: EndpointObjectives = EndpointObjectives()
    log: Annotated[
        RequestLogSpec | None,
        Field(description="`{}` keeps all requests and answers of the endpoint; leave out to keep none"),
    ] = None
    monitors: MonitorsSpec | None = None
    traces: Annotated[
        EndpointTraces | None,
        Field(description="traces of its requests, with `monitoring.send_traces`; leave out for none"),
    ] = None


class Serving(Section):
    """`paved:serving`."""

    quota: NamespaceQuota = NamespaceQuota()
    endpoints: Annotated[
        tuple[EndpointSpec, ...], Field(max_length=50, description="at most 50 online endpoints")
    ] = ()
    model_health: ModelHealthSpec | None = None
