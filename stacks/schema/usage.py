"""Usage: how much work the owner of a stack expects, for its estimate. Nothing is created or limited by it."""

from typing import Annotated

from pydantic import Field

from pricing.money import HOURS_A_MONTH
from pricing.usage import DEFAULTS, POOL_HOURS
from stacks.schema.base import Section, Slug


def amount(key: str, of: str) -> str:
    """Describe an amount that has a default."""
    return f"0 to 10000000 {of} a month; leave out for {DEFAULTS[key]:f}, marked `*`"


class FoundationUsage(Section):
    """`paved:usage` of a foundation."""

    nat_gb: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("nat_gb", "GB through each NAT gateway")),
    ] = None
    endpoint_gb: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("endpoint_gb", "GB through each VPC endpoint")),
    ] = None
    bucket_gb: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000_000,
            description=amount("bucket_gb", "GB to and from buckets, through the VPC endpoint of S3"),
        ),
    ] = None
    control_plane_log_gb: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("control_plane_log_gb", "GB of control-plane logs")),
    ] = None
    flow_log_gb: Annotated[
        int | None, Field(ge=0, le=10_000_000, description=amount("flow_log_gb", "GB of flow logs"))
    ] = None
    data_events_million: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000_000,
            description=amount("data_events_million", "million calls on objects that the trail records"),
        ),
    ] = None
    config_items_thousand: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000_000,
            description=amount("config_items_thousand", "thousand changes that AWS Config records"),
        ),
    ] = None
    kept_series_thousand: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000_000,
            description="0 to 10000000 thousand series that have samples in `telemetry.metrics` at once; leave out for "
            f"{DEFAULTS['kept_series_thousand']:f}, marked `*`",
        ),
    ] = None
    pod_log_gb: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("pod_log_gb", "GB that pods write to kept logs")),
    ] = None
    span_gb: Annotated[
        int | None,
        Field(
            ge=0, le=10_000_000, description=amount("span_gb", "GB of spans that X-Ray of the account keeps")
        ),
    ] = None


class PlatformUsage(Section):
    """`paved:usage` of a platform."""

    general_vcpus: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000,
            description="0 to 10000 vCPUs of general nodes that run on average; leave out for "
            f"{DEFAULTS['general_vcpus']:f}, marked `*`",
        ),
    ] = None


# Without the endpoints: their hours follow from their replicas, and would count twice.
class PoolUsage(Section):
    """How busy one pool is, apart from the endpoints on it."""

    pool: Annotated[Slug, Field(description="the name of one of `training.pools`")]
    hours: Annotated[
        int,
        Field(
            ge=1,
            le=int(HOURS_A_MONTH),
            description=f"1 to {HOURS_A_MONTH} hours a month in which its nodes run",
        ),
    ]
    gpus: Annotated[
        int | None,
        Field(ge=1, le=4096, description="1 to 4096 GPUs of nodes that run in these hours, on average"),
    ] = None
    vcpus: Annotated[
        int | None,
        Field(
            ge=1,
            le=20_000,
            description="1 to 20000 vCPUs of nodes that run in these hours, on average, of a pool without accelerators",
        ),
    ] = None

    @property
    def units(self) -> int:
        """GPUs, or vCPUs."""
        return self.gpus or self.vcpus or 0


class TrainingRun(Section):
    """A training run that comes again, with a price of its own in the estimate."""

    name: Slug
    pool: Annotated[Slug, Field(description="the name of one of `training.pools`")]
    gpus: Annotated[int | None, Field(ge=1, le=4096, description="1 to 4096 GPUs")] = None
    vcpus: Annotated[
        int | None,
        Field(ge=1, le=20_000, description="1 to 20000 vCPUs of nodes, on a pool without accelerators"),
    ] = None
    hours: Annotated[
        int, Field(ge=1, le=int(HOURS_A_MONTH), description=f"1 to {HOURS_A_MONTH} hours from start to end")
    ]
    per_month: Annotated[int, Field(ge=1, le=10_000, description="1 to 10000 times a month")]

    @property
    def units(self) -> int:
        """GPUs, or vCPUs."""
        return self.gpus or self.vcpus or 0


class EndpointUsage(Section):
    """How much one endpoint answers."""

    endpoint: Annotated[Slug, Field(description="the name of one of `serving.endpoints`")]
    replicas: Annotated[
        int | None,
        Field(
            ge=1,
            le=500,
            description="1 to 500 replicas on average; leave out for the middle of its range, marked `*`",
        ),
    ] = None
    predictions_per_month: Annotated[
        int | None,
        Field(ge=1, description="1 or more predictions a month, to see the price of a thousand"),
    ] = None
    tokens_per_month: Annotated[
        int | None, Field(ge=1, description="1 or more tokens a month, to see the price of a million")
    ] = None


class TeamUsage(Section):
    """`paved:usage` of a team."""

    pools: Annotated[
        tuple[PoolUsage, ...],
        Field(
            max_length=20,
            description="up to 20 pools and how busy they are; a pool that is in neither `pools` nor `runs` and has "
            f"no endpoint is taken to run at its maximum for {POOL_HOURS} hours a month, marked `*`",
        ),
    ] = ()
    runs: Annotated[
        tuple[TrainingRun, ...],
        Field(
            max_length=50, description="up to 50 training runs; they are the work of a pool not in `pools`"
        ),
    ] = ()
    endpoints: Annotated[
        tuple[EndpointUsage, ...], Field(max_length=50, description="up to 50 endpoints and what they answer")
    ] = ()
    models_gib: Annotated[
        int | None, Field(ge=0, le=10_000_000, description=amount("models_gib", "GiB of models kept"))
    ] = None
    datasets_gib: Annotated[
        int | None, Field(ge=0, le=10_000_000, description=amount("datasets_gib", "GiB of datasets kept"))
    ] = None
    inference_log_gib: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000_000,
            description=amount("inference_log_gib", "GiB of requests and answers kept, compressed"),
        ),
    ] = None
    images_gib: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("images_gib", "GiB of images kept in each repository")),
    ] = None
    volumes_gib: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("volumes_gib", "GiB of volumes that pods claim")),
    ] = None
    notebook_hours: Annotated[
        int | None,
        Field(
            ge=0,
            le=int(HOURS_A_MONTH),
            description=f"0 to {HOURS_A_MONTH} hours a month in which each person's notebook is open on general nodes; "
            f"leave out for {DEFAULTS['notebook_hours']:f}, marked `*`; those on GPUs are work of their pool",
        ),
    ] = None
    general_vcpus: Annotated[
        int | None,
        Field(
            ge=0,
            le=10_000,
            description="0 to 10000 vCPUs of the platform's general nodes that pods take on average, beside endpoints "
            f"and notebooks; leave out for all that the quota allows for {POOL_HOURS} hours a month, marked `*`",
        ),
    ] = None
    pod_log_gb: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description=amount("pod_log_gb", "GB that pods write to kept logs")),
    ] = None
