"""The foundation: one AWS account's network, cluster and cost guardrails."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.schema.base import (
    AccountId,
    AccountSpec,
    Emails,
    Environment,
    Generation,
    InstanceTypeName,
    Lifecycle,
    Owner,
    Percent,
    Release,
    RoleName,
    Section,
    Security,
    Usd,
    Whole,
    ZoneId,
)
from stacks.schema.budget import MonthlyBudget
from stacks.schema.detection import Detection
from stacks.schema.identity import Identity
from stacks.schema.organisation import OrganisationSpec
from stacks.schema.registry import Images
from stacks.schema.storage import Recovery, StorageSpec
from stacks.schema.telemetry import Telemetry
from stacks.schema.usage import FoundationUsage

Cidr = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$",
        description="an IPv4 network such as `10.16.0.0/16`",
    ),
]
BucketName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
    ),
]


class StateBucket(Section):
    """The bucket of another account where Pulumi keeps its state."""

    name: BucketName
    account: AccountId
    key: Annotated[
        str | None,
        Field(
            pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+$",
            max_length=256,
            description="the ARN of the KMS key that encrypts secrets in the state; leave out for a passphrase",
        ),
    ] = None


class NetworkSpec(Section):
    """The VPC. Its three kinds of subnet are cut from `cidr`, one of each per zone."""

    cidr: Annotated[Cidr, Field(description="a private IPv4 network of /16 to /18, such as `10.16.0.0/16`")]
    # By id: the names of zones differ from account to account.
    zones: Annotated[
        tuple[
            ZoneId,
            ...,
        ],
        Field(min_length=3, max_length=3, description="three availability zones by id, such as `use1-az2`"),
    ]
    nat: Annotated[
        Literal["per_zone", "single"],
        Field(description="`per_zone` (survives the loss of a zone) or `single` (cheaper; dev only)"),
    ] = "per_zone"
    # Retention periods that CloudWatch Logs knows.
    flow_log_days: Annotated[
        Literal[30, 90, 180, 365, 400, 731],
        Whole,
        Field(description="30, 90, 180, 365, 400 or 731 days that flow logs are kept"),
    ] = 365
    private_mlflow: Annotated[
        bool | None,
        Field(
            description="`true` to reach teams' MLflow servers through an endpoint in the VPC instead of through NAT; "
            "left out, `true` from the level `hardened` on"
        ),
    ] = None
    public_buckets: Annotated[
        tuple[BucketName, ...],
        Field(
            max_length=20,
            description="at most 20 buckets of others that may be read from inside the VPC, such as open datasets; "
            "those that nodes and public images need are always among them",
        ),
    ] = ()
    deploy_accounts: Annotated[
        tuple[AccountId, ...],
        Field(
            max_length=10,
            description="at most 10 other accounts whose identities may take on roles of this account from inside the "
            "VPC, such as that of the CI, and do nothing else there",
        ),
    ] = ()
    state_bucket: Annotated[
        StateBucket | None,
        Field(
            description="the bucket of Pulumi's state where it is in another account; leave out where it is in this one"
        ),
    ] = None


# Karpenter must not run on nodes that it starts itself, so a managed group carries it.
class SystemNodesSpec(Section):
    """The managed node group that carries the platform's own controllers."""

    instance_types: Annotated[
        tuple[InstanceTypeName, ...],
        Field(min_length=1, max_length=5, description="1 to 5 EC2 instance types"),
    ] = ("m7i.xlarge",)
    min: Annotated[int, Field(ge=2, le=30, description="2 to 30 nodes")] = 3
    max: Annotated[int, Field(ge=2, le=60, description="2 to 60 nodes")] = 6
    disk_gib: Annotated[int, Field(ge=30, le=1000, description="30 to 1000 GiB")] = 100


class ClusterAccess(Section):
    """One IAM role's way into the cluster."""

    role: RoleName
    policy: Annotated[
        Literal["admin", "view", "workloads"],
        Field(
            description="`admin` (AmazonEKSClusterAdminPolicy), `view` (AmazonEKSAdminViewPolicy: reads everything, "
            "Secrets too) or `workloads` (AmazonEKSViewPolicy: no Secrets, nodes or custom resources)"
        ),
    ]
    break_glass: Annotated[
        bool,
        Field(
            description="`true` for a role of emergencies: each use of it pages `break_glass_notify`; from `hardened` "
            "on every `admin` beside the deploy role is one"
        ),
    ] = False


class ClusterSpec(Section):
    """The EKS cluster. Its Kubernetes version follows from the release."""

    # It exists before the stack: EKS refuses an access entry of a role that does not.
    deploy_role: Annotated[
        RoleName,
        Field(description="the name of the IAM role that deploys and is cluster admin, 1 to 64 characters"),
    ]
    access: Annotated[
        tuple[ClusterAccess, ...],
        Field(max_length=50, description="at most 50 further roles with access to the cluster"),
    ] = ()
    break_glass_notify: Annotated[
        Emails | None,
        Field(
            description="1 to 10 e-mail addresses of the security team, which hear each time that a break-glass role "
            "is taken on or used in the cluster; needed where `access` has one"
        ),
    ] = None
    # Fixed at the making of a cluster.
    service_cidr: Annotated[
        Cidr, Field(description="the IPv4 network of Kubernetes Services, /12 to /24")
    ] = "172.20.0.0/16"
    support: Annotated[
        Literal["standard", "extended"],
        Field(
            description="`standard` (upgraded at end of support) or `extended` (stays, at six times the fee)"
        ),
    ] = "standard"
    log_days: Annotated[
        Literal[30, 90, 180, 365, 400, 731],
        Whole,
        Field(description="30, 90, 180, 365, 400 or 731 days that control-plane logs are kept"),
    ] = 365
    system_nodes: SystemNodesSpec = SystemNodesSpec()
    generation: Generation = 1


class Anomalies(Section):
    """From which impact an anomaly of spend is reported, whichever of the two it reaches first."""

    impact_usd: Annotated[
        Usd, Field(description="US dollars from which an anomaly is reported, with at most two decimals")
    ]
    impact_percent: Annotated[
        Percent,
        Field(description="1 to 1000 percent above the expected spend, from which an anomaly is reported"),
    ]
    notify: Annotated[Emails, Field(description="1 to 10 e-mail addresses that hear of anomalies")]


class Discount(Section):
    """What AWS takes off its list prices for this account, by private agreement."""

    family: Annotated[
        Literal["accelerators", "compute", "databases", "nat", "services"],
        Field(description="`accelerators`, `compute`, `databases`, `nat` or `services` for the rest"),
    ]
    percent: Annotated[int, Field(ge=1, le=90, description="1 to 90 percent off the list price")]


class GuardrailsSpec(Section):
    """The organisation's limits on what this account may cost."""

    monthly_ceiling_usd: Annotated[
        Usd,
        Field(
            description="US dollars a month that the account's team budgets may add up to, at most two decimals"
        ),
    ]
    anomalies: Annotated[
        Anomalies | None,
        Field(
            description="anomaly detection by team, once for an account; leave out in a member account of an "
            "organisation, where Cost Explorer allows no monitor of tags, and until `paved tags` shows `team` as "
            "active: a tag can be activated only after a bill has shown it"
        ),
    ] = None
    budget: Annotated[
        MonthlyBudget | None,
        Field(
            description="a budget of the whole account; leave out where another stack of the account has one"
        ),
    ] = None
    discounts: Annotated[
        tuple[Discount, ...],
        Field(
            max_length=5,
            description="up to 5 families of prices and what AWS takes off them, in every estimate of the account",
        ),
    ] = ()


class FoundationEvents(Section):
    """The AWS side of what starts jobs when something has happened."""

    keda: Annotated[
        bool,
        Field(
            description="`true` where the platform has `events.keda`: its operator may then ask how many events wait"
        ),
    ] = False


class Foundation(Section):
    """`Pulumi.foundation-<name>.yaml`."""

    kind: Literal["foundation"]
    environment: Environment
    release: Release
    owner: Owner
    account: AccountSpec
    network: NetworkSpec
    cluster: ClusterSpec
    guardrails: GuardrailsSpec
    organisation: Annotated[
        OrganisationSpec | None,
        Field(
            description="the register that team files are held to; leave out only where `security` is `standard`"
        ),
    ] = None
    identity: Identity = Identity()
    storage: StorageSpec = StorageSpec()
    detection: Detection = Detection()
    recovery: Recovery = Recovery()
    images: Images = Images()
    events: FoundationEvents = FoundationEvents()
    telemetry: Telemetry = Telemetry()
    usage: FoundationUsage = FoundationUsage()
    security: Security = "standard"
    lifecycle: Lifecycle = "active"
