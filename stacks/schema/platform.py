"""The platform: what every team of one cluster shares."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.alerting import Alerting
from stacks.schema.base import (
    AccountSpec,
    DataClass,
    Environment,
    Exact,
    Lifecycle,
    Owner,
    Release,
    Section,
    Security,
    Slug,
    StackName,
)
from stacks.schema.grafana import GrafanaSpec
from stacks.schema.pools import SharedPoolSpec
from stacks.schema.registry import Signatures
from stacks.schema.usage import PlatformUsage

# GPUs and Neuron devices alike: every `gpus` of a file counts the devices of the class. Of `cpu`, the class of nodes
# without accelerators, `vcpus` are counted.
Accelerator = Literal[
    "a10g",
    "l4",
    "l40s",
    "t4",
    "a100-40g",
    "a100-80g",
    "h100",
    "h200",
    "b200",
    "b300",
    "rtx-pro-6000",
    "trainium1",
    "trainium2",
    "inferentia2",
    "cpu",
]


ImagePrefix = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?/([a-z0-9._-]+/)*([a-z0-9._-]+[:@])?$",
        max_length=200,
        description="a path that ends in `/`, or a repository that ends in `:` or `@`, such as `nvcr.io/nvidia/`",
    ),
]


class Tenancy(Section):
    """Who may put a team stack on this platform, and with which data."""

    dedicated_to: Annotated[
        Slug | None, Field(description="the slug of the one team this platform serves; leave out to share it")
    ] = None
    data_classes: Annotated[
        tuple[DataClass, ...],
        Field(
            min_length=1,
            max_length=4,
            description="1 to 4 of the data classes `public`, `internal`, `confidential` and `regulated`",
        ),
    ]
    images: Annotated[
        tuple[ImagePrefix, ...],
        Field(
            max_length=50,
            description="up to 50 prefixes of images that every team may run beside its own, such as `nvcr.io/nvidia/`",
        ),
    ] = ()


class AcceleratorCapacity(Section):
    """How many GPUs of one class, or vCPUs of nodes without any, the teams of this platform may be promised."""

    accelerator: Annotated[
        Accelerator,
        Field(description="an accelerator class, such as `h100` or `trainium1`, or `cpu` for nodes without"),
    ]
    gpus: Annotated[
        int | None, Field(ge=1, le=10_000, description="1 to 10000 GPUs, or Neuron devices (chips)")
    ] = None
    vcpus: Annotated[int | None, Field(ge=1, le=100_000, description="1 to 100000 vCPUs, of `cpu`")] = None

    @property
    def most(self) -> int:
        """The most that may be promised, in GPUs or in vCPUs."""
        return self.gpus or self.vcpus or 0


class Priority(Section):
    """One class of jobs. A job of a higher class starts first, and evicts lower ones of its own team."""

    name: Annotated[
        Slug, Field(description="a slug; a job names it in its label `kueue.x-k8s.io/priority-class`")
    ]
    value: Annotated[
        int,
        Field(
            ge=-1_000_000,
            le=1_000_000,
            description="-1000000 to 1000000; a job that names no class has the priority of its pods, as a rule 0",
        ),
    ]
    description: Annotated[
        str,
        Field(
            pattern=r"^[!-~]([ -~]{0,198}[!-~])?$",
            description="1 to 200 printable ASCII characters, no blank at either end",
        ),
    ]


# A job that names no class has the priority 0, between these two.
PRIORITIES = (
    Priority(
        name="production-retraining",
        value=1000,
        description="Retraining of a model that serves; evicts other jobs of its team",
    ),
    Priority(
        name="experiment",
        value=-1000,
        description="A try-out; any other job of its team may evict it",
    ),
)


Framework = Annotated[Literal["ray", "trainer"], Field(description="`ray` or `trainer`")]


# The flavors are shared, one for a class, so that teams can borrow; the nodes are not, so that each team pays its own.
class Queues(Section):
    """The Kueue cohort and its flavors, one per class of nodes."""

    capacity: Annotated[
        tuple[AcceleratorCapacity, ...],
        Field(min_length=1, max_length=12, description="1 to 12 entries, one per class"),
    ]
    sharing: Annotated[
        Literal["first-come", "fair", "fair-eager"],
        Field(
            description="`first-come`: idle quota is whoever's asks first, until its owner needs it; `fair`: also, who "
            "has borrowed less takes it from who has borrowed more, but only if it ends up with no more than them; "
            "`fair-eager`: as long as it ends up with less than they had"
        ),
    ] = "fair"
    frameworks: Annotated[
        tuple[Framework, ...],
        Field(
            max_length=2,
            description="`ray` (RayJob, RayCluster), `trainer` (TrainJob, JobSet) or both: jobs that may queue beside "
            "those of Kubernetes itself, each with an operator on the system nodes",
        ),
    ] = ()
    # Kueue's webhook on pods refuses when it is away, and the chart knows no selector but the namespace's.
    notebooks: Annotated[
        bool,
        Field(
            description="`true`: teams' notebooks on GPUs wait in their queues too. Then no pod of a team starts, not "
            "even an endpoint's, while both replicas of Kueue are away"
        ),
    ] = False
    priorities: Annotated[
        tuple[Priority, ...],
        Field(min_length=1, max_length=20, description="1 to 20 classes of jobs, the most urgent first"),
    ] = PRIORITIES


class GeneralNodesSpec(Section):
    """The Karpenter pool for work that needs no accelerator, and what goes for every node of Karpenter's."""

    instance_families: Annotated[
        tuple[
            Annotated[
                str, Field(pattern=r"^[a-z0-9-]+$", description="an EC2 instance family, such as `m7i`")
            ],
            ...,
        ],
        Field(min_length=1, max_length=10, description="1 to 10 EC2 instance families, such as `m7i`"),
    ] = ("m7i", "c7i", "r7i")
    max_vcpus: Annotated[int, Field(ge=8, le=10_000, description="8 to 10000 vCPUs")] = 256
    max_memory_gib: Annotated[int, Field(ge=16, le=100_000, description="16 to 100000 GiB")] = 1024
    disk_gib: Annotated[int, Field(ge=50, le=16_000, description="50 to 16000 GiB of root volume")] = 100
    repair: Annotated[
        bool,
        Field(
            description="`true`: a node with a GPU that is broken for 10 minutes, or that is otherwise unhealthy for "
            "30, is replaced, and what runs on it ends at once; at most a fifth of a pool at a time"
        ),
    ] = True


class Events(Section):
    """What starts jobs and replicas when something has happened."""

    keda: Annotated[
        bool,
        Field(
            description="`true` to install KEDA, which starts runs of teams' event triggers and scales their "
            "endpoints on GPUs"
        ),
    ] = False


class TracesSpec(Section):
    """A collector of traces, by OpenTelemetry, which sends a share of them to X-Ray."""

    sample_percent: Annotated[
        Decimal,
        Field(
            ge=Decimal("0.01"),
            le=100,
            decimal_places=2,
            description="0.01 to 100 percent of traces that are kept, each whole or not at all; their bytes cost",
        ),
        Exact,
    ] = Decimal(10)


class PlatformMonitoring(Alerting):
    """How much the metrics store keeps, and who is told of the cluster's alerts."""

    retention_days: Annotated[
        int, Field(ge=31, le=90, description="31 to 90 days, since an SLO looks back 30")
    ] = 40
    storage_gib: Annotated[int, Field(ge=10, le=4000, description="10 to 4000 GiB")] = 100
    grafana: Annotated[
        GrafanaSpec | None, Field(description="Grafana with dashboards; leave out for none")
    ] = None
    keep_metrics: Annotated[
        bool,
        Field(
            description="`true` where the foundation has `telemetry.metrics`: the series that reports and dashboards "
            "read are kept there for longer"
        ),
    ] = False
    keep_logs: Annotated[
        bool,
        Field(
            description="`true` where the foundation has `telemetry.logs`: an agent on each node sends what pods write "
            "to the log group of their stack"
        ),
    ] = False
    probes: Annotated[
        bool,
        Field(
            description="`true` to run the prober, which asks endpoints with `objectives.probe` whether they are ready"
        ),
    ] = False
    traces: Annotated[
        TracesSpec | None,
        Field(
            description="a collector of traces, where the foundation has `telemetry.traces`; leave out for none"
        ),
    ] = None


class Platform(Section):
    """`Pulumi.platform-<name>.yaml`."""

    kind: Literal["platform"]
    environment: Environment
    release: Release
    foundation: StackName
    owner: Owner
    account: AccountSpec
    tenancy: Tenancy
    queues: Queues
    nodes: GeneralNodesSpec = GeneralNodesSpec()
    events: Events = Events()
    pools: Annotated[
        tuple[SharedPoolSpec, ...],
        Field(
            max_length=50, description="up to 50 pools of GPU nodes of the platform's own, granted to teams"
        ),
    ] = ()
    monitoring: PlatformMonitoring = PlatformMonitoring()
    signatures: Signatures = Signatures()
    usage: PlatformUsage = PlatformUsage()
    security: Security = "standard"
    lifecycle: Lifecycle = "active"
