"""The AWS account, region and cluster that a stack lands in, and the ARNs that follow from their names alone."""

from dataclasses import dataclass

from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account, a region of it and its partition. ARNs built here are plain strings, known at plan time."""

    id: str
    region: str
    partition: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"

    def role_arn(self, name: str) -> str:
        """The ARN of an IAM role by name."""
        return f"arn:{self.partition}:iam::{self.id}:role/{name}"

    def session_arn(self, role: str) -> str:
        """The ARN that sessions of a role begin with, before a slash and the session's name. It has no path."""
        return f"arn:{self.partition}:sts::{self.id}:assumed-role/{role}"

    def policy_arn(self, name: str) -> str:
        """The ARN of an IAM policy of this account by name."""
        return f"arn:{self.partition}:iam::{self.id}:policy/{name}"

    def managed_policy_arn(self, name: str) -> str:
        """The ARN of a policy that AWS manages."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def oidc_provider_arn(self, host: str) -> str:
        """The ARN of the IAM provider of an OIDC issuer, by the issuer's URL without its scheme."""
        return f"arn:{self.partition}:iam::{self.id}:oidc-provider/{host}"

    def bucket_arn(self, name: str) -> str:
        """The ARN of an S3 bucket by name."""
        return f"arn:{self.partition}:s3:::{name}"

    def cluster_arn(self, name: str) -> str:
        """The ARN of an EKS cluster by name."""
        return self.arn("eks", f"cluster/{name}")

    def key_alias_arn(self, alias: str) -> str:
        """The ARN of a KMS alias, `alias` without the `alias/` prefix. EC2 and EBS accept it as a key."""
        return self.arn("kms", f"alias/{alias}")

    def endpoint(self, service: str) -> str:
        """The host of a service in this region, by which KMS also names the service that a call came through."""
        return f"{service}.{self.region}.{self.dns_suffix}"

    @property
    def ecr_host(self) -> str:
        """The host of the account's ECR registry, with which the names of its images begin."""
        return self.endpoint(f"{self.id}.dkr.ecr")

    @property
    def root_arn(self) -> str:
        """The account as an IAM principal."""
        return f"arn:{self.partition}:iam::{self.id}:root"

    @property
    def dns_suffix(self) -> str:
        """The domain that the partition's endpoints end in."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class ClusterRef:
    """An EKS cluster by its name and its ARN, for an identity of its pods."""

    name: Input[str]
    arn: Input[str]


@dataclass(frozen=True, kw_only=True)
class ClusterScope:
    """A cluster, its account, and the name of its stack, from which the physical names around it derive."""

    account: Account
    stack: str
    cluster_name: str  # physical, known before the cluster exists
    created_name: Input[str]  # the same name; a resource that takes this one waits for the cluster

    @property
    def arn(self) -> str:
        """The ARN of the cluster, known before it exists."""
        return self.account.cluster_arn(self.cluster_name)

    @property
    def ref(self) -> ClusterRef:
        """The cluster as identities refer to it: its ARN is known at plan time, its name once it exists."""
        return ClusterRef(name=self.created_name, arn=self.arn)
